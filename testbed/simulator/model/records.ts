/** What can be made, found and deleted, with the names that Lightsail gives to the types. */
export interface Records {
  Instance: InstanceRecord;
  InstanceSnapshot: InstanceSnapshotRecord;
  Disk: DiskRecord;
  DiskSnapshot: DiskSnapshotRecord;
  StaticIp: StaticIpRecord;
  KeyPair: KeyPairRecord;
  ExportSnapshotRecord: ExportRecord;
}

export type ResourceType = keyof Records;

export interface Tag {
  key: string;
  value?: string;
}

/** Common to all. Times are milliseconds of the simulator's clock. */
export interface ResourceRecord {
  resourceType: ResourceType;
  name: string;
  arn: string;
  supportCode: string;
  region: string;
  zone: string;
  /** As the record tells it. */
  createdAt: number;
  /** When it was asked for. */
  requestedAt: number;
  /** Order of creation. */
  seq: number;
  tags: Tag[];
  /** Tags that are still answered before `tagsVisibleAt`. */
  tagsBefore: Tag[];
  tagsVisibleAt: number;
  /** Not found before this. */
  visibleAt: number;
  deleting: boolean;
  /** How many operations under way need this to stay. */
  users: number;
}

export interface AddOnRecord {
  name: 'AutoSnapshot';
  status: string;
  snapshotTimeOfDay: string;
}

export interface AutoSnapshotRecord {
  /** YYYY-MM-DD */
  date: string;
  createdAt: number;
  status: 'Success' | 'Failed' | 'InProgress' | 'NotFound';
  sizeInGb: number;
  disks: AttachedDisk[];
}

/** A disk as a snapshot of its instance remembers it. */
export interface AttachedDisk {
  name: string;
  arn: string;
  supportCode: string;
  zone: string;
  createdAt: number;
  path: string;
  sizeInGb: number;
  attachedTo: string;
  tags: Tag[];
}

export interface PortRecord {
  fromPort: number;
  toPort: number;
  protocol: string;
  cidrs: string[];
  ipv6Cidrs: string[];
  cidrListAliases: string[];
}

export type IpAddressType = 'dualstack' | 'ipv4' | 'ipv6';

export interface InstanceRecord extends ResourceRecord {
  resourceType: 'Instance';
  state: string;
  blueprintId: string;
  bundleId: string;
  ipAddressType: IpAddressType;
  publicIpAddress?: string;
  privateIpAddress?: string;
  ipv6Addresses: string[];
  staticIpName?: string;
  keyPairName: string;
  /** Never answered by the API. */
  userData?: string;
  addOns: AddOnRecord[];
  autoSnapshots: AutoSnapshotRecord[];
  ports: PortRecord[];
  /** Name of the snapshot, or `instance@date`, that it was made from. */
  fromSnapshot?: string;
}

export interface InstanceSnapshotRecord extends ResourceRecord {
  resourceType: 'InstanceSnapshot';
  state: string;
  fromInstanceName: string;
  fromInstanceArn: string;
  fromBlueprintId: string;
  fromBundleId: string;
  fromAttachedDisks: AttachedDisk[];
  isFromAutoSnapshot: boolean;
  sizeInGb: number;
}

export interface DiskRecord extends ResourceRecord {
  resourceType: 'Disk';
  state: string;
  sizeInGb: number;
  path?: string;
  attachedTo?: string;
  /** Since when it is really attached to its instance. */
  attachedAt?: number;
  /** Its instance is gone, and it is still held. */
  detaching?: true;
  addOns: AddOnRecord[];
  autoSnapshots: AutoSnapshotRecord[];
  fromSnapshot?: string;
}

export interface DiskSnapshotRecord extends ResourceRecord {
  resourceType: 'DiskSnapshot';
  state: string;
  sizeInGb: number;
  readyAt: number;
  fromDiskName?: string;
  fromDiskArn?: string;
  fromInstanceName?: string;
  fromInstanceArn?: string;
  isFromAutoSnapshot: boolean;
}

export interface StaticIpRecord extends ResourceRecord {
  resourceType: 'StaticIp';
  ipAddress: string;
  attachedTo?: string;
}

export interface KeyPairRecord extends ResourceRecord {
  resourceType: 'KeyPair';
  fingerprint: string;
}

export interface ExportRecord extends ResourceRecord {
  resourceType: 'ExportSnapshotRecord';
  state: string;
  sourceType: 'InstanceSnapshot' | 'DiskSnapshot';
  sourceName: string;
  sourceArn: string;
  sourceCreatedAt: number;
  fromResourceName: string;
  fromResourceArn: string;
  fromBlueprintId?: string;
  fromBundleId?: string;
  sizeInGb: number;
  disks: AttachedDisk[];
  destinationId?: string;
  destinationService?: string;
  /** EBS snapshots that the export left in EC2. */
  snapshotIds: string[];
}

export interface OperationRecord {
  id: string;
  seq: number;
  resourceName: string;
  resourceType: string;
  zone: string;
  region: string;
  operationType: string;
  operationDetails?: string;
  createdAt: number;
  /** Infinity: never. */
  doneAt: number;
  failure?: { errorCode: string; errorDetails: string };
}
