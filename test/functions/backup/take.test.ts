import { snapshotName } from '../../../src/functions/backup/names';
import { BackupTestEnvironment, DAY, HOUR, logsOf, MINUTE, plan, REGION, startBackups } from '../../support/backup';

let environment: BackupTestEnvironment;
beforeAll(async () => { environment = await startBackups(); });
afterEach(() => {
  expect(environment.problems).toEqual([]);
  return environment.reset(1);
});
afterAll(() => environment.close());

const AT_THREE = 'cron(0 3 * * ? *)';
const SLOT = '2026-01-01T0300';
const THREE = Date.UTC(2026, 0, 1, 3);
const TARGET = 'eu-central-1';
const COPIES = [{ region: TARGET, retention: { daily: 3, minimum: 1 } }];
const home = () => environment.sim.region(REGION);
const add = (name: string, about: object = {}) => home().addInstance({ name, createdAt: THREE - 30 * DAY, ...about });
const nameOf = (source: string) => snapshotName(plan(), 'Instance', source, SLOT);
const snapshotOf = (source: string, region = REGION) => environment.sim.region(region).instanceSnapshots.get(nameOf(source));
const tagsOf = (source: string, region = REGION) =>
  Object.fromEntries(snapshotOf(source, region)!.tags.map(({ key, value }) => [key.replace('cdk-lightsail-snapshots:', ''), value]));
const callsOf = (operation: string) => environment.sim.calls.filter(call => call.operation === operation);

async function night(changes = {}) {
  environment.deploy(plan(changes), AT_THREE);
  await environment.until(environment.clock.now() + DAY);
  const { status, output, cause } = environment.executions.all.find(({ name }) => name.startsWith('nightly.'))!;
  return { status, report: output ? (JSON.parse(output) as { report: string }).report : cause! };
}

test('a snapshot carries the plan, the slot, and the tags that the plan gives', async () => {
  add('web', { tags: [{ key: 'env', value: 'prod' }] });
  await night({ snapshotTags: { team: 'a' } });
  expect(tagsOf('web')).toEqual({ plan: 'us-east-1/nightly', slot: SLOT, type: 'original', team: 'a' });
});

test('the tags of the source are copied where the plan says so, as many as fit; ours come first', async () => {
  const tags = Array.from({ length: 48 }, (_, i) => ({ key: `k${i}`, value: `${i}` }));
  add('web', { tags: [...tags, { key: 'team', value: 'source' }, { key: 'cdk-lightsail-snapshots:stack', value: 'x' }] });
  add('sql', { tags: [{ key: 'env', value: 'prod' }] });
  await night({ snapshotTags: { team: 'plan' }, copySourceTags: true });
  expect(tagsOf('sql')).toMatchObject({ env: 'prod', team: 'plan' });
  const given = tagsOf('web');
  expect(Object.keys(given)).toHaveLength(3 + 43);
  expect(given).toMatchObject({ plan: 'us-east-1/nightly', k0: '0' });
  expect(given).not.toHaveProperty('stack');
  expect(logsOf(environment)).toContainEqual(expect.objectContaining({ source: 'Instance/web', notice: expect.stringContaining('at most 50') as string }));
});

test('looks are few: four for a snapshot of twenty minutes', async () => {
  add('web');
  environment.sim.durations.instanceSnapshot = 20 * MINUTE;
  expect((await night()).status).toBe('SUCCEEDED');
  expect(callsOf('GetInstanceSnapshot').length).toBeLessThanOrEqual(6);
  expect(callsOf('CreateInstanceSnapshot')).toHaveLength(1);
});

test('what a child created in one turn it looks at in one step', async () => {
  for (let i = 0; i < 50; i++) add(`web-${i}`);
  expect((await night()).status).toBe('SUCCEEDED');
  expect(environment.lambda.invocations.filter(({ input }) => input.includes('"action":"take"'))).toHaveLength(2);
  expect(callsOf('CreateInstanceSnapshot')).toHaveLength(50);
});

test('"not now" waits: an automatic snapshot under way', async () => {
  add('web', { addOns: true });
  environment.sim.durations.autoSnapshot = 4 * HOUR;
  home().addAutoSnapshot({ resource: 'web', date: '2026-01-01', status: 'InProgress' });
  expect(await night()).toMatchObject({ status: 'SUCCEEDED' });
  expect(snapshotOf('web')!.state).toBe('available');
  expect(snapshotOf('web')!.createdAt).toBeGreaterThan(THREE + HOUR);
});

test('"not now" ends with the completion window, and is named', async () => {
  add('web', { addOns: true });
  add('sql');
  environment.sim.durations.autoSnapshot = 14 * HOUR;
  home().addAutoSnapshot({ resource: 'web', date: '2026-01-01', status: 'InProgress' });
  const { status, report } = await night();
  expect(status).toBe('FAILED');
  expect(report).toContain('Lightsail was busy with the source until the completion window ended: Instance/web');
  expect(snapshotOf('sql')!.state).toBe('available');
  expect(Math.max(...callsOf('CreateInstanceSnapshot').map(({ at }) => at))).toBeLessThan(THREE + 7 * HOUR);
});

test('a snapshot that stays pending is named when the windows end', async () => {
  add('web');
  environment.sim.outcomes.push({ resourceType: 'InstanceSnapshot', state: 'stuck' });
  const { report } = await night();
  expect(report).toContain('there was no good snapshot when the completion window ended: Instance/web');
});

test('an instance that went away meanwhile is no failure', async () => {
  add('web');
  add('sql');
  environment.sim.faults.push({
    operation: 'CreateInstanceSnapshot',
    when: input => input.instanceName === 'web',
    effect: { error: 'NotFoundException', message: 'The Instance does not exist: web', status: 404 },
  });
  const { status, report } = await night();
  expect(status).toBe('SUCCEEDED');
  expect(report).toContain('went away before their snapshot was taken: Instance/web');
});

test('a name that is somebody else\'s is told, and what has it is not touched', async () => {
  add('web');
  add('sql');
  home().addInstanceSnapshot({ name: nameOf('web'), fromInstanceName: 'web', tags: [{ key: 'mine' }] });
  home().addDisk({ name: nameOf('sql') });
  const { status, report } = await night();
  expect(status).toBe('FAILED');
  expect(report).toContain('the name of the snapshot is somebody else\'s: the log of the function has it: Instance/sql, Instance/web');
  expect(logsOf(environment)).toContainEqual(expect.objectContaining({ error: `the name is somebody else's: ${nameOf('web')}` }));
  expect(snapshotOf('web')!.tags).toEqual([{ key: 'mine' }]);
});

test('what Lightsail refuses for good is told, in its words in the log', async () => {
  add('web');
  const effect = { error: 'InvalidInputException', message: 'No snapshots on Tuesdays.', status: 400 };
  environment.sim.faults.push({ operation: 'CreateInstanceSnapshot', effect });
  expect((await night()).report).toContain('AWS refused: the log of the function has its words: Instance/web');
  const error = expect.stringContaining('InvalidInputException: No snapshots on Tuesdays') as string;
  expect(logsOf(environment)).toContainEqual(expect.objectContaining({ source: 'Instance/web', error }));
  expect(callsOf('CreateInstanceSnapshot')).toHaveLength(1);
});

test('a denial is waited for two minutes, and then told', async () => {
  add('web');
  environment.sim.faults.push({ operation: 'CreateInstanceSnapshot', effect: 'accessDenied' });
  expect(await night()).toMatchObject({ status: 'FAILED', report: expect.stringContaining('AWS refused') as string });
  const at = callsOf('CreateInstanceSnapshot').map(call => call.at);
  expect(at.at(-1)! - at[0]).toBeGreaterThan(100_000);
  expect(at.at(-1)! - at[0]).toBeLessThan(300_000);
});

test('lost answers and connections change nothing', async () => {
  for (const name of ['web', 'sql', 'app']) add(name);
  environment.sim.faults.push({ operation: 'CreateInstanceSnapshot', times: 2, effect: 'reset-after' }, { operation: /^Get/, times: 3, effect: '500' });
  expect(await night()).toMatchObject({ status: 'SUCCEEDED' });
  expect(home().instanceSnapshots.size).toBe(3);
});

test('throttling slows down, loses nothing, and is reported', async () => {
  for (let i = 0; i < 30; i++) add(`web-${i}`);
  environment.sim.options.rateLimits = { mutating: { perSecond: 0.5, burst: 2 } };
  const { status, report } = await night();
  expect(status).toBe('SUCCEEDED');
  expect(home().instanceSnapshots.size).toBe(30);
  expect(report).toContain('Lightsail said that there were too many calls: consider a lower callsPerSecond');
});

test('the calls of all children keep to the rate of the plan', async () => {
  for (let i = 0; i < 230; i++) add(`web-${i}`);
  expect((await night({ callsPerSecond: 4 })).status).toBe('SUCCEEDED');
  expect(environment.executions.children).toHaveLength(5);
  const most = (pattern: RegExp) => {
    const at = environment.sim.calls.filter(({ operation }) => pattern.test(operation)).map(call => call.at);
    return Math.max(...at.map((from, i) => at.slice(i).filter(time => time < from + 10_000).length));
  };
  expect(most(/^(Create|Delete|Tag)/)).toBeLessThanOrEqual(40);
  expect(most(/^Get/)).toBeLessThanOrEqual(200);
  expect(home().instanceSnapshots.size).toBe(230);
});

test('disks are snapshotted too', async () => {
  home().addDisk({ name: 'data', createdAt: THREE - DAY });
  expect((await night({ selection: { type: 'Disk' } })).status).toBe('SUCCEEDED');
  expect([...home().diskSnapshots.values()].map(({ fromDiskName, state }) => [fromDiskName, state])).toEqual([['data', 'completed']]);
});

describe('copies', () => {
  test.each([[false], [true]])('are made when the snapshot is good, and tagged; tagging pending ones refused: %s', async tagPendingRefused => {
    environment.sim.options.tagPendingRefused = tagPendingRefused;
    add('web', { tags: [{ key: 'env', value: 'prod' }] });
    expect((await night({ copies: COPIES, copySourceTags: true })).status).toBe('SUCCEEDED');
    expect(snapshotOf('web', TARGET)!.state).toBe('available');
    expect(tagsOf('web', TARGET)).toEqual({
      plan: 'us-east-1/nightly', slot: SLOT, type: 'copy', source: home().instances.get('web')!.arn, env: 'prod',
    });
    expect(callsOf('CopySnapshot').map(({ region }) => region)).toEqual([TARGET]);
  });

  test('to two regions fail one by one', async () => {
    add('web');
    const effect = { error: 'InvalidInputException', message: 'No.', status: 400 };
    environment.sim.faults.push({ operation: 'CopySnapshot', when: (_input, region) => region === TARGET, effect });
    const { status, report } = await night({ copies: [...COPIES, { region: 'us-west-2', retention: { daily: 1, minimum: 1 } }] });
    expect(status).toBe('FAILED');
    expect(report).toContain('a copy failed: Instance/web');
    expect(snapshotOf('web', 'us-west-2')!.state).toBe('available');
    const error = expect.stringContaining('copy to eu-central-1: InvalidInputException: No (code') as string;
    expect(logsOf(environment)).toContainEqual(expect.objectContaining({ error }));
  });

  test('that last longer than the windows are named, and adopted by the next run', async () => {
    add('web');
    environment.sim.durations.copy = 20 * HOUR;
    environment.sim.options.tagPendingRefused = true;
    const { status, report } = await night({ copies: COPIES });
    expect(status).toBe('FAILED');
    expect(report).toContain('a copy was still pending when the completion window ended: Instance/web');
    expect(snapshotOf('web', TARGET)!.tags).toEqual([]);
    environment.sim.durations.copy = 5 * MINUTE;
    await environment.until(environment.clock.now() + DAY);
    expect(tagsOf('web', TARGET)).toMatchObject({ plan: 'us-east-1/nightly', slot: SLOT, type: 'copy' });
  });

  test('that cannot be looked at any more are told as copies: the snapshot is good', async () => {
    add('web');
    environment.sim.durations.copy = 20 * HOUR;
    const whenTheyEnd = THREE + 7 * HOUR - MINUTE;
    environment.sim.faults.push({
      operation: 'GetInstanceSnapshot', when: (_input, region) => region === TARGET && environment.clock.now() > whenTheyEnd, effect: 'throttle',
    });
    const { status, report } = await night({ copies: COPIES });
    expect(status).toBe('FAILED');
    expect(report).toContain('1: a copy was still pending when the completion window ended: Instance/web');
  });

  test('that end in an error are named', async () => {
    add('web');
    environment.watchers.push({
      after: ({ operation }) => {
        if (operation === 'CopySnapshot') snapshotOf('web', TARGET)!.state = 'error';
      },
    });
    expect((await night({ copies: COPIES })).report).toContain('a copy failed: Instance/web');
  });
});
