import { ec2Error } from './errors';
import { Fields, isOwner, matchesAll, pageOf } from './filters';
import type { EbsSnapshotRecord, ImageRecord } from './records';
import type { Context, Handler } from '../model/context';

const fields = (c: Context): Fields<EbsSnapshotRecord> => ({
  'snapshot-id': snapshot => [snapshot.snapshotId],
  'description': snapshot => [snapshot.description],
  'status': snapshot => [snapshot.state],
  'owner-id': () => [c.model.account],
  'volume-id': snapshot => [snapshot.volumeId],
  'volume-size': snapshot => [String(snapshot.volumeSize)],
});

export const DescribeSnapshots: Handler = c => {
  const { SnapshotIds: ids, OwnerIds: owners, Filters: filters } = c.input;
  if (ids && c.input.MaxResults !== undefined) {
    throw ec2Error('InvalidParameterCombination', 'The parameter snapshotSet cannot be used with the parameter maxResults');
  }
  const all: EbsSnapshotRecord[] = ids
    ? ids.map((id: string) => findSnapshot(c, id))
    : [...c.region.ec2.snapshots.values()].filter(({ visibleAt }) => c.now >= visibleAt);
  const table = fields(c);
  const shown = all.filter(snapshot => isOwner(c, owners) && matchesAll(snapshot, filters, table));
  const { items, NextToken } = pageOf(c.input, shown);
  return { Snapshots: items.map(snapshot => viewSnapshot(c, snapshot)), NextToken };
};

export function findSnapshot(c: Context, id: string): EbsSnapshotRecord {
  if (!/^snap-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
    throw ec2Error('InvalidParameterValue', `Value (${id}) for parameter snapshotId is invalid. Expected: 'snap-...'.`);
  }
  const snapshot = c.region.ec2.snapshots.get(id);
  if (!snapshot || c.now < snapshot.visibleAt) {
    throw ec2Error('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`);
  }
  c.resources.push({ arn: `arn:aws:ec2:${c.region.name}::snapshot/${id}`, tags: snapshot.tags });
  return snapshot;
}

export const imagesUsing = (c: Context, snapshotId: string): ImageRecord[] =>
  [...c.region.ec2.images.values()].filter(({ mappings }) => mappings.some(mapping => mapping.snapshotId === snapshotId));

export const DeleteSnapshot: Handler = c => {
  const snapshot = findSnapshot(c, c.input.SnapshotId);
  const [user] = imagesUsing(c, snapshot.snapshotId);
  if (user || c.now < snapshot.inUseUntil) {
    throw ec2Error('InvalidSnapshot.InUse', `The snapshot ${snapshot.snapshotId} is currently in use by ${user?.imageId ?? 'an image'}`);
  }
  c.region.ec2.snapshots.delete(snapshot.snapshotId);
  return {};
};

const viewSnapshot = (c: Context, snapshot: EbsSnapshotRecord): object => ({
  SnapshotId: snapshot.snapshotId,
  VolumeId: snapshot.volumeId,
  VolumeSize: snapshot.volumeSize,
  Description: snapshot.description,
  State: snapshot.state,
  Progress: snapshot.state === 'completed' ? '100%' : '0%',
  OwnerId: c.model.account,
  StartTime: new Date(snapshot.createdAt),
  Encrypted: false,
  StorageTier: 'standard',
  Tags: snapshot.tags.length > 0 ? snapshot.tags.map(({ key, value }) => ({ Key: key, Value: value ?? '' })) : undefined,
});
