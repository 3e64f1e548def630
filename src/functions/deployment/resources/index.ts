/** The resource handlers, by resource type. */
import { Properties } from '../contract';
import { diskSnapshot } from './disk-snapshot';
import { disksFromSnapshot } from './disks-from-snapshot';
import { instanceSnapshot } from './instance-snapshot';
import { instancesFromSnapshot } from './instances-from-snapshot';
import { ResourceHandler } from './resource-handler';
import { snapshotCopy } from './snapshot-copy';
import { snapshotExport } from './snapshot-export';
import { diskSnapshotLookup, instanceSnapshotLookup } from './snapshot-lookup';

export type { HandlerContext, ResourceHandler } from './resource-handler';

/** Every resource type has its handler: without one, this does not compile. */
export const HANDLERS: { readonly [T in keyof Properties]: ResourceHandler<Properties[T]> } = {
  'Custom::LightsailInstanceSnapshot': instanceSnapshot,
  'Custom::LightsailDiskSnapshot': diskSnapshot,
  'Custom::LightsailSnapshotCopy': snapshotCopy,
  'Custom::LightsailInstanceSnapshotLookup': instanceSnapshotLookup,
  'Custom::LightsailDiskSnapshotLookup': diskSnapshotLookup,
  'Custom::LightsailInstancesFromSnapshot': instancesFromSnapshot,
  'Custom::LightsailDisksFromSnapshot': disksFromSnapshot,
  'Custom::LightsailSnapshotExport': snapshotExport,
};
