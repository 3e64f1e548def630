import { TAGS } from '../../../src/functions/backup/contract';
import { snapshotName } from '../../../src/functions/backup/names';
import { BackupTestEnvironment, DAY, HOUR, plan, REGION, startBackups } from '../../support/backup';

let environment: BackupTestEnvironment;
beforeAll(async () => { environment = await startBackups(); });
beforeEach(() => home().addInstance({ name: 'web', createdAt: THREE - 90 * DAY }));
afterEach(() => {
  expect(environment.problems).toEqual([]);
  return environment.reset(1);
});
afterAll(() => environment.close());

const THREE = Date.UTC(2026, 0, 1, 3);
const TARGET = 'eu-central-1';
const home = () => environment.sim.region(REGION);
const names = (region = REGION) => [...environment.sim.region(region).instanceSnapshots.keys()].sort();
const tagsOf = (name: string, region = REGION) =>
  Object.fromEntries(environment.sim.region(region).instanceSnapshots.get(name)!.tags.map(({ key, value }) => [key, value]));

/** What a script left: a snapshot a day. */
const script = (...days: number[]) => days.map(day => {
  const name = `web-auto-${day}`;
  home().addInstanceSnapshot({ name, fromInstanceName: 'web', createdAt: THREE - day * DAY + 12_345, tags: [{ key: 'auto' }] });
  return name;
});

async function night(changes = {}) {
  environment.deploy(plan({ retention: { daily: 3, minimum: 1 }, ...changes }), 'cron(0 3 * * ? *)');
  await environment.until(THREE + 20 * HOUR);
  const { status, output, cause } = environment.executions.all.filter(({ name }) => name.startsWith('nightly.')).at(-1)!;
  return { status, report: output ? (JSON.parse(output) as { report: string }).report : cause! };
}

test('what a rule names is taken over by the retention', async () => {
  const [oldest, old, kept, newest] = script(4, 3, 2, 1);
  const mine = home().addInstanceSnapshot({ name: 'web-golden', fromInstanceName: 'web', createdAt: THREE - 80 * DAY }).name;
  const { status, report } = await night({ adopt: [{ name: 'web-auto-*' }] });
  expect(status).toBe('SUCCEEDED');
  expect(report).toContain('Deleted 2, took over 4');
  expect(names()).toEqual([kept, newest, mine, snapshotName(plan(), 'Instance', 'web', '2026-01-01T0300')].sort());
  expect(names()).not.toContain(oldest);
  expect(names()).not.toContain(old);
  expect(tagsOf(newest)).toEqual({
    auto: undefined, [TAGS.plan]: 'us-east-1/nightly', [TAGS.slot]: '2025-12-31T0300', [TAGS.type]: 'original', [TAGS.source]: home().instances.get('web')!.arn,
  });
  expect(tagsOf(mine)).toEqual({});
});

test('a dry run says what it would take over and delete, and does neither', async () => {
  const all = script(4, 3, 2, 1);
  const { report } = await night({ adopt: [{ name: 'web-auto-*' }], dryRun: true });
  for (const name of all) {
    expect(report).toContain(`would take over ${name}`);
    expect(tagsOf(name)).toEqual({ auto: undefined });
  }
  expect(report).toContain(`would delete ${all[0]}: no rule keeps it`);
  expect(names()).toHaveLength(5);
});

test('all that a rule gives has to apply', async () => {
  const [one] = script(1);
  await night({ adopt: [{ name: 'web-auto-*', tag: { key: 'auto', value: 'yes' } }] });
  expect(tagsOf(one)).toEqual({ auto: undefined });
});

test('only what is of a selected source is taken over', async () => {
  home().addInstance({ name: 'sql', createdAt: THREE - 90 * DAY, tags: [{ key: 'backup' }] });
  const [ofOther] = script(1);
  const add = (name: string, of: string, days: number) =>
    home().addInstanceSnapshot({ name, fromInstanceName: of, createdAt: THREE - days * DAY }).name;
  const ofSelected = add('sql-auto', 'sql', 1);
  const gone = [add('gone-auto-old', 'gone', 200), add('gone-auto-new', 'gone', 100)];
  const systemDisk = home().addDiskSnapshot({ name: 'sql-auto-disk', fromInstanceName: 'sql', createdAt: THREE - DAY });
  const { status, report } = await night({
    selection: { or: [{ tag: { key: 'backup' } }, { type: 'Disk' }] }, adopt: [{ name: '*-auto*' }], orphansWithin: 30 * DAY,
  });
  expect(status).toBe('SUCCEEDED');
  expect(report).toContain('Deleted 0, took over 1');
  expect(tagsOf(ofSelected)).toMatchObject({ [TAGS.plan]: 'us-east-1/nightly' });
  for (const name of gone) expect(tagsOf(name)).toEqual({});
  expect(tagsOf(ofOther)).toEqual({ auto: undefined });
  expect(systemDisk.tags).toEqual([]);
});

test('what another plan or a stack made is never taken over, nor what failed', async () => {
  const tag = (key: string, value: string) => ({ key, value });
  const others = [
    home().addInstanceSnapshot({ name: 'web-auto-a', fromInstanceName: 'web', tags: [tag(TAGS.plan, 'us-east-1/other')] }),
    home().addInstanceSnapshot({ name: 'web-auto-b', fromInstanceName: 'web', tags: [tag('cdk-lightsail-snapshots:stack', 'arn')] }),
    home().addInstanceSnapshot({ name: 'web-auto-c', fromInstanceName: 'web', state: 'error' }),
  ];
  const before = others.map(({ name }) => tagsOf(name));
  await night({ adopt: [{ name: 'web-auto-*' }] });
  expect(others.map(({ name }) => tagsOf(name))).toEqual(before);
});

test.each([[false], [true]])('what is pinned is so from the night on in which it is taken over, in a dry run too: %s', async dryRun => {
  const [old, second, newest] = script(3, 2, 1);
  home().instanceSnapshots.get(newest)!.tags.push({ key: TAGS.keep });
  const { report } = await night({ adopt: [{ name: 'web-auto-*' }], retention: { last: 2, minimum: 1 }, dryRun });
  // the pinned one takes nobody's place
  expect(report).toContain(dryRun ? `would delete ${old}: no rule keeps it` : 'Deleted 1, took over 3');
  expect(report).not.toContain(`would delete ${second}`);
  expect([second, newest].filter(name => !names().includes(name))).toEqual([]);
  expect(names().includes(old)).toBe(dryRun);
});

test('a copy of a run on demand is taken over with the time until which it is kept', async () => {
  const slot = '2025-12-30T101500';
  const name = snapshotName(plan(), 'Instance', 'web', slot);
  const keepUntil = new Date(THREE + DAY).toISOString();
  const tags = Object.entries({ [TAGS.plan]: 'us-east-1/nightly', [TAGS.slot]: slot, [TAGS.type]: 'original', [TAGS.keepUntil]: keepUntil });
  home().addInstanceSnapshot({ name, fromInstanceName: 'web', createdAt: THREE - 2 * DAY, tags: tags.map(([key, value]) => ({ key, value })) });
  environment.sim.region(TARGET).addInstanceSnapshot({ name, fromInstanceName: 'web', createdAt: THREE - 2 * DAY });
  // by the retention of the copies it would go at once
  const copies = [{ region: TARGET, retention: { last: 1, minimum: 1 } }];
  const { report } = await night({ copies });
  expect(report).toContain('Deleted 0, took over 1');
  expect(tagsOf(name, TARGET)).toMatchObject({ [TAGS.slot]: slot, [TAGS.type]: 'copy', [TAGS.keepUntil]: keepUntil });
  await environment.until(environment.clock.now() + 2 * DAY);
  expect([names().includes(name), names(TARGET).includes(name)]).toEqual([false, false]);
});

test('a copy without tags is known by its name, and no other one is', async () => {
  const slot = '2025-12-31T0300';
  const copies = [{ region: TARGET, retention: { daily: 3, minimum: 1 } }];
  const put = (name: string) => environment.sim.region(TARGET).addInstanceSnapshot({ name, fromInstanceName: 'web', createdAt: THREE - DAY }).name;
  const ours = put(snapshotName(plan(), 'Instance', 'web', slot));
  const others = [
    put(snapshotName(plan({ homeRegion: TARGET }), 'Instance', 'web', slot)),
    put(snapshotName(plan({ name: 'other' }), 'Instance', 'web', slot)),
    put(snapshotName(plan({ account: '210987654321' }), 'Instance', 'web', slot)),
    put(`web-nightly-${slot}-0123456789`),
    put(`web-nightly-${slot}`),
  ];
  await night({ copies });
  expect(tagsOf(ours, TARGET)).toMatchObject({ [TAGS.plan]: 'us-east-1/nightly', [TAGS.slot]: slot, [TAGS.type]: 'copy' });
  for (const name of others) expect(tagsOf(name, TARGET)).toEqual({});
});

test('an original that lost its tags is not taken over by its name: somebody may have meant it', async () => {
  const name = snapshotName(plan(), 'Instance', 'web', '2025-12-01T0300');
  home().addInstanceSnapshot({ name, fromInstanceName: 'web', createdAt: THREE - 31 * DAY });
  await night();
  expect(tagsOf(name)).toEqual({});
});

test('a function that dies before or after any of its calls takes over the same', async () => {
  script(4, 3, 2, 1);
  await night({ adopt: [{ name: 'web-auto-*' }] });
  const [total, expected] = [environment.interceptor.calls.length, names()];
  for (let ordinal = 1; ordinal <= total; ordinal++) {
    await environment.reset(ordinal);
    home().addInstance({ name: 'web', createdAt: THREE - 90 * DAY });
    script(4, 3, 2, 1);
    environment.interceptor.crash = call => (call.ordinal === ordinal ? 'after' : undefined);
    await night({ adopt: [{ name: 'web-auto-*' }] });
    expect([ordinal, names()]).toEqual([ordinal, expected]);
  }
});
