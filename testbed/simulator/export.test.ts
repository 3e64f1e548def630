import {
  CreateTagsCommand, DeleteSnapshotCommand, DeleteTagsCommand, DeregisterImageCommand, DescribeImagesCommand, DescribeInstancesCommand,
  DescribeSnapshotsCommand, EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DeleteInstanceSnapshotCommand, ExportSnapshotCommand, ExportSnapshotRecord, GetExportSnapshotRecordsCommand, GetOperationCommand, LightsailClient,
} from '@aws-sdk/client-lightsail';
import { RegionView } from './seed';
import { errorOf, TestBed } from './testing';

let bed: TestBed;
let client: LightsailClient;
let ec2: EC2Client;
let region: RegionView;

beforeEach(async () => {
  bed = await TestBed.start();
  client = bed.lightsail();
  ec2 = bed.ec2();
  region = bed.sim.region('us-east-1');
  region.addInstance({ name: 'web', disks: [{ name: 'data', sizeInGb: 32 }] });
  region.addInstanceSnapshot({ name: 'snap', fromInstanceName: 'web' });
  region.addDiskSnapshot({ name: 'dsnap', fromDiskName: 'data' });
});

afterEach(() => bed.stop());

const start = (sourceSnapshotName = 'snap') => client.send(new ExportSnapshotCommand({ sourceSnapshotName }));

async function records(): Promise<ExportSnapshotRecord[]> {
  const all: ExportSnapshotRecord[] = [];
  let pageToken: string | undefined;
  do {
    const page = await client.send(new GetExportSnapshotRecordsCommand({ pageToken }));
    all.push(...page.exportSnapshotRecords!);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return all;
}

async function exported(name?: string): Promise<ExportSnapshotRecord> {
  await start(name);
  bed.advance(bed.sim.durations.export);
  return (await records())[0];
}

describe('an export', () => {
  test('of an instance snapshot becomes an image with its disks', async () => {
    expect((await start()).operations).toMatchObject([{ resourceName: 'snap', resourceType: 'InstanceSnapshot', operationType: 'ExportSnapshot' }]);
    const [started] = await records();
    expect(started).toMatchObject({
      state: 'Started',
      sourceInfo: {
        resourceType: 'InstanceSnapshot',
        name: 'snap',
        arn: region.instanceSnapshots.get('snap')!.arn,
        fromResourceName: 'web',
        instanceSnapshotInfo: {
          fromBlueprintId: 'amazon_linux_2023',
          fromBundleId: 'nano_3_0',
          fromDiskInfo: [
            { path: '/dev/xvda', sizeInGb: 20, isSystemDisk: true }, { name: 'data', path: '/dev/xvdf', sizeInGb: 32, isSystemDisk: false },
          ],
        },
      },
    });
    expect(started.destinationInfo).toBeUndefined();
    bed.advance(bed.sim.durations.export);
    const [{ state, destinationInfo }] = await records();
    expect([state, destinationInfo]).toEqual(['Succeeded', { id: expect.stringMatching(/^ami-[0-9a-f]{17}$/), service: 'Aws::EC2::Image' }]);
    const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [destinationInfo!.id!] }));
    expect(Images).toMatchObject([{
      ImageId: destinationInfo!.id,
      State: 'available',
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 20, SnapshotId: expect.stringMatching(/^snap-/) } },
        { DeviceName: '/dev/xvdf', Ebs: { VolumeSize: 32 } },
      ],
    }]);
    expect((await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))).Snapshots).toHaveLength(2);
    expect(await errorOf(bed.ec2('eu-west-1').send(new DescribeImagesCommand({ ImageIds: [destinationInfo!.id!] })))).toMatchObject({
      name: 'InvalidAMIID.NotFound',
    });
  });

  test('of a disk snapshot becomes an EBS snapshot', async () => {
    const { destinationInfo, sourceInfo } = await exported('dsnap');
    expect(destinationInfo).toEqual({ id: expect.stringMatching(/^snap-/), service: 'Aws::EC2::Snapshot' });
    expect(sourceInfo).toMatchObject({ resourceType: 'DiskSnapshot', fromResourceName: 'data', diskSnapshotInfo: { sizeInGb: 32 } });
    const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [destinationInfo!.id!] }));
    expect(Snapshots).toMatchObject([{ State: 'completed', VolumeSize: 32, StartTime: new Date(bed.now) }]);
  });

  test('makes a record each time', async () => {
    await start();
    await start();
    expect(await records()).toHaveLength(2);
  });

  test('may show its record late and its image later', async () => {
    Object.assign(bed.sim.options, { exportRecordDelay: 5000, imagePendingFor: 1000, ec2EventualConsistency: 500 });
    await start();
    expect(await records()).toEqual([]);
    bed.advance(bed.sim.durations.export);
    const { id } = (await records())[0].destinationInfo!;
    const describe_ = async () => (await ec2.send(new DescribeImagesCommand({ ImageIds: [id!] }))).Images![0];
    expect((await errorOf(describe_())).name).toBe('InvalidAMIID.NotFound');
    bed.advance(500);
    expect((await describe_()).State).toBe('pending');
    bed.advance(500);
    expect(await describe_()).toMatchObject({ State: 'available', BlockDeviceMappings: [{ DeviceName: '/dev/xvda' }, { DeviceName: '/dev/xvdf' }] });
  });

  test('may say early where it goes, and name the record', async () => {
    Object.assign(bed.sim.options, { exportDestinationEarly: true, exportOperationNames: 'record' });
    const { operations } = await start();
    const [{ name, destinationInfo, state }] = await records();
    expect([operations![0].resourceName, operations![0].resourceType]).toEqual([name, 'ExportSnapshotRecord']);
    expect(state).toBe('Started');
    bed.advance(bed.sim.durations.export);
    expect(region.images.has(destinationInfo!.id!)).toBe(true);
  });

  test('fails without a word in its record', async () => {
    bed.sim.outcomes.push({ resourceType: 'ExportSnapshotRecord', name: 'snap', state: 'failed', errorDetails: 'not today' });
    const { operations } = await start();
    bed.advance(bed.sim.durations.export);
    const [record] = await records();
    expect([record.state, record.destinationInfo]).toEqual(['Failed', undefined]);
    expect((await client.send(new GetOperationCommand({ operationId: operations![0].id! }))).operation).toMatchObject({
      status: 'Failed', errorCode: 'InternalError', errorDetails: 'not today',
    });
  });

  test.each(['cpanel_whm_linux', 'django', 'ghost_bitnami'])('is refused for %s', async fromBlueprintId => {
    region.addInstanceSnapshot({ name: 'old', fromBlueprintId });
    expect((await errorOf(start('old'))).name).toBe('InvalidInputException');
  });

  test('is refused for what is pending, unknown or no snapshot', async () => {
    region.addInstanceSnapshot({ name: 'new', state: 'pending' });
    expect((await errorOf(start('new'))).name).toBe('OperationFailureException');
    expect((await errorOf(start('nobody'))).name).toBe('NotFoundException');
    expect((await errorOf(start('web'))).name).toBe('NotFoundException');
  });

  test('keeps its snapshot until it is through', async () => {
    await start();
    const del = () => client.send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName: 'snap' }));
    expect((await errorOf(del())).name).toBe('OperationFailureException');
    bed.advance(bed.sim.durations.export);
    await del();
    bed.advance(bed.sim.durations.deleteSnapshot);
    expect((await records())[0].state).toBe('Succeeded');
    expect(region.images.size).toBe(1);
  });

  test('can go to another EC2', async () => {
    const seen: object[] = [];
    bed.sim.onExport = async exportedSnapshot => {
      seen.push(exportedSnapshot);
      await new Promise(resolve => setTimeout(resolve, 10));
      return { imageId: 'ami-12345678', snapshotIds: ['snap-12345678'] };
    };
    expect((await exported()).destinationInfo!.id).toBe('ami-12345678');
    expect(seen).toMatchObject([{ region: 'us-east-1', sourceName: 'snap', rootDeviceName: '/dev/xvda', disks: [{ sizeInGb: 20 }, { deviceName: '/dev/xvdf' }] }]);
    expect(region.images.size).toBe(0);
    bed.sim.onExport = () => Promise.reject(new Error('no'));
    await start('dsnap');
    bed.advance(bed.sim.durations.export);
    expect((await records()).map(({ state }) => state).sort()).toEqual(['Failed', 'Succeeded']);
  });
});

describe('EC2', () => {
  const image = async () => region.images.get((await exported()).destinationInfo!.id!)!;

  test('removes an image, and its snapshots only after it', async () => {
    const { imageId, mappings: [{ snapshotId }] } = await image();
    const removeSnapshot = () => ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshotId }));
    expect(await errorOf(removeSnapshot())).toMatchObject({ name: 'InvalidSnapshot.InUse', status: 400 });
    bed.sim.options.snapshotInUseAfterDeregister = 1000;
    const { Return, DeleteSnapshotResults } = await ec2.send(new DeregisterImageCommand({ ImageId: imageId }));
    expect([Return, DeleteSnapshotResults]).toEqual([true, undefined]);
    expect((await errorOf(ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] })))).name).toBe('InvalidAMIID.Unavailable');
    expect((await errorOf(ec2.send(new DeregisterImageCommand({ ImageId: imageId })))).name).toBe('InvalidAMIID.Unavailable');
    bed.sim.options.deregisteredAs = 'InvalidAMIID.NotFound';
    expect((await errorOf(ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] })))).name).toBe('InvalidAMIID.NotFound');
    expect((await errorOf(removeSnapshot())).name).toBe('InvalidSnapshot.InUse');
    bed.advance(1000);
    await removeSnapshot();
    expect((await errorOf(removeSnapshot())).name).toBe('InvalidSnapshot.NotFound');
  });

  test('removes an image with its snapshots, save those that another uses', async () => {
    const { imageId, mappings } = await image();
    const other = region.addImage();
    other.mappings[0].snapshotId = mappings[1].snapshotId;
    const { DeleteSnapshotResults } = await ec2.send(new DeregisterImageCommand({ ImageId: imageId, DeleteAssociatedSnapshots: true }));
    expect(DeleteSnapshotResults).toEqual([
      { SnapshotId: mappings[0].snapshotId, ReturnCode: 'success' }, { SnapshotId: mappings[1].snapshotId, ReturnCode: 'skipped' },
    ]);
  });

  test('keeps a protected image', async () => {
    const { imageId } = region.addImage({ deregistrationProtection: 'enabled-without-cooldown' });
    expect((await errorOf(ec2.send(new DeregisterImageCommand({ ImageId: imageId })))).name).toBe('OperationNotPermitted');
  });

  test('tags images and snapshots, and finds them by their tags', async () => {
    const { imageId, mappings: [{ snapshotId }] } = await image();
    region.addImage({ tags: [{ key: 'owner', value: 'you' }] });
    const Resources = [imageId, snapshotId];
    await ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'owner', Value: 'me & <you>' }, { Key: 'x', Value: '1' }] }));
    const find = async (Name: string, ...Values: string[]) =>
      (await ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters: [{ Name, Values }] }))).Images!;
    expect((await find('tag:owner', 'me*')).map(({ ImageId }) => ImageId)).toEqual([imageId]);
    expect((await find('tag-key', 'owner'))).toHaveLength(2);
    expect((await find('block-device-mapping.snapshot-id', snapshotId))[0].Tags).toEqual([{ Key: 'owner', Value: 'me & <you>' }, { Key: 'x', Value: '1' }]);
    await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'owner' }, { Key: 'x', Value: '2' }] }));
    const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ Filters: [{ Name: 'tag:x', Values: ['1'] }] }));
    expect(Snapshots![0]).toMatchObject({ SnapshotId: snapshotId, Tags: [{ Key: 'x', Value: '1' }] });
    await ec2.send(new DeleteTagsCommand({ Resources }));
    expect(region.images.get(imageId)!.tags).toEqual([]);
    expect(await errorOf(find('colour', 'red'))).toMatchObject({ name: 'InvalidParameterValue' });
  });

  test('answers in pages when asked for them', async () => {
    [1, 2, 3].forEach(n => region.addImage({ name: `image${n}` }));
    const first = await ec2.send(new DescribeImagesCommand({ MaxResults: 2 }));
    const second = await ec2.send(new DescribeImagesCommand({ MaxResults: 2, NextToken: first.NextToken }));
    expect([first.Images!.length, second.Images!.length, second.NextToken]).toEqual([2, 1, undefined]);
    expect((await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))).Images).toEqual([]);
  });

  test.each([
    ['a malformed image id', new DescribeImagesCommand({ ImageIds: ['ami-x'] }), 'InvalidAMIID.Malformed'],
    ['a malformed snapshot id', new DescribeSnapshotsCommand({ SnapshotIds: ['snap-x'] }), 'InvalidParameterValue'],
    ['an unknown snapshot', new DeleteSnapshotCommand({ SnapshotId: 'snap-0123456789abcdef0' }), 'InvalidSnapshot.NotFound'],
    ['a missing parameter', new DeregisterImageCommand({} as any), 'MissingParameter'],
    ['a reserved tag', new CreateTagsCommand({ Resources: ['ami-12345678'], Tags: [{ Key: 'aws:x', Value: '' }] }), 'InvalidParameterValue'],
    ['a foreign id', new CreateTagsCommand({ Resources: ['i-12345678'], Tags: [{ Key: 'x', Value: '' }] }), 'InvalidID'],
    ['a dry run', new DeleteSnapshotCommand({ SnapshotId: 'snap-0123456789abcdef0', DryRun: true }), 'DryRunOperation'],
    ['what it does not have', new DescribeInstancesCommand({}), 'InvalidAction'],
  ])('refuses %s', async (_, command, name) => {
    expect((await errorOf(ec2.send(command as any))).name).toBe(name);
  });

  test('calls are written down as the Lightsail ones are', async () => {
    const { imageId, tags } = region.addImage({ tags: [{ key: 'a', value: 'b' }] });
    await ec2.send(new DeregisterImageCommand({ ImageId: imageId }));
    expect(bed.sim.calls).toMatchObject([{
      service: 'ec2',
      operation: 'DeregisterImage',
      region: 'us-east-1',
      input: { ImageId: imageId },
      resources: [{ arn: `arn:aws:ec2:us-east-1::image/${imageId}`, tags }],
    }]);
  });
});
