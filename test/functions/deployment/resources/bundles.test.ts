import { Resources, TestEnvironment } from '../../../../testbed/driver';
import { Lightsail, startTestEnvironment } from '../../../support/test-environment';

/*
 * Bundles have other ids in other regions, and not all are sold everywhere: a copied snapshot names a bundle of where it comes from.
 */

type Environment = TestEnvironment<Lightsail>;

const environments = new Map<string, Environment>();

async function inRegion(region: string): Promise<Environment> {
  if (!environments.has(region)) environments.set(region, await startTestEnvironment({ direct: true, region }));
  const environment = environments.get(region)!;
  await environment.reset();
  return environment;
}

afterAll(() => Promise.all([...environments.values()].map(environment => environment.close())));

const resource = (Type: string, Properties: object) =>
  ({ Type: `Custom::Lightsail${Type}`, Properties: { ServiceTimeout: 3600, ...Properties }, DeletionPolicy: 'Delete' }) as Resources[string];

const COPY = { SourceType: 'InstanceSnapshot', SourceRegion: 'us-east-1', SourceSnapshotName: 'golden', TargetSnapshotName: 'rescue' };
const group = (region: string, more: object = {}) => resource('InstancesFromSnapshot', {
  InstanceSnapshotName: 'rescue', AvailabilityZone: `${region}a`, Names: ['web-1'], Attributes: ['BundleId.0'], ...more,
});
const recovery = (region: string): Resources => ({ Copy: resource('SnapshotCopy', COPY), Group: { ...group(region), DependsOn: ['Copy'] } as Resources[string] });
const logs = (environment: Environment) => environment.lambda.invocations.flatMap(invocation => invocation.logs);

describe('disaster recovery', () => {
  test.each([
    ['ap-south-1', 'micro_3_0', 'micro_3_1'],
    ['ap-southeast-2', 'small_ipv6_3_0', 'small_ipv6_3_2'],
    ['ap-southeast-2', 'medium_win_3_0', 'medium_win_3_2'],
    ['eu-west-1', 'micro_3_0', 'micro_3_0'],
  ])('into %s of what has bundle %s has bundle %s', async (region, fromBundleId, bundleId) => {
    const environment = await inRegion(region);
    const ipv6 = fromBundleId.includes('ipv6');
    const { simulator } = environment.sim;
    const at = simulator.region('us-east-1');
    at.addInstance({ name: 'web', bundleId: fromBundleId, ...fromBundleId.includes('win') && { blueprintId: 'windows_server_2022' } });
    at.addInstanceSnapshot({ name: 'golden', fromInstanceName: 'web', fromInstanceArn: at.instances.get('web')!.arn });
    const template = recovery(region);
    if (ipv6) (template.Group.Properties as Record<string, unknown>).IpAddressType = 'ipv6';

    const stack = environment.stack('Site');
    expect(await stack.deploy(template)).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
    expect(simulator.region(region).instances.get('web-1')).toMatchObject({ bundleId, state: 'running' });
    expect(stack.attributes('Group')).toEqual({ 'BundleId.0': bundleId });
    const told = logs(environment).filter(line => line.includes('bundle chosen'));
    expect(told.length > 0).toBe(bundleId !== fromBundleId);
    for (const line of told) expect(JSON.parse(line)).toMatchObject({ instead_of: fromBundleId, bundle: bundleId, logical_id: 'Group' });

    expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(simulator.region(region).instances.size).toBe(0);
  });
});

async function deploy(region: string, snapshot: object, more: object = {}) {
  const environment = await inRegion(region);
  const { simulator } = environment.sim;
  simulator.region(region).addInstanceSnapshot({ name: 'rescue', fromInstanceArn: 'arn:aws:lightsail:us-east-1:123456789012:Instance/1', ...snapshot });
  const result = await environment.stack('Site').deploy({ Group: group(region, more) });
  return { ...result, environment, instances: simulator.region(region).instances };
}

test('a bundle that is not sold any more gives way to the one of the newest generation', async () => {
  const { status, instances } = await deploy('us-east-1', { fromBundleId: 'nano_2_0' });
  expect([status, instances.get('web-1')!.bundleId]).toEqual(['CREATE_COMPLETE', 'nano_3_0']);
});

test('a bundle that is still sold stays, though there is a newer one', async () => {
  const { instances } = await deploy('eu-west-3', { fromBundleId: 'nano_2_0', fromInstanceArn: 'arn:aws:lightsail:eu-west-3:123456789012:Instance/1' });
  expect(instances.get('web-1')!.bundleId).toBe('nano_2_0');
});

test('a bundle that is given is taken as it is', async () => {
  const { instances, environment } = await deploy('ap-south-1', { fromBundleId: 'micro_3_0' }, { BundleId: 'small_3_1' });
  expect(instances.get('web-1')!.bundleId).toBe('small_3_1');
  expect(environment.calls.filter(({ operation }) => operation === 'GetBundles')).toEqual([]);
});

test('where none is like it, those that are large enough are named', async () => {
  const windows = { fromBundleId: 'medium_win_3_0', fromBlueprintId: 'windows_server_2022', sizeInGb: 80 };
  const { status, reasons } = await deploy('ap-southeast-3', windows);
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(reasons[0]).toMatch(/source's bundle 'medium_win_3_0' is not sold in ap-southeast-3, .* `bundleId`: none of this region is large enough/);
  const unknown = await deploy('ap-south-1', { fromBundleId: 'gigantic_9_0', sizeInGb: 80 });
  expect(unknown.reasons[0]).toMatch(/'gigantic_9_0' .*large enough are medium_3_1 \(4 GB, 2 vCPUs, disk of 80 GB\), .*large_3_1 \(8 GB/);
});

test("where the source's region may not be asked, they are named too", async () => {
  const environment = await inRegion('ap-south-1');
  environment.sim.simulator.faults.push({ operation: 'GetBundles', when: (_, region) => region === 'us-east-1', effect: 'accessDenied' });
  environment.sim.simulator.region('ap-south-1').addInstanceSnapshot({
    name: 'rescue', fromBundleId: 'micro_3_0', fromInstanceArn: 'arn:aws:lightsail:us-east-1:123456789012:Instance/1',
  });
  const { reasons } = await environment.stack('Site').deploy({ Group: group('ap-south-1') });
  expect(reasons[0]).toMatch(/'micro_3_0' is not sold in ap-south-1, .*large enough are nano_ipv6_3_1/);
});
