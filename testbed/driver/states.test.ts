import {
  DescribeExecutionCommand, GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand, StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { TestEnvironment } from './environment';
import { fixtureEnvironment } from './fixture/environment';
import { FixtureLightsail } from './fixture/lightsail';

const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:Clock';

let environment: TestEnvironment<FixtureLightsail>;
let sfn: SFNClient;

beforeAll(async () => {
  environment = await fixtureEnvironment();
  sfn = environment.clients.sfn();
});
afterEach(() => environment.reset());
afterAll(() => environment.close());

const start = (name?: string, input = '{"handler":"nobody"}') => sfn.send(new StartExecutionCommand({ stateMachineArn: MACHINE, name, input }));
const list = async (more = {}) => {
  const { executions, nextToken } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: MACHINE, ...more }));
  return { names: executions!.map(({ name }) => name), nextToken };
};

test('the same name and input give the same execution while it runs; anything else is refused, also after its end', async () => {
  const first = await start('n');
  await environment.clock.advance(1000);
  expect((await start('n')).executionArn).toBe(first.executionArn);
  expect((await start('n')).startDate).toEqual(first.startDate);
  await expect(start('n', '{"handler":"else"}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await sfn.send(new StopExecutionCommand({ executionArn: first.executionArn }));
  await expect(start('n')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await environment.clock.advance(91 * 24 * 3600_000);
  await expect(start('n')).resolves.toBeDefined();
});

test.each(['', 'x'.repeat(81), 'a b', 'a:b', 'a/b', 'a*'])('the name %j is refused', async name => {
  await expect(start(name)).rejects.toMatchObject({ name: 'InvalidName' });
});

test('the input is JSON of at most 256 KiB', async () => {
  await expect(start('n', '{')).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  await expect(start('n', JSON.stringify('x'.repeat(262_144)))).rejects.toMatchObject({ name: 'ValidationException' });
});

test('listing gives the newest first, page by page, by status', async () => {
  for (const name of ['a', 'b', 'c']) {
    await start(name);
    await environment.clock.advance(1);
  }
  await sfn.send(new StopExecutionCommand({ executionArn: `${MACHINE.replace('stateMachine', 'execution')}:b` }));
  expect((await list()).names).toEqual(['c', 'b', 'a']);
  expect((await list({ statusFilter: 'RUNNING' })).names).toEqual(['c', 'a']);
  expect((await list({ statusFilter: 'ABORTED' })).names).toEqual(['b']);
  environment.executions.pageSize = 2;
  const first = await list({ maxResults: 1000 });
  expect(first.names).toEqual(['c', 'b']);
  expect(await list({ nextToken: first.nextToken })).toEqual({ names: ['a'], nextToken: undefined });
});

test('a list can lag behind', async () => {
  environment.executions.listDelay = 500;
  await start('a');
  expect((await list()).names).toEqual([]);
  await environment.clock.advance(500);
  expect((await list()).names).toEqual(['a']);
  await sfn.send(new StopExecutionCommand({ executionArn: `${MACHINE.replace('stateMachine', 'execution')}:a` }));
  expect((await list({ statusFilter: 'RUNNING' })).names).toEqual(['a']);
  await environment.clock.advance(500);
  expect((await list({ statusFilter: 'RUNNING' })).names).toEqual([]);
});

test('describing, and what does not exist', async () => {
  const { executionArn } = await start('n');
  await sfn.send(new StopExecutionCommand({ executionArn, error: 'Superseded', cause: 'c' }));
  expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
    name: 'n', status: 'ABORTED', input: '{"handler":"nobody"}', error: 'Superseded', cause: 'c', startDate: new Date(environment.clock.now()),
  });
  await expect(sfn.send(new DescribeExecutionCommand({ executionArn: `${executionArn}x` }))).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  await expect(sfn.send(new StartExecutionCommand({ stateMachineArn: `${MACHINE}x` }))).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
});

test('an execution that is stopped does not stop the invocation in flight', async () => {
  const stack = environment.stack('s');
  const deployment = stack.deploy({ Snap: { Type: 'Custom::Fixture', Properties: { Does: 'wait 30', ServiceTimeout: 100 } } });
  await environment.clock.advance(30_019);
  const running = environment.lambda.invocations.at(-1)!;
  expect(running.state).toBe('running');
  environment.executions.stop(environment.executions.all[0].arn);
  expect((await deployment).status).toBe('ROLLBACK_COMPLETE');
  expect(running.state).toBe('returned');
  expect(environment.executions.all[0]).toMatchObject({ status: 'ABORTED' });
  expect(environment.executions.all[0].history.at(-1)).toMatchObject({ type: 'ExecutionAborted' });
});

test('history and transitions are kept', async () => {
  await environment.stack('s').deploy({ Snap: { Type: 'Custom::Fixture', Properties: { Secret: 'sesame' } } });
  await environment.settle();
  const [execution] = environment.executions.all;
  // seven looks, six waits: Step, Done?, Wait and at last Done
  expect(execution.transitions).toBe(7 + 7 + 6 + 1);
  expect(execution.history.filter(({ type }) => type === 'TaskScheduled')).toHaveLength(7);
  const { events, nextToken } = await sfn.send(new GetExecutionHistoryCommand({ executionArn: execution.arn, reverseOrder: true, maxResults: 3 }));
  expect(events!.map(({ type }) => type)).toEqual(['ExecutionSucceeded', 'SucceedStateExited', 'SucceedStateEntered']);
  expect(events![1]).toMatchObject({ stateExitedEventDetails: { name: 'Done', output: '{"done":"SUCCESS"}' }, timestamp: new Date(execution.stoppedAt!) });
  const more = await sfn.send(new GetExecutionHistoryCommand({ executionArn: execution.arn, reverseOrder: true, maxResults: 1000, nextToken }));
  expect(more.events!.at(-1)).toMatchObject({ id: 1, type: 'ExecutionStarted', executionStartedEventDetails: { input: execution.input } });
  expect(more.events!.length + 3).toBe(execution.history.length);
  expect(environment.search('sesame')).toContain(`execution ${execution.name}: ExecutionStarted`);
  expect(environment.search('open')).toEqual([]);
});
