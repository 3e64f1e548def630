import { GetInstanceCommand } from '@aws-sdk/client-lightsail';
import { createClients } from '../../../src/functions/aws/clients';
import { createConnections } from '../../../src/functions/aws/connections';
import { isTransient } from '../../../src/functions/aws/errors';
import { Simulator } from '../../../testbed/simulator';

/*
 * Over real sockets: what becomes of the connections of a function that is frozen between its invocations.
 */

let simulator: Simulator;

beforeEach(async () => {
  simulator = await Simulator.start();
  simulator.region('us-east-1').addInstance({ name: 'web' });
});
afterEach(() => simulator.stop());

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

function functionOf({ requestHandler, closing }: ReturnType<typeof createConnections>) {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const { lightsail } = createClients({ region: 'us-east-1', endpoints: { lightsail: simulator.url }, credentials, requestHandler });
  const call = async () => (await lightsail().send(new GetInstanceCommand({ instanceName: 'web' }))).instance!.name;
  const calls = async () => [await call(), await call(), simulator.connections] as const;
  return { kept: calls, closed: closing(calls) };
}

test('a connection is kept within an invocation, and does not outlive it', async () => {
  simulator.resetsKeptAfter = 400;
  const { closed } = functionOf(createConnections());
  for (let invocation = 0; invocation < 3; invocation++) {
    expect(await closed()).toEqual(['web', 'web', 1]);
    await pause(500);
    expect(simulator.connections).toBe(0);
  }
});

test('one that did would be reset', async () => {
  simulator.resetsKeptAfter = 400;
  const connections = createConnections();
  const { kept, closed } = functionOf(connections);
  await kept();
  await pause(500);
  const error = await kept().catch((thrown: Error) => thrown);
  // its code is lost here, where Node's own errors are of other classes than a test's
  expect(error).toMatchObject({ message: expect.stringContaining('ECONNRESET') });
  await closed();
});

test('a connection is closed when an invocation fails, too', async () => {
  const connections = createConnections();
  const { kept } = functionOf(connections);
  const failing = connections.closing(async () => {
    await kept();
    throw new Error('the function failed');
  });
  await expect(failing()).rejects.toThrow('the function failed');
  await pause(20);
  expect(simulator.connections).toBe(0);
});

test('a call that is not answered is given up, and passes for transient', async () => {
  simulator.faults.push({ effect: { slow: 500 } });
  const { closed } = functionOf(createConnections({ connectionTimeout: 100, requestTimeout: 100 }));
  const error = await closed().catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ name: 'TimeoutError' });
  expect(isTransient(error)).toBe(true);
  await pause(450);
});

test('the timeouts are a few seconds', () => {
  expect(createConnections().requestHandler).toMatchObject({ connectionTimeout: 3_000, requestTimeout: 8_000, throwOnRequestTimeout: true });
});
