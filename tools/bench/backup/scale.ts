/** One run of a plan for many instances, in virtual time, with the real functions and the real state machine. */
import { createBackupClients } from '../../../src/functions/backup/clients';
import { FUNCTION_MEMORY, PlanSettings } from '../../../src/functions/backup/contract';
import { createBackupHandler } from '../../../src/functions/backup/handler';
import { planTag, snapshotName, toSlot } from '../../../src/functions/backup/names';
import { backupDefinition } from '../../../src/private/backup-definition';
import { ACCOUNT, BackupTestEnvironment, REGION } from '../../../testbed/backup/environment';
import type { Definition } from '../../../testbed/driver';
import { textOf } from '../../../testbed/driver/history';
import type { Simulator } from '../../../testbed/simulator';

/** Snapshots of each instance before the run. */
export const KEPT = 22;

/** Snapshots on a page. Lightsail's is not documented. */
export const PAGE = 50;

/** Milliseconds that a call takes. */
export const LATENCY = 150;

/** US dollars, list prices of us-east-1 without a free tier. */
export const PRICES = { transition: 25 / 1e6, request: 0.2 / 1e6, gbSecond: 16.67e-6 };

const DAY = 24 * 3600_000;

export interface Scale {
  readonly instances: number;
  readonly callsPerSecond: number;
  readonly status: string;
  readonly report: string;
  /** Seconds from the run's start: until the last snapshot was good, and until its end. */
  readonly taken: number;
  readonly seconds: number;
  readonly creates: number;
  readonly deletes: number;
  readonly looks: number;
  readonly pages: number;
  readonly children: number;
  readonly rounds: number;
  /** Bytes of the longest input or output of a state. */
  readonly payload: number;
  /** Events of the longest history. */
  readonly events: number;
  readonly transitions: number;
  readonly invocations: number;
  readonly gbSeconds: number;
  readonly dollars: number;
}

export async function measureScale(instances: number, callsPerSecond: number): Promise<Scale> {
  const environment = await BackupTestEnvironment.start({
    engine: { createBackupHandler, createBackupClients },
    definition: arn => backupDefinition('aws', arn) as Definition,
    latency: { after: LATENCY },
  });
  try {
    return await run(environment, instances, callsPerSecond);
  } finally {
    await environment.close();
  }
}

async function run(environment: BackupTestEnvironment, instances: number, callsPerSecond: number): Promise<Scale> {
  const plan: PlanSettings = {
    account: ACCOUNT,
    homeRegion: REGION,
    name: 'nightly',
    selection: { and: [{ type: 'Instance' }, { tag: { key: 'backup', value: 'yes' } }] },
    timeZone: 'UTC',
    period: 86_400,
    startWindow: 0,
    completionWindow: 6 * 3600,
    retention: { last: KEPT, minimum: 1 },
    callsPerSecond,
  };
  environment.sim.options.pageSize = PAGE;
  environment.deploy(plan, 'cron(0 0 * * ? *)', false);
  seed(environment.sim, plan, instances * KEPT, environment.clock.now());
  const began = environment.clock.now();
  const count = { creates: 0, deletes: 0, looks: 0, pages: 0 };
  let lastGood = began;
  environment.watchers.push({
    after: ({ operation }) => {
      if (operation.startsWith('Create')) count.creates++;
      else if (operation.startsWith('Delete')) count.deletes++;
      else if (operation.endsWith('s')) count.pages++;
      else count.looks++;
      // what is kept of a call costs memory, and nobody reads it here
      environment.sim.calls.length = 0;
      environment.interceptor.calls.length = 0;
    },
  });
  const slot = new Date(began).toISOString().slice(0, 16).replace(':', '');
  const execution = environment.executions.start(JSON.stringify({ plan, slot, keepFor: 0 }), `nightly.${slot}`);
  while (execution.status === 'RUNNING') {
    await environment.clock.advance(60_000);
    if (environment.executions.children.some(({ status }) => status === 'RUNNING')) lastGood = environment.clock.now();
  }
  const all = [...environment.executions.all, ...environment.executions.children];
  const { invocations } = environment.lambda;
  const milliseconds = invocations.reduce((sum, { startedAt, endedAt = startedAt }) => sum + endedAt - startedAt, 0);
  const transitions = all.reduce((sum, { transitions: some }) => sum + some, 0) + environment.executions.children.length;
  const gbSeconds = (milliseconds / 1000) * (FUNCTION_MEMORY / 1024);
  return {
    instances,
    callsPerSecond,
    status: execution.status,
    report: execution.cause ?? execution.output ?? '',
    taken: (lastGood - began) / 1000,
    seconds: (execution.stoppedAt! - began) / 1000,
    ...count,
    children: environment.executions.children.length,
    rounds: invocations.filter(({ input }) => input.startsWith('{"action":"prune"')).length,
    payload: Math.max(...all.flatMap(({ history }) => history.map(({ data }) => (data === undefined ? 0 : Buffer.byteLength(textOf(data)!))))),
    events: Math.max(...all.map(({ history }) => history.length)),
    transitions,
    invocations: invocations.length,
    gbSeconds,
    dollars: transitions * PRICES.transition + invocations.length * PRICES.request + gbSeconds * PRICES.gbSecond,
  };
}

/** So many snapshots of a plan, 22 of an instance. */
export function seed(simulator: Simulator, plan: PlanSettings, snapshots: number, now: number): void {
  const region = simulator.region(REGION);
  const today = Math.floor(now / DAY) * DAY;
  for (let i = 0; i * KEPT < snapshots; i++) {
    const name = `server-${String(i).padStart(5, '0')}.example`;
    region.addInstance({ name, tags: [{ key: 'backup', value: 'yes' }] });
    for (let day = 1; day <= Math.min(KEPT, snapshots - i * KEPT); day++) {
      const slot = toSlot(today - day * DAY);
      region.addInstanceSnapshot({
        name: snapshotName(plan, 'Instance', name, slot),
        fromInstanceName: name,
        createdAt: today - day * DAY,
        tags: [
          { key: 'cdk-lightsail-snapshots:plan', value: planTag(plan) },
          { key: 'cdk-lightsail-snapshots:slot', value: slot },
          { key: 'cdk-lightsail-snapshots:type', value: 'original' },
        ],
      });
    }
  }
}
