import { App } from 'aws-cdk-lib';
import { BackupSelection } from '../../../src';
import { BackupTestEnvironment, DAY, HOUR, logsOf, metricsOf, MINUTE, plan, REGION, startBackups } from '../../support/backup';

let environment: BackupTestEnvironment;
beforeAll(async () => { environment = await startBackups(); });
afterEach(() => {
  expect(environment.problems).toEqual([]);
  return environment.reset(1);
});
afterAll(() => environment.close());

const AT_THREE = 'cron(0 3 * * ? *)';
const START = Date.UTC(2026, 0, 1);
const home = () => environment.sim.region(REGION);
const runs = () => environment.executions.all.filter(({ name }) => name.startsWith('nightly.'));
const nights = (n: number) => environment.until(environment.clock.now() + n * DAY);
const slots = (region = REGION) => [...environment.sim.region(region).instanceSnapshots.values()]
  .map(({ fromInstanceName, tags }) => `${fromInstanceName} ${tags.find(({ key }) => key.endsWith(':slot'))?.value ?? 'no slot'}`).sort();
const addAll = (...names: string[]) => names.forEach(name => home().addInstance({ name, createdAt: START - 30 * DAY }));
const lastReport = () => {
  const { output, cause } = runs().at(-1)!;
  return output ? (JSON.parse(output) as { report: string }).report : cause!;
};

test('a night takes a snapshot of each instance; five nights leave three', async () => {
  addAll('web', 'sql', 'app', 'log');
  environment.deploy(plan(), AT_THREE);
  await nights(5);
  expect(runs().map(({ name, status }) => [name, status])).toEqual([1, 2, 3, 4, 5].map(day => [`nightly.2026-01-0${day}T0300`, 'SUCCEEDED']));
  expect(slots()).toEqual(['app', 'log', 'sql', 'web'].flatMap(name => [3, 4, 5].map(day => `${name} 2026-01-0${day}T0300`)));
  expect(lastReport()).toContain('4 of 4 sources are backed up');
  expect(lastReport()).toContain('Deleted 4');
  expect(metricsOf(environment)).toMatchObject({ Taken: 4, Failed: 0, Pruned: 4, Throttled: 0 });
});

test('a schedule that fires twice makes one run, and a run that is late makes the slot it was planned for', async () => {
  addAll('web');
  environment.scheduler.deliveries = () => 2;
  environment.scheduler.lateness = () => 40 * MINUTE;
  environment.deploy(plan(), AT_THREE);
  await nights(1);
  expect(runs()).toHaveLength(1);
  expect(slots()).toEqual(['web 2026-01-01T0300']);
  expect(environment.executions.all.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
});

describe('a run that cannot be started under its name', () => {
  beforeEach(() => { environment.deniesNames = true; });

  test('takes place in the execution that the schedule started, and is reported', async () => {
    addAll('web', 'sql');
    environment.sim.outcomes.push({ name: /^sql-/, resourceType: 'InstanceSnapshot', on: 'create', state: 'error', times: 1 });
    environment.deploy(plan({ retention: { last: 1, minimum: 1 } }), AT_THREE);
    await nights(1);
    const [{ status, cause }] = environment.executions.all;
    expect(status).toBe('FAILED');
    expect(cause).toContain('1 of 2 sources are backed up');
    expect(cause).toContain('one named nightly.2026-01-01T0300 could not be started: StepFunctions.AccessDeniedException not authorized');
    expect(metricsOf(environment)).toMatchObject({ Taken: 1, Failed: 1 });
    await nights(1);
    expect(environment.executions.all.map(execution => execution.status)).toEqual(['FAILED', 'SUCCEEDED']);
    expect(slots()).toEqual(['sql 2026-01-02T0300', 'web 2026-01-02T0300']);
  });

  test('takes place twice when the schedule fires twice, and takes each snapshot once', async () => {
    addAll('web', 'sql');
    environment.scheduler.deliveries = () => 2;
    environment.deploy(plan({ retention: { last: 1, minimum: 1 } }), AT_THREE);
    await nights(2);
    expect(environment.executions.all.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(slots()).toEqual(['sql 2026-01-02T0300', 'web 2026-01-02T0300']);
  });
});

test('a run that comes after its windows creates nothing, and says so', async () => {
  addAll('web');
  environment.scheduler.lateness = () => 8 * HOUR;
  environment.deploy(plan(), AT_THREE);
  await nights(1);
  expect(slots()).toEqual([]);
  expect(runs()[0]).toMatchObject({ status: 'FAILED', error: 'PartialFailure' });
  expect(lastReport()).toContain('there was no good snapshot when the completion window ended: Instance/web');
  expect(environment.sim.calls.filter(({ operation }) => operation === 'CreateInstanceSnapshot')).toEqual([]);
});

test('one failure stops nothing, and the run fails at its end with the name', async () => {
  addAll('web', 'sql', 'app');
  environment.sim.outcomes.push({ name: /^sql-/, resourceType: 'InstanceSnapshot', on: 'create', state: 'error' });
  environment.deploy(plan(), AT_THREE);
  await nights(1);
  expect(slots()).toHaveLength(3);
  expect(runs()[0].status).toBe('FAILED');
  expect(lastReport()).toContain('2 of 3 sources are backed up');
  expect(lastReport()).toContain('1: the snapshot ended in an error: Instance/sql');
  expect(metricsOf(environment)).toMatchObject({ Taken: 2, Failed: 1 });
});

test('a selection that matches nothing fails, and prunes nothing', async () => {
  addAll('web');
  environment.deploy(plan({ retention: { last: 1, minimum: 1 } }), AT_THREE);
  await nights(2);
  expect(slots()).toEqual(['web 2026-01-02T0300']);
  environment.deploy(plan({ selection: { and: [{ type: 'Instance' }, { tag: { key: 'no' } }] }, retention: { last: 1, minimum: 1 } }), AT_THREE);
  await nights(1);
  expect(runs().at(-1)!.status).toBe('FAILED');
  expect(lastReport()).toContain('No source matches the selection. Nothing was pruned');
  expect(slots()).toEqual(['web 2026-01-02T0300']);
});

test('a name that is given and not there is told', async () => {
  addAll('web');
  environment.deploy(plan({ selection: { and: [{ type: 'Instance' }, { names: ['web', 'old'] }] } }), AT_THREE);
  await nights(1);
  expect(slots()).toEqual(['web 2026-01-01T0300']);
  expect(lastReport()).toContain('named by the selection, and there is no such source: Instance/old');
});

test('a disk does not stand in for an instance that is named and not there', async () => {
  addAll('web');
  home().addDisk({ name: 'data' });
  const { selection } = BackupSelection.instances('web', 'data').or(BackupSelection.disksTagged('backup'))._bind(new App());
  environment.deploy(plan({ selection }), AT_THREE);
  await nights(1);
  expect(runs()[0].status).toBe('FAILED');
  expect(lastReport()).toContain('1 of 1 sources are backed up\n1: named by the selection, and there is no such source: Instance/data');
});

test('a run is reported also when listing fails for good', async () => {
  addAll('web');
  environment.sim.faults.push({ operation: 'GetInstances', effect: 'accessDenied' });
  environment.deploy(plan(), AT_THREE);
  await nights(1);
  expect(runs()[0]).toMatchObject({ status: 'FAILED', error: 'Failed' });
  expect(lastReport()).toContain('The run stopped: AccessDeniedException');
});

test('runs of two plans leave each other alone', async () => {
  addAll('web', 'sql');
  environment.deploy(plan(), AT_THREE);
  environment.deploy(plan({ name: 'weekly', retention: { last: 1, minimum: 1 } }), AT_THREE);
  await nights(3);
  expect(slots()).toHaveLength(2 * 3 + 2);
});

test('what a step did before it died is not done again', async () => {
  addAll('web', 'sql', 'app');
  environment.deploy(plan(), AT_THREE);
  // the second creation is the last thing that the function does
  let creations = 0;
  environment.interceptor.crash = call => (call.operation === 'CreateInstanceSnapshot' && ++creations === 2 ? 'after' : undefined);
  await nights(1);
  expect(environment.lambda.invocations.filter(({ state }) => state === 'dead')).toHaveLength(1);
  expect(slots()).toEqual(['app', 'sql', 'web'].map(name => `${name} 2026-01-01T0300`));
  expect(runs()[0].status).toBe('SUCCEEDED');
});

test.each(['before', 'after'] as const)('a function that dies %s any of its calls changes nothing of the outcome', async when => {
  const night = async () => {
    addAll('web', 'sql');
    environment.deploy(plan({ retention: { last: 1, minimum: 1 }, copies: [{ region: 'eu-central-1', retention: { last: 1, minimum: 1 } }] }), AT_THREE);
    await nights(2);
    return environment.interceptor.calls.length;
  };
  const total = await night();
  expect(total).toBeGreaterThan(40);
  for (let ordinal = 1; ordinal <= total; ordinal++) {
    await environment.reset(ordinal);
    environment.interceptor.crash = call => (call.ordinal === ordinal ? when : undefined);
    await night();
    const about = `call ${ordinal}`;
    expect([about, runs().map(({ status }) => status)]).toEqual([about, ['SUCCEEDED', 'SUCCEEDED']]);
    expect([about, slots()]).toEqual([about, ['sql 2026-01-02T0300', 'web 2026-01-02T0300']]);
    expect([about, slots('eu-central-1')]).toEqual([about, ['sql 2026-01-02T0300', 'web 2026-01-02T0300']]);
  }
});

test('a run on demand keeps its snapshots for a time of their own, and prunes nothing', async () => {
  addAll('web');
  environment.deploy(plan({ retention: { last: 1, minimum: 1 } }), AT_THREE);
  await nights(1);
  const execution = environment.runOnDemand(plan({ retention: { last: 1, minimum: 1 } }), 2 * DAY / 1000);
  await environment.until(environment.clock.now() + HOUR);
  expect(execution.status).toBe('SUCCEEDED');
  expect(slots()).toEqual(['web 2026-01-01T0300', 'web 2026-01-02T000000']);
  await nights(1);
  // it counts for no rule
  expect(slots()).toEqual(['web 2026-01-02T000000', 'web 2026-01-02T0300']);
  await nights(2);
  expect(slots()).toEqual(['web 2026-01-04T0300']);
});

test('every decision is logged with its reason', async () => {
  addAll('web');
  environment.deploy(plan({ retention: { last: 1, minimum: 1 } }), AT_THREE);
  await nights(2);
  const [entry] = logsOf(environment).filter(({ decisions }) => decisions);
  expect(entry).toMatchObject({ action: 'prune', source: 'web', slot: '2026-01-02T0300' });
  expect(entry.decisions).toEqual([
    expect.stringMatching(/^delete web-nightly-2026-01-01T0300-\w+: no rule keeps it$/),
    expect.stringMatching(/^keep web-nightly-2026-01-02T0300-\w+: last /),
  ]);
});
