/** Backup plans in virtual time: Scheduler, Step Functions, the function and a simulated Lightsail in two or more regions. */
import { BackupEngine, BackupFunction } from './function';
import { role } from './role';
import { Watcher, watched } from './watch';
import type { Definition } from '../driver/asl';
import { CallInterceptor, Latency } from '../driver/call-interceptor';
import { VirtualClock } from '../driver/clock';
import { Execution, Executions, ServiceError } from '../driver/executions';
import { Interpreter } from '../driver/interpreter';
import { Random } from '../driver/random';
import { ScheduleTarget, VirtualScheduler } from '../driver/scheduler';
import { SchedulerServer } from '../driver/scheduler-server';
import { DEFAULT_DURATIONS, Simulator, defaultOptions } from '../simulator';

/** Of a plan's settings, what the environment has to know. */
export interface Plan {
  readonly name: string;
  readonly homeRegion: string;
  readonly previousNames?: readonly string[];
  readonly timeZone: string;
  /** Seconds. */
  readonly period: number;
  readonly startWindow: number;
}

export interface BackupTestEnvironmentOptions {
  readonly engine: BackupEngine;
  /** For the ARN of the function. */
  readonly definition: (functionArn: string) => Definition;
  /** @default 1 */
  readonly seed?: number;
  /** Milliseconds since 1970. @default - midnight of 1 January 2026 */
  readonly start?: number;
  /** How long the function's calls take. @default - 150 ms each */
  readonly latency?: Latency;
  /** Seconds. @default 900 */
  readonly functionTimeout?: number;
  /** A role that may delete everything, as people's scripts have. @default - what the role of backup plans may */
  readonly mayDeleteAll?: boolean;
}

export const REGION = 'us-east-1';
export const ACCOUNT = '123456789012';
const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:Backups`;
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:Backup`;
const RESTART_ROLE = `arn:aws:iam::${ACCOUNT}:role/Restart`;
const START_INSTANCE = 'arn:aws:scheduler:::aws-sdk:lightsail:startInstance';

const START = Date.UTC(2026, 0, 1);
const USUAL_LATENCY: Latency = { after: 150 };

export class BackupTestEnvironment {
  static async start(options: BackupTestEnvironmentOptions): Promise<BackupTestEnvironment> {
    const clock = new VirtualClock({ start: options.start ?? START, patience: 60_000 });
    const simulator = await Simulator.start({ now: () => clock.now(), account: ACCOUNT });
    const parts: { environment?: BackupTestEnvironment } = {};
    const scheduler = new VirtualScheduler(clock, () => parts.environment!.random, (target, input) => parts.environment!.deliver(target, input));
    parts.environment = new BackupTestEnvironment(options, clock, simulator, scheduler, await SchedulerServer.start(scheduler));
    return parts.environment;
  }

  random: Random;
  readonly interceptor: CallInterceptor;
  readonly lambda: BackupFunction;
  readonly executions: Executions;
  /** May be added to. */
  readonly watchers: Watcher[] = [];
  /** Errors with which Step Functions turns away the next starts of an execution, whoever asks. */
  startErrors: string[] = [];
  /** Step Functions denies to start an execution under a name: what the state machine asks for, and Scheduler does not. */
  deniesNames = false;
  /** What nobody should do, and somebody did. */
  readonly problems: string[] = [];
  private readonly plans = new Map<string, Plan>();

  private constructor(
    private readonly options: BackupTestEnvironmentOptions,
    readonly clock: VirtualClock,
    readonly sim: Simulator,
    readonly scheduler: VirtualScheduler,
    private readonly schedulerServer: SchedulerServer,
  ) {
    this.random = new Random(options.seed ?? 1);
    const random = () => this.random;
    this.interceptor = new CallInterceptor(clock, random, options.latency ?? USUAL_LATENCY);
    this.interceptor.onStray = (invocation, operation) => this.problems.push(`invocation ${invocation.id} had ended and then called ${operation}`);
    // last, so that whoever watches sees also what the role refuses
    const ofRole = options.mayDeleteAll ? {} : role(sim, () => this.planTags());
    this.interceptor.direct.set(sim.url, watched(sim, () => clock.now(), () => [...this.watchers, ofRole]));
    this.interceptor.direct.set(schedulerServer.url, schedulerServer.direct);
    this.lambda = new BackupFunction(
      options.engine,
      { arn: FUNCTION, region: REGION, restartRoleArn: RESTART_ROLE, timeout: options.functionTimeout ?? 900 },
      { lightsail: sim.url, scheduler: schedulerServer.url },
      clock, this.interceptor, random,
    );
    const interpreter = new Interpreter(options.definition(FUNCTION), {
      clock,
      random: () => this.random.next(),
      invoke: async (name, payload) => {
        if (name === FUNCTION) return this.lambda.invoke(payload);
        return { error: 'Lambda.ResourceNotFoundException', cause: `Function not found: ${name}` };
      },
      startExecution: (arn, input, name) => this.startExecution(arn, input, name),
    });
    this.executions = new Executions(MACHINE, interpreter, clock, random);
  }

  /** As a deployment of the plan's construct does. */
  deploy(plan: Plan, expression: string, enabled = true): void {
    this.plans.set(plan.name, plan);
    this.scheduler.put({
      name: `lightsail-backup-${plan.name}`,
      expression,
      timeZone: plan.timeZone,
      flexibleWindow: Math.round(plan.startWindow / 60),
      enabled,
      target: {
        arn: MACHINE,
        roleArn: `arn:aws:iam::${ACCOUNT}:role/Schedule`,
        input: JSON.stringify({ plan, scheduledTime: '<aws.scheduler.scheduled-time>' }),
        maximumEventAge: Math.min(86_400, Math.floor(plan.period / 2)),
        deadLetterArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:DeadLetters`,
      },
    });
  }

  /** The plan goes from the stack, and what it made stays. */
  remove(name: string): void {
    this.plans.delete(name);
    this.scheduler.delete(`lightsail-backup-${name}`);
  }

  /** @param keepFor seconds */
  runOnDemand(plan: Plan, keepFor: number): Execution {
    return this.executions.start(JSON.stringify({ plan, onDemand: { keepFor } }));
  }

  /** A call by somebody else than the function: nobody watches it, and no fault hits it. */
  async call(operation: string, input: object, region = REGION): Promise<Record<string, never>> {
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIDUSER/20260101/${region}/lightsail/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Lightsail_20161128.${operation}`, authorization };
    const { sim } = this;
    const { rateLimits } = sim.options;
    // faults are looked for before the first wait, so that they can be put back at once
    const faults = sim.faults.splice(0);
    sim.options.rateLimits = {};
    const call = sim.direct({ method: 'POST', url: '/', headers, body: JSON.stringify(input) });
    sim.faults.push(...faults);
    sim.options.rateLimits = rateLimits;
    const answer = await this.clock.busy(call, operation);
    const output = JSON.parse(answer?.body ?? '{}') as Record<string, never>;
    if (answer?.status !== 200) throw Object.assign(new Error(`${operation}: ${String(output.message)}`), { name: String(output.__type) });
    return output;
  }

  /** Lets the clock go on to a time, with all that is due until then. */
  async until(time: number): Promise<void> {
    if (time > this.clock.now()) await this.clock.advance(time - this.clock.now());
  }

  /** Everything as new. */
  async reset(seed: number, start = this.options.start ?? START): Promise<void> {
    this.lambda.clear();
    this.executions.clear();
    this.scheduler.clear();
    await this.clock.run(Promise.resolve(), 'the last calls');
    this.clock.reset(start);
    this.interceptor.clear();
    this.interceptor.latency = this.options.latency ?? USUAL_LATENCY;
    this.plans.clear();
    this.problems.length = 0;
    this.startErrors = [];
    this.deniesNames = false;
    this.watchers.length = 0;
    this.random = new Random(seed);
    this.sim.reset();
    Object.assign(this.sim.durations, DEFAULT_DURATIONS);
    Object.assign(this.sim.options, defaultOptions());
  }

  async close(): Promise<void> {
    this.lambda.clear();
    this.executions.clear();
    this.scheduler.clear();
    this.clock.reset();
    this.interceptor.close();
    await Promise.all([this.schedulerServer.close(), this.sim.stop()]);
  }

  private planTags(): string[] {
    return [...this.plans.values()].flatMap(({ homeRegion, name, previousNames = [] }) => [name, ...previousNames].map(each => `${homeRegion}/${each}`));
  }

  private startExecution(arn: string, input: string, name?: string): Execution {
    if (arn !== MACHINE) throw new Error(`there is no state machine ${arn}`);
    if (this.deniesNames && name !== undefined) throw new ServiceError('AccessDeniedException', `not authorized to start ${name}`);
    const error = this.startErrors.shift();
    if (error) throw new ServiceError(error, 'the service turned the call away');
    return this.executions.start(input, name);
  }

  private async deliver({ arn, roleArn, input: given }: ScheduleTarget, input: string): Promise<void> {
    if (arn === MACHINE) {
      this.startExecution(arn, input);
      return;
    }
    if (arn !== START_INSTANCE) throw new Error(`the testbed does not know the target ${arn}`);
    if (roleArn !== RESTART_ROLE) throw new Error(`the role ${roleArn} may not start instances`);
    const { InstanceName, ...others } = JSON.parse(input) as { InstanceName?: string };
    // universal targets take the names of members with a capital first letter
    if (!InstanceName || Object.keys(others).length > 0) throw new Error(`the input does not fit StartInstance: ${given}`);
    await this.call('StartInstance', { instanceName: InstanceName });
  }
}
