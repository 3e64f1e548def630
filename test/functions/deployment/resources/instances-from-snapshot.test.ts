import { Resources, TestEnvironment } from '../../../../testbed/driver';
import { dieEverywhere } from '../../../support/crash-points';
import { Lightsail, startTestEnvironment } from '../../../support/test-environment';

let environment: TestEnvironment<Lightsail>;

beforeAll(async () => { environment = await startTestEnvironment({ direct: true }); });
afterAll(() => environment.close());
beforeEach(begin);
afterEach(async () => {
  await environment.settle();
  expect(problems()).toEqual([]);
});

async function begin() {
  await environment.reset();
  region().addInstance({ name: 'web', disks: [{ name: 'data', path: '/dev/xvdf' }], addOns: true });
  region().addInstanceSnapshot({ name: 'golden', fromInstanceName: 'web' });
  region().addInstanceSnapshot({ name: 'better', fromInstanceName: 'web' });
}

const simulator = () => environment.sim.simulator;
const region = () => simulator().region('us-east-1');
const problems = () => environment.audit().filter(problem => !/^execution .* is FAILED/.test(problem));
const names = () => [...region().instances.keys()].filter(name => name !== 'web').sort();
const instance = (name: string) => region().instances.get(name)!;
const disks = () => [...region().disks.keys()].filter(name => name !== 'data').sort();
const staticIps = () => [...region().staticIps.keys()].sort();
const calls = (operation: string) => environment.calls.filter(call => call.operation === operation);
const tagsOf = (name: string) => Object.fromEntries(instance(name).tags.map(({ key, value }) => [key, value]));

function servers(properties: object = {}): Resources {
  const all = { ServiceTimeout: 3600, InstanceSnapshotName: 'golden', AvailabilityZone: 'us-east-1a', Names: ['a1', 'b1'], ...properties };
  const Properties = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return { Servers: { Type: 'Custom::LightsailInstancesFromSnapshot', Properties, DeletionPolicy: 'Delete' } as Resources[string] };
}

const other: Resources = { Other: { Type: 'AWS::SNS::Topic', Properties: {} } as Resources[string] };
const CREATED = { status: 'CREATE_COMPLETE', reasons: [] };
const UPDATED = { status: 'UPDATE_COMPLETE', reasons: [] };

describe('the usual life', () => {
  test('all run and have their addresses when the stack is there, and all is gone when it goes', async () => {
    const stack = environment.stack('Site');
    const attributes = ['Name', 'Arn', 'PublicIpAddress', 'PrivateIpAddress', 'Ipv6Address', 'State', 'Username', 'BlueprintId', 'BundleId'];
    expect(await stack.deploy(servers({ Attributes: attributes.flatMap(name => [`${name}.0`, `${name}.1`]) }))).toMatchObject(CREATED);

    expect(names()).toEqual(['a1', 'b1']);
    const b = instance('b1');
    expect(stack.attributes('Servers')).toMatchObject({
      'Name.0': 'a1',
      'Name.1': 'b1',
      'Arn.1': b.arn,
      'PublicIpAddress.1': b.publicIpAddress,
      'PrivateIpAddress.1': b.privateIpAddress,
      'Ipv6Address.1': b.ipv6Addresses[0],
      'State.1': 'running',
      'Username.1': 'ec2-user',
      'BlueprintId.1': 'amazon_linux_2023',
      'BundleId.1': 'nano_3_0',
    });
    expect(calls('CreateInstancesFromSnapshot')).toHaveLength(1);
    expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(names()).toEqual([]);
  });

  test.each([['3', 3], [undefined, 1]])('a count of %s makes names', async (Count, expected) => {
    const stack = environment.stack('Site');
    expect(await stack.deploy(servers({ Names: undefined, Count }))).toMatchObject(CREATED);
    const id = stack.physicalId('Servers')!;
    expect(names()).toEqual(Array.from({ length: expected }, (_, index) => `${id}-${index + 1}`));
  });

  test('names are added and dropped in place: the others are not touched', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(servers());
    const [arn, id] = [instance('b1').arn, stack.physicalId('Servers')];
    expect(await stack.deploy(servers({ Names: ['b1', 'c1', 'd1'] }))).toMatchObject(UPDATED);
    expect(names()).toEqual(['b1', 'c1', 'd1']);
    expect([instance('b1').arn, stack.physicalId('Servers')]).toEqual([arn, id]);
    expect(JSON.parse(calls('CreateInstancesFromSnapshot')[1].body).instanceNames).toEqual(['c1', 'd1']);
    expect(calls('DeleteInstance').map(({ body }) => JSON.parse(body).instanceName)).toEqual(['a1']);
  });

  test('what is dropped goes only when what is added is well', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(servers());
    await stack.deploy(servers({ Names: ['a1', 'c1'] }));
    const made = calls('CreateInstancesFromSnapshot')[1].at + simulator().durations.instance + simulator().durations.instanceAddress;
    expect(calls('DeleteInstance')[0].at).toBeGreaterThan(made);
  });

  test('many are made in chunks', async () => {
    simulator().options.quotas.instances = 50;
    const stack = environment.stack('Site');
    expect(await stack.deploy(servers({ Names: undefined, Count: 45 }))).toMatchObject(CREATED);
    expect(calls('CreateInstancesFromSnapshot').map(({ body }) => JSON.parse(body).instanceNames.length)).toEqual([20, 20, 5]);
    expect(names()).toHaveLength(45);
  });

  test('with generated names a new source brings new instances up before the old go', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(servers({ Names: undefined, Count: 2 }));
    const old = names();
    expect(await stack.deploy(servers({ Names: undefined, Count: 2, InstanceSnapshotName: 'better' }))).toMatchObject(UPDATED);
    expect(names()).toHaveLength(2);
    expect(names().filter(name => old.includes(name))).toEqual([]);
    expect(instance(names()[0]).fromSnapshot).toBe('better');
    expect(calls('DeleteInstance')[0].at).toBeGreaterThan(calls('CreateInstancesFromSnapshot')[1].at + simulator().durations.instance);
  });

  test('every parameter reaches the call', async () => {
    region().addKeyPair({ name: 'admin' });
    const stack = environment.stack('Site');
    expect(await stack.deploy(servers({
      Names: ['a1'],
      BundleId: 'small_3_0',
      KeyPairName: 'admin',
      UserData: 'echo hello',
      IpAddressType: 'ipv4',
      AutoSnapshotTime: '03:00',
      DiskPaths: ['/dev/xvdf'],
      Tags: { team: 'shop' },
    }))).toMatchObject(CREATED);
    expect(instance('a1')).toMatchObject({
      bundleId: 'small_3_0', keyPairName: 'admin', userData: 'echo hello', ipAddressType: 'ipv4', addOns: [{ snapshotTimeOfDay: '03:00' }], zone: 'us-east-1a',
    });
    expect(tagsOf('a1')).toMatchObject({ 'team': 'shop', 'cdk-lightsail-snapshots:resource': 'Servers' });
    expect(disks()).toEqual(['a1-xvdf']);
    await stack.destroy();
    expect([names(), disks()]).toEqual([[], []]);
  });

  test.each([
    { RestoreDate: '2026-01-02' }, { UseLatestRestorableAutoSnapshot: 'true' },
  ])('an automatic snapshot is a source: %j', async which => {
    region().addAutoSnapshot({ resource: 'web', date: '2026-01-02' });
    region().addAutoSnapshot({ resource: 'web', date: '2026-01-03' });
    expect(await environment.stack('Site').deploy(servers({ InstanceSnapshotName: undefined, SourceInstanceName: 'web', ...which }))).toMatchObject(CREATED);
    expect(instance('a1').fromSnapshot).toBe(`web@${which.RestoreDate ?? '2026-01-03'}`);
  });

  test.each([['ipv6', 'nano_ipv6_3_0'], ['ipv4', 'nano_3_0']])('an instance for %s only is waited for until it has its address', async (IpAddressType, BundleId) => {
    const stack = environment.stack('Site');
    const Attributes = ['Ipv6Address.0', 'PublicIpAddress.0'];
    expect(await stack.deploy(servers({ Names: ['a1'], IpAddressType, BundleId, Attributes }))).toMatchObject(CREATED);
    expect(stack.attributes('Servers')).toEqual({ 'Ipv6Address.0': instance('a1').ipv6Addresses[0] ?? '', 'PublicIpAddress.0': instance('a1').publicIpAddress ?? '' });
    expect(Object.values(stack.attributes('Servers')!).filter(Boolean)).toHaveLength(1);
  });

  test('tags, ports and add-ons change in place', async () => {
    const stack = environment.stack('Site');
    const port = (number: number) => ({ Protocol: 'tcp', FromPort: number, ToPort: number, Cidrs: ['192.0.2.0/24'] });
    await stack.deploy(servers({ Tags: { team: 'web', stage: 'test' }, PublicPorts: [port(443)], AutoSnapshotTime: '03:00' }));
    const { arn } = instance('a1');
    expect(instance('a1').ports).toMatchObject([{ protocol: 'tcp', fromPort: 443, toPort: 443, cidrs: ['192.0.2.0/24'] }]);

    instance('a1').tags.push({ key: 'by-hand', value: 'yes' });
    expect(await stack.deploy(servers({ Tags: { team: 'shop' }, PublicPorts: [port(22), port(80)], AutoSnapshotTime: '04:00' }))).toMatchObject(UPDATED);
    expect(instance('a1').arn).toBe(arn);
    expect(tagsOf('a1')).toMatchObject({ 'team': 'shop', 'by-hand': 'yes' });
    expect(tagsOf('a1')).not.toHaveProperty('stage');
    expect(instance('a1').ports.map(({ fromPort }) => fromPort)).toEqual([22, 80]);
    expect(instance('b1').addOns).toMatchObject([{ snapshotTimeOfDay: '04:00' }]);

    expect(await stack.deploy(servers({ PublicPorts: [] }))).toMatchObject(UPDATED);
    await environment.clock.run(environment.clock.sleep(10_000), 'the add-on goes');
    expect([instance('a1').ports, instance('a1').addOns]).toEqual([[], []]);
  });

  test('ports that are given no more are closed, and those that were opened by hand stay', async () => {
    const stack = environment.stack('Site');
    const port = (number: number) => ({ Protocol: 'tcp', FromPort: number, ToPort: number });
    await stack.deploy(servers({ PublicPorts: [port(443), { Protocol: 'all' }] }));
    instance('a1').ports.push({ protocol: 'udp', fromPort: 53, toPort: 53, cidrs: ['192.0.2.0/24'], ipv6Cidrs: [], cidrListAliases: [] });
    expect(await stack.deploy(servers({ Names: ['a1', 'b1', 'c1'] }))).toMatchObject(UPDATED);
    expect(instance('a1').ports).toMatchObject([{ protocol: 'udp', fromPort: 53, cidrs: ['192.0.2.0/24'] }]);
    expect([instance('b1').ports, instance('c1').ports.map(({ fromPort }) => fromPort)]).toEqual([[], [22, 80]]);
    const puts = calls('PutInstancePublicPorts').length;
    expect(await stack.deploy(servers({ Names: ['a1', 'b1'] }))).toMatchObject(UPDATED);
    expect(calls('PutInstancePublicPorts')).toHaveLength(puts);
  });

  test('an instance that was stopped meanwhile is taken as it is', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(servers());
    instance('a1').state = 'stopped';
    instance('a1').publicIpAddress = undefined;
    expect(await stack.deploy(servers({ Names: ['a1', 'b1', 'c1'] }))).toMatchObject(UPDATED);
  });

  test('an instance that was deleted by hand is made again', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(servers());
    await stack.deploy(servers({ Names: ['b1'] }));
    expect(await stack.deploy(servers({ Names: ['b1', 'a1'] }))).toMatchObject(UPDATED);
    expect(names()).toEqual(['a1', 'b1']);
  });

  test('two hours take a wait resource, which goes on with the rest', async () => {
    simulator().durations.instance = 1.5 * 3600_000;
    const stack = environment.stack('Site');
    const common = { InstanceSnapshotName: 'golden', AvailabilityZone: 'us-east-1a', PublicPorts: [{ Protocol: 'tcp', FromPort: 443, ToPort: 443 }] };
    const chain = (Names: string[]): Resources => ({
      ...servers({ ...common, Names, Continued: true, UserData: 'echo hello' }),
      Wait2: {
        Type: 'Custom::LightsailWait',
        Properties: {
          ...common,
          Names,
          ServiceTimeout: 3600,
          OwnerType: 'Custom::LightsailInstancesFromSnapshot',
          OwnerLogicalId: 'Servers',
          ResourceId: { Ref: 'Servers' },
          OwnerRequestId: { 'Fn::GetAtt': ['Servers', 'RequestId'] },
          WaitedBefore: 3600,
          Attributes: ['PublicIpAddress.0'],
        },
        DeletionPolicy: 'Delete',
      } as Resources[string],
    });
    expect(await stack.deploy(chain(['a1']))).toMatchObject(CREATED);
    expect(stack.attributes('Wait2')).toEqual({ 'PublicIpAddress.0': instance('a1').publicIpAddress });
    expect(instance('a1').ports).toHaveLength(1);
    expect(await stack.deploy(chain(['b1']))).toMatchObject(UPDATED);
    expect(names()).toEqual(['b1']);
    await stack.destroy();
    expect(names()).toEqual([]);
  });
});

describe('static IPs', () => {
  test('what took the name of an instance that is gone keeps the address when the old ones are cleaned up', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(servers({ Names: ['a1'], AllocateStaticIps: 'true', Revision: '1' }));
    region().vanish(instance('a1'));
    region().staticIps.get(staticIps()[0])!.attachedTo = undefined;
    expect(await stack.deploy(servers({ Names: ['a1'], AllocateStaticIps: 'true', Revision: '2' }))).toMatchObject(UPDATED);
    expect(region().staticIps.get(staticIps()[0])?.attachedTo).toBe('a1');
  });

  test('are allocated, and released with the instance or the option', async () => {
    const stack = environment.stack('Site');
    const Attributes = ['PublicIpAddress.1', 'StaticIpName.1'];
    expect(await stack.deploy(servers({ AllocateStaticIps: 'true', Attributes }))).toMatchObject(CREATED);
    expect(staticIps()).toEqual([expect.stringMatching(/^a1-[0-9a-f]{8}$/), expect.stringMatching(/^b1-[0-9a-f]{8}$/)]);
    const b = region().staticIps.get(staticIps()[1])!;
    expect(stack.attributes('Servers')).toEqual({ 'PublicIpAddress.1': b.ipAddress, 'StaticIpName.1': b.name });
    expect(await stack.deploy(servers({ Names: ['b1'], AllocateStaticIps: 'true' }))).toMatchObject(UPDATED);
    expect(staticIps()).toEqual([b.name]);
    expect(await stack.deploy(servers({ Names: ['b1'], AllocateStaticIps: 'false' }))).toMatchObject(UPDATED);
    expect(staticIps()).toEqual([]);
    expect(instance('b1').publicIpAddress).not.toBe(b.ipAddress);
    await stack.deploy(servers({ Names: ['b1'], AllocateStaticIps: 'true' }));
    expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(staticIps()).toEqual([]);
  });

  test('one that is left behind by an instance that was deleted by hand is released too', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(servers({ AllocateStaticIps: true }));
    region().staticIps.get(staticIps()[0])!.attachedTo = undefined;
    region().vanish(instance('a1'));
    await stack.deploy(servers({ Names: ['b1'], AllocateStaticIps: true }));
    expect(staticIps()).toHaveLength(1);
  });

  test('that exist are attached, move to the next generation, and stay', async () => {
    region().addStaticIp({ name: 'front' });
    const { ipAddress } = region().staticIps.get('front')!;
    const stack = environment.stack('Site');
    const of = (InstanceSnapshotName: string) => servers({
      Names: undefined, Count: 1, InstanceSnapshotName, StaticIpNames: ['front'], Attributes: ['PublicIpAddress.0'],
    });
    expect(await stack.deploy(of('golden'))).toMatchObject(CREATED);
    expect(stack.attributes('Servers')).toEqual({ 'PublicIpAddress.0': ipAddress });
    expect(await stack.deploy(of('better'))).toMatchObject(UPDATED);
    expect(instance(names()[0])).toMatchObject({ fromSnapshot: 'better', publicIpAddress: ipAddress });
    expect(await stack.deploy({ ...of('golden') }, { failOther: { after: 'Servers' } })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(names()).toHaveLength(1);
    expect(instance(names()[0])).toMatchObject({ fromSnapshot: 'better', publicIpAddress: ipAddress });
    await stack.destroy();
    expect(region().staticIps.get('front')!.attachedTo).toBeUndefined();
  });

  test('that exist change places in place, and come off with the option', async () => {
    region().addStaticIp({ name: 'left' });
    region().addStaticIp({ name: 'right' });
    const stack = environment.stack('Site');
    const holders = () => ['left', 'right'].map(name => region().staticIps.get(name)!.attachedTo);
    await stack.deploy(servers({ StaticIpNames: ['left', 'right'] }));
    expect(holders()).toEqual(['a1', 'b1']);
    expect(await stack.deploy(servers({ StaticIpNames: ['right', 'left'] }))).toMatchObject(UPDATED);
    expect(holders()).toEqual(['b1', 'a1']);
    expect(await stack.deploy(servers({ Names: ['a1'], StaticIpNames: ['left'] }))).toMatchObject(UPDATED);
    expect(holders()).toEqual(['a1', undefined]);
    expect(await stack.deploy(servers({ Names: ['a1'] }))).toMatchObject(UPDATED);
    expect(holders()).toEqual([undefined, undefined]);
  });

  test.each([
    ['is not there', ['nowhere'], /there is no static IP 'nowhere' in us-east-1/],
    ['is somebody else\'s', ['taken'], /static IP 'taken' is attached to 'web', which this construct did not make/],
    ['is missing', [], /a static IP for each of the 1 instances, got 0/],
  ])('one that %s is told, and nothing is left', async (_, StaticIpNames, reason) => {
    region().addStaticIp({ name: 'taken', attachedTo: 'web' });
    const { status, reasons } = await environment.stack('Site').deploy(servers({ Names: ['a1'], StaticIpNames }));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(reason);
    expect(names()).toEqual([]);
    expect(region().staticIps.get('taken')!.attachedTo).toBe('web');
  });

  test('a quota that is reached leaves none', async () => {
    simulator().options.quotas.staticIps = 1;
    const { reasons } = await environment.stack('Site').deploy(servers({ AllocateStaticIps: true }));
    expect(reasons[0]).toMatch(/allocate static IP 'b1-.*maximum number of static IP.*quota in this region is used up/);
    expect([names(), staticIps()]).toEqual([[], []]);
  });
});

describe('attached disks', () => {
  test('come with each instance, and go with it', async () => {
    const stack = environment.stack('Site');
    const disk = (Names: string[]) => servers({ Names, DiskPaths: ['/dev/xvdf'], Tags: { team: 'shop' }, Attributes: ['DiskNames.0'] });
    expect(await stack.deploy(disk(['a1', 'b1']))).toMatchObject(CREATED);
    expect(disks()).toEqual(['a1-xvdf', 'b1-xvdf']);
    expect(stack.attributes('Servers')).toEqual({ 'DiskNames.0': ['a1-xvdf'] });
    expect(region().disks.get('a1-xvdf')!.tags).toContainEqual({ key: 'team', value: 'shop' });
    expect(await stack.deploy(disk(['b1']))).toMatchObject(UPDATED);
    expect(disks()).toEqual(['b1-xvdf']);
    expect(await stack.deploy(disk(['b1', 'a1']))).toMatchObject(UPDATED);
    expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(disks()).toEqual([]);
  });

  test('have the names that are given, and one that was attached elsewhere stays', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(servers({ DiskPaths: ['/dev/xvdf'], DiskNames: [['left', 'right']] }));
    expect(disks()).toEqual(['left', 'right']);
    region().disks.get('left')!.attachedTo = 'web';
    await stack.destroy();
    expect(disks()).toEqual(['left']);
  });

  test('a path that the snapshot does not have is told', async () => {
    const { reasons } = await environment.stack('Site').deploy(servers({ DiskPaths: ['/dev/xvdz'] }));
    expect(reasons[0]).toMatch(/has no disk at the path: \/dev\/xvdz.*attachedDiskPaths/);
  });

  test('tags that show late do not leave a disk behind', async () => {
    simulator().options.tagsVisibleDelay = 20_000;
    const stack = environment.stack('Site');
    expect(await stack.deploy(servers({ DiskPaths: ['/dev/xvdf'] }))).toMatchObject(CREATED);
    expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(disks()).toEqual([]);
  });
});

describe('what goes wrong', () => {
  test.each([
    ['a bundle that is too small', { InstanceSnapshotName: 'large', BundleId: 'nano_3_0' }, /bundle nano_3_0 has a disk of 20 GB.*get-bundles/],
    ['an IPv6 bundle with another type', { BundleId: 'nano_ipv6_3_0' }, /code InvalidInput.*tip: .*a bundle that is for IPv6 only goes with `ipAddressType` IPV6/],
    ['a quota', { Count: 21, Names: undefined }, /maximum limit of Lightsail Instances : 20\. If you're new.*code LimitExceeded.*quota of instances in this region is used up/],
    ['a zone', { AvailabilityZone: 'us-east-1z' }, /Availability Zone does not exist.*get-regions/],
    ['a key pair', { KeyPairName: 'nobody' }, /there is no key pair 'nobody' in us-east-1/],
    ['a snapshot', { InstanceSnapshotName: 'nowhere', BundleId: 'nano_3_0' }, /there is no instance snapshot 'nowhere' in us-east-1/],
    ['a snapshot whose bundle is wanted', { InstanceSnapshotName: 'nowhere' }, /there is no instance snapshot 'nowhere' in us-east-1/],
    ['an automatic snapshot', { InstanceSnapshotName: undefined, SourceInstanceName: 'web', RestoreDate: '2020-01-01' }, /lightsail keeps the last seven/],
    ['no automatic snapshot', { InstanceSnapshotName: undefined, SourceInstanceName: 'web', UseLatestRestorableAutoSnapshot: true }, /turn automatic snapshots on/],
    ['stop on idle', { StopOnIdle: { Threshold: 5, Duration: 15 } }, /Lightsail for Research.*drop `stopOnIdle`/],
    ['names twice', { Names: ['a1', 'a1'] }, /got 'a1' more than once/],
    ['no names', { Names: [] }, /must not be empty/],
    ['a count', { Names: undefined, Count: '1.5' }, /Count must be a whole number of at least 1, got "1.5"/],
    ['a boolean', { AllocateStaticIps: 'no' }, /AllocateStaticIps must be true or false, got "no"/],
    ['too much user data', { UserData: 'x'.repeat(17_000) }, /user data is plain text/],
  ])('%s is told with the way out, and nothing is left', async (_, properties, reason) => {
    region().addInstanceSnapshot({ name: 'large', fromInstanceName: 'web', sizeInGb: 160 });
    const { status, reasons } = await environment.stack('Site').deploy(servers(properties));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(reason);
    expect(names()).toEqual([]);
  });

  test.each(['instance', 'disk'])('a name that a foreign %s holds is told, and left alone', async holder => {
    if (holder === 'disk') region().addDisk({ name: 'b1', createdAt: environment.clock.now() - 86400_000 });
    else region().addInstance({ name: 'b1', createdAt: environment.clock.now() - 86400_000 });
    const { status, reasons } = await environment.stack('Site').deploy(servers());
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/'b1' is held by (an existing instance|another resource)/);
    expect(region().all.has('b1')).toBe(true);
    expect(region().all.has('a1')).toBe(false);
    expect(calls('DeleteInstance')).toEqual([]);
  });

  test('with given names a new source is refused, with the way out', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(servers());
    const before = instance('a1').arn;
    const { status, reasons } = await stack.deploy(servers({ InstanceSnapshotName: 'better', Names: ['a1', 'b1', 'c1'] }));
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain('change the names together with the source, or give a number instead');
    expect([names(), instance('a1').arn]).toEqual([['a1', 'b1'], before]);
  });

  test.each(['terminated', 'vanish'])('one of those that are added fails (%s): none of them is left, the others are as they were', async how => {
    const stack = environment.stack('Site');
    await stack.deploy(servers());
    const before = instance('a1').arn;
    const state = how === 'vanish' ? how : 'error';
    simulator().outcomes.push({ resourceType: 'Instance', name: 'd1', state, errorCode: 'E42', errorDetails: 'no room' });
    const { status, reasons } = await stack.deploy(servers({ Names: ['b1', 'c1', 'd1'] }));
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(how === 'vanish' ? /'d1' is gone/ : /'d1' ended in state 'terminated' instead of 'running': .*E42: no room/);
    expect([names(), instance('a1').arn]).toEqual([['a1', 'b1'], before]);
  });

  test('a later chunk that is refused takes the earlier ones with it', async () => {
    const { status, reasons } = await environment.stack('Site').deploy(servers({ Names: [...Array.from({ length: 25 }, (_, index) => `n${index}`)] }));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain('maximum limit of Lightsail Instances : 20');
    expect(names()).toEqual([]);
  });

  test('an instance that never comes up is given up, and removed', async () => {
    simulator().outcomes.push({ resourceType: 'Instance', name: 'b1', state: 'stuck' });
    const { status, reasons } = await environment.stack('Site').deploy(servers({ ServiceTimeout: 780, Timeout: 600 }));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/gave up after 10 min.* of waiting for instance 'b1' to be running \(last state: pending\)/);
    expect(names()).toEqual([]);
  });

  test('an instance that runs without an address is given up', async () => {
    simulator().durations.instanceAddress = 3600_000;
    const { reasons } = await environment.stack('Site').deploy(servers({ Names: ['a1'], ServiceTimeout: 780, Timeout: 600 }));
    expect(reasons[0]).toMatch(/waiting for a public address of instance 'a1' \(last state: running\)/);
  });

  test('instances that were kept earlier are not taken for new ones', async () => {
    const stack = environment.stack('Site');
    const kept = { Servers: { ...servers().Servers, DeletionPolicy: 'Retain' } };
    await stack.deploy(kept);
    await stack.deploy(other);
    const { reasons } = await stack.deploy({ ...other, ...kept });
    expect(reasons[0]).toContain('was kept when this construct was removed from the stack earlier');
    expect(names()).toEqual(['a1', 'b1']);
  });

  test.each(['accountSetup', 'regionSetup', 'throttle', '500', 'reset', 'accessDenied'] as const)('%s for a minute is waited out', async effect => {
    simulator().faults.push({ effect, until: environment.clock.now() + 60_000 });
    expect(await environment.stack('Site').deploy(servers())).toMatchObject(CREATED);
  });

  test.each([
    { eventualConsistency: 20_000 }, { tagsVisibleDelay: 20_000 }, { notFoundAs: 'InvalidInputException' as const }, { deletingIsHidden: true },
    { deletePendingInstanceRefused: true }, { emptyPages: true }, { runningBeforeAddress: false }, { notNowAs: 'InvalidInputException' as const },
  ])('a Lightsail with %j is dealt with', async options => {
    Object.assign(simulator().options, options);
    const stack = environment.stack('Site');
    const all = { AllocateStaticIps: true, DiskPaths: ['/dev/xvdf'], AutoSnapshotTime: '03:00' };
    expect(await stack.deploy(servers(all))).toMatchObject(CREATED);
    expect(await stack.deploy(servers({ ...all, Names: ['b1', 'c1'] }))).toMatchObject(UPDATED);
    expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE' });
    await environment.clock.run(environment.clock.sleep(60_000), 'the names are free again');
    expect([names(), disks(), staticIps()]).toEqual([[], [], []]);
  });
});

describe('user data', () => {
  const SECRET = 'passwd: hunter2';

  test('is found nowhere but in the call', async () => {
    const stack = environment.stack('Site');
    expect(await stack.deploy(servers({ UserData: SECRET }))).toMatchObject(CREATED);
    expect(instance('a1').userData).toBe(SECRET);
    await stack.deploy(servers({ UserData: SECRET, Names: ['b1', 'c1'] }));
    expect(instance('c1').userData).toBe(SECRET);
    await stack.destroy();
    expect(names()).toEqual([]);
    expect(environment.search('hunter2')).toEqual([]);
  });

  test('is not told by a refusal either, in whatever words and lines', async () => {
    const SECRET_LINES = `#!/bin/sh\n${SECRET}\n`;
    for (const message of [`Value '${SECRET_LINES}' at 'userData' failed to satisfy constraint`, `This is not user data: ${SECRET_LINES}.`]) {
      await environment.reset();
      region().addInstanceSnapshot({ name: 'golden' });
      simulator().faults.push({ operation: 'CreateInstancesFromSnapshot', effect: { error: 'InvalidInputException', message, status: 400 } });
      const { reasons } = await environment.stack('Site').deploy(servers({ UserData: SECRET_LINES }));
      expect(reasons[0]).toContain('(UserData)');
      expect([reasons[0].includes('hunter2'), environment.search('hunter2')]).toEqual([false, []]);
    }
  });

  test('is not told by a refusal in one line either', async () => {
    const message = `Value '${SECRET}' at 'userData' failed to satisfy constraint`;
    simulator().faults.push({ operation: 'CreateInstancesFromSnapshot', effect: { error: 'InvalidInputException', message, status: 400 } });
    const { reasons } = await environment.stack('Site').deploy(servers({ UserData: SECRET }));
    expect(reasons[0]).toContain("Value '(UserData)' at 'userData'");
    expect(environment.search('hunter2')).toEqual([]);
  });

  test('trouble that lasts is told in the end, and hides it', async () => {
    const effect = { error: 'ThrottlingException', message: `not ${SECRET}`, status: 400 };
    simulator().faults.push({ operation: 'CreateInstancesFromSnapshot', effect });
    const { status, reasons } = await environment.stack('Site').deploy(servers({ UserData: SECRET }));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/gave up after .*ThrottlingException: not \(UserData\)/);
    expect(environment.search('hunter2')).toEqual([]);
  });

  test('an instance that is removed while it is being made is not made again without it', async () => {
    simulator().outcomes.push({ resourceType: 'Instance', name: 'a1', state: 'vanish' });
    const { reasons } = await environment.stack('Site').deploy(servers({ UserData: SECRET }));
    expect(reasons[0]).toMatch(/'a1' is gone: it was removed while it was being made/);
    expect(calls('CreateInstancesFromSnapshot')).toHaveLength(1);
    expect(names()).toEqual([]);
  });

  test('with generated names it can be changed', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(servers({ UserData: SECRET, Names: undefined }));
    expect(await stack.deploy(servers({ UserData: 'other', Names: undefined }))).toMatchObject(UPDATED);
    expect(names().map(name => instance(name).userData)).toEqual(['other']);
  });

  test('an update that is cancelled is undone', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(servers({ UserData: SECRET }));
    expect(await stack.deploy(servers({ UserData: SECRET, Names: ['b1', 'c1'] }), { cancelAfter: 20_000 })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    await environment.settle();
    expect(names()).toEqual(['a1', 'b1']);
  });
});

describe('what CloudFormation does on the way', () => {
  test.each([undefined, 'echo hello'])('an event that comes twice, or much later again, makes one group (user data: %s)', async UserData => {
    environment.lambda.delivery = () => [0, 1, 500, 600_000];
    const stack = environment.stack('Site');
    expect(await stack.deploy(servers({ UserData }))).toMatchObject(CREATED);
    expect(names()).toEqual(['a1', 'b1']);
    await stack.destroy();
    await environment.settle();
    expect(names()).toEqual([]);
  });

  const WITH = [undefined, 'echo hello'];

  test.each([0, 100, 5_000, 60_000, 170_000, 200_000].flatMap(after => WITH.map(data => [after, data] as const)),
  )('a creation that is cancelled after %d ms leaves nothing (user data: %s)', async (cancelAfter, UserData) => {
    const { status } = await environment.stack('Site').deploy(servers({ UserData, AllocateStaticIps: true, DiskPaths: ['/dev/xvdf'] }), { cancelAfter });
    expect(status).toBe('ROLLBACK_COMPLETE');
    await environment.settle();
    expect([names(), staticIps(), disks()]).toEqual([[], [], []]);
  });

  test.each([100, 5_000, 60_000, 185_000, 210_000, 240_000].flatMap(after => WITH.map(data => [after, data] as const)),
  )('growth that is cancelled after %d ms leaves what was there (user data: %s)', async (cancelAfter, UserData) => {
    const stack = environment.stack('Site');
    const all = { UserData, AllocateStaticIps: true, DiskPaths: ['/dev/xvdf'] };
    await stack.deploy(servers(all));
    const { status, reasons } = await stack.deploy(servers({ ...all, Names: ['a1', 'b1', 'c1'] }), { cancelAfter });
    expect([status, reasons]).toEqual(['UPDATE_ROLLBACK_COMPLETE', []]);
    await environment.settle();
    expect([names(), disks()]).toEqual([['a1', 'b1'], ['a1-xvdf', 'b1-xvdf']]);
    expect(staticIps()).toHaveLength(2);
  });

  test.each([5_000, 30_000])('growth that is cancelled before it shows, %d ms after, leaves nothing', async eventualConsistency => {
    const stack = environment.stack('Site');
    await stack.deploy(servers());
    Object.assign(simulator().options, { eventualConsistency });
    expect((await stack.deploy(servers({ Names: ['a1', 'b1', 'c1'] }), { cancelAfter: 2_000 })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await environment.settle();
    expect(names()).toEqual(['a1', 'b1']);
  });

  test.each([21_000, 25_000, 40_000])('a disk whose instance is gone goes with the creation that is cancelled after %d ms', async cancelAfter => {
    simulator().durations.instance = 20_000;
    simulator().outcomes.push({ resourceType: 'Instance', name: 'b1', state: 'vanish' });
    const { status, reasons } = await environment.stack('Site').deploy(servers({ DiskPaths: ['/dev/xvdf'] }), { cancelAfter });
    expect([status, reasons]).toEqual(['ROLLBACK_COMPLETE', []]);
    await environment.settle();
    expect([names(), disks()]).toEqual([[], []]);
  });

  test.each([5_000, 200_000, 230_000])('shrinking that is cancelled after %d ms is undone', async cancelAfter => {
    const stack = environment.stack('Site');
    await stack.deploy(servers());
    const { status, reasons } = await stack.deploy(servers({ Names: ['a1', 'c1'] }), { cancelAfter });
    expect([status, reasons]).toEqual(['UPDATE_ROLLBACK_COMPLETE', []]);
    await environment.settle();
    expect(names()).toEqual(['a1', 'b1']);
    expect([instance('a1').state, instance('b1').state]).toEqual(['running', 'running']);
  });

  test.each(['update with new id', 'update with old id', 'delete only'] as const)('a replacement that is rolled back by "%s" is undone', async way => {
    environment.switches.rollbackOfReplacement = way;
    const stack = environment.stack('Site');
    await stack.deploy(servers({ Names: undefined }));
    const before = names();
    const { status } = await stack.deploy(servers({ Names: undefined, InstanceSnapshotName: 'better' }), { failOther: { after: 'Servers' } });
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(names()).toEqual(before);
  });

  test.each(['attempted', 'last good'] as const)('growth and shrinking that are rolled back (old properties: %s) are undone', async which => {
    environment.switches.oldPropertiesInRollback = which;
    const stack = environment.stack('Site');
    await stack.deploy(servers({ AllocateStaticIps: true }));
    const { status } = await stack.deploy(servers({ Names: ['b1', 'c1'], AllocateStaticIps: true }), { failOther: { after: 'Servers' } });
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(names()).toEqual(['a1', 'b1']);
    expect(staticIps().map(name => name.slice(0, 2))).toEqual(['a1', 'b1']);
  });
});

describe('a function that dies before or after any of its calls', () => {
  const all = { AllocateStaticIps: true, DiskPaths: ['/dev/xvdf'], PublicPorts: [{ Protocol: 'tcp', FromPort: 443, ToPort: 443 }] };
  const left = () => [names(), disks(), staticIps().length];
  const SEQUENCES: Record<string, (more: object) => Promise<unknown>> = {
    'create and delete': async more => {
      const stack = environment.stack('Site');
      expect(await stack.deploy(servers({ ...all, ...more }))).toMatchObject(CREATED);
      expect(left()).toEqual([['a1', 'b1'], ['a1-xvdf', 'b1-xvdf'], 2]);
      expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
      expect(left()).toEqual([[], [], 0]);
    },
    'change in place': async more => {
      const stack = environment.stack('Site');
      await stack.deploy(servers({ ...all, ...more }));
      expect(await stack.deploy(servers({ ...all, ...more, Names: ['b1', 'c1'] }))).toMatchObject(UPDATED);
      expect(left()).toEqual([['b1', 'c1'], ['b1-xvdf', 'c1-xvdf'], 2]);
    },
    'replacement': async more => {
      const stack = environment.stack('Site');
      await stack.deploy(servers({ ...more, Names: undefined }));
      expect(await stack.deploy(servers({ ...more, Names: undefined, InstanceSnapshotName: 'better' }))).toMatchObject(UPDATED);
      expect(names()).toEqual([`${stack.physicalId('Servers')}-1`]);
    },
    'growth that fails': async more => {
      const stack = environment.stack('Site');
      await stack.deploy(servers(more));
      simulator().outcomes.push({ resourceType: 'Instance', name: 'd1', state: 'error' });
      expect((await stack.deploy(servers({ ...more, Names: ['a1', 'c1', 'd1'] }))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(names()).toEqual(['a1', 'b1']);
    },
    'cancelled creation': async more => {
      expect((await environment.stack('Site').deploy(servers({ ...all, ...more }), { cancelAfter: 5_000 })).status).toBe('ROLLBACK_COMPLETE');
      await environment.settle();
      expect(left()).toEqual([[], [], 0]);
    },
    'cancelled growth': async more => {
      const stack = environment.stack('Site');
      await stack.deploy(servers(more));
      await stack.deploy(servers({ ...more, Names: ['a1', 'b1', 'c1'] }), { cancelAfter: 5_000 });
      expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
      await environment.settle();
      expect(names()).toEqual(['a1', 'b1']);
    },
  };

  test.each(Object.keys(SEQUENCES).flatMap(name => [[name, {}], [name, { UserData: 'echo hello' }]] as [string, object][]))('%s %j', (name, more) => dieEverywhere(environment, {
    begin: async () => {
      await begin();
      simulator().options.pageSize = 100;
      Object.assign(simulator().durations, { instance: 12_000, instanceAddress: 1000, deleteInstance: 6000, staticIp: 1000, deleteDisk: 1000 });
    },
    run: async () => {
      await SEQUENCES[name](more);
      await environment.settle();
      expect(problems()).toEqual([]);
    },
  }));
});
