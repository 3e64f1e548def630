import { createHash } from 'node:crypto';
import { TAGS } from '../../../src/functions/backup/contract';
import { snapshotName, toSlot } from '../../../src/functions/backup/names';
import { BackupTestEnvironment, DAY, HOUR, plan, REGION, startBackups } from '../../support/backup';

let environment: BackupTestEnvironment;
beforeAll(async () => { environment = await startBackups(); });
afterEach(() => {
  expect(environment.problems).toEqual([]);
  return environment.reset(1);
});
afterAll(() => environment.close());

const THREE = Date.UTC(2026, 0, 1, 3);
const home = () => environment.sim.region(REGION);
const has = (name: string) => home().instanceSnapshots.has(name);
const rounds = () => environment.lambda.invocations.filter(({ input }) => input.includes('"action":"prune"'));
const lists = () => environment.sim.calls.filter(({ operation, input }) => operation === 'GetInstanceSnapshots' && !(input as { pageToken?: string }).pageToken);

/** An instance, and snapshots of it on so many days before the first run. The oldest first. */
function add(of: string, days: number, tags: Record<string, string> = {}): string[] {
  home().addInstance({ name: of, createdAt: THREE - 90 * DAY, tags: [{ key: 'backup', value: 'yes' }] });
  return Array.from({ length: days }, (_, i) => {
    const time = THREE - (days - i) * DAY;
    const all = { [TAGS.plan]: 'us-east-1/nightly', [TAGS.slot]: toSlot(time), [TAGS.type]: 'original', ...i === 0 && tags };
    return home().addInstanceSnapshot({
      name: snapshotName(plan(), 'Instance', of, toSlot(time)),
      fromInstanceName: of,
      createdAt: time,
      tags: Object.entries(all).map(([key, value]) => ({ key, value })),
    }).name;
  });
}

async function night(changes = {}) {
  environment.deploy(plan({ selection: { tag: { key: 'backup' } }, retention: { last: 1, minimum: 1 }, ...changes }), 'cron(0 3 * * ? *)');
  await environment.until(THREE + 20 * HOUR);
  const { status, output, cause } = environment.executions.all.find(({ name }) => name.startsWith('nightly.'))!;
  return { status, report: output ? (JSON.parse(output) as { report: string }).report : cause! };
}

/** What others do as soon as the second round has begun. */
function inSecondRound(change: () => void): void {
  let isDone = false;
  environment.watchers.push({
    before: () => {
      if (!isDone && rounds().length === 2) {
        isDone = true;
        change();
      }
      return undefined;
    },
  });
}

const names = Array.from({ length: 20 }, (_, i) => `web-${String(i).padStart(2, '0')}`);

test('what a round has no time for is deleted by the next ones, which need no list', async () => {
  names.forEach(name => add(name, 10));
  const { status, report } = await night({ callsPerSecond: 0.1 });
  expect(status).toBe('SUCCEEDED');
  expect(report).toContain('Deleted 200');
  expect(home().instanceSnapshots.size).toBe(20);
  expect(rounds().length).toBeGreaterThan(2);
  expect(lists()).toHaveLength(1);
  for (const { startedAt, endedAt } of rounds()) expect(endedAt! - startedAt).toBeLessThan(900_000);
});

test('what has changed since the list stays', async () => {
  const expired = { [TAGS.keepUntil]: new Date(THREE - HOUR).toISOString() };
  const all = names.map(name => add(name, 10, name === 'web-15' ? expired : {}));
  const [prolonged, pinned, untagged, gone, replaced] = all.slice(15);
  const record = (name: string) => home().instanceSnapshots.get(name)!;
  inSecondRound(() => {
    record(prolonged[0]).tags.find(({ key }) => key === TAGS.keepUntil)!.value = new Date(THREE + DAY).toISOString();
    record(pinned[0]).tags.push({ key: TAGS.keep, value: '' });
    home().instances.get('web-17')!.tags.length = 0;
    for (const name of ['web-18', 'web-19']) {
      (home().instances as Map<string, unknown>).delete(name);
      (home().all as Map<string, unknown>).delete(name);
    }
    home().addInstance({ name: 'web-19', tags: [{ key: 'backup', value: 'yes' }] });
  });
  expect((await night({ callsPerSecond: 0.1, orphansWithin: DAY })).status).toBe('SUCCEEDED');
  for (const name of [prolonged[0], pinned[0], ...untagged, ...gone, ...replaced]) expect([name, has(name)]).toEqual([name, true]);
  for (const name of [...all.slice(0, 15).flat(), ...prolonged.slice(1), ...pinned.slice(1)]) expect([name, has(name)]).toEqual([name, false]);
});

test('what is left of sources that were gone before is deleted by a later round too', async () => {
  const all = names.map(name => add(name, 10));
  for (const name of names.slice(10)) {
    (home().instances as Map<string, unknown>).delete(name);
    (home().all as Map<string, unknown>).delete(name);
  }
  await night({ callsPerSecond: 0.1, orphansWithin: 3 * DAY });
  expect(rounds().length).toBeGreaterThan(1);
  for (const snapshots of all.slice(10)) expect(snapshots.map(has)).toEqual(snapshots.map((_, i) => i >= 6));
});

test('more than a payload holds is listed again', async () => {
  // names that cannot be packed
  const digest = (text: string) => createHash('sha512').update(text).digest('base64url');
  const many = Array.from({ length: 1000 }, (_, i) => `web-${digest(`${i}`)}${digest(`${i}.`)}`);
  many.forEach(name => add(name, 1));
  environment.sim.options.pageSize = 1000;
  const { status, report } = await night({ callsPerSecond: 0.5 });
  expect(status).toBe('SUCCEEDED');
  expect(report).toContain('Deleted 1000');
  expect(lists()).toHaveLength(2);
  for (const { input } of rounds()) expect(Buffer.byteLength(input)).toBeLessThan(200_000);
}, 60_000);

test('what a round had no time to take over is taken over by the next one, and counted once', async () => {
  home().addInstance({ name: 'web', createdAt: THREE - 400 * DAY, tags: [{ key: 'backup', value: 'yes' }] });
  for (let i = 1; i <= 120; i++) home().addInstanceSnapshot({ name: `script-${i}`, fromInstanceName: 'web', createdAt: THREE - i * DAY });
  const { report } = await night({ callsPerSecond: 0.1, retention: { last: 200, minimum: 1 }, adopt: [{ name: 'script-*' }] });
  expect(rounds().length).toBeGreaterThan(1);
  expect(report).toContain('took over 120');
});

test('the look is right before the deletion, also where calls are few', async () => {
  names.forEach(name => add(name, 3));
  await night({ callsPerSecond: 1 });
  const looks = new Map<string, number>();
  const waits: number[] = [];
  for (const { operation, input, at } of environment.sim.calls) {
    const { instanceSnapshotName: name } = input as { instanceSnapshotName: string };
    if (operation === 'GetInstanceSnapshot') looks.set(name, at);
    if (operation === 'DeleteInstanceSnapshot') waits.push(at - looks.get(name)!);
  }
  expect(waits).toHaveLength(60);
  expect(Math.max(...waits)).toBeLessThan(2_000);
});
