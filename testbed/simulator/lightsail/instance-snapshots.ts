import { BUNDLES } from '../catalogue';
import { notNow } from '../errors';
import { snapshotable } from './instances';
import { shownCreation, shownState } from './shown';
import { disksOf, rememberDisk, viewAttachedDisk } from './view-instance';
import type { Context, Handler } from '../model/context';
import { assertRemovable, grow, remove } from '../model/lifecycle';
import { reserveNames, get } from '../model/lookup';
import { OperationPlan, startOperation, viewOperations } from '../model/operations';
import { pageOf } from '../model/paging';
import type { InstanceRecord, InstanceSnapshotRecord, ResourceRecord } from '../model/records';
import { readTags, viewTags } from '../model/tags';

export const CreateInstanceSnapshot: Handler = c => {
  const { instanceSnapshotName, instanceName } = c.input;
  const tags = readTags(c, c.input.tags);
  const instance = snapshotable(c, instanceName);
  if (c.options.concurrentSnapshotsRefused && hasPendingSnapshot(c, instance)) {
    throw notNow(c.options, `You can't create a snapshot of ${instanceName} right now. Another snapshot is in progress`);
  }
  reserveNames(c, [instanceSnapshotName]);
  const snapshot: InstanceSnapshotRecord = {
    ...c.model.base('InstanceSnapshot', c.region, instanceSnapshotName, 'all', tags, c.now),
    state: 'pending',
    ...takenFrom(c, instance),
    isFromAutoSnapshot: false,
  };
  c.region.add(snapshot);
  c.resources.push({ arn: snapshot.arn, tags });
  return snapshotOperations(c, snapshot, instance, grow(c, snapshot, { duration: c.model.durations.instanceSnapshot }));
};

/** What a snapshot of the instance would hold now. */
export const takenFrom = (c: Pick<Context, 'region'>, instance: InstanceRecord) => ({
  fromInstanceName: instance.name,
  fromInstanceArn: instance.arn,
  fromBlueprintId: instance.blueprintId,
  fromBundleId: instance.bundleId,
  fromAttachedDisks: disksOf(c, instance).filter(disk => disk.path !== undefined).map(rememberDisk),
  sizeInGb: BUNDLES.get(instance.bundleId)!.diskSizeInGb,
});

const hasPendingSnapshot = (c: Context, instance: InstanceRecord): boolean =>
  [...c.region.tables.InstanceSnapshot.values()].some(({ state, fromInstanceArn }) => state === 'pending' && fromInstanceArn === instance.arn);

/** Two operations: one on the snapshot and one on what it is taken of. */
export function snapshotOperations(
  c: Context, snapshot: ResourceRecord, source: ResourceRecord, ending: Pick<OperationPlan, 'doneAt' | 'failure'>,
): object {
  const ofSnapshot = () => startOperation(c, {
    resourceName: snapshot.name,
    resourceType: snapshot.resourceType,
    operationType: c.operation,
    operationDetails: source.name,
    zone: snapshot.zone,
    ...ending,
  });
  const ofSource = (end: typeof ending) => startOperation(c, {
    resourceName: source.name,
    resourceType: source.resourceType,
    operationType: c.operation,
    operationDetails: snapshot.name,
    zone: source.zone,
    ...end,
  });
  return c.options.sourceOperationFirst
    ? viewOperations(c, ofSource({}), ofSnapshot())
    : viewOperations(c, ofSnapshot(), ofSource(ending));
}

export const GetInstanceSnapshot: Handler = c =>
  ({ instanceSnapshot: viewSnapshot(c, get(c, 'InstanceSnapshot', c.input.instanceSnapshotName)) });

export const GetInstanceSnapshots: Handler = c => {
  const { items, nextPageToken } = pageOf(c, 'InstanceSnapshot');
  return { instanceSnapshots: items.map(snapshot => viewSnapshot(c, snapshot)), nextPageToken };
};

export const DeleteInstanceSnapshot: Handler = c => {
  const snapshot = get(c, 'InstanceSnapshot', c.input.instanceSnapshotName);
  assertRemovable(c, snapshot);
  const ending = remove(c, snapshot, c.model.durations.deleteSnapshot);
  return viewOperations(c, startOperation(c, {
    resourceName: snapshot.name,
    resourceType: snapshot.resourceType,
    operationType: c.operation,
    zone: snapshot.zone,
    ...ending,
  }));
};

function viewSnapshot(c: Context, snapshot: InstanceSnapshotRecord): object {
  return {
    name: snapshot.name,
    arn: snapshot.arn,
    supportCode: snapshot.supportCode,
    createdAt: shownCreation(c, snapshot),
    location: { availabilityZone: snapshot.zone, regionName: snapshot.region },
    resourceType: snapshot.resourceType,
    tags: viewTags(c, snapshot),
    state: shownState(c, snapshot),
    // No `progress`: that is null for instance snapshots.
    fromAttachedDisks: snapshot.fromAttachedDisks.map(viewAttachedDisk(snapshot.region)),
    fromInstanceName: snapshot.fromInstanceName,
    fromInstanceArn: snapshot.fromInstanceArn,
    fromBlueprintId: snapshot.fromBlueprintId,
    fromBundleId: snapshot.fromBundleId,
    isFromAutoSnapshot: snapshot.isFromAutoSnapshot,
    sizeInGb: snapshot.sizeInGb,
  };
}
