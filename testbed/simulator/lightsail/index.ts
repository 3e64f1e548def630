import * as autoSnapshots from './auto-snapshots';
import * as catalogue from './catalogue';
import { CopySnapshot } from './copy';
import { CreateDiskSnapshot, DeleteDiskSnapshot, GetDiskSnapshot, GetDiskSnapshots } from './disk-snapshots';
import { AttachDisk, CreateDisk, DeleteDisk, DetachDisk, GetDisk, GetDisks } from './disks';
import { ExportSnapshot, GetExportSnapshotRecords } from './export';
import * as fromSnapshot from './from-snapshot';
import { CreateInstanceSnapshot, DeleteInstanceSnapshot, GetInstanceSnapshot, GetInstanceSnapshots } from './instance-snapshots';
import { CreateInstances, DeleteInstance, GetInstance, GetInstances, GetInstanceState } from './instances';
import * as keyPairs from './key-pairs';
import * as operations from './operations';
import * as ports from './ports';
import * as power from './power';
import * as staticIps from './static-ips';
import * as tagging from './tagging';
import type { Handler } from '../model/context';

/** Every operation that the simulator carries out, by its name: the modules taken whole export nothing but operations. */
export const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>(Object.entries({
  ...autoSnapshots,
  ...catalogue,
  ...fromSnapshot,
  ...keyPairs,
  ...operations,
  ...ports,
  ...power,
  ...staticIps,
  ...tagging,
  AttachDisk,
  CopySnapshot,
  CreateDisk,
  CreateDiskSnapshot,
  CreateInstances,
  CreateInstanceSnapshot,
  DeleteDisk,
  DeleteDiskSnapshot,
  DeleteInstance,
  DeleteInstanceSnapshot,
  DetachDisk,
  ExportSnapshot,
  GetDisk,
  GetDisks,
  GetDiskSnapshot,
  GetDiskSnapshots,
  GetExportSnapshotRecords,
  GetInstance,
  GetInstances,
  GetInstanceSnapshot,
  GetInstanceSnapshots,
  GetInstanceState,
}));
