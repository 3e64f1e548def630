import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackupTestEnvironment, DAY, HOUR, logsOf, metricsOf, MINUTE, plan, REGION, startBackups } from '../../support/backup';

let environment: BackupTestEnvironment;
beforeAll(async () => { environment = await startBackups(); });
afterEach(() => {
  expect(environment.problems).toEqual([]);
  return environment.reset(1);
});
afterAll(() => environment.close());

const AT_THREE = 'cron(0 3 * * ? *)';
const THREE = Date.UTC(2026, 0, 1, 3);
const STOP = { timeout: 1800 };
const STOPPED_BY = 'cdk-lightsail-snapshots:stopped-by';
const home = () => environment.sim.region(REGION);
const web = () => home().instances.get('web')!;
const callsOf = (...operations: string[]) => environment.sim.calls.filter(({ operation }) => operations.includes(operation));
const order = () => callsOf('TagResource', 'StopInstance', 'CreateInstanceSnapshot', 'StartInstance', 'UntagResource').map(({ operation }) => operation);
const restarts = () => environment.scheduler.all.filter(({ name }) => name.startsWith('lightsail-start-'));

function add(name: string, { staticIp = true, state = 'running' } = {}) {
  home().addInstance({ name, createdAt: THREE - 30 * DAY, state });
  if (staticIp) home().addStaticIp({ name: `ip-of-${name}`, attachedTo: name });
}

async function night(changes = {}) {
  environment.deploy(plan({ stop: STOP, ...changes }), AT_THREE);
  await environment.until(THREE + 20 * HOUR);
  const { status, output, cause } = environment.executions.all.find(({ name }) => name.startsWith('nightly.'))!;
  return { status, report: output ? (JSON.parse(output) as { report: string }).report : cause! };
}

/** How long the instance did not run, in seconds. */
function watchDowntime() {
  const seen = { from: 0, to: 0, stateAtSnapshot: '' };
  environment.watchers.push({
    after: ({ operation, at, input }, status) => {
      if (status !== 200) return;
      if (operation === 'StopInstance') seen.from = at;
      if (operation === 'CreateInstanceSnapshot') seen.stateAtSnapshot = home().instances.get(input.instanceName)!.state;
      if (operation === 'StartInstance') seen.to = at;
    },
  });
  return seen;
}

/** Seconds from each stop to the start that follows. */
function watchDowntimes(): () => number[] {
  const [since, all]: [Map<string, number>, number[]] = [new Map(), []];
  environment.watchers.push({
    after: ({ operation, at, input }, status) => {
      if (status !== 200) return;
      if (operation === 'StopInstance') since.set(input.instanceName, at);
      if (operation === 'StartInstance') all.push((at - since.get(input.instanceName)!) / 1000);
    },
  });
  return () => all;
}

/** Seconds from each stop to the time at which the instance's schedule starts it. */
function watchSchedules(): number[] {
  const left: number[] = [];
  environment.watchers.push({
    after: ({ operation, at, input }, status) => {
      if (operation !== 'StopInstance' || status !== 200) return;
      const { expression } = restarts().find(({ target }) => target.input?.includes(`"${input.instanceName}"`))!;
      left.push((Date.parse(`${expression.slice('at('.length, -1)}Z`) - at) / 1000);
    },
  });
  return left;
}

describe.each(['allowed', 'refused'] as const)('a start while the snapshot is pending: %s', startWhileSnapshotPending => {
  beforeEach(() => Object.assign(environment.sim.options, { startWhileSnapshotPending }));

  test('the instance is stopped, snapshotted and started, and nothing is left of that', async () => {
    add('web');
    const seen = watchDowntime();
    const { status, report } = await night();
    expect(status).toBe('SUCCEEDED');
    expect(order().filter((operation, i, all) => operation !== all[i - 1])).toEqual([
      'TagResource', 'StopInstance', 'CreateInstanceSnapshot', 'StartInstance', 'UntagResource',
    ]);
    expect(seen.stateAtSnapshot).toBe('stopped');
    expect(web().state).toBe('running');
    expect(web().tags).toEqual([]);
    expect(restarts()).toEqual([]);
    const { Downtime } = metricsOf(environment);
    expect(Downtime).toBeGreaterThanOrEqual((seen.to - seen.from) / 1000);
    expect(Downtime).toBeLessThan(startWhileSnapshotPending === 'allowed' ? 180 : 300);
    expect(report).toContain(`Longest downtime: ${Downtime} s`);
  });

  test.each([[2], [0.1]])('a function that dies before or after any of its calls leaves no instance stopped, at %s calls a second', async callsPerSecond => {
    add('web');
    await night({ callsPerSecond });
    const total = environment.interceptor.calls.length;
    for (let ordinal = 1; ordinal <= total; ordinal++) {
      for (const when of ['before', 'after'] as const) {
        await environment.reset(ordinal);
        Object.assign(environment.sim.options, { startWhileSnapshotPending });
        environment.interceptor.crash = call => (call.ordinal === ordinal ? when : undefined);
        add('web');
        const about = `${when} call ${ordinal}`;
        expect([about, (await night({ callsPerSecond })).status]).toEqual([about, 'SUCCEEDED']);
        expect([about, web().state, web().tags, restarts().length]).toEqual([about, 'running', [], 0]);
      }
    }
  });

  test('a function that is gone after the stop, a run that is stopped by hand: the schedule starts it', async () => {
    for (const how of ['function', 'run']) {
      await environment.reset(1);
      Object.assign(environment.sim.options, { startWhileSnapshotPending });
      add('web');
      environment.watchers.push({
        after: ({ operation }) => {
          if (operation !== 'StopInstance') return;
          if (how === 'run') for (const { name, arn } of environment.executions.all) if (name.startsWith('nightly.')) environment.executions.stop(arn);
          if (how === 'function') environment.lambda.invocationErrors = Array.from({ length: 200 }, () => 'Lambda.ResourceNotFoundException');
        },
      });
      environment.deploy(plan({ stop: STOP }), AT_THREE);
      await environment.until(THREE + HOUR + 20 * MINUTE);
      const stoppedAt = callsOf('StopInstance')[0].at;
      await environment.until(stoppedAt + 1800_000 + HOUR);
      expect([how, web().state]).toEqual([how, 'running']);
      expect([how, restarts()]).toEqual([how, []]);
    }
  });

  test('a snapshot that fails is no reason to stay stopped', async () => {
    add('web');
    environment.sim.outcomes.push({ resourceType: 'InstanceSnapshot', state: 'error' });
    expect((await night()).report).toContain('the snapshot ended in an error: Instance/web');
    expect([web().state, web().tags, restarts()]).toEqual(['running', [], []]);
  });
});

test.each([
  [1, 0.2, 150], [1, 0.1, 150], [30, 0.1, 150], [101, 0.5, 150], [501, 2, 150], [101, 0.5, 2_600],
])('turns may be seconds apart: %s instances at %s calls a second, of which each takes %s ms', async (n, callsPerSecond, after) => {
  environment.interceptor.latency = { after };
  const downtimes = watchDowntimes();
  for (let i = 0; i < n; i++) add(`web-${i}`);
  const states: string[] = [];
  environment.watchers.push({
    after: ({ operation, input }, status) => {
      if (operation === 'CreateInstanceSnapshot' && status === 200) states.push(home().instances.get(input.instanceName)!.state);
    },
  });
  const left = watchSchedules();
  expect((await night({ callsPerSecond })).status).toBe('SUCCEEDED');
  expect(states).toEqual(Array.from({ length: n }, () => 'stopped'));
  expect([...home().instances.values()].filter(({ state, tags }) => state !== 'running' || tags.length > 0)).toEqual([]);
  expect(restarts()).toEqual([]);
  expect(left).toHaveLength(n);
  expect(Math.min(...left)).toBeGreaterThan(STOP.timeout / 2 - 10);
  expect(callsOf('TagResource', 'StopInstance')).toHaveLength(2 * n);
  expect(downtimes()).toHaveLength(n);
  // the time that it takes to stop, one look more, and the calls of a few others: not those of all
  const betweenCalls = 1.05 * Math.ceil(n / 50) / callsPerSecond;
  expect(Math.max(...downtimes())).toBeLessThan(60 + 15 + 20 * betweenCalls);
  const most = (pattern: RegExp) => {
    const at = environment.sim.calls.filter(({ operation }) => pattern.test(operation)).map(call => call.at);
    return Math.max(...at.map((from, i) => at.slice(i).filter(time => time < from + 10_000).length));
  };
  expect(most(/^(Tag|Stop|Create|Start|Untag)/)).toBeLessThanOrEqual(10 * callsPerSecond);
  expect(most(/^Get/)).toBeLessThanOrEqual(50 * callsPerSecond);
}, 60_000);

test('a stop that comes late is followed by a start that is not early', async () => {
  add('web');
  const busy = { error: 'OperationFailureException', message: 'Another operation is in progress', status: 400 };
  environment.sim.faults.push({ operation: 'StopInstance', effect: busy, times: 10 });
  const left = watchSchedules();
  expect((await night()).status).toBe('SUCCEEDED');
  expect(callsOf('StopInstance').at(-1)!.at - callsOf('StopInstance')[0].at).toBeGreaterThan(STOP.timeout / 2 * 1000);
  expect(left).toEqual([expect.any(Number)]);
  expect(left[0]).toBeGreaterThanOrEqual(STOP.timeout / 2);
  expect([web().state, web().tags, restarts()]).toEqual(['running', [], []]);
});

test.each([[600], [1200]])('where Lightsail starts nothing before the snapshot is good, others are stopped meanwhile: snapshots of %s s', async seconds => {
  for (let i = 0; i < 101; i++) add(`web-${i}`);
  environment.sim.options.startWhileSnapshotPending = 'refused';
  environment.sim.durations.instanceSnapshot = seconds * 1000;
  const downtimes = watchDowntimes();
  expect((await night({ callsPerSecond: 0.5, stop: { timeout: 3600 } })).status).toBe('SUCCEEDED');
  expect(downtimes()).toHaveLength(101);
  expect(Math.max(...downtimes())).toBeLessThan(seconds + 600);
  const created = callsOf('CreateInstanceSnapshot').map(({ at }) => at);
  expect(created.at(-1)! - created[0]).toBeLessThan(HOUR);
}, 60_000);

test('fifty instances that cannot be started for hours do not use up the history of their child', async () => {
  for (let i = 0; i < 50; i++) add(`web-${i}`);
  environment.sim.options.startWhileSnapshotPending = 'refused';
  environment.sim.durations.instanceSnapshot = 5 * HOUR;
  expect((await night({ stop: { timeout: 6 * 3600 } })).status).toBe('SUCCEEDED');
  expect(Math.max(...environment.executions.children.map(({ history }) => history.length))).toBeLessThan(12_500);
}, 60_000);

test('nor do fifty that another plan has stopped', async () => {
  for (let i = 0; i < 50; i++) {
    add(`web-${i}`);
    home().instances.get(`web-${i}`)!.tags.push({ key: STOPPED_BY, value: 'us-east-1/other/2026-01-01T0250' });
  }
  expect((await night()).report).toContain('50: Lightsail was busy');
  expect(Math.max(...environment.executions.children.map(({ history }) => history.length))).toBeLessThan(12_500);
}, 60_000);

describe('what an attempt that died has left', () => {
  const hang = (operation: string) => environment.interceptor.faults.add({ operation, mishap: 'hang' });

  test('its schedule is made anew, since it may be about to start the instance', async () => {
    add('web');
    hang('TagResource');
    const left = watchSchedules();
    // the function's time is up after 900 s
    expect((await night({ stop: { timeout: 960 } })).status).toBe('SUCCEEDED');
    expect(left).toEqual([expect.any(Number)]);
    expect(left[0]).toBeGreaterThan(960 / 2);
    expect([web().state, web().tags, restarts()]).toEqual(['running', [], []]);
  });

  test('an instance that it has stopped is down since then', async () => {
    add('web');
    hang('StopInstance');
    const seen = watchDowntime();
    expect((await night()).status).toBe('SUCCEEDED');
    expect(seen.to - seen.from).toBeGreaterThan(900_000);
    expect(metricsOf(environment).Downtime).toBeGreaterThanOrEqual((seen.to - seen.from) / 1000);
  });
});

test('what a run that was stopped by hand has left starts nothing in the next night', async () => {
  add('web');
  const count: number[] = [];
  environment.watchers.push({
    after: ({ operation, at }) => {
      if (operation === 'StopInstance') count.push(restarts().length);
      // Lightsail does not start what runs, so that Scheduler tries again for a day
      if (operation === 'StartInstance' && at < THREE + HOUR) {
        for (const { name, arn } of environment.executions.all) if (name.startsWith('nightly.')) environment.executions.stop(arn);
      }
    },
  });
  environment.deploy(plan({ stop: { timeout: 7200 }, startWindow: 0 }), AT_THREE);
  await environment.until(THREE + 20 * HOUR);
  expect([web().state, web().tags.length, restarts().length]).toEqual(['running', 1, 1]);
  await environment.until(THREE + DAY + 20 * HOUR);
  expect(count).toEqual([1, 1]);
  expect([web().state, web().tags, restarts()]).toEqual(['running', [], []]);
});

test('a creation that is refused is no reason to stay stopped', async () => {
  add('web');
  environment.sim.faults.push({ operation: 'CreateInstanceSnapshot', effect: { error: 'InvalidInputException', message: 'No.', status: 400 } });
  expect((await night()).report).toContain('AWS refused');
  expect([web().state, web().tags, restarts()]).toEqual(['running', [], []]);
});

test('a snapshot that cannot be taken for long is given up when the time is up', async () => {
  add('web');
  environment.sim.faults.push({
    operation: 'CreateInstanceSnapshot', effect: { error: 'OperationFailureException', message: 'Another operation is in progress', status: 400 },
  });
  const seen = watchDowntime();
  expect((await night()).report).toContain('Lightsail was busy with the source until the completion window ended: Instance/web');
  expect(web().state).toBe('running');
  expect(seen.to - seen.from).toBeLessThan(1800_000 + 5 * MINUTE);
});

test('an instance without a static IP is left alone, unless the plan says otherwise', async () => {
  add('web', { staticIp: false });
  expect((await night()).report).toContain('would get another address when it is stopped: Instance/web');
  expect(order()).toEqual([]);
  await environment.reset(1);
  add('web', { staticIp: false });
  expect((await night({ stop: { ...STOP, withoutStaticIp: true } })).status).toBe('SUCCEEDED');
  expect(order()).toContain('StopInstance');
});

test('an instance that does not run is left alone, unless the plan says otherwise, and stays as it is', async () => {
  add('web', { state: 'stopped' });
  expect((await night()).report).toContain('the instance was not running and the plan stops instances: Instance/web');
  expect(order()).toEqual([]);
  await environment.reset(1);
  add('web', { state: 'stopped' });
  expect((await night({ stop: { ...STOP, alsoNotRunning: true } })).status).toBe('SUCCEEDED');
  expect(order()).toEqual(['CreateInstanceSnapshot']);
  expect(web().state).toBe('stopped');
});

test.each([true, false])('an instance that an earlier run left stopped is named by each run (with those that do not run: %s)', async alsoNotRunning => {
  add('web', { state: 'stopped' });
  web().tags.push({ key: STOPPED_BY, value: 'us-east-1/nightly/2025-12-01T0300' });
  const { status, report } = await night({ stop: { ...STOP, alsoNotRunning } });
  expect(status).toBe('FAILED');
  expect(report).toContain('the instance was stopped and did not run again in time: Instance/web');
  expect(order().includes('CreateInstanceSnapshot')).toBe(alsoNotRunning);
});

test('an instance that another plan has stopped is waited for', async () => {
  add('web');
  // the other one has it stopped when this one begins
  environment.sim.durations.instanceSnapshot = 10 * MINUTE;
  environment.sim.options.startWhileSnapshotPending = 'refused';
  environment.deploy(plan({ name: 'weekly', startWindow: 0, stop: STOP, retention: { last: 1, minimum: 1 } }), 'cron(58 2 * * ? *)');
  const seen: string[] = [];
  environment.watchers.push({
    after: ({ operation, input }) => {
      if (operation === 'StopInstance' || operation === 'StartInstance') seen.push(operation);
      if (operation === 'CreateInstanceSnapshot') expect(home().instances.get(input.instanceName)!.state).toBe('stopped');
    },
  });
  expect((await night({ startWindow: 0 })).status).toBe('SUCCEEDED');
  expect(seen.filter((operation, i) => operation !== seen[i - 1])).toEqual(['StopInstance', 'StartInstance', 'StopInstance', 'StartInstance']);
  expect(home().instanceSnapshots.size).toBe(2);
  expect([web().state, web().tags, restarts()]).toEqual(['running', [], []]);
});

test('those that another plan has stopped keep nobody else waiting', async () => {
  for (let i = 0; i < 10; i++) {
    add(`app-${i}`);
    home().instances.get(`app-${i}`)!.tags.push({ key: STOPPED_BY, value: 'us-east-1/other/2026-01-01T0250' });
  }
  add('web');
  expect((await night({ callsPerSecond: 0.1, startWindow: 0 })).report).toContain('10: Lightsail was busy');
  expect(callsOf('CreateInstanceSnapshot').map(({ at, input }) => [(input as { instanceName: string }).instanceName, at < THREE + 10 * MINUTE])).toEqual([['web', true]]);
});

test('a tag that a run left behind a day ago does not hold up anybody', async () => {
  add('web');
  web().tags.push({ key: STOPPED_BY, value: 'us-east-1/other/2025-12-30T0300' });
  expect((await night()).status).toBe('SUCCEEDED');
  expect(web().tags).toEqual([]);
});

test('without its restart schedule no instance is stopped', async () => {
  add('web');
  environment.interceptor.faults.add({ service: 'scheduler', operation: 'CreateSchedule', mishap: { status: 403, error: 'AccessDeniedException' }, times: 10_000 });
  expect((await night()).report).toContain('AWS refused: the log of the function has its words: Instance/web');
  expect(order()).toEqual([]);
  expect(logsOf(environment)).toContainEqual(expect.objectContaining({ error: expect.stringContaining('the schedule that starts it again') as string }));
});

test('the audit names what was stopped for a snapshot and does not run', async () => {
  add('web', { state: 'stopped' });
  web().tags.push({ key: STOPPED_BY, value: 'us-east-1/nightly/2025-12-30T0300' });
  await environment.clock.run(environment.lambda.invoke({ action: 'audit', plan: plan({ stop: STOP }) }));
  expect(logsOf(environment)).toContainEqual(expect.objectContaining({ action: 'audit', stopped: ['Instance/web'] }));
});

test('an instance that nothing starts any more, since the stack was removed, is found by the command in the guide', async () => {
  add('web');
  add('other', { state: 'stopped' });
  environment.watchers.push({
    after: ({ operation }) => {
      if (operation !== 'StopInstance') return;
      environment.remove('nightly');
      for (const { arn } of environment.executions.all) environment.executions.stop(arn);
      for (const { name } of restarts()) environment.scheduler.delete(name);
    },
  });
  environment.deploy(plan({ stop: STOP }), AT_THREE);
  await environment.until(THREE + DAY);
  const guide = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'backup.md'), 'utf8');
  const [, state, key, prefix] = /instances\[\?state\.name=='(\w+)' && tags\[\?key=='(\S+)' && starts_with\(value, '(\S+)'\)\]\]/.exec(guide)!;
  const found = [...home().instances.values()].filter(instance =>
    instance.state === state && instance.tags.some(tag => tag.key === key && tag.value?.startsWith(prefix.replace('eu-central-1', REGION))));
  expect(found.map(({ name }) => name)).toEqual(['web']);
});
