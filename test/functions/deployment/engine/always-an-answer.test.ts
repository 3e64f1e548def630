/** Parts of the engine that fail: CloudFormation is told the cause within five minutes, where anything still knows where to answer. */
import type { Resources, TestEnvironment } from '../../../../testbed/driver';
import { Lightsail, startTestEnvironment } from '../../../support/test-environment';

let environment: TestEnvironment<Lightsail>;

beforeAll(async () => { environment = await startTestEnvironment({ direct: true }); });
afterAll(() => environment.close());
beforeEach(async () => {
  await environment.reset();
  region().addInstance({ name: 'web-1' });
});

const region = () => environment.sim.simulator.region('us-east-1');
const FIVE_MINUTES = 300_000;

function snapshot(properties: object = {}): Resources {
  return { Snapshot: { Type: 'Custom::LightsailInstanceSnapshot', Properties: { ServiceTimeout: 3600, InstanceName: 'web-1', ...properties }, DeletionPolicy: 'Delete' } as Resources[string] };
}

const always = { times: 1_000_000 };
const denied = { status: 400, error: 'AccessDeniedException', message: 'not authorized because of a permissions boundary' };

test.each([
  ['the state machine may not be started', { operation: 'StartExecution', mishap: denied }, /the request cannot be handed over: AccessDeniedException: not authorized/],
  ['the state machine is gone', { operation: 'StartExecution', mishap: { status: 400, error: 'StateMachineDoesNotExist', message: 'State Machine Does Not Exist' } }, /StateMachineDoesNotExist/],
  ['the ledger may not be read', { operation: 'GetItem', mishap: denied }, /cannot be handed over: AccessDeniedException/],
  ['the key of the ledger is disabled', { service: 'dynamodb', mishap: { status: 400, error: 'KMSDisabledException', message: 'the key is disabled' } }, /KMSDisabledException: the key is disabled/],
] as const)('%s', async (_, fault, reason) => {
  environment.fault({ ...fault, ...always });
  const { status, reasons, took } = await environment.stack('Site').deploy(snapshot());
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(reasons[0]).toMatch(reason);
  expect(took).toBeLessThan(FIVE_MINUTES);
  expect(region().instanceSnapshots.size).toBe(0);
});

test('the table was deleted by hand while nothing was deployed', async () => {
  const stack = environment.stack('Site');
  await stack.deploy(snapshot());
  environment.ledger.exists = false;
  const { status, reasons, took } = await stack.deploy(snapshot({ Tags: { team: 'web' } }));
  expect(status).toBe('UPDATE_ROLLBACK_FAILED');
  expect(reasons[0]).toMatch(/ResourceNotFoundException/);
  expect(took).toBeLessThan(2 * FIVE_MINUTES);
});

test('the state machine may not call the function', async () => {
  environment.lambda.stepError = 'Lambda.AccessDeniedException';
  const { status, reasons, took } = await environment.stack('Site').deploy(snapshot());
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(reasons[0]).toMatch(/has not called the function.*must allow lambda:InvokeFunction/);
  expect(took).toBeLessThan(FIVE_MINUTES);
  environment.lambda.stepError = undefined;
  await environment.settle();
  expect(region().instanceSnapshots.size).toBe(0);
});

test('an item of another version is taken over, kept and told', async () => {
  const stack = environment.stack('Site');
  await stack.deploy(snapshot());
  const item = environment.ledger.items.get('Snapshot')!;
  environment.ledger.items.set('Snapshot', { ...item, format: { N: '2' }, requests: { S: 'what another version wrote' } });
  expect(await stack.deploy(snapshot({ Tags: { team: 'web' } }))).toMatchObject({ status: 'UPDATE_COMPLETE', reasons: [] });
  expect(environment.ledger.items.get('Snapshot')).toMatchObject({ format: { N: '1' }, unreadable: { S: 'what another version wrote' } });
  expect(environment.lambda.invocations.flatMap(({ logs }) => logs).join()).toContain('another version of the library left an entry');
});

test('without its item a resource is updated and deleted all the same', async () => {
  const stack = environment.stack('Site');
  await stack.deploy(snapshot());
  environment.ledger.items.clear();
  expect(await stack.deploy(snapshot({ Tags: { team: 'web' } }))).toMatchObject({ status: 'UPDATE_COMPLETE', reasons: [] });
  environment.ledger.items.clear();
  expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE', reasons: [] });
  expect(region().instanceSnapshots.size).toBe(0);
});

test('after the end the table holds no property, no secret and no address', async () => {
  const stack = environment.stack('Site');
  await stack.deploy(snapshot({ Tags: { team: 'web' } }));
  await stack.destroy();
  await environment.settle();
  const table = JSON.stringify([...environment.ledger.items.values()]);
  expect(table).not.toMatch(/InstanceName|team|http/);
  expect(table).toContain('expires');
});
