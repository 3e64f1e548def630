import { TAGS } from '../../../src/functions/backup/contract';
import type { PlanSettings } from '../../../src/functions/backup/contract';
import { toSlot } from '../../../src/functions/backup/names';
import { BackupTestEnvironment, DAY, HOUR, logsOf, metricsOf, plan, REGION, startBackups } from '../../support/backup';

let environment: BackupTestEnvironment;
beforeAll(async () => { environment = await startBackups(); });
afterEach(() => environment.reset(1));
afterAll(() => environment.close());

const NOW = Date.UTC(2026, 0, 1);
const home = () => environment.sim.region(REGION);
const add = (name: string, age = 90 * DAY) => home().addInstance({ name, createdAt: NOW - age });
const seed = (of: string, age: number, { state = 'available', tag = 'us-east-1/nightly', created = age } = {}) => home().addInstanceSnapshot({
  name: `${of}-${age}-${state}`,
  fromInstanceName: of,
  state,
  createdAt: NOW - created,
  tags: [{ key: TAGS.plan, value: tag }, { key: TAGS.slot, value: toSlot(NOW - age) }],
});

async function audit(changes: Partial<PlanSettings> = {}) {
  const result = await environment.clock.run(environment.lambda.invoke({ action: 'audit', plan: plan(changes) }));
  return (result as { payload: { protected: number; unprotected: string[]; newestAge?: number } }).payload;
}

test('the age is that of the worst source', async () => {
  add('web');
  add('sql');
  seed('web', 5 * HOUR);
  seed('web', 29 * HOUR);
  seed('sql', 29 * HOUR);
  expect(await audit()).toEqual({ protected: 2, unprotected: [], newestAge: 29 * 3600 });
  expect(metricsOf(environment)).toEqual({ NewestAge: 29 * 3600, Unprotected: 0 });
});

test('a source rings when it has no good snapshot of the last two periods', async () => {
  add('web');
  add('sql');
  add('app');
  seed('web', 5 * HOUR);
  seed('sql', 49 * HOUR);
  seed('sql', HOUR, { state: 'error' });
  seed('sql', 2 * HOUR, { state: 'pending' });
  expect(await audit()).toMatchObject({ unprotected: ['Instance/app', 'Instance/sql'], newestAge: expect.closeTo(90 * 86400, -2) as number });
  expect(metricsOf(environment)).toMatchObject({ Unprotected: 2 });
});

test('a source that is new does not ring, and rings when it stays without a snapshot', async () => {
  add('web');
  seed('web', HOUR);
  add('new', 47 * HOUR);
  expect(await audit()).toMatchObject({ protected: 2, unprotected: [], newestAge: 3600 });
  home().instances.get('new')!.createdAt = NOW - 50 * HOUR;
  expect(await audit()).toMatchObject({ unprotected: ['Instance/new'] });
});

test('a plan that is new rings for no source that it has no snapshot of yet, however old that is, and rings when it stays so', async () => {
  add('web');
  add('sql');
  seed('sql', 3 * DAY);
  environment.deploy(plan(), 'cron(0 3 * * ? *)', false);
  // what the plan has had is old all the same: it may have been there before, and was put back
  expect(await audit()).toMatchObject({ protected: 2, unprotected: ['Instance/sql'], newestAge: 3 * 86_400 });
  await environment.until(NOW + 2 * DAY - HOUR);
  expect(await audit()).toMatchObject({ unprotected: ['Instance/sql'] });
  await environment.until(NOW + 2 * DAY + HOUR);
  expect(await audit()).toMatchObject({ unprotected: ['Instance/sql', 'Instance/web'] });
});

test('a plan of which nobody says since when it is there is taken for an old one', async () => {
  add('web');
  environment.deploy(plan(), 'cron(0 3 * * ? *)', false);
  environment.interceptor.faults.add({ service: 'scheduler', mishap: { status: 403, error: 'AccessDeniedException' }, times: 1 });
  expect(await audit()).toMatchObject({ unprotected: ['Instance/web'] });
  expect(logsOf(environment)).toContainEqual(expect.objectContaining({ notice: expect.stringContaining('it is not known since when the plan is there: AccessDeniedException') as string }));
});

test('only what carries the plan\'s tag counts, and of the present source of that name', async () => {
  add('web');
  seed('web', HOUR, { tag: 'us-east-1/other' });
  home().addInstanceSnapshot({
    name: 'first',
    fromInstanceName: 'web',
    fromInstanceArn: 'arn:aws:lightsail:us-east-1:123456789012:Instance/first',
    createdAt: NOW - HOUR,
    tags: [{ key: TAGS.plan, value: 'us-east-1/nightly' }, { key: TAGS.slot, value: toSlot(NOW - HOUR) }],
  });
  expect(await audit()).toMatchObject({ unprotected: ['Instance/web'] });
});

test('what says that it is of the future does not make a source look protected', async () => {
  add('web');
  seed('web', -40 * DAY);
  seed('web', 2 * HOUR, { created: -40 * DAY });
  expect(await audit()).toMatchObject({ unprotected: ['Instance/web'] });
});

test('no source at all rings', async () => {
  expect(await audit()).toEqual({ protected: 0, unprotected: [] });
  expect(metricsOf(environment)).toEqual({ Unprotected: 1 });
  expect(logsOf(environment)).toContainEqual(expect.objectContaining({ error: 'no source matches the selection' }));
});

test('it changes nothing, and reads within the budget', async () => {
  for (let i = 0; i < 40; i++) add(`web-${i}`);
  for (let i = 0; i < 40; i++) seed(`web-${i}`, HOUR);
  environment.interceptor.latency = { after: 1 };
  await audit();
  expect(environment.sim.calls.every(({ operation }) => operation.startsWith('Get'))).toBe(true);
  const at = environment.sim.calls.map(call => call.at);
  expect(at.length).toBeGreaterThan(20);
  expect(Math.max(...at.map((from, i) => at.slice(i).filter(time => time < from + 1000).length))).toBeLessThanOrEqual(11);
});
