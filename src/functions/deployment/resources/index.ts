import { Properties } from '../contract';
import { diskSnapshot } from './disk-snapshot';
import { disksFromSnapshot } from './disks-from-snapshot';
import { instanceSnapshot } from './instance-snapshot';
import { instancesFromSnapshot } from './instances-from-snapshot';
import { Kind } from './resource-handler';
import { snapshotCopy } from './snapshot-copy';
import { snapshotExport } from './snapshot-export';
import { diskSnapshotLookup, instanceSnapshotLookup } from './snapshot-lookup';

export type { Job, Kind, MadeBy, Progress } from './resource-handler';

/** Every resource type has its kind: a forgotten one does not compile. */
export const KIND_OF: { readonly [T in keyof Properties]: Kind<Properties[T]> } = {
  'Custom::LightsailInstanceSnapshot': instanceSnapshot,
  'Custom::LightsailDiskSnapshot': diskSnapshot,
  'Custom::LightsailSnapshotCopy': snapshotCopy,
  'Custom::LightsailInstanceSnapshotLookup': instanceSnapshotLookup,
  'Custom::LightsailDiskSnapshotLookup': diskSnapshotLookup,
  'Custom::LightsailInstancesFromSnapshot': instancesFromSnapshot,
  'Custom::LightsailDisksFromSnapshot': disksFromSnapshot,
  'Custom::LightsailSnapshotExport': snapshotExport,
};
