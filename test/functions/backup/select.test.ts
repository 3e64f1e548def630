import { createHash } from 'node:crypto';
import { unpack } from '../../../src/functions/backup/batches';
import { MAX_CONCURRENCY } from '../../../src/functions/backup/contract';
import type { PackedBatch, SelectResult } from '../../../src/functions/backup/payloads';
import { BackupTestEnvironment, DAY, plan, REGION, startBackups } from '../../support/backup';

let environment: BackupTestEnvironment;
beforeAll(async () => { environment = await startBackups(); });
beforeEach(() => { environment.sim.options.pageSize = 100; });
afterEach(() => environment.reset(1));
afterAll(() => environment.close());

const SLOT = '2026-01-01T0300';
const home = () => environment.sim.region(REGION);

async function select(run: object = {}): Promise<SelectResult> {
  const result = await environment.clock.run(environment.lambda.invoke({ action: 'select', run: { plan: plan({ callsPerSecond: 50 }), slot: SLOT, keepFor: 0, ...run } }));
  return (result as { payload: SelectResult }).payload;
}

const namesOf = (batches: readonly PackedBatch[]) => batches.flatMap(batch => unpack(batch).names);

test('sources are cut into batches of fifty of one type', async () => {
  for (let i = 0; i < 120; i++) home().addInstance({ name: `web-${i}` });
  home().addDisk({ name: 'data' });
  const { batches, more, tally } = await select({ plan: plan({ selection: { or: [{ type: 'Instance' }, { type: 'Disk' }] } }) });
  expect(batches.map(unpack).map(({ type, names, index, count }) => [type, names.length, index, count])).toEqual([
    ['Disk', 1, 0, 4], ['Instance', 50, 1, 4], ['Instance', 50, 2, 4], ['Instance', 20, 3, 4],
  ]);
  expect([more, tally.selected]).toEqual([true, 121]);
});

test('a page fits into a payload, however long the names are, and the pages have every source once', async () => {
  const hex = (i: number) => createHash('sha512').update(`${i}`).digest('hex');
  const all = Array.from({ length: 1500 }, (_, i) => `${hex(i)}${hex(-i)}`.slice(0, 255));
  for (const name of all) home().addInstance({ name });
  const seen: string[] = [];
  let page: SelectResult | undefined;
  for (;;) {
    page = await select({ ...page && { page, results: page.batches.map(unpack).map(({ index, names }) => ({ index, outcomes: 'g'.repeat(names.length) })) } });
    if (!page.more) break;
    expect(Buffer.byteLength(JSON.stringify(page.batches))).toBeLessThan(150_000);
    seen.push(...namesOf(page.batches));
  }
  expect(seen.sort()).toEqual(all.sort());
  expect(page.tally).toMatchObject({ selected: 1500, outcomes: { g: 1500 } });
});

test('the results of a page are counted by source, and a child without one is not known', async () => {
  for (let i = 0; i < 130; i++) home().addInstance({ name: `web-${String(i).padStart(3, '0')}` });
  const page = await select();
  const results = [{ index: 2, outcomes: 'gx'.padEnd(30, 'g'), throttled: 3, downtime: 7 }, { index: 0, outcomes: 'fb'.padEnd(50, 'g'), downtime: 9 }];
  const { tally, more } = await select({ page, results });
  expect(more).toBe(false);
  expect(tally.outcomes).toEqual({ g: 29 + 48, x: 1, f: 1, b: 1, u: 50 });
  expect(tally).toMatchObject({ throttled: 3, downtime: 9, selected: 130 });
  expect(tally.names).toMatchObject({ x: ['Instance/web-101'], f: ['Instance/web-000'], b: ['Instance/web-001'] });
  expect(tally.names.u).toHaveLength(50);
});

test('of many failures all are counted and a hundred are named', async () => {
  for (let i = 0; i < 250; i++) home().addInstance({ name: `web-${i}` });
  const page = await select();
  const { tally } = await select({ page, results: page.batches.map(unpack).map(({ index, names }) => ({ index, outcomes: 'f'.repeat(names.length) })) });
  expect(tally.outcomes).toEqual({ f: 250 });
  expect(tally.names.f).toHaveLength(100);
});

test('pages that are throttled or broken are read again, and none is left out', async () => {
  environment.sim.options.pageSize = 3;
  environment.sim.options.emptyPages = true;
  for (let i = 0; i < 40; i++) home().addInstance({ name: `web-${i}` });
  environment.sim.faults.push({ operation: 'GetInstances', after: 0, times: 3, effect: 'throttle' }, { operation: 'GetInstances', times: 2, effect: 'reset' });
  expect(namesOf((await select()).batches)).toHaveLength(40);
});

/** Bytes of all that the machine passes on when a page has been worked on. */
const bytesOf = (page: SelectResult) => Buffer.byteLength(JSON.stringify({
  plan: plan(), slot: SLOT, keepFor: 0, page, results: page.batches.map(({ index }) => ({ index, outcomes: 'g'.repeat(50), throttled: 10_000, downtime: 10_000 })),
}));

test.each<[string, (i: number) => string]>([
  ['numbered', i => `some-server-of-a-customer-${String(i).padStart(5, '0')}`],
  ['numbered with few characters', i => `s${i}`],
  ['with twelve characters of a hash', i => `web-prod-${createHash('md5').update(`${i}`).digest('hex').slice(0, 12)}`],
])('ten thousand sources are one page, which fits into a payload with its results: names %s', async (_title, nameOf) => {
  for (let i = 0; i < 10_000; i++) home().addInstance({ name: nameOf(i), createdAt: environment.clock.now() - DAY });
  const page = await select();
  expect(namesOf(page.batches)).toHaveLength(10_000);
  expect(page.batches.length).toBeLessThan(MAX_CONCURRENCY);
  expect(bytesOf(page)).toBeLessThan(180_000);
});
