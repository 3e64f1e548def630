import { TAGS } from '../../../src/functions/backup/contract';
import { snapshotName, toSlot } from '../../../src/functions/backup/names';
import { BackupTestEnvironment, DAY, HOUR, MINUTE, plan, REGION, startBackups } from '../../support/backup';

let environment: BackupTestEnvironment;
beforeAll(async () => { environment = await startBackups(); });
afterEach(() => {
  expect(environment.problems).toEqual([]);
  return environment.reset(1);
});
afterAll(() => environment.close());

const AT_THREE = 'cron(0 3 * * ? *)';
const THREE = Date.UTC(2026, 0, 1, 3);
const TARGET = 'eu-central-1';
const LAST_TWO = { last: 2, minimum: 1 };
const home = () => environment.sim.region(REGION);
const add = (name: string) => home().addInstance({ name, createdAt: THREE - 90 * DAY });

interface Seed {
  readonly days: number;
  readonly of?: string;
  readonly state?: string;
  readonly tags?: Record<string, string | undefined>;
  readonly region?: string;
  readonly name?: string;
  readonly arn?: string;
  readonly planName?: string;
}

/** A snapshot that the plan took so many days before the first run. */
function seed({ days, of = 'web', state = 'available', tags = {}, region = REGION, name, arn, planName = 'nightly' }: Seed): string {
  const slot = toSlot(THREE - days * DAY);
  const all = { [TAGS.plan]: `us-east-1/${planName}`, [TAGS.slot]: slot, [TAGS.type]: region === REGION ? 'original' : 'copy', ...tags };
  const given = Object.entries(all).filter(([, value]) => value !== undefined).map(([key, value]) => ({ key, value }));
  const called = name ?? snapshotName(plan({ name: planName }), 'Instance', of, slot);
  const source = home().instances.get(of);
  environment.sim.region(region).addInstanceSnapshot({
    name: called,
    fromInstanceName: of,
    fromInstanceArn: arn ?? source?.arn ?? `arn:aws:lightsail:us-east-1:123456789012:Instance/${of}`,
    state,
    createdAt: THREE - days * DAY,
    tags: given,
  });
  return called;
}

const has = (name: string, region = REGION) => environment.sim.region(region).instanceSnapshots.has(name);
const deleted = () => environment.sim.calls.filter(({ operation, error }) => operation.startsWith('Delete') && !error)
  .map(({ input }) => (input as { instanceSnapshotName: string }).instanceSnapshotName);

async function night(changes = {}, at = THREE + 20 * HOUR) {
  environment.deploy(plan({ retention: LAST_TWO, ...changes }), AT_THREE);
  await environment.until(at);
  const { status, output, cause } = environment.executions.all.filter(({ name }) => name.startsWith('nightly.')).at(-1)!;
  return { status, report: output ? (JSON.parse(output) as { report: string }).report : cause! };
}

test('what the retention does not keep goes, the oldest first', async () => {
  add('web');
  const old = [3, 2, 1].map(days => seed({ days }));
  expect((await night()).status).toBe('SUCCEEDED');
  expect(deleted()).toEqual(old.slice(0, 2));
  expect(has(old[2])).toBe(true);
});

test('what does not carry the tag of the plan is never touched, however it is called', async () => {
  add('web');
  seed({ days: 1 });
  const foreign = [
    seed({ days: 5, tags: { [TAGS.plan]: undefined } }),
    seed({ days: 6, planName: 'nightly2' }),
    seed({ days: 7, tags: { [TAGS.plan]: 'eu-central-1/nightly' } }),
    seed({ days: 8, name: 'web-nightly-by-hand', tags: { [TAGS.plan]: undefined, [TAGS.slot]: undefined, [TAGS.type]: undefined } }),
  ];
  await night();
  expect(deleted()).toEqual([]);
  for (const name of foreign) expect(has(name)).toBe(true);
});

test('nothing goes when the newest is not good', async () => {
  add('web');
  const old = [3, 2, 1].map(days => seed({ days }));
  environment.sim.outcomes.push({ resourceType: 'InstanceSnapshot', state: 'error' });
  expect((await night()).status).toBe('FAILED');
  for (const name of old) expect(has(name)).toBe(true);
  expect(deleted()).toEqual([]);
});

test('months of failures do not remove the last good one', async () => {
  add('web');
  const last = seed({ days: 1 });
  environment.sim.faults.push({ operation: 'CreateInstanceSnapshot', effect: { error: 'InvalidInputException', message: 'No.', status: 400 } });
  await night({ retention: { within: DAY, minimum: 1 } }, THREE + 60 * DAY);
  expect(has(last)).toBe(true);
});

test('another instance of the same name does not push out what the first one left', async () => {
  add('web');
  const old = [9, 8, 7].map(days => seed({ days, arn: 'arn:aws:lightsail:us-east-1:123456789012:Instance/first' }));
  await night({ retention: { last: 1, minimum: 1 } });
  for (const name of old) expect(has(name)).toBe(true);
});

describe('sources that are gone', () => {
  test('keep their snapshots, and are told', async () => {
    add('web');
    const old = [9, 8].map(days => seed({ days, of: 'gone' }));
    const { status, report } = await night();
    expect(status).toBe('SUCCEEDED');
    expect(report).toContain('2 snapshots are left of sources that are gone: gone');
    for (const name of old) expect(has(name)).toBe(true);
  });

  test('keep the last good one when the plan removes them after a time', async () => {
    add('web');
    const old = [90, 80, 41, 40].map(days => seed({ days, of: 'gone' }));
    const failed = seed({ days: 39, of: 'gone', state: 'error' });
    await night({ orphansWithin: 7 * DAY });
    expect([...old, failed].map(name => has(name))).toEqual([false, false, true, true, true]);
  });
});

test('an instance that is not selected any more keeps all where its newest snapshot is fresh as well', async () => {
  add('web');
  add('sql');
  const expired = { [TAGS.keepUntil]: new Date(THREE - DAY).toISOString() };
  const old = [
    // on the first night without it the copies of the night before are new enough to remove others
    ...[4, 3, 2, 1].map(days => ({ name: seed({ days, of: 'sql', region: TARGET }), region: TARGET })),
    { name: seed({ days: 3, of: 'sql', state: 'error' }), region: REGION },
    { name: seed({ days: 2, of: 'sql', tags: expired }), region: REGION },
    { name: seed({ days: 1, of: 'sql' }), region: REGION },
  ];
  await night({ selection: { names: ['web'] }, copies: [{ region: TARGET, retention: LAST_TWO }] });
  for (const { name, region } of old) expect([name, has(name, region)]).toEqual([name, true]);
});

test('an instance that is not selected any more keeps all, and is told', async () => {
  add('web');
  add('sql');
  const old = [3, 2, 1].map(days => seed({ days, of: 'sql' }));
  const { report } = await night({ selection: { and: [{ type: 'Instance' }, { names: ['web'] }] } });
  expect(report).toContain('sql is not selected any more; all its snapshots are kept');
  for (const name of old) expect(has(name)).toBe(true);
});

test('a failed one that is older than a good one goes; a pending one stays and is told', async () => {
  add('web');
  seed({ days: 1 });
  const failed = seed({ days: 2, state: 'error' });
  const pinned = seed({ days: 3, state: 'error', tags: { [TAGS.keep]: '' } });
  const pending = seed({ days: 4, state: 'pending' });
  const { report } = await night();
  expect(deleted()).toEqual([failed]);
  expect([has(pinned), has(pending)]).toEqual([true, true]);
  expect(report).toContain(`${pending} has been pending for a period`);
});

test('what is of the future counts for nothing and stays', async () => {
  add('web');
  const ahead = [-40, -41].map(days => seed({ days }));
  const created = seed({ days: 20, name: 'clock' });
  home().instanceSnapshots.get(created)!.createdAt = THREE + 40 * DAY;
  const old = [2, 1].map(days => seed({ days }));
  const { report } = await night();
  expect(deleted()).toEqual([old[0]]);
  for (const name of [...ahead, created]) {
    expect(has(name)).toBe(true);
    expect(report).toContain(`${name} says that it is of the future`);
  }
});

test('a pinned one stays, also when it is pinned while the run prunes', async () => {
  add('web');
  const [late, pinned] = [seed({ days: 5 }), seed({ days: 4, tags: { [TAGS.keep]: 'forever' } })];
  seed({ days: 1 });
  // after the list, before the look
  environment.watchers.push({
    after: ({ operation }) => {
      if (operation === 'GetInstanceSnapshots') home().instanceSnapshots.get(late)!.tags.push({ key: TAGS.keep, value: '' });
    },
  });
  expect((await night()).status).toBe('SUCCEEDED');
  expect([has(late), has(pinned)]).toEqual([true, true]);
});

test('what is pinned between the look and the deletion is refused by the role, and told', async () => {
  add('web');
  const late = seed({ days: 5 });
  seed({ days: 1 });
  environment.watchers.unshift({
    before: ({ operation }) => {
      if (operation === 'DeleteInstanceSnapshot') home().instanceSnapshots.get(late)!.tags.push({ key: TAGS.keep, value: '' });
      return undefined;
    },
  });
  const { status, report } = await night();
  environment.watchers.shift();
  expect(has(late)).toBe(true);
  expect(status).toBe('FAILED');
  expect(report).toContain(`${late} could not be deleted: AccessDeniedException`);
});

test('nothing goes when somebody deletes the good one meanwhile', async () => {
  add('web');
  const old = [3, 2, 1].map(days => seed({ days }));
  let isListed = false;
  environment.watchers.push({
    before: ({ operation }) => {
      const newest = snapshotName(plan(), 'Instance', 'web', toSlot(THREE));
      if (operation === 'GetInstanceSnapshots') {isListed = true;} else if (isListed && operation === 'GetInstanceSnapshot') {
        (home().instanceSnapshots as Map<string, unknown>).delete(newest);
        (home().all as Map<string, unknown>).delete(newest);
      }
      return undefined;
    },
  });
  const { report } = await night();
  expect(deleted()).toEqual([]);
  expect(report).toContain('nothing of web was deleted');
  for (const name of old) expect(has(name)).toBe(true);
});

test('a list that does not come to its end prunes nothing, and says so', async () => {
  add('web');
  for (let days = 1; days < 12; days++) seed({ days });
  let pages = 0;
  environment.watchers.push({ before: ({ operation }) => (operation === 'GetInstanceSnapshots' && ++pages > 2 ? 'there is an end' : undefined) });
  const { status, report } = await night();
  expect(status).toBe('FAILED');
  expect(deleted()).toEqual([]);
  expect(report).toContain('us-east-1: nothing was pruned: AccessDeniedException');
});

test('a list of too many snapshots prunes nothing; one that is near that says so before', async () => {
  add('web');
  const old = [3, 2, 1].map(days => seed({ days }));
  for (let i = 0; i < 300; i++) home().addInstanceSnapshot({ name: `other-${i}` });
  environment.interceptor.latency = { after: 6_000 };
  expect((await night()).report).toContain('of its 304 snapshots took 10 of 12 minutes; beyond that nothing is pruned');
  expect(deleted()).toEqual(old.slice(0, 2));
  environment.interceptor.latency = { after: 8_000 };
  const { status, report } = await night({}, THREE + DAY + 20 * HOUR);
  expect(status).toBe('FAILED');
  expect(report).toMatch(/us-east-1 has too many snapshots: after 2\d\d the list had not ended within 12 minutes/);
  expect(deleted()).toEqual(old.slice(0, 2));
});

test('a dry run deletes nothing and says what it would', async () => {
  add('web');
  const old = [3, 2, 1].map(days => seed({ days }));
  const { report } = await night({ dryRun: true });
  expect(deleted()).toEqual([]);
  for (const name of old.slice(0, 2)) expect(report).toContain(`would delete ${name}: no rule keeps it`);
  expect(report).not.toContain(old[2]);
});

test('what is in use is left for the next run, and told after three', async () => {
  add('web');
  const used = seed({ days: 3 });
  seed({ days: 1 });
  home().instanceSnapshots.get(used)!.users = 1;
  expect((await night()).report).not.toContain('could not be deleted');
  expect(home().instanceSnapshots.get(used)!.tags).toContainEqual({ key: TAGS.deferred, value: '1/2026-01-01T0300' });
  await night({}, THREE + DAY + 20 * HOUR);
  expect((await night({}, THREE + 2 * DAY + 20 * HOUR)).report).toContain(`${used} could not be deleted in 3 runs`);
  home().instanceSnapshots.get(used)!.users = 0;
  await night({}, THREE + 3 * DAY + 20 * HOUR);
  expect(has(used)).toBe(false);
});

test('snapshots under an earlier name of the plan are its own', async () => {
  add('web');
  const old = [3, 2].map(days => seed({ days, planName: 'before' }));
  environment.deploy(plan({ name: 'nightly', previousNames: ['before'] }), AT_THREE);
  await night({ previousNames: ['before'] });
  expect(deleted()).toEqual([old[0]]);
});

describe('copies', () => {
  const copies = [{ region: TARGET, retention: { last: 1, minimum: 1 } }];

  test('have a retention of their own, and are pruned by the copy of the slot before at the latest', async () => {
    add('web');
    const arn = home().instances.get('web')!.arn;
    const old = [3, 2, 1].map(days => seed({ days, region: TARGET, tags: { [TAGS.source]: arn } }));
    environment.sim.durations.copy = 20 * HOUR;
    expect((await night({ copies })).status).toBe('FAILED');
    // the copy of this slot is pending: that of the slot before is new enough
    expect(old.map(name => has(name, TARGET))).toEqual([false, false, true]);
  });

  test('are kept when nothing is copied any more', async () => {
    add('web');
    const old = [5, 4, 3].map(days => seed({ days, region: TARGET, tags: { [TAGS.source]: home().instances.get('web')!.arn } }));
    environment.sim.faults.push({ operation: 'CopySnapshot', effect: { error: 'InvalidInputException', message: 'No.', status: 400 } });
    await night({ copies });
    expect(old.map(name => has(name, TARGET))).toEqual([true, true, true]);
  });

  test('an original whose copy is pending stays', async () => {
    add('web');
    const [needed, free] = [seed({ days: 3 }), seed({ days: 2 })];
    seed({ days: 1 });
    seed({ days: 3, region: TARGET, state: 'pending' });
    await night({ copies });
    expect([has(needed), has(free)]).toEqual([true, false]);
  });

  test('in the region that turns out to be the plan\'s own are left out, and told: nothing there is pruned by their retention', async () => {
    add('web');
    const [oldest, old, newest] = [3, 2, 1].map(days => seed({ days }));
    const inHome = [{ region: REGION, retention: { last: 1, minimum: 1 } }];
    const { status, report } = await night({ copies: inHome });
    expect([oldest, old, newest].map(name => has(name))).toEqual([false, false, true]);
    expect(status).toBe('FAILED');
    expect(report).toContain('copies names us-east-1, which is the plan\'s own region');
    expect(report).toContain('1 of 1 sources are backed up');
    expect(report).toContain('Deleted 2');
    expect(environment.sim.calls.map(({ operation }) => operation)).not.toContain('CopySnapshot');
    const onDemand = environment.runOnDemand(plan({ copies: inHome }), 2 * DAY / 1000);
    await environment.until(environment.clock.now() + 2 * HOUR);
    expect([onDemand.status, onDemand.cause]).toEqual(['FAILED', expect.stringContaining('which is the plan\'s own region')]);
  });

  test('in other regions are made and pruned beside one that is left out', async () => {
    add('web');
    const arn = home().instances.get('web')!.arn;
    const [original, copied] = [seed({ days: 1 }), seed({ days: 1, region: TARGET, tags: { [TAGS.source]: arn } })];
    const { report } = await night({ copies: [{ region: REGION, retention: { last: 1, minimum: 1 } }, ...copies] });
    expect(report).toContain('1 of 1 sources are backed up');
    expect([has(original), has(copied, TARGET)]).toEqual([true, false]);
    expect(environment.sim.region(TARGET).instanceSnapshots.size).toBe(1);
  });

  test('of two plans of one name in two regions do not meet', async () => {
    add('web');
    // what the plan of the other region calls its own original, here
    const theirs = seed({ days: 9, region: TARGET, tags: { [TAGS.plan]: 'eu-central-1/nightly', [TAGS.type]: 'original' } });
    await night({ copies });
    expect(has(theirs, TARGET)).toBe(true);
  });
});

test('pruning stops before the next run begins', async () => {
  for (let i = 0; i < 30; i++) add(`web-${i}`);
  for (let i = 0; i < 30; i++) for (let days = 2; days <= 15; days++) seed({ days, of: `web-${i}` });
  environment.sim.options.pageSize = 100;
  const { status, report } = await night({ callsPerSecond: 0.1, period: 3600, completionWindow: 1800, startWindow: 60 });
  expect(status).toBe('FAILED');
  expect(report).toContain('pruning had not ended when the next run was due');
  expect(Math.max(...environment.sim.calls.map(({ at }) => at))).toBeLessThan(THREE + HOUR + MINUTE);
});
