/** docs/troubleshooting.md and a run on demand: on stacks that the CDK CLI deploys on the emulator. */
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert';
import { join } from 'node:path';
import { Shell, eventually } from './shell';
import { Simulator } from '../../testbed/simulator';
import { Cdk } from '../demo/cdk';

const REGION = 'us-east-1';
const PAGE = 'docs/troubleshooting.md';
const NO_INSTANCE = /there is no instance 'web-9' in us-east-1: check the name/;

export class Emulated {
  constructor(private readonly shell: Shell, private readonly simulator: Simulator, private readonly cdk: Cdk) {}

  /** A snapshot that never comes: what the three commands say of it, and of its end when somebody sets it right. */
  async hangs(): Promise<void> {
    this.simulator.region(REGION).addInstance({ name: 'web-1', tags: [{ key: 'backup', value: '' }] });
    this.simulator.outcomes.push({ resourceType: 'InstanceSnapshot', name: /^Site-GoldenImage/, state: 'stuck' });
    const deployment = this.deploy('Site', 'web-1');
    await eventually('there is a snapshot that is stuck', () => this.snapshot('Site-GoldenImage') !== undefined);
    const stuck = this.snapshot('Site-GoldenImage');
    const { logicalId, newest, log, requests } = await this.of(stuck.name.split('-')[1]);

    const [, status, name] = await newest();
    deepStrictEqual([status, name.startsWith(`${logicalId}-`)], ['RUNNING', true]);
    const requestId = name.slice(-36);
    await eventually('the log says what is done', async () => (await log(requestId)).length > 0);
    const last = (await log(requestId)).at(-1)!;
    deepStrictEqual([last.message, last.phase, last.logical_id], ['waiting', 'reconcile', logicalId]);
    await eventually('the ledger says what is waited for', async () => (await requests())[requestId].waitingFor !== '');
    const entry = (await requests())[requestId];
    match(entry.waitingFor, /^instance snapshot 'Site-GoldenImage.*' to be available \(last state: pending\)$/);
    ok(!('responseUrl' in entry), 'the address to answer to was shown');

    strictEqual(await (await this.of('Nobody')).run('aws dynamodb get-item'), '', 'something was shown of what is not there');

    stuck.state = 'available';
    strictEqual((await deployment).exitCode, 0);
    strictEqual((await newest())[1], 'SUCCEEDED');
    const lines = await log(requestId);
    strictEqual(lines.at(-1)!.message, 'SUCCESS');
    ok(lines.every(line => line.request_id === requestId), 'lines of another request were shown');
    strictEqual((await requests())[requestId].outcome.Status, 'SUCCESS');
  }

  /** An instance that is not there: events, execution and log say so after the rollback, and the ledger if there was none. */
  async fails(): Promise<void> {
    const { logicalId, run, newest, log, requests } = await this.of(this.snapshot('Site-GoldenImage').name.split('-')[1]);
    ok((await this.deploy('Site', 'web-9')).exitCode !== 0, 'the deployment did not fail');
    const events = await run('aws cloudformation describe-stack-events');
    const [, resource, reason] = events.split('\n')[0].split('\t');
    strictEqual(resource, logicalId);
    match(reason, NO_INSTANCE);
    const executions = await run('aws stepfunctions list-executions');
    const failed = /\tFAILED\t(\S+)/.exec(executions)![1];
    strictEqual((await log(failed.slice(-36))).at(-1)!.message, 'FAILED');
    const history = await run('aws stepfunctions get-execution-history', { '<name>': failed });
    strictEqual(JSON.parse(history).events[0].type, 'ExecutionFailed');
    deepStrictEqual(Object.values(await requests()).map(request => request.outcome.Status), ['SUCCESS'], 'the rollback has not taken its place');

    ok((await this.deploy('Site', 'web-9', '--no-rollback')).exitCode !== 0, 'the deployment did not fail again');
    const [, status, name] = await newest();
    strictEqual(status, 'FAILED');
    const { failure, outcome } = (await requests())[name.slice(-36)];
    deepStrictEqual([outcome.Status, outcome.Reason], ['FAILED', failure]);
    match(failure, NO_INSTANCE);
  }

  /** A snapshot that Lightsail does not delete: what is waited for, until it does. Then the stack is gone, and that is told too. */
  async goes(): Promise<void> {
    const snapshot = this.snapshot('Site-Latest');
    const arn = snapshot.tags.find(({ key }) => key === 'cdk-lightsail-snapshots:stack')!.value!;
    const status = () => this.shell.run(REGION, this.shell.block('docs/costs.md', 'aws cloudformation describe-stacks', { '<the ARN>': arn }));
    match(await status(), /^UPDATE_FAILED$/m);
    const { newest, log, requests } = await this.of(snapshot.name.split('-')[1]);
    const [,, before] = await newest();

    this.simulator.outcomes.push({ resourceType: 'InstanceSnapshot', on: 'delete', state: 'failed', times: Infinity });
    const destruction = this.cdk.destroy({ app: APP, stacks: ['Site'], context: { instance: 'web-1', revision: '1' }, env: ENV });
    await eventually('the deletion has begun', async () => (await newest())[2] !== before);
    const [, running, name] = await newest();
    strictEqual(running, 'RUNNING');
    await eventually('the ledger says what is waited for', async () => (await requests())[name.slice(-36)].waitingFor !== '');
    match((await requests())[name.slice(-36)].waitingFor, /^instance snapshot 'Site-Latest.*' to be gone \(last state: available\)$/);
    await eventually('the log says what is done', async () => (await log(name.slice(-36))).at(-1)?.phase === 'remove');

    this.simulator.outcomes.length = 0;
    strictEqual((await destruction).exitCode, 0);
    match(await status(), /^DELETE_COMPLETE$/m);
  }

  /** A backup plan's run, started by hand. */
  async runOnDemand(): Promise<void> {
    const { outputs } = await this.deploy('Backup', 'web-1');
    const { StateMachineArn, StartRunInput } = outputs.Backup;
    await this.shell.run(REGION, `INPUT='${StartRunInput}'`,
      this.shell.block('docs/backup.md', 'aws stepfunctions start-execution', { '<plan.stateMachine>': StateMachineArn }));
    const kept = () => this.snapshot('web-1-nightly-')?.tags.some(({ key }) => key === 'cdk-lightsail-snapshots:keep-until');
    await eventually('a snapshot that is kept for two weeks', () => kept() ?? false);
  }

  private snapshot(begins: string) {
    return [...this.simulator.region(REGION).instanceSnapshots.values()].find(({ name }) => name.startsWith(begins))!;
  }

  private deploy(stack: string, instance: string, ...args: string[]) {
    return this.cdk.deploy({ app: APP, stacks: [stack], context: { instance, revision: '1' }, args, env: ENV });
  }

  /** The three commands for a resource of the stack. */
  private async of(logicalId: string) {
    const block = (begins: string, put?: Record<string, string>) => this.shell.block(PAGE, begins, put);
    // as in one shell, in which the names are looked up once
    const names = await this.shell.run(REGION, block('STACK=', { GoldenImage1A2B3C4D: logicalId }), 'declare -p STACK LOGICAL_ID MACHINE TABLE LOGS');
    const run = (begins: string, put?: Record<string, string>) => this.shell.run(REGION, names, block(begins, put));
    return {
      logicalId,
      run,
      newest: async () => (await run('aws stepfunctions list-executions')).split('\n')[0].split('\t'),
      log: async (requestId: string): Promise<any[]> => {
        const printed = await run('REQUEST_ID=', { '1f483001-625e-4649-bdee-a133318d45de': requestId, 'sleep 5': 'sleep 0' });
        return printed.split('\n').filter(line => line !== '').map(line => JSON.parse(line.split('\t')[1]));
      },
      requests: async (): Promise<Record<string, any>> => JSON.parse(await run('aws dynamodb get-item')),
    };
  }
}

const APP = join(__dirname, 'app.ts');

/** The examples import the library by its name. */
const ENV = { TSX_TSCONFIG_PATH: join(__dirname, '../../examples/typescript/tsconfig.json') };
