import {
  CopySnapshotCommand, CreateDiskSnapshotCommand, CreateInstancesCommand, CreateInstanceSnapshotCommand, DeleteAutoSnapshotCommand,
  DeleteDiskSnapshotCommand, DeleteInstanceCommand, DeleteInstanceSnapshotCommand, DisableAddOnCommand, EnableAddOnCommand,
  GetAutoSnapshotsCommand, GetDiskSnapshotCommand, GetInstanceCommand, GetInstanceSnapshotCommand, GetOperationCommand,
  GetOperationsForResourceCommand, LightsailClient, TagResourceCommand, UntagResourceCommand,
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
  region.addInstance({ name: 'web', disks: [{ name: 'data', sizeInGb: 32 }] });
});

afterEach(() => bed.stop());

const take = (instanceSnapshotName = 'snap', tags?: { key: string; value?: string }[]) =>
  client.send(new CreateInstanceSnapshotCommand({ instanceName: 'web', instanceSnapshotName, tags }));
const takeOfDisk = (input: { diskName?: string; instanceName?: string } = { diskName: 'data' }) =>
  client.send(new CreateDiskSnapshotCommand({ diskSnapshotName: 'dsnap', ...input }));
const get = async (instanceSnapshotName = 'snap') => (await client.send(new GetInstanceSnapshotCommand({ instanceSnapshotName }))).instanceSnapshot!;
const del = (instanceSnapshotName = 'snap') => client.send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName }));

describe('a snapshot of an instance', () => {
  test('is pending first, and says what it holds', async () => {
    const { operations } = await take('snap', [{ key: 'owner', value: 'me' }, { key: 'bare' }]);
    expect(operations).toMatchObject([
      { resourceName: 'snap', resourceType: 'InstanceSnapshot', operationType: 'CreateInstanceSnapshot', isTerminal: false, status: 'Started' },
      { resourceName: 'web', resourceType: 'Instance', operationType: 'CreateInstanceSnapshot', isTerminal: false },
    ]);
    expect((await get()).state).toBe('pending');
    bed.advance(bed.sim.durations.instanceSnapshot);
    const snapshot = await get();
    expect(snapshot).toMatchObject({
      name: 'snap',
      state: 'available',
      location: { availabilityZone: 'all', regionName: 'us-east-1' },
      tags: [{ key: 'owner', value: 'me' }, { key: 'bare' }],
      fromInstanceName: 'web',
      fromBlueprintId: 'amazon_linux_2023',
      fromBundleId: 'nano_3_0',
      sizeInGb: 20,
      isFromAutoSnapshot: false,
      fromAttachedDisks: [{ name: 'data', path: '/dev/xvdf', sizeInGb: 32 }],
    });
    expect(snapshot.progress).toBeUndefined();
    expect(snapshot.arn).toMatch(/^arn:aws:lightsail:us-east-1:123456789012:InstanceSnapshot\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(snapshot.supportCode).toMatch(/^\d{12}\/ami-/);
  });

  test('is not ready when its operations say they are', async () => {
    const { operations } = await take();
    bed.advance(bed.sim.durations.instanceSnapshot - bed.sim.options.operationLead);
    const { operation } = await client.send(new GetOperationCommand({ operationId: operations![0].id! }));
    expect(operation).toMatchObject({ isTerminal: true, status: 'Succeeded' });
    expect((await get()).state).toBe('pending');
  });

  test('shares its name with nothing, whatever the resource type', async () => {
    expect(await errorOf(take('data'))).toMatchObject({
      name: 'InvalidInputException', code: 'NameExists', message: 'Some names are already in use: data.',
    });
  });

  test.each(['pending', 'stopping', 'shutting-down'])('waits for an instance that is %s', async state => {
    region.instances.get('web')!.state = state;
    expect((await errorOf(take())).name).toBe('OperationFailureException');
  });

  test('waits for an automatic one', async () => {
    region.addAutoSnapshot({ resource: 'web', date: '2026-01-01', status: 'InProgress' });
    expect((await errorOf(take())).name).toBe('OperationFailureException');
    expect((await errorOf(takeOfDisk({ instanceName: 'web' }))).name).toBe('OperationFailureException');
    bed.sim.options.notNowAs = 'InvalidInputException';
    expect((await errorOf(take())).name).toBe('InvalidInputException');
    bed.advance(bed.sim.durations.autoSnapshot);
    await take();
  });

  test('may be the only one under way', async () => {
    await take();
    await take('snap2');
    bed.sim.options.concurrentSnapshotsRefused = true;
    expect((await errorOf(take('snap3'))).name).toBe('OperationFailureException');
  });

  test('outlives its instance', async () => {
    await take();
    bed.advance(bed.sim.durations.instanceSnapshot);
    await client.send(new DeleteInstanceCommand({ instanceName: 'web' }));
    bed.advance(bed.sim.durations.deleteInstance);
    expect((await errorOf(client.send(new GetInstanceCommand({ instanceName: 'web' })))).name).toBe('NotFoundException');
    expect((await get()).state).toBe('available');
    expect(region.disks.get('data')).toMatchObject({ state: 'in-use', attachedTo: 'web', detaching: true });
    bed.advance(bed.sim.durations.detachLater);
    expect(region.disks.get('data')).toMatchObject({ state: 'available', attachedTo: undefined });
  });

  test('may be late to appear, and its tags too', async () => {
    Object.assign(bed.sim.options, { eventualConsistency: 2000, tagsVisibleDelay: 3000 });
    await take('snap', [{ key: 'a' }]);
    expect((await errorOf(get())).name).toBe('NotFoundException');
    expect((await errorOf(take())).message).toContain('already in use');
    bed.advance(2000);
    expect((await get()).tags).toEqual([]);
    bed.advance(1000);
    expect((await get()).tags).toEqual([{ key: 'a' }]);
  });
});

describe('a record that is young', () => {
  test('says only later when it was created: 30 to 92 s after the call, or a few seconds for a disk', async () => {
    const { now } = bed;
    await take();
    await takeOfDisk();
    const created = async () => [
      (await get()).createdAt, (await client.send(new GetDiskSnapshotCommand({ diskSnapshotName: 'dsnap' }))).diskSnapshot!.createdAt,
    ].map(time => time && time.getTime() - now);
    expect(await created()).toEqual([undefined, undefined]);
    bed.sim.options.createdAtBefore = 'shown';
    expect(await created()).toEqual([60_000, 3_000]);
    bed.sim.options.createdAtBefore = 'absent';
    bed.advance(60_000);
    expect(await created()).toEqual([60_000, 3_000]);
  });

  test('may have no state yet', async () => {
    bed.sim.options.statelessFor = 10_000;
    await take();
    await client.send(new CreateInstancesCommand({ instanceNames: ['new'], availabilityZone: 'us-east-1a', blueprintId: 'debian_12', bundleId: 'nano_3_0' }));
    const states = async () => [(await get()).state, (await client.send(new GetInstanceCommand({ instanceName: 'new' }))).instance!.state?.name];
    expect(await states()).toEqual([undefined, undefined]);
    bed.advance(10_000);
    expect(await states()).toEqual(['pending', 'pending']);
  });
});

describe('a snapshot that is deleted', () => {
  beforeEach(async () => {
    await take();
    bed.advance(bed.sim.durations.instanceSnapshot);
  });

  test('stays for a while, and so does its name', async () => {
    await del();
    expect((await get()).state).toBe('available');
    expect((await errorOf(take())).message).toContain('already in use');
    expect((await errorOf(del())).name).toBe('OperationFailureException');
    bed.sim.options.deleteTwiceRefused = false;
    await del();
    bed.advance(bed.sim.durations.deleteSnapshot);
    expect((await errorOf(get())).name).toBe('NotFoundException');
    await take();
  });

  test('may be hidden while its name is still taken', async () => {
    bed.sim.options.deletingIsHidden = true;
    await del();
    expect((await errorOf(get())).name).toBe('NotFoundException');
    expect((await errorOf(take())).message).toContain('already in use');
  });

  test('cannot be pending, by default', async () => {
    await take('snap2');
    expect((await errorOf(del('snap2'))).name).toBe('OperationFailureException');
    bed.sim.options.deletePendingRefused = false;
    await del('snap2');
    bed.advance(bed.sim.durations.instanceSnapshot);
    expect(region.instanceSnapshots.has('snap2')).toBe(false);
  });

  test('may fail to go, or never go', async () => {
    bed.sim.outcomes.push({ on: 'delete', state: 'failed', errorDetails: 'no' }, { on: 'delete', state: 'stuck' });
    const { operations } = await del();
    bed.advance(bed.sim.durations.deleteSnapshot);
    expect((await client.send(new GetOperationCommand({ operationId: operations![0].id! }))).operation).toMatchObject({
      status: 'Failed', errorDetails: 'no',
    });
    await del();
    bed.advance(1e9);
    expect((await get()).state).toBe('available');
  });
});

describe('outcomes', () => {
  test.each([
    ['error', 'error'],
    ['failed', 'error'],
    ['stuck', 'pending'],
    ['unknown-state', 'archiving'],
  ] as const)('%s ends in the state %s', async (outcome, state) => {
    bed.sim.outcomes.push({ name: /^sn/, resourceType: 'InstanceSnapshot', state: outcome });
    const { operations } = await take();
    bed.advance(1e9);
    expect((await get()).state).toBe(state);
    const { operation } = await client.send(new GetOperationCommand({ operationId: operations![0].id! }));
    expect(operation!.status).toBe(outcome === 'stuck' ? 'Started' : 'Failed');
    expect(bed.sim.outcomes).toEqual([]);
  });

  test('vanish', async () => {
    bed.sim.outcomes.push({ state: 'vanish' });
    await take();
    bed.advance(bed.sim.durations.instanceSnapshot);
    expect((await errorOf(get())).name).toBe('NotFoundException');
  });

  test('are for what they name, as often as told', async () => {
    bed.sim.outcomes.push({ name: 'other', state: 'error' }, { resourceType: 'InstanceSnapshot', times: 2, state: 'error' });
    await take('snap1');
    await take('snap2');
    await take('snap3');
    bed.advance(bed.sim.durations.instanceSnapshot);
    expect([...region.instanceSnapshots.values()].map(({ state }) => state)).toEqual(['error', 'error', 'available']);
  });
});

describe('operations', () => {
  test('of a thing come newest first and outlive it', async () => {
    await take();
    bed.advance(bed.sim.durations.instanceSnapshot);
    await del();
    bed.advance(bed.sim.durations.deleteSnapshot);
    const { operations } = await client.send(new GetOperationsForResourceCommand({ resourceName: 'snap' }));
    expect(operations!.map(({ operationType }) => operationType)).toEqual(['DeleteInstanceSnapshot', 'CreateInstanceSnapshot']);
    expect((await errorOf(client.send(new GetOperationsForResourceCommand({ resourceName: 'nobody' })))).name).toBe('NotFoundException');
  });

  test('may be called Completed, and the source may come first', async () => {
    Object.assign(bed.sim.options, { operationDoneStatus: 'Completed', sourceOperationFirst: true });
    const { operations } = await take();
    expect(operations).toMatchObject([
      { resourceName: 'web', isTerminal: true, status: 'Completed' },
      { resourceName: 'snap', isTerminal: false, status: 'Started' },
    ]);
  });
});

describe('tags', () => {
  const tag = (resourceName: string, tags: { key: string; value?: string }[]) => client.send(new TagResourceCommand({ resourceName, tags }));

  test('are added, replaced and removed by name', async () => {
    await take('snap', [{ key: 'a', value: '1' }]);
    await tag('snap', [{ key: 'a', value: '2' }, { key: 'b' }]);
    expect((await get()).tags).toEqual([{ key: 'a', value: '2' }, { key: 'b' }]);
    await client.send(new UntagResourceCommand({ resourceName: 'snap', tagKeys: ['a', 'c'] }));
    expect((await get()).tags).toEqual([{ key: 'b' }]);
  });

  test.each([
    ['a reserved key', [{ key: 'aws:cloudformation:stack-name', value: 'x' }]],
    ['an odd key', [{ key: 'a#b' }]],
    ['a long key', [{ key: 'k'.repeat(129) }]],
    ['a long value', [{ key: 'k', value: 'v'.repeat(257) }]],
    ['a key twice', [{ key: 'k' }, { key: 'k' }]],
    ['more than 50', Array.from({ length: 51 }, (_, i) => ({ key: `k${i}` }))],
  ])('toTerminalError %s', async (_, tags) => {
    expect((await errorOf(take('snap', tags))).name).toBe('InvalidInputException');
    expect((await errorOf(tag('web', tags))).name).toBe('InvalidInputException');
    expect(region.instanceSnapshots.size).toBe(0);
  });

  test('count what is there already', async () => {
    await tag('web', Array.from({ length: 50 }, (_, i) => ({ key: `k${i}` })));
    await tag('web', [{ key: 'k0', value: 'new' }]);
    expect((await errorOf(tag('web', [{ key: 'one more' }]))).code).toBe('LimitExceeded');
  });

  test('are not for everything', async () => {
    region.addStaticIp({ name: 'ip1' });
    expect((await errorOf(tag('ip1', [{ key: 'a' }]))).name).toBe('InvalidInputException');
    expect((await errorOf(tag('nobody', [{ key: 'a' }]))).name).toBe('NotFoundException');
    const wrong = { resourceName: 'web', resourceArn: region.disks.get('data')!.arn, tags: [{ key: 'a' }] };
    expect((await errorOf(client.send(new TagResourceCommand(wrong)))).name).toBe('InvalidInputException');
    bed.sim.options.tagPendingRefused = true;
    await take();
    expect((await errorOf(tag('snap', [{ key: 'a' }]))).name).toBe('OperationFailureException');
  });
});

describe('a snapshot of a disk', () => {
  const getOfDisk = async () => (await client.send(new GetDiskSnapshotCommand({ diskSnapshotName: 'dsnap' }))).diskSnapshot!;

  test('is completed in the end, with its progress as text', async () => {
    expect((await takeOfDisk()).operations).toMatchObject([
      { resourceName: 'dsnap', resourceType: 'DiskSnapshot' }, { resourceName: 'data', resourceType: 'Disk' },
    ]);
    bed.advance(bed.sim.durations.diskSnapshot / 2);
    expect(await getOfDisk()).toMatchObject({ state: 'pending', progress: '50%', fromDiskName: 'data', sizeInGb: 32 });
    bed.advance(bed.sim.durations.diskSnapshot / 2);
    expect(await getOfDisk()).toMatchObject({ state: 'completed', progress: '100%' });
    await client.send(new DeleteDiskSnapshotCommand({ diskSnapshotName: 'dsnap' }));
    bed.advance(bed.sim.durations.deleteSnapshot);
    expect((await errorOf(getOfDisk())).name).toBe('NotFoundException');
  });

  test('may be of the system disk', async () => {
    await takeOfDisk({ instanceName: 'web' });
    const snapshot = await getOfDisk();
    expect(snapshot).toMatchObject({ fromInstanceName: 'web', sizeInGb: 20 });
    expect(snapshot.fromDiskName).toBeUndefined();
  });

  test('has one source', async () => {
    expect((await errorOf(takeOfDisk({}))).name).toBe('InvalidInputException');
    expect((await errorOf(takeOfDisk({ diskName: 'data', instanceName: 'web' }))).name).toBe('InvalidInputException');
  });

  test('may end unknown', async () => {
    bed.sim.outcomes.push({ state: 'unknown' });
    await takeOfDisk();
    bed.advance(bed.sim.durations.diskSnapshot);
    expect((await getOfDisk()).state).toBe('unknown');
  });
});

describe('automatic snapshots', () => {
  beforeEach(() => {
    ['2026-01-01', '2026-01-02', '2026-01-03'].forEach(date => region.addAutoSnapshot({ resource: 'web', date }));
    region.addAutoSnapshot({ resource: 'web', date: '2026-01-04', status: 'Failed' });
  });

  test('are listed by their owner, seven at most', async () => {
    ['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08'].forEach(date => region.addAutoSnapshot({ resource: 'web', date }));
    const { autoSnapshots, resourceType } = await client.send(new GetAutoSnapshotsCommand({ resourceName: 'web' }));
    expect(resourceType).toBe('Instance');
    expect(autoSnapshots!.map(({ date }) => date)).toEqual(['2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08']);
    expect(autoSnapshots![0]).toMatchObject({ status: 'Success', fromAttachedDisks: [{ path: '/dev/xvdf', sizeInGb: 32 }] });
  });

  test('can be deleted by date', async () => {
    await client.send(new DeleteAutoSnapshotCommand({ resourceName: 'web', date: '2026-01-02' }));
    expect((await errorOf(client.send(new DeleteAutoSnapshotCommand({ resourceName: 'web', date: '2025-01-02' })))).name).toBe('NotFoundException');
    bed.advance(bed.sim.durations.deleteAutoSnapshot);
    expect((await client.send(new GetAutoSnapshotsCommand({ resourceName: 'web' }))).autoSnapshots).toHaveLength(3);
  });

  test('can be switched on and off, and keep their instance from being deleted', async () => {
    await client.send(new EnableAddOnCommand({
      resourceName: 'web', addOnRequest: { addOnType: 'AutoSnapshot', autoSnapshotAddOnRequest: { snapshotTimeOfDay: '18:00' } },
    }));
    bed.advance(bed.sim.durations.addOn);
    const { instance } = await client.send(new GetInstanceCommand({ instanceName: 'web' }));
    expect(instance!.addOns).toEqual([{ name: 'AutoSnapshot', status: 'Enabled', snapshotTimeOfDay: '18:00', nextSnapshotTimeOfDay: '18:00' }]);
    expect((await errorOf(client.send(new DeleteInstanceCommand({ instanceName: 'web' })))).message).toContain('forceDeleteAddOns');
    await client.send(new DisableAddOnCommand({ resourceName: 'web', addOnType: 'AutoSnapshot' }));
    bed.advance(bed.sim.durations.addOn);
    await client.send(new DeleteInstanceCommand({ instanceName: 'web' }));
    bed.advance(bed.sim.durations.deleteInstance);
    expect((await errorOf(client.send(new GetAutoSnapshotsCommand({ resourceName: 'web' })))).name).toBe('NotFoundException');
  });
});

describe('a copy', () => {
  const copy = (input: object, target = bed.lightsail('eu-west-1')) =>
    target.send(new CopySnapshotCommand({ targetSnapshotName: 'copy', sourceRegion: 'us-east-1', ...input }));

  test('is made in the target Region, without tags', async () => {
    await take('snap', [{ key: 'a' }]);
    expect((await errorOf(copy({ sourceSnapshotName: 'snap' }))).name).toBe('OperationFailureException');
    bed.advance(bed.sim.durations.instanceSnapshot);
    expect((await copy({ sourceSnapshotName: 'snap' })).operations).toMatchObject([{ resourceName: 'copy', resourceType: 'InstanceSnapshot' }]);
    expect((await errorOf(del())).name).toBe('OperationFailureException');
    bed.advance(bed.sim.durations.copy);
    expect(bed.sim.region('eu-west-1').instanceSnapshots.get('copy')).toMatchObject({
      state: 'available', tags: [], fromInstanceName: 'web', isFromAutoSnapshot: false, sizeInGb: 20,
    });
    await del();
  });

  test('turns an automatic snapshot into a manual one', async () => {
    region.addAutoSnapshot({ resource: 'web', date: '2026-01-01' });
    region.addAutoSnapshot({ resource: 'data', date: '2026-01-01' });
    await copy({ sourceResourceName: 'web', useLatestRestorableAutoSnapshot: true }, client);
    await copy({ sourceResourceName: 'data', restoreDate: '2026-01-01', targetSnapshotName: 'copy2' }, client);
    bed.advance(bed.sim.durations.copy);
    expect(region.instanceSnapshots.get('copy')).toMatchObject({ state: 'available', isFromAutoSnapshot: true });
    expect(region.diskSnapshots.get('copy2')).toMatchObject({ state: 'completed', isFromAutoSnapshot: true, fromDiskName: 'data' });
  });

  test.each([
    ['two sources', { sourceSnapshotName: 'snap', sourceResourceName: 'web' }, 'InvalidInputException'],
    ['no source', {}, 'InvalidInputException'],
    ['no date', { sourceResourceName: 'web' }, 'InvalidInputException'],
    ['a date and the latest', { sourceResourceName: 'web', restoreDate: '2026-01-01', useLatestRestorableAutoSnapshot: true }, 'InvalidInputException'],
    ['a date for a manual one', { sourceSnapshotName: 'snap', restoreDate: '2026-01-01' }, 'InvalidInputException'],
    ['an odd date', { sourceResourceName: 'web', restoreDate: 'yesterday' }, 'InvalidInputException'],
    ['an unknown Region', { sourceSnapshotName: 'snap', sourceRegion: 'xx-west-1' }, 'InvalidInputException'],
    ['an unknown snapshot', { sourceSnapshotName: 'nobody' }, 'NotFoundException'],
    ['a date without a snapshot', { sourceResourceName: 'web', restoreDate: '2025-01-01' }, 'NotFoundException'],
    ['no automatic snapshot', { sourceResourceName: 'web', useLatestRestorableAutoSnapshot: true }, 'NotFoundException'],
    ['a taken name', { sourceSnapshotName: 'old', targetSnapshotName: 'taken' }, 'InvalidInputException'],
  ])('refuses %s', async (_, input, name) => {
    region.addInstanceSnapshot({ name: 'snap' });
    region.addInstanceSnapshot({ name: 'old' });
    bed.sim.region('eu-west-1').addDisk({ name: 'taken' });
    expect((await errorOf(copy(input))).name).toBe(name);
  });
});

test('instances are limited per Region', async () => {
  bed.sim.options.quotas.instances = 2;
  const create = (...instanceNames: string[]) => errorOf(client.send(new CreateInstancesCommand({
    instanceNames, availabilityZone: 'us-east-1a', blueprintId: 'debian_12', bundleId: 'nano_3_0',
  })));
  const quota = (limit: number) => `Sorry, you've reached your maximum limit of Lightsail Instances : ${limit}.\n`
    + "If you're new to Lightsail, please try again later. If the issue persists, please contact Customer Support.";
  expect(await create('one', 'two')).toMatchObject({ code: 'LimitExceeded', message: quota(2) });
  bed.sim.options.quotas.instances = 0;
  expect((await create('one')).message).toBe(quota(0));
  Object.assign(bed.sim.options.quotas, { instances: 20, planRamInGb: 0.4 });
  expect((await create('one')).message).toContain('can not create an instance using this Lightsail plan size');
});
