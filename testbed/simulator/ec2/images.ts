import { ec2Error } from './errors';
import { Fields, isOwner, matchesAll, pageOf } from './filters';
import type { ImageRecord } from './records';
import { imagesUsing } from './snapshots';
import type { Context, Handler } from '../model/context';

const fields = (c: Context): Fields<ImageRecord> => ({
  'image-id': image => [image.imageId],
  'name': image => [image.name],
  'description': image => [image.description],
  'state': image => [image.state],
  'owner-id': () => [c.model.account],
  'architecture': image => [image.architecture],
  'root-device-type': () => ['ebs'],
  'root-device-name': image => [image.rootDeviceName],
  'block-device-mapping.snapshot-id': image => image.mappings.map(({ snapshotId }) => snapshotId),
  'block-device-mapping.device-name': image => image.mappings.map(({ deviceName }) => deviceName),
});

export const DescribeImages: Handler = c => {
  const { ImageIds: ids, Owners: owners, Filters: filters } = c.input;
  if (ids && c.input.MaxResults !== undefined) {
    throw ec2Error('InvalidParameterCombination', 'The parameter MaxResults cannot be used with the parameter ImageIds');
  }
  const all: ImageRecord[] = ids
    ? ids.map((id: string) => findImage(c, id))
    : [...c.region.ec2.images.values()].filter(({ visibleAt }) => c.now >= visibleAt);
  const table = fields(c);
  const shown = all.filter(image => isOwner(c, owners) && matchesAll(image, filters, table));
  const { items, NextToken } = pageOf(c.input, shown);
  return { Images: items.map(image => viewImage(c, image)), NextToken };
};

export function findImage(c: Context, id: string): ImageRecord {
  if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
    throw ec2Error('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`);
  }
  const image = c.region.ec2.images.get(id);
  if (!image && c.region.ec2.deregistered.has(id) && c.options.deregisteredAs === 'InvalidAMIID.Unavailable') {
    throw ec2Error('InvalidAMIID.Unavailable', `The image ID '${id}' is no longer available`);
  }
  if (!image || c.now < image.visibleAt) {
    throw ec2Error('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
  }
  c.resources.push({ arn: `arn:aws:ec2:${c.region.name}::image/${id}`, tags: image.tags });
  return image;
}

export const DeregisterImage: Handler = c => {
  const image = findImage(c, c.input.ImageId);
  if (image.deregistrationProtection !== 'disabled') {
    throw ec2Error('OperationNotPermitted', `The image ${image.imageId} can't be deregistered because deregistration protection is enabled`);
  }
  const { ec2 } = c.region;
  ec2.images.delete(image.imageId);
  ec2.deregistered.add(image.imageId);
  const snapshots = image.mappings.flatMap(({ snapshotId }) => ec2.snapshots.get(snapshotId) ?? []);
  if (!c.input.DeleteAssociatedSnapshots) {
    snapshots.forEach(snapshot => {
      snapshot.inUseUntil = c.now + c.options.snapshotInUseAfterDeregister;
    });
    return { Return: true };
  }
  return {
    Return: true,
    DeleteSnapshotResults: snapshots.map(({ snapshotId, tags }) => {
      c.resources.push({ arn: `arn:aws:ec2:${c.region.name}::snapshot/${snapshotId}`, tags });
      // One that another image uses stays.
      const skipped = imagesUsing(c, snapshotId).length > 0;
      if (!skipped) {
        ec2.snapshots.delete(snapshotId);
      }
      return { SnapshotId: snapshotId, ReturnCode: skipped ? 'skipped' : 'success' };
    }),
  };
};

const viewImage = (c: Context, image: ImageRecord): object => ({
  ImageId: image.imageId,
  ImageLocation: `${c.model.account}/${image.name}`,
  ImageType: 'machine',
  Name: image.name,
  Description: image.description,
  State: image.state,
  OwnerId: c.model.account,
  CreationDate: new Date(image.createdAt).toISOString(),
  Public: false,
  Architecture: image.architecture,
  Platform: image.platform,
  PlatformDetails: image.platform ? 'Windows' : 'Linux/UNIX',
  UsageOperation: image.platform ? 'RunInstances:0002' : 'RunInstances',
  RootDeviceName: image.rootDeviceName,
  RootDeviceType: 'ebs',
  VirtualizationType: 'hvm',
  Hypervisor: 'xen',
  EnaSupport: true,
  DeregistrationProtection: image.deregistrationProtection,
  BlockDeviceMappings: image.mappings.map(({ deviceName, snapshotId, volumeSize }) => ({
    DeviceName: deviceName,
    Ebs: { DeleteOnTermination: true, SnapshotId: snapshotId, VolumeSize: volumeSize, VolumeType: 'gp2', Encrypted: false },
  })),
  Tags: image.tags.length > 0 ? image.tags.map(({ key, value }) => ({ Key: key, Value: value ?? '' })) : undefined,
});
