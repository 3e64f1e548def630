import type { Definition, State } from './asl';
import { VirtualClock } from './clock';
import { FIXTURE_DEFINITION } from './fixture/definition';
import { Ending, HistoryEvent, Interpreter } from './interpreter';
import type { Result } from './invocation';

const TASK: State = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { 'FunctionName.$': '$.handler', 'Payload.$': '$' },
  End: true,
};

interface Ran {
  readonly ending: Ending | undefined;
  readonly took: number;
  readonly transitions: number;
  readonly history: HistoryEvent[];
  readonly payloads: unknown[];
}

type Answers = ((payload: never, clock: VirtualClock) => Promise<Result> | Result)[];

async function run(definition: Definition, input: object, answers: Answers = []): Promise<Ran> {
  const clock = new VirtualClock({ start: 0 });
  const history: HistoryEvent[] = [];
  const payloads: unknown[] = [];
  let transitions = 0;
  const interpreter = new Interpreter(definition, {
    clock,
    random: () => 0.5,
    invoke: async (_, payload) => {
      payloads.push(payload);
      return answers[Math.min(payloads.length, answers.length) - 1](payload as never, clock);
    },
  });
  const ending = await clock.run(interpreter.run({
    id: 'arn:1',
    name: 'n',
    input: JSON.stringify(input),
    startedAt: 0,
    machine: { arn: 'arn:m', name: 'm' },
    stopped: new Promise(() => undefined),
    record: event => history.push(event),
    transition: () => { transitions++; },
  }));
  return { ending, took: clock.now(), transitions, history, payloads };
}

const one = (state: State, more: Record<string, State> = {}): Definition => ({ StartAt: 'A', States: { A: state, ...more } });

describe('tasks', () => {
  test('parameters, result selector, result path and output path', async () => {
    const { ending, payloads } = await run(one({
      ...TASK,
      Parameters: { FunctionName: 'f', Payload: { 'all.$': '$', 'name.$': '$$.Execution.Name', 'list': [{ 'x.$': '$.n' }], 'plain': true } },
      ResultSelector: { 'got.$': '$.Payload.value' },
      ResultPath: '$.result',
      OutputPath: '$.result',
    }), { n: 1 }, [() => ({ payload: { value: 7 } })]);
    expect(payloads).toEqual([{ all: { n: 1 }, name: 'n', list: [{ x: 1 }], plain: true }]);
    expect(ending).toEqual({ status: 'SUCCEEDED', output: '{"got":7}' });
  });

  test('retries back off up to the limit, each is a transition, and the error is caught into the result path', async () => {
    const retried = one({
      ...TASK,
      Retry: [{ ErrorEquals: ['Special'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 3, MaxDelaySeconds: 10 }],
      Catch: [{ ErrorEquals: ['States.TaskFailed'], ResultPath: '$.crash', Next: 'B' }],
    }, { B: { Type: 'Pass', End: true } });
    const { ending, took, transitions, payloads } = await run(retried, { handler: 'f' }, [() => ({ error: 'Sandbox.Timedout', cause: 'c' })]);
    expect(payloads).toHaveLength(4);
    expect(took).toBe((2 + 6 + 10) * 1000);
    expect(transitions).toBe(1 + 3 + 1);
    expect(ending).toEqual({ status: 'SUCCEEDED', output: JSON.stringify({ handler: 'f', crash: { Error: 'Sandbox.Timedout', Cause: 'c' } }) });
    expect((await run(retried, { handler: 'f' }, [() => ({ error: 'Special', cause: '' })])).took).toBe(0);
  });

  test('full jitter is a share of the delay', async () => {
    const definition = one({ ...TASK, Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 10, MaxAttempts: 1, JitterStrategy: 'FULL' }] });
    const { ending, took } = await run(definition, { handler: 'f' }, [() => ({ error: 'E', cause: 'c' })]);
    expect(took).toBe(5000);
    expect(ending).toEqual({ status: 'FAILED', error: 'E', cause: 'c' });
  });

  test('a task that takes too long fails with States.Timeout, which States.TaskFailed does not cover', async () => {
    const slow = async (_: never, clock: VirtualClock) => { await clock.sleep(60_000); return { payload: 1 }; };
    const { ending, took } = await run(one({ ...TASK, TimeoutSeconds: 5, Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'A' }] }), { handler: 'f' }, [slow]);
    expect(ending).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(took).toBe(5000);
  });

  test('what is missing from the parameters is an error that can be caught', async () => {
    const { ending } = await run(one(TASK), {}, []);
    expect(ending).toMatchObject({ status: 'FAILED', error: 'States.ParameterPathFailure' });
  });

  test('too much data cannot be caught', async () => {
    const { ending } = await run(one({ ...TASK, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'A' }] }), { handler: 'f' }, [() => ({ payload: 'x'.repeat(262_144) })]);
    expect(ending).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('data is text between states: no object is shared', async () => {
    const shared = { list: [1] };
    const second: State = { ...TASK, Parameters: { 'FunctionName': 'f', 'Payload.$': '$' } };
    const definition = one({ ...TASK, OutputPath: '$.Payload', End: undefined, Next: 'B' }, { B: second });
    const { payloads } = await run(definition, { handler: 'f' }, [() => ({ payload: shared })]);
    shared.list.push(2);
    expect(payloads[1]).toEqual({ list: [1] });
  });
});

describe('other states', () => {
  test('a wait takes its seconds from the data', async () => {
    expect((await run(one({ Type: 'Wait', SecondsPath: '$.wait', End: true }), { wait: 90 })).took).toBe(90_000);
  });

  test.each([[1.5], [-1], ['3'], [undefined]])('a wait of %s fails the execution', async wait => {
    expect((await run(one({ Type: 'Wait', SecondsPath: '$.wait', End: true }), { wait })).ending).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  test('a choice takes the first rule that holds', async () => {
    const definition = one({
      Type: 'Choice',
      Choices: [
        { And: [{ Variable: '$.n', NumericGreaterThan: 3 }, { Not: { Variable: '$.s', StringEquals: 'no' } }], Next: 'Big' },
        { Variable: '$.gone', IsPresent: true, Next: 'Big' },
      ],
      Default: 'Small',
    }, { Big: { Type: 'Pass', Result: 'big', End: true }, Small: { Type: 'Pass', Result: 'small', End: true } });
    expect((await run(definition, { n: 4, s: 'yes' })).ending).toMatchObject({ output: '"big"' });
    expect((await run(definition, { n: 4, s: 'no' })).ending).toMatchObject({ output: '"small"' });
    expect((await run(definition, { s: 'no' })).ending).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  test('failing, and running out of time as a whole', async () => {
    expect((await run(one({ Type: 'Fail', Error: 'E', CausePath: '$.why' }), { why: 'so' })).ending).toEqual({ status: 'FAILED', error: 'E', cause: 'so', deliberate: true });
    const { ending, took } = await run({ ...one({ Type: 'Wait', Seconds: 100, End: true }), TimeoutSeconds: 10 }, {});
    expect(ending).toMatchObject({ status: 'TIMED_OUT' });
    expect(took).toBe(10_000);
  });
});

test.each<[string, unknown]>([
  ['field ResultWriter', { ...FIXTURE_DEFINITION, ResultWriter: 1 }],
  ['type Parallel', one({ Type: 'Parallel' } as never)],
  ['field HeartbeatSeconds', one({ ...TASK, HeartbeatSeconds: 1 } as never)],
  ['resource "arn:aws:states:::sqs:sendMessage"', one({ ...TASK, Resource: 'arn:aws:states:::sqs:sendMessage' })],
  ['query language JSONata', { ...FIXTURE_DEFINITION, QueryLanguage: 'JSONata' }],
  ['there is no state "Nowhere"', one({ ...TASK, End: undefined, Next: 'Nowhere' })],
  ['comparison StringMatches', one({ Type: 'Choice', Choices: [{ Variable: '$', StringMatches: '*', Next: 'A' }] })],
  ['States.ALL stands alone', one({ ...TASK, Retry: [{ ErrorEquals: ['States.ALL', 'X'] }] })],
  ['MaxDelaySeconds', one({ ...TASK, Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 5, MaxDelaySeconds: 5 }] })],
  ['either Next or End', one({ ...TASK, Next: 'A' })],
])('a definition is refused: %s', (message, definition) => {
  const outside = { clock: new VirtualClock(), random: Math.random, invoke: async () => ({ payload: 1 }) };
  expect(() => new Interpreter(definition as Definition, outside)).toThrow(message);
});
