import {
  AllocateStaticIpCommand, AttachDiskCommand, AttachStaticIpCommand, CloseInstancePublicPortsCommand, CreateDiskCommand,
  CreateDiskFromSnapshotCommand, CreateInstancesCommand, CreateInstancesFromSnapshotCommand, CreateInstancesFromSnapshotCommandInput,
  DeleteDiskCommand, DeleteInstanceCommand, DeleteInstanceSnapshotCommand, DetachDiskCommand, DetachStaticIpCommand, GetDiskCommand,
  GetInstanceCommand, GetInstancePortStatesCommand, GetInstanceStateCommand, GetKeyPairCommand, GetKeyPairsCommand, GetStaticIpCommand,
  LightsailClient, OpenInstancePublicPortsCommand, PutInstancePublicPortsCommand, ReleaseStaticIpCommand,
} from '@aws-sdk/client-lightsail';
import { RegionView } from './seed';
import { errorOf, TestBed } from './testing';

let bed: TestBed;
let client: LightsailClient;
let region: RegionView;

beforeEach(async () => {
  bed = await TestBed.start();
  client = bed.lightsail();
  region = bed.sim.region('us-east-1');
  region.addInstance({ name: 'web', bundleId: 'micro_3_0', disks: [{ name: 'data', sizeInGb: 32 }] });
  region.addInstanceSnapshot({ name: 'snap', fromInstanceName: 'web' });
});

afterEach(() => bed.stop());

const restore = (input: Partial<CreateInstancesFromSnapshotCommandInput> = {}) => client.send(new CreateInstancesFromSnapshotCommand({
  instanceNames: ['new-1'], availabilityZone: 'us-east-1b', bundleId: 'micro_3_0', instanceSnapshotName: 'snap', ...input,
}));
const get = async (instanceName = 'new-1') => (await client.send(new GetInstanceCommand({ instanceName }))).instance!;

describe('instances from a snapshot', () => {
  test('run first and have their addresses later', async () => {
    const { operations } = await restore({ instanceNames: ['new-1', 'new-2'], tags: [{ key: 'a' }], userData: 'echo hello' });
    expect(operations).toMatchObject([
      { resourceName: 'new-1', operationType: 'CreateInstancesFromSnapshot', isTerminal: false }, { resourceName: 'new-2' },
    ]);
    expect(await get()).toMatchObject({ state: { code: 0, name: 'pending' }, isStaticIp: false });
    bed.advance(bed.sim.durations.instance);
    const running = await get();
    expect(running).toMatchObject({ state: { code: 16, name: 'running' }, privateIpAddress: expect.any(String), tags: [{ key: 'a' }] });
    expect([running.publicIpAddress, running.ipv6Addresses]).toEqual([undefined, []]);
    bed.advance(bed.sim.durations.instanceAddress);
    const ready = await get('new-2');
    expect(ready).toMatchObject({
      publicIpAddress: expect.any(String),
      ipv6Addresses: [expect.any(String)],
      blueprintId: 'amazon_linux_2023',
      bundleId: 'micro_3_0',
      location: { availabilityZone: 'us-east-1b' },
      sshKeyName: 'LightsailDefaultKeyPair',
    });
    expect(JSON.stringify(ready)).not.toContain('hello');
    expect(region.instances.get('new-2')!.userData).toBe('echo hello');
  });

  test('may have their addresses at once', async () => {
    bed.sim.options.runningBeforeAddress = false;
    await restore();
    bed.advance(bed.sim.durations.instance);
    expect((await get()).publicIpAddress).toBeDefined();
  });

  test('of an ipv6-only bundle have no IPv4 address', async () => {
    expect((await errorOf(restore({ bundleId: 'micro_ipv6_3_0' }))).name).toBe('InvalidInputException');
    expect((await errorOf(restore({ ipAddressType: 'ipv6' }))).name).toBe('InvalidInputException');
    await restore({ bundleId: 'micro_ipv6_3_0', ipAddressType: 'ipv6' });
    bed.advance(1e6);
    const instance = await get();
    expect(instance).toMatchObject({ ipAddressType: 'ipv6', ipv6Addresses: [expect.any(String)] });
    expect([instance.publicIpAddress, instance.privateIpAddress]).toEqual([undefined, undefined]);
    bed.sim.options.ipv6TypeMustMatchBundle = false;
    await restore({ instanceNames: ['new-2'], bundleId: 'micro_ipv6_3_0' });
    expect((await get('new-2')).ipAddressType).toBe('ipv6');
  });

  test('come from an automatic snapshot too', async () => {
    region.addAutoSnapshot({ resource: 'web', date: '2026-01-01' });
    region.addAutoSnapshot({ resource: 'web', date: '2026-01-02' });
    const automatic = { instanceSnapshotName: undefined, sourceInstanceName: 'web' };
    await restore({ ...automatic, useLatestRestorableAutoSnapshot: true });
    await restore({ ...automatic, instanceNames: ['new-2'], restoreDate: '2026-01-01' });
    expect(region.instances.get('new-1')!.fromSnapshot).toBe('web@2026-01-02');
    expect(region.instances.get('new-2')!.fromSnapshot).toBe('web@2026-01-01');
    region.addAutoSnapshot({ resource: 'web', date: '2026-01-03', status: 'InProgress' });
    expect((await errorOf(restore({ ...automatic, instanceNames: ['new-3'], restoreDate: '2026-01-03' }))).name).toBe('OperationFailureException');
  });

  test.each<[string, Partial<CreateInstancesFromSnapshotCommandInput>, string]>([
    ['no name', { instanceNames: [] }, 'InvalidInputException'],
    ['the same name twice', { instanceNames: ['new-1', 'new-1'] }, 'InvalidInputException'],
    ['one taken name of two', { instanceNames: ['new-1', 'data'] }, 'InvalidInputException'],
    ['a malformed name', { instanceNames: ['-new'] }, 'InvalidInputException'],
    ['a zone of another Region', { availabilityZone: 'us-east-2a' }, 'InvalidInputException'],
    ['an unknown bundle', { bundleId: 'giant_9_0' }, 'InvalidInputException'],
    ['a bundle that is no more', { bundleId: 'nano_2_0' }, 'InvalidInputException'],
    ['a bundle that is smaller than the source', { bundleId: 'nano_3_0' }, 'InvalidInputException'],
    ['a bundle of another platform', { bundleId: 'medium_win_3_0' }, 'InvalidInputException'],
    ['two sources', { sourceInstanceName: 'web', useLatestRestorableAutoSnapshot: true }, 'InvalidInputException'],
    ['no source', { instanceSnapshotName: undefined }, 'InvalidInputException'],
    ['a date with a manual snapshot', { restoreDate: '2026-01-01' }, 'InvalidInputException'],
    ['an unknown snapshot', { instanceSnapshotName: 'nobody' }, 'NotFoundException'],
    ['a snapshot that is not ready', { instanceSnapshotName: 'unready' }, 'OperationFailureException'],
    ['an unknown key pair', { keyPairName: 'nobody' }, 'NotFoundException'],
    ['user data of more than 16 KB', { userData: 'x'.repeat(16_385) }, 'InvalidInputException'],
    ['a disk path that is not in the snapshot', { attachedDiskMapping: { 'new-1': [{ originalDiskPath: '/dev/xvdz', newDiskName: 'd1' }] } }, 'InvalidInputException'],
    ['a mapping for a foreign instance', { attachedDiskMapping: { web: [{ originalDiskPath: '/dev/xvdf', newDiskName: 'd1' }] } }, 'InvalidInputException'],
    ['a taken disk name', { attachedDiskMapping: { 'new-1': [{ originalDiskPath: '/dev/xvdf', newDiskName: 'data' }] } }, 'InvalidInputException'],
    ['an add-on for research', { addOns: [{ addOnType: 'StopInstanceOnIdle' }] }, 'InvalidInputException'],
    ['a bundle of another Region', { bundleId: 'nano_3_1' }, 'InvalidInputException'],
    ['more than the quota', { instanceNames: Array.from({ length: 20 }, (_, i) => `new-${i}`) }, 'InvalidInputException'],
  ])('toTerminalError %s, and nothing is made', async (_, input, name) => {
    region.addInstanceSnapshot({ name: 'unready', state: 'pending', fromInstanceName: 'web' });
    expect((await errorOf(restore(input))).name).toBe(name);
    expect([...region.all.keys()].sort()).toEqual(['data', 'snap', 'unready', 'web']);
  });

  test('bring disks under new names', async () => {
    await restore({
      instanceNames: ['new-1', 'new-2'],
      attachedDiskMapping: { 'new-2': [{ originalDiskPath: '/dev/xvdf', newDiskName: 'data-2' }] },
    });
    expect(region.disks.get('data-2')!.state).toBe('pending');
    bed.advance(bed.sim.durations.instance);
    expect(region.disks.get('data-2')).toMatchObject({ state: 'in-use', attachedTo: 'new-2', path: '/dev/xvdf', sizeInGb: 32 });
    expect((await get('new-1')).hardware!.disks).toHaveLength(1);
  });

  test('show their disks later than the disks show them', async () => {
    await restore({ attachedDiskMapping: { 'new-1': [{ originalDiskPath: '/dev/xvdf', newDiskName: 'data-2' }] } });
    bed.advance(bed.sim.durations.instance);
    const names = async () => (await get('new-1')).hardware!.disks!.map(({ name }) => name);
    expect(region.disks.get('data-2')!.attachedTo).toBe('new-1');
    expect(await names()).toEqual([undefined]);
    bed.advance(bed.sim.options.instanceDisksDelay);
    expect(await names()).toEqual([undefined, 'data-2']);
  });

  test('let go of their disks after they are gone', async () => {
    await restore({ attachedDiskMapping: { 'new-1': [{ originalDiskPath: '/dev/xvdf', newDiskName: 'data-2' }] } });
    bed.advance(bed.sim.durations.instance);
    const { operations } = await client.send(new DeleteInstanceCommand({ instanceName: 'new-1' }));
    expect(operations).toMatchObject([
      { resourceName: 'new-1', operationType: 'DeleteInstance', status: 'Succeeded' }, { resourceName: 'data-2', operationType: 'DetachDisk', status: 'Started' },
    ]);
    bed.advance(bed.sim.durations.deleteInstance);
    expect(region.instances.has('new-1')).toBe(false);
    const disk = async () => (await client.send(new GetDiskCommand({ diskName: 'data-2' }))).disk!;
    expect(await disk()).toMatchObject({ state: 'in-use', attachedTo: 'new-1', attachmentState: 'detaching' });
    expect((await errorOf(client.send(new DeleteDiskCommand({ diskName: 'data-2' })))).message).toContain('still attached to a Lightsail instance: new-1.');
    bed.advance(bed.sim.durations.detachLater);
    expect(await disk()).toMatchObject({ state: 'available', attachmentState: 'detached' });
  });

  test('may have to bring all disks', async () => {
    bed.sim.options.unmappedDisks = 'refused';
    expect((await errorOf(restore())).message).toContain('/dev/xvdf');
    await restore({ attachedDiskMapping: { 'new-1': [{ originalDiskPath: '/dev/xvdf', newDiskName: 'data-2' }] } });
    expect(region.disks.get('data-2')!.attachedTo).toBe('new-1');
  });

  test('may not come up', async () => {
    bed.sim.outcomes.push({ resourceType: 'Instance', state: 'error' });
    await restore({ attachedDiskMapping: { 'new-1': [{ originalDiskPath: '/dev/xvdf', newDiskName: 'data-2' }] } });
    bed.advance(bed.sim.durations.instance + bed.sim.durations.detachLater);
    expect(region.disks.get('data-2')).toMatchObject({ state: 'available', attachedTo: undefined });
    expect((await client.send(new GetInstanceStateCommand({ instanceName: 'new-1' }))).state).toEqual({ code: 48, name: 'terminated' });
  });

  test('keep their snapshot from being deleted meanwhile', async () => {
    await restore();
    const del = () => client.send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName: 'snap' }));
    expect((await errorOf(del())).name).toBe('OperationFailureException');
    bed.sim.options.deleteInUseRefused = false;
    await del();
  });

  test('can be deleted while pending, unless that is refused', async () => {
    await restore();
    bed.sim.options.deletePendingInstanceRefused = true;
    expect((await errorOf(client.send(new DeleteInstanceCommand({ instanceName: 'new-1' })))).name).toBe('OperationFailureException');
    bed.sim.options.deletePendingInstanceRefused = false;
    await client.send(new DeleteInstanceCommand({ instanceName: 'new-1' }));
    expect((await get()).state).toEqual({ code: 32, name: 'shutting-down' });
    bed.advance(1e6);
    expect(region.instances.has('new-1')).toBe(false);
  });
});

describe('a new instance', () => {
  const create = (input: object) => client.send(new CreateInstancesCommand({
    instanceNames: ['new-1'], availabilityZone: 'us-east-1a', blueprintId: 'ubuntu_24_04', bundleId: 'nano_3_0', ...input,
  }));

  test('has a key pair and add-ons', async () => {
    region.addKeyPair({ name: 'key1' });
    await create({ keyPairName: 'key1', addOns: [{ addOnType: 'AutoSnapshot', autoSnapshotAddOnRequest: { snapshotTimeOfDay: '03:00' } }] });
    bed.advance(1e6);
    expect(await get()).toMatchObject({ sshKeyName: 'key1', username: 'ubuntu', addOns: [{ name: 'AutoSnapshot', snapshotTimeOfDay: '03:00' }] });
  });

  test.each([
    ['an unknown blueprint', { blueprintId: 'beos_5' }],
    ['a blueprint that is no more', { blueprintId: 'centos_7_2009_01' }],
    ['a bundle that is too small', { blueprintId: 'cpanel_whm_linux' }],
    ['a time that is not on the hour', { addOns: [{ addOnType: 'AutoSnapshot', autoSnapshotAddOnRequest: { snapshotTimeOfDay: '03:30' } }] }],
  ])('refuses %s', async (_, input) => {
    expect((await errorOf(create(input))).name).toBe('InvalidInputException');
  });
});

describe('disks', () => {
  const create = (input: object = {}) =>
    client.send(new CreateDiskCommand({ diskName: 'disk1', availabilityZone: 'us-east-1a', sizeInGb: 8, ...input }));
  const getDisk = async (diskName = 'disk1') => (await client.send(new GetDiskCommand({ diskName }))).disk!;
  const fromSnapshot = (input: object) =>
    client.send(new CreateDiskFromSnapshotCommand({ diskName: 'disk1', availabilityZone: 'us-east-1a', sizeInGb: 40, ...input }));

  test('are attached to and detached from an instance of their zone', async () => {
    await create();
    const attach = (input: object = {}) =>
      client.send(new AttachDiskCommand({ diskName: 'disk1', instanceName: 'web', diskPath: '/dev/xvdg', ...input }));
    expect((await errorOf(attach())).name).toBe('OperationFailureException');
    bed.advance(bed.sim.durations.disk);
    expect((await errorOf(attach({ diskPath: '/dev/xvdf' }))).name).toBe('InvalidInputException');
    await attach();
    bed.advance(bed.sim.durations.attachDisk);
    expect(await getDisk()).toMatchObject({ state: 'in-use', isAttached: true, attachedTo: 'web', path: '/dev/xvdg' });
    const del = () => client.send(new DeleteDiskCommand({ diskName: 'disk1' }));
    expect((await errorOf(del())).message).toBe("You can't perform this operation because the disk is still attached to a Lightsail instance: web.");
    const detach = () => client.send(new DetachDiskCommand({ diskName: 'disk1' }));
    expect((await errorOf(detach())).message).toBe("You can't detach this disk right now. The state of this disk is: in-use.");
    region.instances.get('web')!.state = 'stopped';
    await detach();
    bed.advance(bed.sim.durations.detachDisk);
    expect(await getDisk()).toMatchObject({ state: 'available', isAttached: false });
    await del();
    expect(await getDisk()).toMatchObject({ state: 'deleting' });
    expect((await errorOf(del())).name).toBe('OperationFailureException');
    bed.advance(bed.sim.durations.deleteDisk);
    expect((await errorOf(getDisk())).name).toBe('NotFoundException');
  });

  test('toTerminalError an instance of another zone', async () => {
    await create({ availabilityZone: 'us-east-1b' });
    bed.advance(bed.sim.durations.disk);
    const attach = new AttachDiskCommand({ diskName: 'disk1', instanceName: 'web', diskPath: '/dev/xvdg' });
    expect((await errorOf(client.send(attach))).message).toContain('us-east-1b');
    expect((await errorOf(create({ diskName: 'disk2', sizeInGb: 4 }))).name).toBe('InvalidInputException');
  });

  test('come from a manual snapshot or an automatic one', async () => {
    region.addDiskSnapshot({ name: 'dsnap', fromDiskName: 'data' });
    region.addAutoSnapshot({ resource: 'data', date: '2026-01-01' });
    await fromSnapshot({ diskSnapshotName: 'dsnap' });
    await fromSnapshot({ diskName: 'disk2', sourceDiskName: 'data', restoreDate: '2026-01-01' });
    bed.advance(bed.sim.durations.disk);
    expect(await getDisk()).toMatchObject({ state: 'available', sizeInGb: 40 });
    expect(region.disks.get('disk2')!.fromSnapshot).toBe('data@2026-01-01');
  });

  test.each([
    ['no source', {}, 'InvalidInputException'],
    ['a size below the source', { diskSnapshotName: 'dsnap', sizeInGb: 16 }, 'InvalidInputException'],
    ['a taken name', { diskSnapshotName: 'dsnap', diskName: 'web' }, 'InvalidInputException'],
    ['a snapshot of an instance', { diskSnapshotName: 'snap' }, 'NotFoundException'],
    ['an automatic snapshot that is not there', { sourceDiskName: 'data', useLatestRestorableAutoSnapshot: true }, 'NotFoundException'],
  ])('toTerminalError %s', async (_, input, name) => {
    region.addDiskSnapshot({ name: 'dsnap', fromDiskName: 'data' });
    expect((await errorOf(fromSnapshot(input))).name).toBe(name);
  });
});

describe('static IP addresses', () => {
  const getIp = async () => (await client.send(new GetStaticIpCommand({ staticIpName: 'ip1' }))).staticIp!;

  test('replace the address of an instance after a while', async () => {
    await client.send(new AllocateStaticIpCommand({ staticIpName: 'ip1' }));
    await client.send(new AttachStaticIpCommand({ staticIpName: 'ip1', instanceName: 'web' }));
    const { ipAddress } = await getIp();
    expect((await get('web')).publicIpAddress).not.toBe(ipAddress);
    bed.advance(bed.sim.durations.staticIp);
    expect(await get('web')).toMatchObject({ publicIpAddress: ipAddress, isStaticIp: true });
    expect(await getIp()).toMatchObject({ isAttached: true, attachedTo: 'web' });
    await client.send(new DetachStaticIpCommand({ staticIpName: 'ip1' }));
    expect((await get('web')).publicIpAddress).not.toBe(ipAddress);
    await client.send(new ReleaseStaticIpCommand({ staticIpName: 'ip1' }));
    bed.advance(bed.sim.durations.staticIp);
    expect((await errorOf(getIp())).message).toBe('The StaticIp does not exist: ip1.');
  });

  test('are free when their instance is gone', async () => {
    region.addStaticIp({ name: 'ip1', attachedTo: 'web' });
    await client.send(new DeleteInstanceCommand({ instanceName: 'web' }));
    bed.advance(bed.sim.durations.deleteInstance);
    expect((await getIp()).isAttached).toBe(false);
  });

  test('are refused to whoever cannot have them, and to the sixth', async () => {
    region.addStaticIp({ name: 'ip1', attachedTo: 'web' });
    region.addInstance({ name: 'six', bundleId: 'nano_ipv6_3_0', ipAddressType: 'ipv6' });
    region.addInstance({ name: 'other', state: 'pending' });
    const attach = (instanceName: string) => errorOf(client.send(new AttachStaticIpCommand({ staticIpName: 'ip1', instanceName })));
    expect((await attach('six')).name).toBe('InvalidInputException');
    expect((await attach('other')).name).toBe('OperationFailureException');
    region.instances.get('other')!.state = 'running';
    expect((await attach('other')).message).toContain('already attached to web');
    ['ip2', 'ip3', 'ip4', 'ip5'].forEach(name => region.addStaticIp({ name }));
    expect((await errorOf(client.send(new AllocateStaticIpCommand({ staticIpName: 'ip6' })))).code).toBe('LimitExceeded');
  });
});

describe('public ports', () => {
  const states = async () => (await client.send(new GetInstancePortStatesCommand({ instanceName: 'web' }))).portStates!
    .map(({ protocol, fromPort, toPort }) => `${protocol} ${fromPort}-${toPort}`);

  test('are put, opened and closed', async () => {
    expect(await states()).toEqual(['tcp 22-22', 'tcp 80-80']);
    const { operation } = await client.send(new PutInstancePublicPortsCommand({
      instanceName: 'web', portInfos: [{ fromPort: 443, toPort: 443, protocol: 'tcp', cidrs: ['203.0.113.0/24'] }],
    }));
    expect(operation).toMatchObject({ resourceName: 'web', operationType: 'PutInstancePublicPorts' });
    await client.send(new OpenInstancePublicPortsCommand({ instanceName: 'web', portInfo: { fromPort: 8, toPort: -1, protocol: 'icmp' } }));
    expect(await states()).toEqual(['tcp 443-443', 'icmp 8--1']);
    await client.send(new CloseInstancePublicPortsCommand({ instanceName: 'web', portInfo: { fromPort: 443, toPort: 443, protocol: 'tcp' } }));
    expect(await states()).toEqual(['icmp 8--1']);
  });

  test.each([
    ['no protocol', { fromPort: 80, toPort: 80 }],
    ['no ports', { protocol: 'tcp' as const }],
    ['a backward range', { fromPort: 80, toPort: 79, protocol: 'tcp' as const }],
    ['a port out of range', { fromPort: 80, toPort: 65536, protocol: 'tcp' as const }],
    ['an odd CIDR block', { fromPort: 80, toPort: 80, protocol: 'tcp' as const, cidrs: ['10.0.0.0/33'] }],
    ['an odd alias', { fromPort: 80, toPort: 80, protocol: 'tcp' as const, cidrListAliases: ['everybody'] }],
  ])('toTerminalError %s', async (_, portInfo) => {
    const put = new PutInstancePublicPortsCommand({ instanceName: 'web', portInfos: [portInfo] });
    expect((await errorOf(client.send(put))).name).toBe('InvalidInputException');
  });

  test('wait for the instance', async () => {
    region.instances.get('web')!.state = 'pending';
    const put = () => client.send(new PutInstancePublicPortsCommand({ instanceName: 'web', portInfos: [{ protocol: 'all' }] }));
    expect((await errorOf(put())).name).toBe('OperationFailureException');
    bed.sim.options.portsPendingRefused = false;
    await put();
    expect(await states()).toEqual(['all 0-65535']);
  });
});

test('key pairs are listed', async () => {
  region.addKeyPair({ name: 'key1' });
  region.addKeyPair({ name: 'LightsailDefaultKeyPair' });
  expect((await client.send(new GetKeyPairsCommand({}))).keyPairs!.map(({ name }) => name)).toEqual(['key1']);
  expect((await client.send(new GetKeyPairsCommand({ includeDefaultKeyPair: true }))).keyPairs).toHaveLength(2);
  expect((await client.send(new GetKeyPairCommand({ keyPairName: 'key1' }))).keyPair!.fingerprint).toBeDefined();
});
