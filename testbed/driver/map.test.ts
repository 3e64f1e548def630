import type { Definition, State } from './asl';
import { VirtualClock } from './clock';
import { Execution, Executions } from './executions';
import { Interpreter } from './interpreter';
import type { Result } from './invocation';
import { Random } from './random';

const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:Nightly';

const STEP: State = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { 'FunctionName': 'f', 'Payload.$': '$' },
  OutputPath: '$.Payload',
  End: true,
};

const DISTRIBUTED = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } as const;

const map = (more: Partial<State> = {}, states: Record<string, State> = { Step: STEP }): Definition => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemsPath: '$.items',
      ItemProcessor: { ProcessorConfig: DISTRIBUTED, StartAt: Object.keys(states)[0], States: states },
      End: true,
      ...more,
    },
    ...more.Catch && { Caught: { Type: 'Pass', End: true } },
  },
});

type Answer = (payload: never, clock: VirtualClock) => Promise<Result> | Result;

function begin(definition: Definition, input: object, answer: Answer) {
  const clock = new VirtualClock({ start: 0 });
  const random = new Random(1);
  const parts: { executions?: Executions } = {};
  const interpreter = new Interpreter(definition, {
    clock,
    random: () => 0.5,
    invoke: async (_, payload) => answer(payload as never, clock),
    startExecution: (arn, given, name) => {
      if (arn !== MACHINE) throw new Error(`there is no machine ${arn}`);
      return parts.executions!.start(given, name);
    },
  });
  const executions = new Executions(MACHINE, interpreter, clock, () => random);
  parts.executions = executions;
  return { clock, executions, execution: executions.start(JSON.stringify(input), 'run') };
}

async function run(definition: Definition, input: object, answer: Answer) {
  const begun = begin(definition, input, answer);
  await begun.clock.settle();
  return begun;
}

const types = ({ history }: Execution) => history.map(({ type }) => type);

test('each item has an execution of its own, and the outputs come in the order of the items', async () => {
  const slow = async ({ n }: { n: number }, clock: VirtualClock) => {
    await clock.sleep(10_000 / n);
    return { payload: n * 10 };
  };
  const { execution, executions } = await run(map({ ResultPath: '$.found' }), { items: [{ n: 1 }, { n: 2 }, { n: 3 }] }, slow as Answer);
  expect(JSON.parse(execution.output!)).toEqual({ items: [{ n: 1 }, { n: 2 }, { n: 3 }], found: [10, 20, 30] });
  expect(executions.children.map(({ status, input }) => [status, input])).toEqual([
    ['SUCCEEDED', '{"n":1}'], ['SUCCEEDED', '{"n":2}'], ['SUCCEEDED', '{"n":3}'],
  ]);
  expect(types(execution)).toEqual([
    'ExecutionStarted', 'MapStateEntered', 'MapStateStarted', 'MapRunStarted', 'MapRunSucceeded', 'MapStateSucceeded', 'MapStateExited', 'ExecutionSucceeded',
  ]);
  // the map's own history does not grow with what the children do
  expect(execution.transitions).toBe(1);
  expect(executions.children[0].transitions).toBe(1);
  expect(types(executions.children[0])).toContain('TaskSucceeded');
});

test('no item is no execution', async () => {
  const { execution, executions } = await run(map(), { items: [] }, () => ({ payload: 1 }));
  expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '[]' });
  expect(executions.children).toEqual([]);
});

test('an item selector sees the item, its index and the input', async () => {
  const seen: unknown[] = [];
  const ItemSelector = { 'item.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index', 'plan.$': '$.plan', 'run.$': '$$.Execution.Name' };
  await run(map({ ItemSelector }), { items: ['a', 'b'], plan: 'p' }, payload => { seen.push(payload); return { payload: 1 }; });
  expect(seen).toEqual([{ item: 'a', index: 0, plan: 'p', run: 'run' }, { item: 'b', index: 1, plan: 'p', run: 'run' }]);
});

test('so many at a time', async () => {
  let now = 0;
  let most = 0;
  const { clock } = await run(map({ MaxConcurrency: 2 }), { items: [1, 2, 3, 4, 5] }, async (_, time) => {
    most = Math.max(most, ++now);
    await time.sleep(1000);
    now--;
    return { payload: 1 };
  });
  expect(most).toBe(2);
  expect(clock.now()).toBe(3000);
});

test('the children retry, catch, choose and wait by themselves', async () => {
  let calls = 0;
  const states: Record<string, State> = {
    'Step': {
      ...STEP,
      End: undefined,
      Next: 'Done?',
      Retry: [{ ErrorEquals: ['Throttled'], IntervalSeconds: 1, MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Failed' }],
    },
    'Done?': { Type: 'Choice', Choices: [{ Variable: '$.wait', IsPresent: true, Next: 'Wait' }], Default: 'Done' },
    'Wait': { Type: 'Wait', SecondsPath: '$.wait', Next: 'Step' },
    'Done': { Type: 'Succeed' },
    'Failed': { Type: 'Pass', Result: 'failed', End: true },
  };
  const { execution, clock } = await run(map({}, states), { items: ['good', 'bad'] }, (payload: unknown) => {
    if (payload === 'bad') return { error: 'Boom', cause: '' };
    calls++;
    if (calls === 1) return { error: 'Throttled', cause: '' };
    return { payload: calls === 2 ? { wait: 30 } : { done: true } };
  });
  expect(JSON.parse(execution.output!)).toEqual([{ done: true }, 'failed']);
  expect(clock.now()).toBe(31_000);
});

describe('failing children', () => {
  const bad = (payload: unknown): Result => (payload === 'bad' ? { error: 'Boom', cause: 'why' } : { payload });

  test('one is too many where none is tolerated, and ends the others', async () => {
    const { execution, executions } = await run(map(), { items: ['bad', 'good'] }, async (payload: unknown, clock: VirtualClock) => {
      if (payload === 'good') await clock.sleep(60_000);
      return bad(payload);
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    expect(executions.children.map(({ status }) => status)).toEqual(['FAILED', 'ABORTED']);
    expect(types(execution)).toContain('MapRunFailed');
  });

  test.each([[{ ToleratedFailureCount: 1 }, 'SUCCEEDED'], [{ ToleratedFailurePercentage: 50 }, 'SUCCEEDED'], [{ ToleratedFailurePercentage: 49 }, 'FAILED']])(
    'one of two with %j: %s', async (more, status) => {
      const { execution } = await run(map(more), { items: ['bad', 'good'] }, bad as Answer);
      expect(execution.status).toBe(status);
      if (status === 'SUCCEEDED') expect(execution.output).toBe('["good"]');
    });

  test('all may fail at 100 %', async () => {
    expect((await run(map({ ToleratedFailurePercentage: 100 }), { items: ['bad', 'bad'] }, bad as Answer)).execution).toMatchObject({ status: 'SUCCEEDED', output: '[]' });
  });

  test('the map itself retries with new executions, then catches', async () => {
    const { execution, executions } = await run(map({
      Retry: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.problem', Next: 'Caught' }],
    }), { items: ['bad'] }, bad as Answer);
    expect(executions.children).toHaveLength(2);
    expect(JSON.parse(execution.output!)).toMatchObject({ problem: { Error: 'States.ExceedToleratedFailureThreshold' } });
  });
});

test('an execution that is stopped stops those of its map', async () => {
  const slow: Answer = async (_, time) => { await time.sleep(60_000); return { payload: 1 }; };
  const { clock, executions, execution } = begin(map(), { items: [1, 2] }, slow);
  await clock.advance(1000);
  executions.stop(execution.arn);
  await clock.settle();
  expect(executions.children.map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED']);
  expect(execution.status).toBe('ABORTED');
});

test('so does one that runs out of time', async () => {
  let calls = 0;
  const waiting: Record<string, State> = { Wait: { Type: 'Wait', Seconds: 60, Next: 'Step' }, Step: { ...STEP, End: undefined, Next: 'Wait' } };
  const limited = { ...map({}, waiting), TimeoutSeconds: 100 };
  const { execution, executions } = await run(limited, { items: [1] }, () => { calls++; return { payload: 1 }; });
  expect(execution.status).toBe('TIMED_OUT');
  expect(executions.children[0].status).toBe('ABORTED');
  expect(calls).toBe(1);
});

test('an item, and the outputs together, have at most 256 KiB', async () => {
  const ItemSelector = { 'item.$': '$$.Map.Item.Value', 'more.$': '$.items' };
  const item = 'x'.repeat(90_000);
  expect((await run(map({ ItemSelector }), { items: [item, item] }, () => ({ payload: 1 }))).execution).toMatchObject({ error: 'States.DataLimitExceeded' });
  expect((await run(map(), { items: [1, 2, 3] }, () => ({ payload: item }))).execution).toMatchObject({ error: 'States.DataLimitExceeded' });
});

test('an execution has at most 25,000 events, a child its own', async () => {
  const forever: Record<string, State> = { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Wait', Seconds: 1, Next: 'A' } };
  const { execution, executions } = await run(map({ ToleratedFailureCount: 1 }, forever), { items: [1] }, () => ({ payload: 1 }));
  expect(executions.children[0]).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  expect(executions.children[0].history.length).toBeGreaterThanOrEqual(25_000);
  expect(execution.status).toBe('SUCCEEDED');
});

describe('starting an execution', () => {
  const enter: Definition = {
    StartAt: 'First?',
    States: {
      'First?': { Type: 'Choice', Choices: [{ Variable: '$.entered', IsPresent: true, Next: 'Run' }], Default: 'Enter' },
      'Enter': {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution',
        Parameters: { 'StateMachineArn.$': '$$.StateMachine.Id', 'Name.$': "States.Format('night-{}', $.slot)", 'Input': { 'slot.$': '$.slot', 'entered': true } },
        Catch: [{ ErrorEquals: ['StepFunctions.ExecutionAlreadyExistsException'], Next: 'Again' }],
        End: true,
      },
      'Again': { Type: 'Succeed' },
      'Run': { ...STEP },
    },
  };

  test('one for a name, however often it is asked for', async () => {
    let steps = 0;
    const { clock, executions } = begin(enter, { slot: '1' }, () => { steps++; return { payload: 1 }; });
    await clock.settle();
    executions.start('{"slot":"1"}', 'twice');
    await clock.settle();
    expect(steps).toBe(1);
    expect(executions.all.map(({ name, status }) => [name, status])).toEqual([['run', 'SUCCEEDED'], ['night-1', 'SUCCEEDED'], ['twice', 'SUCCEEDED']]);
    expect(types(executions.all[0])).toContain('TaskSucceeded');
    expect(types(executions.all[2])).toContain('TaskFailed');
  });

  test('a name that cannot be is an error of its own', async () => {
    const { execution } = await run(enter, { slot: '03:00' }, () => ({ payload: 1 }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'StepFunctions.InvalidNameException' });
  });
});

test.each<[string, Definition]>([
  ['only distributed maps', map({ ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'Step', States: { Step: STEP } } as never })],
  ['field ItemBatcher', map({ ItemBatcher: {} } as never)],
  ['field ResultWriter', map({ ResultWriter: {} } as never)],
  ['there is no state "Nowhere"', map({ ItemProcessor: { ProcessorConfig: DISTRIBUTED, StartAt: 'Nowhere', States: { Step: STEP } } })],
  ['two states have this name', map({}, { Each: STEP })],
  ['is not known to this interpreter', map({ ItemSelector: { 'a.$': 'States.UUID()' } })],
  ['parameter ClientToken', {
    StartAt: 'A', States: { A: { Type: 'Task', Resource: 'arn:aws:states:::states:startExecution', Parameters: { StateMachineArn: 'a', ClientToken: 'b' }, End: true } },
  }],
])('a definition is refused: %s', (message, definition) => {
  const outside = { clock: new VirtualClock(), random: Math.random, invoke: async () => ({ payload: 1 }) };
  expect(() => new Interpreter(definition, outside)).toThrow(message);
});
