import { Resources, TestEnvironment } from '../../../testbed/driver';
import { Lightsail, startTestEnvironment } from '../../support/test-environment';

/*
 * A region without Lightsail: the host does not resolve. Whether that passes cannot be told by the error.
 */

const MINUTE = 60_000;
const environments: TestEnvironment<Lightsail>[] = [];

async function inRegion(region: string): Promise<TestEnvironment<Lightsail>> {
  const environment = await startTestEnvironment({ direct: true, region });
  environments.push(environment);
  return environment;
}

afterAll(() => Promise.all(environments.map(environment => environment.close())));

const resource = (type: string, Properties: object): Resources => ({
  It: { Type: `Custom::Lightsail${type}`, Properties: { ServiceTimeout: 3600, ...Properties }, DeletionPolicy: 'Delete' } as Resources[string],
});

test.each([
  ['InstanceSnapshot', { InstanceName: 'web' }],
  ['InstanceSnapshotLookup', { FromInstanceName: 'web' }],
  ['InstancesFromSnapshot', { InstanceSnapshotName: 'golden', AvailabilityZone: 'us-west-1a' }],
  ['InstancesFromSnapshot', { InstanceSnapshotName: 'golden', AvailabilityZone: 'us-west-1a', UserData: 'echo hello' }],
  ['SnapshotExport', { SnapshotName: 'golden', SnapshotType: 'instance' }],
])('%s %j in a region without Lightsail fails within five minutes, and is removed', async (type, properties) => {
  const environment = await inRegion('us-west-1');
  environment.fault({ service: 'lightsail', mishap: 'unresolved', times: Infinity });
  const { status, reasons } = await environment.stack('Site').deploy(resource(type, properties));
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(reasons).toHaveLength(1);
  expect(reasons[0]).toMatch(/lightsail is not in us-west-1: .*us-east-1, us-east-2, us-west-2/);
  const [{ sentAt, answers: [answer] }] = environment.responseUrls.requests;
  expect(answer.at - sentAt).toBeLessThan(5 * MINUTE);
});

test('a host that does not resolve for ten minutes is waited for where Lightsail is', async () => {
  const environment = await inRegion('us-east-1');
  environment.sim.simulator.region('us-east-1').addInstance({ name: 'web' });
  let resolves = false;
  environment.clock.in(10 * MINUTE, () => { resolves = true; }, 'the host resolves again');
  environment.fault({ service: 'lightsail', mishap: 'unresolved', times: Infinity, where: () => !resolves });
  const stack = environment.stack('Site');
  expect(await stack.deploy(resource('InstanceSnapshot', { InstanceName: 'web' }))).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
});

test('a hiccup is none of a region without Lightsail, however long the request has waited', async () => {
  const environment = await inRegion('us-west-1');
  environment.sim.simulator.region('us-west-1').addInstance({ name: 'web' });
  environment.sim.simulator.durations.instanceSnapshot = 20 * MINUTE;
  let hiccups = false;
  environment.clock.in(10 * MINUTE, () => { hiccups = true; }, 'the host does not resolve');
  environment.clock.in(11 * MINUTE, () => { hiccups = false; }, 'the host resolves again');
  environment.fault({ service: 'lightsail', mishap: 'unresolved', times: Infinity, where: () => hiccups });
  const stack = environment.stack('Site');
  expect(await stack.deploy(resource('InstanceSnapshot', { InstanceName: 'web' }))).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
  environment.fault({ service: 'lightsail', mishap: 'unresolved', times: Infinity });
  expect(await stack.destroy()).toMatchObject({ status: 'DELETE_FAILED', reasons: [expect.stringContaining('ENOTFOUND')] });
});

test('a deletion where Lightsail is fails rather than leave something behind', async () => {
  const environment = await inRegion('us-east-1');
  environment.sim.simulator.region('us-east-1').addInstance({ name: 'web' });
  const stack = environment.stack('Site');
  await stack.deploy(resource('InstanceSnapshot', { InstanceName: 'web' }));
  environment.fault({ service: 'lightsail', mishap: 'unresolved', times: Infinity });
  expect(await stack.destroy()).toMatchObject({ status: 'DELETE_FAILED', reasons: [expect.stringContaining('ENOTFOUND')] });
});
