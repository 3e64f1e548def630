import { invalidInput, modelled, notNow } from '../errors';
import type { Context } from '../model/context';
import { get, getAny } from '../model/lookup';
import type {
  AttachedDisk, AutoSnapshotRecord, DiskRecord, DiskSnapshotRecord, InstanceRecord, InstanceSnapshotRecord, ResourceRecord,
} from '../model/records';
import type { Region } from '../model/region';

/** What an instance, a disk or a copy can be made from: a manual snapshot or an automatic one, as one shape. */
export interface Source {
  resourceType: 'InstanceSnapshot' | 'DiskSnapshot';
  /** Name of the snapshot, or `resource@date`. */
  label: string;
  /** What must not be deleted meanwhile: the snapshot, or the owner of the automatic one. */
  holder: ResourceRecord;
  isAutomatic: boolean;
  sizeInGb: number;
  fromName?: string;
  fromArn?: string;
  /** For instance snapshots. */
  blueprintId: string;
  bundleId: string;
  disks: AttachedDisk[];
  /** For snapshots of an instance's system disk. */
  fromInstanceName?: string;
  fromInstanceArn?: string;
}

interface SourceInput {
  /** Name of the manual snapshot, and what the parameter is called. */
  snapshot: [string, string | undefined];
  /** Name of the instance or disk that has the automatic one, and what the parameter is called. */
  resource: [string, string | undefined];
  restoreDate?: string;
  useLatest?: boolean;
}

/** The rules that three operations share: one source, and for an automatic snapshot one way to say which. */
function validate({ snapshot, resource, restoreDate, useLatest }: SourceInput): void {
  if (!snapshot[1] === !resource[1]) {
    throw invalidInput(`Exactly one of ${snapshot[0]} and ${resource[0]} is needed`);
  }
  if (snapshot[1] && (restoreDate || useLatest)) {
    throw invalidInput(`restoreDate and useLatestRestorableAutoSnapshot are for automatic snapshots only, not with ${snapshot[0]}`);
  }
  if (resource[1] && !restoreDate === !useLatest) {
    throw invalidInput(`Exactly one of restoreDate and useLatestRestorableAutoSnapshot is needed with ${resource[0]}`);
  }
  if (restoreDate && !/^\d{4}-\d{2}-\d{2}$/.test(restoreDate)) {
    throw invalidInput(`restoreDate must be in YYYY-MM-DD format: ${restoreDate}`);
  }
}

/** The source of CreateInstancesFromSnapshot. */
export function instanceSource(c: Context): Source {
  const { instanceSnapshotName, sourceInstanceName } = c.input;
  validateInput(c, ['instanceSnapshotName', instanceSnapshotName], ['sourceInstanceName', sourceInstanceName]);
  return instanceSnapshotName
    ? manualSource(c, get(c, 'InstanceSnapshot', instanceSnapshotName))
    : automaticSource(c, get(c, 'Instance', sourceInstanceName));
}

/** The source of CreateDiskFromSnapshot. */
export function diskSource(c: Context): Source {
  const { diskSnapshotName, sourceDiskName } = c.input;
  validateInput(c, ['diskSnapshotName', diskSnapshotName], ['sourceDiskName', sourceDiskName]);
  return diskSnapshotName
    ? manualSource(c, get(c, 'DiskSnapshot', diskSnapshotName))
    : automaticSource(c, get(c, 'Disk', sourceDiskName));
}

/** The source of CopySnapshot, which lies in another Region, or not. */
export function copySource(c: Context, region: Region): Source {
  const { sourceSnapshotName, sourceResourceName } = c.input;
  validateInput(c, ['sourceSnapshotName', sourceSnapshotName], ['sourceResourceName', sourceResourceName]);
  return sourceSnapshotName
    ? manualSource(c, getAny(c, ['InstanceSnapshot', 'DiskSnapshot'], sourceSnapshotName, region))
    : automaticSource(c, getAny(c, ['Instance', 'Disk'], sourceResourceName, region));
}

function validateInput(c: Context, snapshot: SourceInput['snapshot'], resource: SourceInput['resource']): void {
  validate({ snapshot, resource, restoreDate: c.input.restoreDate, useLatest: c.input.useLatestRestorableAutoSnapshot });
}

function manualSource(c: Context, snapshot: InstanceSnapshotRecord | DiskSnapshotRecord): Source {
  assertReady(c, snapshot);
  const common = { label: snapshot.name, holder: snapshot, isAutomatic: false, sizeInGb: snapshot.sizeInGb };
  return snapshot.resourceType === 'InstanceSnapshot'
    ? {
      ...common,
      resourceType: 'InstanceSnapshot',
      fromName: snapshot.fromInstanceName,
      fromArn: snapshot.fromInstanceArn,
      blueprintId: snapshot.fromBlueprintId,
      bundleId: snapshot.fromBundleId,
      disks: snapshot.fromAttachedDisks,
    }
    : {
      ...common,
      resourceType: 'DiskSnapshot',
      fromName: snapshot.fromDiskName,
      fromArn: snapshot.fromDiskArn,
      fromInstanceName: snapshot.fromInstanceName,
      fromInstanceArn: snapshot.fromInstanceArn,
      blueprintId: '',
      bundleId: '',
      disks: [],
    };
}

/** Refuses to work from a snapshot that is not finished, or on its way out. */
export function assertReady(c: Context, snapshot: InstanceSnapshotRecord | DiskSnapshotRecord): void {
  const ready = snapshot.resourceType === 'InstanceSnapshot' ? 'available' : 'completed';
  if (snapshot.state !== ready || snapshot.deleting) {
    throw notNow(c.options, `You can't use the snapshot ${snapshot.name} right now. It is in the state: ${
      snapshot.deleting ? 'deleting' : snapshot.state}`);
  }
}

function automaticSource(c: Context, owner: InstanceRecord | DiskRecord): Source {
  const snapshot = findAutoSnapshot(c, owner);
  const common = {
    label: `${owner.name}@${snapshot.date}`,
    holder: owner,
    isAutomatic: true,
    sizeInGb: snapshot.sizeInGb,
    fromName: owner.name,
    fromArn: owner.arn,
  };
  return owner.resourceType === 'Instance'
    ? { ...common, resourceType: 'InstanceSnapshot', blueprintId: owner.blueprintId, bundleId: owner.bundleId, disks: snapshot.disks }
    : { ...common, resourceType: 'DiskSnapshot', blueprintId: '', bundleId: '', disks: [] };
}

function findAutoSnapshot(c: Context, owner: InstanceRecord | DiskRecord): AutoSnapshotRecord {
  const { restoreDate } = c.input;
  const candidates = owner.autoSnapshots.filter(({ date }) => !restoreDate || date === restoreDate);
  const snapshot = candidates.filter(({ status }) => status === 'Success').pop();
  if (snapshot) {
    return snapshot;
  }
  if (restoreDate && candidates.some(({ status }) => status === 'InProgress')) {
    throw notNow(c.options, `The automatic snapshot of ${owner.name} is in progress: ${restoreDate}`);
  }
  throw modelled('NotFoundException', restoreDate
    ? `The automatic snapshot of ${owner.name} does not exist: ${restoreDate}`
    : `There is no restorable automatic snapshot of ${owner.name}`);
}
