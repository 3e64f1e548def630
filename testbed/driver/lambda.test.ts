import type { TestEnvironment } from './environment';
import { FIXTURE_ENGINE } from './fixture/engine';
import { fixtureEnvironment } from './fixture/environment';
import { FixtureLightsail } from './fixture/lightsail';
import type { Invocation } from './invocation';

let environment: TestEnvironment<FixtureLightsail>;

beforeAll(async () => { environment = await fixtureEnvironment(); });
afterEach(() => environment.reset());
afterAll(() => environment.close());

const template = (properties: object = {}) => ({ Snap: { Type: 'Custom::Fixture', Properties: { Name: 'snap', ...properties } } });
const deploy = (properties?: object) => environment.stack('s').deploy(template(properties));
const events = () => environment.lambda.invocations.filter(({ trigger }) => trigger === 'event');
const ends = (invocations: Invocation[]) => invocations.map(({ state, startedAt }) => `${state} at ${(startedAt - environment.lambda.invocations[0].startedAt) / 1000}`);

test('an event that fails is tried again after one and after two minutes, and then no more', async () => {
  environment.fault({ operation: 'StartExecution', mishap: { status: 400, error: 'ThrottlingException' }, times: 2 });
  expect((await deploy()).status).toBe('CREATE_COMPLETE');
  expect(ends(events())).toEqual(['failed at 0', 'failed at 60.01', 'returned at 180.02']);
  await environment.reset();
  environment.fault({ operation: 'StartExecution', mishap: 'reset', times: 99 });
  expect((await deploy({ ServiceTimeout: 600 })).reasons[0]).toMatch(/did not receive a response/);
  expect(environment.calls.filter(({ operation }) => operation === 'StartExecution').length).toBe(6);
});

test('events can come late, twice and in another order', async () => {
  const order: string[] = [];
  const stack = environment.stack('s');
  environment.lambda.delivery = ({ RequestType }) => (RequestType === 'Create' ? [5000, 0] : [0]);
  expect((await stack.deploy(template())).status).toBe('CREATE_COMPLETE');
  for (const { input } of events()) order.push((JSON.parse(input) as { RequestType: string }).RequestType);
  expect(order).toEqual(['Create', 'Create']);
  expect(environment.executions.all).toHaveLength(1);
});

test('a thrown error comes back by its name, and the state machine tries again', async () => {
  environment.lambda.invocationErrors = ['Lambda.TooManyRequestsException'];
  const { status, reasons } = await deploy({ Does: 'throw' });
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(reasons).toEqual(['Snap: gave up']);
  const failures = environment.executions.all[0].history.filter(({ type }) => type === 'TaskFailed');
  expect(failures).toHaveLength(6);
  expect(failures[1].data).toMatchObject({ error: 'TypeError', cause: expect.stringContaining('was told to') });
});

test('the time that is left goes down with the virtual clock', async () => {
  const left: number[] = [];
  const other = await fixtureEnvironment({
    engine: {
      ...FIXTURE_ENGINE,
      createHandler: env => async (_, context) => {
        left.push(context.getRemainingTimeInMillis());
        await env.clock.sleep(59_000);
        left.push(context.getRemainingTimeInMillis());
      },
    },
  });
  expect((await other.clock.run(other.lambda.invoke({})))).toEqual({ payload: null });
  expect(left).toEqual([60_000, 1000]);
  await other.close();
});

test('an invocation that sleeps past its limit is dead, and what it would do after has no effect', async () => {
  const result = await deploy({ Does: 'oversleep' });
  expect(result.reasons).toEqual(['Snap: gave up']);
  const dead = environment.lambda.invocations.filter(({ state }) => state === 'dead');
  expect(dead).toHaveLength(6);
  expect(dead[0]).toMatchObject({ death: 'timed out', endedAt: dead[0].startedAt + 60_000 });
  expect(environment.sim.snapshots.size).toBe(0);
});

test('an invocation that calls after its end is found out', async () => {
  const other = await fixtureEnvironment({
    engine: { ...FIXTURE_ENGINE, createHandler: env => async () => { void Promise.resolve().then(() => Promise.resolve()).then(() => env.put('http://x', '')); } },
  });
  await other.clock.run(other.lambda.invoke({}));
  await other.settle();
  expect(other.audit()).toEqual(['invocation 1 had ended and then called PUT']);
  await other.close();
});

describe('crashes', () => {
  test('before a call, the call is never made; after it, its effect stays', async () => {
    environment.crashAt({ ordinal: 3, when: 'before' });
    const stack = environment.stack('s');
    const deployment = stack.deploy(template());
    await environment.clock.advance(20);
    expect(environment.calls.at(-1)).toMatchObject({ ordinal: 3, operation: 'CreateInstanceSnapshot' });
    expect(environment.calls.at(-1)!.outcome).toBeUndefined();
    expect(environment.sim.snapshots.size).toBe(0);
    expect((await deployment).status).toBe('CREATE_COMPLETE');

    await environment.reset();
    environment.crashAt({ ordinal: 3, when: 'after' });
    const again = environment.stack('s').deploy(template());
    await environment.clock.advance(20);
    expect(environment.calls.at(-1)).toMatchObject({ ordinal: 3, operation: 'CreateInstanceSnapshot', outcome: 200 });
    expect(environment.sim.snapshots.size).toBe(1);
    expect((await again).status).toBe('CREATE_COMPLETE');
    const [crash] = environment.executions.all[0].history.filter(({ type }) => type === 'TaskFailed');
    expect(crash.data).toMatchObject({ error: 'Runtime.ExitError' });
  });

  test('at any point whatever, the fixture gets there, and the same seed gives the same run', async () => {
    const run = async () => {
      const stack = environment.stack('s');
      const statuses = [(await stack.deploy(template())).status, (await stack.destroy()).status];
      await environment.settle();
      const calls = environment.calls.map(({ operation, at, invocation, nth }) => `${at} ${invocation.id}.${nth} ${operation}`);
      return { statuses, calls, problems: environment.audit() };
    };
    const clean = await run();
    expect(clean.calls.length).toBeGreaterThan(10);
    for (let ordinal = 1; ordinal <= clean.calls.length; ordinal++) {
      for (const when of ['before', 'after'] as const) {
        await environment.reset();
        environment.crashAt({ ordinal, when });
        const crashed = await run();
        expect(crashed).toMatchObject({ statuses: ['CREATE_COMPLETE', 'DELETE_COMPLETE'], problems: [] });
        expect(crashed.calls.slice(0, ordinal)).toEqual(clean.calls.slice(0, ordinal));
        expect(crashed.calls.length).toBeGreaterThan(clean.calls.length);
      }
    }
    await environment.reset();
    expect(await run()).toEqual(clean);
  });

  test('a call can be cut off in the middle by the time limit', async () => {
    environment.fault({ operation: 'CreateInstanceSnapshot', mishap: 'hang' });
    expect((await deploy()).status).toBe('CREATE_COMPLETE');
    expect(environment.lambda.invocations.filter(({ death }) => death === 'timed out')).toHaveLength(1);
  });
});

describe('faults', () => {
  test.each<[string, Parameters<typeof environment.fault>[0]]>([
    ['a 500', { service: 'put', mishap: { status: 500 }, times: 2 }],
    ['a broken connection', { service: 'put', mishap: 'reset' }],
    ['a lost answer', { service: 'put', mishap: 'lost' }],
    ['an error of Lightsail', { operation: 'GetInstanceSnapshot', mishap: { status: 400, error: 'ServiceException' } }],
    ['a lost creation', { operation: 'CreateInstanceSnapshot', mishap: 'lost' }],
  ])('%s is survived', async (_, fault) => {
    environment.fault(fault);
    expect((await deploy()).status).toBe('CREATE_COMPLETE');
    await environment.settle();
    expect(environment.audit()).toEqual([]);
    expect(environment.lambda.invocations.filter(({ state }) => state === 'failed').length).toBeGreaterThan(0);
  });

  test('a 403 is what an address gives whose time is over', async () => {
    environment.fault({ service: 'put', mishap: { status: 403 } });
    const { requests, reasons } = await deploy({ ServiceTimeout: 300 });
    expect(requests[0]).toMatchObject({ outcome: 'TIMEOUT', answers: [] });
    expect(reasons[0]).toMatch(/did not receive a response/);
  });
});

test('without sockets everything is the same', async () => {
  const run = async (one: TestEnvironment<FixtureLightsail>) => {
    one.fault({ service: 'put', mishap: { status: 500 } });
    one.fault({ operation: 'GetInstanceSnapshot', mishap: 'lost' });
    const stack = one.stack('s');
    const results = [await stack.deploy(template()), await stack.destroy()];
    await one.settle();
    return {
      results: results.map(({ status, took }) => [status, took]),
      calls: one.calls.map(({ at, operation, outcome }) => [at, operation, outcome]),
      usage: one.usage(),
      problems: one.audit(),
    };
  };
  const direct = await fixtureEnvironment({ direct: true });
  const seen = await run(direct);
  expect(seen).toEqual(await run(environment));
  expect(seen.usage).toMatchObject({ invocations: seen.usage.invocations, calls: seen.calls.length });
  await direct.close();
});

test('calls of different invocations cross each other when they take time', async () => {
  environment.interceptor.latency = { before: [1, 400], after: [1, 400] };
  const stacks = await Promise.all(['a', 'b', 'c'].map(name => environment.stack(name).deploy({ Snap: { Type: 'Custom::Fixture', Properties: { Name: name } } })));
  expect(stacks.map(({ status }) => status)).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE', 'CREATE_COMPLETE']);
  const order = environment.calls.map(({ invocation }) => invocation.id);
  expect(order).not.toEqual([...order].sort((a, b) => a - b));
  const once = environment.calls.map(({ at, operation }) => `${at} ${operation}`);
  await environment.reset();
  environment.interceptor.latency = { before: [1, 400], after: [1, 400] };
  await Promise.all(['a', 'b', 'c'].map(name => environment.stack(name).deploy({ Snap: { Type: 'Custom::Fixture', Properties: { Name: name } } })));
  expect(environment.calls.map(({ at, operation }) => `${at} ${operation}`)).toEqual(once);
});
