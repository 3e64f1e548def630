import { BUNDLES } from '../catalogue';
import { invalidInput, notNow } from '../errors';
import { snapshotOperations } from './instance-snapshots';
import { snapshotable } from './instances';
import { shownCreation, shownState } from './shown';
import type { Context, Handler } from '../model/context';
import { assertRemovable, grow, remove } from '../model/lifecycle';
import { reserveNames, get } from '../model/lookup';
import { startOperation, viewOperations } from '../model/operations';
import { pageOf } from '../model/paging';
import type { DiskRecord, DiskSnapshotRecord, InstanceRecord } from '../model/records';
import { readTags, viewTags } from '../model/tags';

export const CreateDiskSnapshot: Handler = c => {
  const { diskSnapshotName, diskName, instanceName } = c.input;
  if (!diskName === !instanceName) {
    throw invalidInput('Exactly one of diskName and instanceName is needed');
  }
  const tags = readTags(c, c.input.tags);
  const source = diskName ? snapshotableDisk(c, diskName) : snapshotable(c, instanceName);
  reserveNames(c, [diskSnapshotName]);
  const { diskSnapshot: duration } = c.model.durations;
  const snapshot: DiskSnapshotRecord = {
    ...c.model.base('DiskSnapshot', c.region, diskSnapshotName, 'all', tags, c.now),
    state: 'pending',
    readyAt: c.now + duration,
    isFromAutoSnapshot: false,
    ...source.resourceType === 'Disk' ? ofDisk(source) : ofSystemDisk(source),
  };
  c.region.add(snapshot);
  c.resources.push({ arn: snapshot.arn, tags });
  return snapshotOperations(c, snapshot, source, grow(c, snapshot, { duration }));
};

const ofDisk = (disk: DiskRecord) => ({ fromDiskName: disk.name, fromDiskArn: disk.arn, sizeInGb: disk.sizeInGb });

const ofSystemDisk = (instance: InstanceRecord) => ({
  fromInstanceName: instance.name,
  fromInstanceArn: instance.arn,
  sizeInGb: BUNDLES.get(instance.bundleId)!.diskSizeInGb,
});

function snapshotableDisk(c: Context, name: string): DiskRecord {
  const disk = get(c, 'Disk', name);
  if (disk.deleting || (disk.state !== 'available' && disk.state !== 'in-use')) {
    throw notNow(c.options, `You can't create a snapshot of ${name} right now. The state of this disk is: ${disk.state}`);
  }
  if (disk.autoSnapshots.some(snapshot => snapshot.status === 'InProgress')) {
    throw notNow(c.options, `You can't create a snapshot of ${name} right now. An automatic snapshot is in progress`);
  }
  return disk;
}

export const GetDiskSnapshot: Handler = c => ({ diskSnapshot: viewSnapshot(c, get(c, 'DiskSnapshot', c.input.diskSnapshotName)) });

export const GetDiskSnapshots: Handler = c => {
  const { items, nextPageToken } = pageOf(c, 'DiskSnapshot');
  return { diskSnapshots: items.map(snapshot => viewSnapshot(c, snapshot)), nextPageToken };
};

export const DeleteDiskSnapshot: Handler = c => {
  const snapshot = get(c, 'DiskSnapshot', c.input.diskSnapshotName);
  assertRemovable(c, snapshot);
  const ending = remove(c, snapshot, c.model.durations.deleteSnapshot);
  return viewOperations(c, startOperation(c, {
    resourceName: snapshot.name, resourceType: snapshot.resourceType, operationType: c.operation, zone: snapshot.zone, ...ending,
  }));
};

function viewSnapshot(c: Context, snapshot: DiskSnapshotRecord): object {
  return {
    name: snapshot.name,
    arn: snapshot.arn,
    supportCode: snapshot.supportCode,
    createdAt: shownCreation(c, snapshot),
    location: { availabilityZone: snapshot.zone, regionName: snapshot.region },
    resourceType: snapshot.resourceType,
    tags: viewTags(c, snapshot),
    sizeInGb: snapshot.sizeInGb,
    state: shownState(c, snapshot),
    progress: `${progress(c, snapshot)}%`,
    fromDiskName: snapshot.fromDiskName,
    fromDiskArn: snapshot.fromDiskArn,
    fromInstanceName: snapshot.fromInstanceName,
    fromInstanceArn: snapshot.fromInstanceArn,
    isFromAutoSnapshot: snapshot.isFromAutoSnapshot,
  };
}

function progress(c: Context, snapshot: DiskSnapshotRecord): number {
  if (snapshot.state === 'completed') {
    return 100;
  }
  const total = snapshot.readyAt - snapshot.requestedAt;
  return total > 0 ? Math.min(99, Math.floor((100 * (c.now - snapshot.requestedAt)) / total)) : 0;
}
