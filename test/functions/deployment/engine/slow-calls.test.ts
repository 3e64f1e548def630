/** A large group whose calls are slow: no step takes longer than it may, and none begins anew. */
import type { Resources, TestEnvironment } from '../../../../testbed/driver';
import { Lightsail, startTestEnvironment } from '../../../support/test-environment';

let environment: TestEnvironment<Lightsail>;

beforeAll(async () => { environment = await startTestEnvironment({ direct: true, latency: { after: 700 } }); });
afterAll(() => environment.close());

test('100 instances with ports, add-ons, tags, disks and static IPs at 700 ms a call', async () => {
  const { simulator } = environment.sim;
  // what Lightsail gives at a time is not documented; about 50 were seen
  simulator.options.pageSize = 50;
  Object.assign(simulator.options.quotas, { instances: 200, staticIps: 200 });
  const region = simulator.region('us-east-1');
  region.addInstance({ name: 'web', disks: [{ name: 'data', path: '/dev/xvdf' }] });
  region.addInstanceSnapshot({ name: 'golden', fromInstanceName: 'web' });
  const group = (Count: number): Resources => ({
    Web: {
      Type: 'Custom::LightsailInstancesFromSnapshot',
      Properties: {
        InstanceSnapshotName: 'golden',
        AvailabilityZone: 'us-east-1a',
        Count,
        Tags: { team: 'web' },
        PublicPorts: [{ Protocol: 'tcp', FromPort: 443, ToPort: 443 }],
        AutoSnapshotTime: '06:00',
        DiskPaths: ['/dev/xvdf'],
        AllocateStaticIps: true,
      },
      DeletionPolicy: 'Delete',
    } as Resources[string],
  });
  const stack = environment.stack('Site');
  expect(await stack.deploy(group(100))).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
  expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE', reasons: [] });
  await environment.settle();

  const steps = environment.lambda.invocations.filter(({ trigger }) => trigger === 'step');
  const longest = Math.max(...steps.map(({ startedAt, endedAt }) => endedAt! - startedAt));
  expect(longest).toBeLessThan(31_000);
  expect(steps.filter(({ state }) => state !== 'returned')).toEqual([]);
  const bodies = environment.calls.filter(({ operation }) => operation === 'PutInstancePublicPorts').map(({ body }) => body);
  expect(new Set(bodies).size).toBe(bodies.length);
}, 280_000);
