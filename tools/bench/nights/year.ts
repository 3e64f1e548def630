/** A year of nights for one contender: what it costs, and what is left in the end. */
import { LightsailClient } from '@aws-sdk/client-lightsail';
import { Contender } from './contenders';
import { INCIDENTS, deliveriesOf, endOfNight } from './incidents';
import { createBackupClients } from '../../../src/functions/backup/clients';
import { FUNCTION_MEMORY, PlanSettings } from '../../../src/functions/backup/contract';
import { createBackupHandler } from '../../../src/functions/backup/handler';
import { backupDefinition } from '../../../src/private/backup-definition';
import { ACCOUNT, BackupTestEnvironment, REGION } from '../../../testbed/backup/environment';
import type { BackupEngine } from '../../../testbed/backup/function';
import type { Definition } from '../../../testbed/driver';
import { PRICES } from '../backup/scale';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);

export interface Year {
  readonly title: string;
  /** Nights times instances that are there. */
  readonly sourceNights: number;
  /** Of those, how many had no good snapshot of their night. */
  readonly without: number;
  /** Sources whose last good snapshot was removed while others failed, or that lost all with the instance. */
  readonly lost: number;
  readonly foreign: number;
  /** Snapshots at the end of instances that are gone, and failed ones that nothing removes. */
  readonly left: number;
  readonly calls: number;
  readonly dollars: number;
}

export type BackupMethod = 'plan' | 'automatic' | Contender;

export async function live(method: BackupMethod, nights: number): Promise<Year> {
  const contender = typeof method === 'object' ? method : undefined;
  const environment = await BackupTestEnvironment.start({
    engine: contender ? engineOf(contender) : { createBackupHandler, createBackupClients },
    definition: arn => backupDefinition('aws', arn) as Definition,
    start: START,
    latency: { after: 150 },
    mayDeleteAll: contender !== undefined,
  });
  try {
    return await run(environment, method, nights);
  } finally {
    await environment.close();
  }
}

/** What the SDK tries again, and how often. It would do so in real time, which here stands still. */
const RETRIED = /Throttling|ServiceException|ECONNRESET|TimeoutError/;
const ATTEMPTS = 3;

/** A script in a function of its own, with the SDK's usual retries. */
function engineOf({ run: script }: Contender): BackupEngine {
  return {
    createBackupClients: ({ region, endpoints, requestHandler, credentials }) => {
      const shared = { requestHandler: requestHandler as never, credentials, maxAttempts: 1 };
      const lightsail = new LightsailClient({ ...shared, region, endpoint: endpoints.lightsail });
      return { lightsail: () => lightsail, scheduler: () => { throw new Error('a script makes no schedules'); } };
    },
    createBackupHandler: env => async () => {
      const lightsail = env.lightsail();
      const send = async (command: never) => {
        for (let attempt = 1; ; attempt++) {
          try {
            return await lightsail.send(command);
          } catch (error) {
            const { name, code } = error as Error & { code?: string };
            if (attempt === ATTEMPTS || !RETRIED.test(`${name} ${code}`)) throw error;
            await env.clock.sleep(500 * 2 ** attempt);
          }
        }
      };
      return script({ lightsail: { send } as unknown as LightsailClient, now: () => env.clock.now(), sleep: env.clock.sleep });
    },
  };
}

const PLAN: PlanSettings = {
  account: ACCOUNT,
  homeRegion: REGION,
  name: 'nightly',
  selection: { and: [{ type: 'Instance' }, { tag: { key: 'backup', value: 'yes' } }] },
  timeZone: 'UTC',
  period: DAY / 1000,
  startWindow: 0,
  completionWindow: 6 * 3600,
  retention: { daily: 7, weekly: 4, minimum: 1 },
  callsPerSecond: 2,
};

async function run(environment: BackupTestEnvironment, method: BackupMethod, nights: number): Promise<Year> {
  const { sim, clock } = environment;
  const region = sim.region(REGION);
  const contender = typeof method === 'object' ? method : undefined;
  sim.options.pageSize = 20;
  sim.options.dailyAutoSnapshots = method === 'automatic';
  const yes = [{ key: 'backup', value: 'yes' }];
  for (const name of ['web', 'sql', 'app', 'dev']) region.addInstance({ name, tags: yes, addOns: method === 'automatic' ? [{ name: 'AutoSnapshot', status: 'Enabled', snapshotTimeOfDay: '04:00' }] : [] });
  const foreign = new Set<string>();
  for (const name of ['web-golden', 'sql-2019-auto', 'customer-image']) {
    region.addInstanceSnapshot({ name, fromInstanceName: 'web', createdAt: START - 60 * DAY });
    foreign.add(name);
  }
  if (method === 'plan') environment.deploy(PLAN, 'cron(0 4 * * ? *)');
  environment.scheduler.deliveries = () => 0;

  const usage = { calls: 0, milliseconds: 0, invocations: 0, transitions: 0 };
  const isMade = (name: string) => (contender ? contender.made(name) : /-nightly-\d{4}-\d\d-\d\dT\d{4}-/.test(name));
  /** Good ones by the source's ARN. Automatic ones are no resources of their own. */
  const good = () => {
    const found = new Map<string, number[]>();
    const add = (arn: string, at: number) => found.set(arn, [...found.get(arn) ?? [], at]);
    if (method === 'automatic') {
      for (const { arn, autoSnapshots } of region.instances.values()) for (const { status, createdAt } of autoSnapshots) if (status === 'Success') add(arn, createdAt);
      return found;
    }
    for (const { name, state, fromInstanceArn, requestedAt } of region.instanceSnapshots.values()) if (isMade(name) && state === 'available') add(fromInstanceArn, requestedAt);
    return found;
  };

  let without = 0;
  let sourceNights = 0;
  const lost = new Set<string>();
  let before = good();
  for (let night = 0; night < nights; night++) {
    const slot = START + night * DAY + 4 * HOUR;
    await environment.until(slot - 5 * 60_000);
    const known = new Set(region.instanceSnapshots.keys());
    for (const { when, begin } of INCIDENTS) if (when(night)) await begin(environment, night);
    for (const name of region.instanceSnapshots.keys()) if (!known.has(name)) foreign.add(name);
    const times = deliveriesOf(night);
    environment.scheduler.deliveries = () => times;
    if (contender) for (let i = 0; i < times; i++) clock.in(slot - clock.now(), () => { void asynchronously(environment); }, 'the schedule fires');
    // by noon every run is over
    await environment.until(slot + 8 * HOUR);
    endOfNight(environment);
    const now = good();
    for (const { arn, createdAt } of region.instances.values()) {
      if (createdAt > slot) continue;
      sourceNights++;
      if (!(now.get(arn) ?? []).some(at => at >= slot - HOUR)) without++;
    }
    for (const arn of before.keys()) if (!now.has(arn)) lost.add(arn);
    before = now;
    usage.calls += environment.interceptor.calls.filter(({ service }) => service === 'lightsail').length;
    usage.invocations += environment.lambda.invocations.length;
    usage.milliseconds += environment.lambda.invocations.reduce((sum, { startedAt, endedAt = clock.now() }) => sum + endedAt - startedAt, 0);
    const { all, children } = environment.executions;
    usage.transitions += [...all, ...children].reduce((sum, { transitions }) => sum + transitions, children.length);
    forget(environment);
  }
  const living = new Set([...region.instances.values()].map(({ arn }) => arn));
  const remaining = [...region.instanceSnapshots.values()].filter(({ name }) => isMade(name));
  const gb = (contender ? 128 : FUNCTION_MEMORY) / 1024;
  return {
    title: contender?.title ?? (method === 'plan' ? 'a backup plan of this library' : 'Lightsail\'s automatic snapshots'),
    sourceNights,
    without,
    lost: lost.size,
    foreign: [...foreign].filter(name => !region.instanceSnapshots.has(name)).length,
    left: remaining.filter(({ state, fromInstanceArn }) => state === 'error' || !living.has(fromInstanceArn)).length,
    calls: usage.calls,
    dollars: usage.transitions * PRICES.transition + usage.invocations * PRICES.request + (usage.milliseconds / 1000) * gb * PRICES.gbSecond,
  };
}

/** As Lambda does for a schedule: two more tries. */
async function asynchronously({ lambda, clock }: BackupTestEnvironment): Promise<void> {
  for (const delay of [60_000, 120_000, 0]) {
    const result = await lambda.invoke({});
    if (!('error' in result) || delay === 0) return;
    await clock.sleep(delay);
  }
}

function forget({ interceptor, executions, lambda, sim, scheduler }: BackupTestEnvironment): void {
  interceptor.calls.length = 0;
  lambda.invocations.length = 0;
  sim.calls.length = 0;
  scheduler.delivered.length = 0;
  executions.children.length = 0;
  executions.all.length = 0;
}
