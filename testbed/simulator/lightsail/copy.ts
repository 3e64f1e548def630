import { copySource, Source } from './sources';
import type { Context, Handler } from '../model/context';
import { grow, use } from '../model/lifecycle';
import { reserveNames } from '../model/lookup';
import { startOperation, viewOperations } from '../model/operations';
import type { DiskSnapshotRecord, InstanceSnapshotRecord } from '../model/records';

/** Called in the Region where the copy shall be. */
export const CopySnapshot: Handler = c => {
  const { targetSnapshotName, sourceRegion } = c.input;
  const source = copySource(c, c.model.region(sourceRegion));
  reserveNames(c, [targetSnapshotName]);
  const { copy: duration } = c.model.durations;
  const snapshot = source.resourceType === 'InstanceSnapshot'
    ? instanceSnapshot(c, targetSnapshotName, source)
    : diskSnapshot(c, targetSnapshotName, source, duration);
  // the holder of an automatic snapshot is what it was taken of
  if (!source.isAutomatic && c.options.copyCreatedAt === 'source') snapshot.createdAt = source.holder.createdAt;
  c.region.add(snapshot as InstanceSnapshotRecord);
  c.resources.push({ arn: snapshot.arn, tags: snapshot.tags });
  return viewOperations(c, startOperation(c, {
    resourceName: snapshot.name,
    resourceType: snapshot.resourceType,
    operationType: c.operation,
    operationDetails: `${sourceRegion}:${source.label}`,
    zone: snapshot.zone,
    ...grow(c, snapshot, { duration, onEnd: use(source.holder) }),
  }));
};

/** A copy carries no tags, and still says what the original was taken of. */
const instanceSnapshot = (c: Context, name: string, source: Source): InstanceSnapshotRecord => ({
  ...c.model.base('InstanceSnapshot', c.region, name, 'all', [], c.now),
  state: 'pending',
  fromInstanceName: source.fromName!,
  fromInstanceArn: source.fromArn!,
  fromBlueprintId: source.blueprintId,
  fromBundleId: source.bundleId,
  fromAttachedDisks: source.disks,
  isFromAutoSnapshot: source.isAutomatic,
  sizeInGb: source.sizeInGb,
});

const diskSnapshot = (c: Context, name: string, source: Source, duration: number): DiskSnapshotRecord => ({
  ...c.model.base('DiskSnapshot', c.region, name, 'all', [], c.now),
  state: 'pending',
  readyAt: c.now + duration,
  fromDiskName: source.fromName,
  fromDiskArn: source.fromArn,
  fromInstanceName: source.fromInstanceName,
  fromInstanceArn: source.fromInstanceArn,
  isFromAutoSnapshot: source.isAutomatic,
  sizeInGb: source.sizeInGb,
});
