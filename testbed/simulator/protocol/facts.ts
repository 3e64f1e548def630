import {
  AccessDirection, AddOnType, AppCategory, AutoSnapshotStatus, BlueprintType, DiskSnapshotState, DiskState, ExportSnapshotRecordSourceType,
  InstancePlatform, InstanceSnapshotState, IpAddressType, NetworkProtocol, OperationStatus, PortAccessType, PortState, RecordState, RegionName,
  ResourceType,
} from '@aws-sdk/client-lightsail';

/*
 * What the SDK's schemas do not carry: required members, enums, patterns, integers. Taken from the service's published model, for the
 * operations that the simulator has.
 */

/** Required members, by the name of the structure. */
export const REQUIRED: Record<string, string[]> = {
  AddOnRequest: ['addOnType'],
  AllocateStaticIpRequest: ['staticIpName'],
  AttachDiskRequest: ['diskName', 'instanceName', 'diskPath'],
  AttachStaticIpRequest: ['staticIpName', 'instanceName'],
  CloseInstancePublicPortsRequest: ['portInfo', 'instanceName'],
  CopySnapshotRequest: ['targetSnapshotName', 'sourceRegion'],
  CreateDiskFromSnapshotRequest: ['diskName', 'availabilityZone', 'sizeInGb'],
  CreateDiskRequest: ['diskName', 'availabilityZone', 'sizeInGb'],
  CreateDiskSnapshotRequest: ['diskSnapshotName'],
  CreateInstanceSnapshotRequest: ['instanceSnapshotName', 'instanceName'],
  CreateInstancesFromSnapshotRequest: ['instanceNames', 'availabilityZone', 'bundleId'],
  CreateInstancesRequest: ['instanceNames', 'availabilityZone', 'blueprintId', 'bundleId'],
  DeleteAutoSnapshotRequest: ['resourceName', 'date'],
  DeleteDiskRequest: ['diskName'],
  DeleteDiskSnapshotRequest: ['diskSnapshotName'],
  DeleteInstanceRequest: ['instanceName'],
  DeleteInstanceSnapshotRequest: ['instanceSnapshotName'],
  DetachDiskRequest: ['diskName'],
  DetachStaticIpRequest: ['staticIpName'],
  DisableAddOnRequest: ['addOnType', 'resourceName'],
  EnableAddOnRequest: ['resourceName', 'addOnRequest'],
  ExportSnapshotRequest: ['sourceSnapshotName'],
  GetAutoSnapshotsRequest: ['resourceName'],
  GetDiskRequest: ['diskName'],
  GetDiskSnapshotRequest: ['diskSnapshotName'],
  GetInstancePortStatesRequest: ['instanceName'],
  GetInstanceRequest: ['instanceName'],
  GetInstanceSnapshotRequest: ['instanceSnapshotName'],
  GetInstanceStateRequest: ['instanceName'],
  GetKeyPairRequest: ['keyPairName'],
  GetOperationRequest: ['operationId'],
  GetOperationsForResourceRequest: ['resourceName'],
  GetStaticIpRequest: ['staticIpName'],
  OpenInstancePublicPortsRequest: ['portInfo', 'instanceName'],
  PutInstancePublicPortsRequest: ['portInfos', 'instanceName'],
  ReleaseStaticIpRequest: ['staticIpName'],
  StartInstanceRequest: ['instanceName'],
  StopInstanceRequest: ['instanceName'],
  TagResourceRequest: ['resourceName', 'tags'],
  UntagResourceRequest: ['resourceName', 'tagKeys'],
};

/** Allowed values, by `member`, or by `Structure.member` where the same name means different things. */
export const ENUMS: Record<string, readonly string[]> = {
  'accessDirection': Object.values(AccessDirection),
  'accessType': Object.values(PortAccessType),
  'addOnType': Object.values(AddOnType),
  'appCategory': Object.values(AppCategory),
  'ipAddressType': Object.values(IpAddressType),
  'platform': Object.values(InstancePlatform),
  'protocol': Object.values(NetworkProtocol),
  'regionName': Object.values(RegionName),
  'resourceType': Object.values(ResourceType),
  'sourceRegion': Object.values(RegionName),
  'supportedPlatforms': Object.values(InstancePlatform),
  'AutoSnapshotDetails.status': Object.values(AutoSnapshotStatus),
  'Blueprint.type': Object.values(BlueprintType),
  'Disk.state': Object.values(DiskState),
  'DiskSnapshot.state': Object.values(DiskSnapshotState),
  'ExportSnapshotRecord.state': Object.values(RecordState),
  'ExportSnapshotRecordSourceInfo.resourceType': Object.values(ExportSnapshotRecordSourceType),
  'InstancePortState.state': Object.values(PortState),
  'InstanceSnapshot.state': Object.values(InstanceSnapshotState),
  'Operation.status': Object.values(OperationStatus),
  'Region.name': Object.values(RegionName),
};

/**
 * A name as the documentation and the service's own refusal describe it; the published pattern (`\w[\w\-]*\w`) leaves out the dot, which
 * the service takes.
 */
export const RESOURCE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,253}[A-Za-z0-9]$/;

const NOT_EMPTY = /\S/;

/** Patterns of request members. */
export const PATTERNS: Record<string, RegExp> = {
  diskName: RESOURCE_NAME,
  diskSnapshotName: RESOURCE_NAME,
  instanceName: RESOURCE_NAME,
  instanceSnapshotName: RESOURCE_NAME,
  keyPairName: RESOURCE_NAME,
  newDiskName: RESOURCE_NAME,
  resourceName: RESOURCE_NAME,
  sourceSnapshotName: RESOURCE_NAME,
  staticIpName: RESOURCE_NAME,
  targetSnapshotName: RESOURCE_NAME,
  availabilityZone: NOT_EMPTY,
  blueprintId: NOT_EMPTY,
  bundleId: NOT_EMPTY,
  date: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
  diskPath: NOT_EMPTY,
  operationId: NOT_EMPTY,
  originalDiskPath: NOT_EMPTY,
  resourceArn: /^arn:(aws[^:]*):([a-zA-Z0-9-]+):([a-z0-9-]+):([0-9]+):([a-zA-Z]+)\/([a-zA-Z0-9-]+)$/,
  snapshotTimeOfDay: /^(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]$/,
};

/** Smallest and largest value of request members. */
export const RANGES: Record<string, [number, number]> = {
  fromPort: [-1, 65535],
  toPort: [-1, 65535],
};

/** Members that are integers; the SDK's schemas know only numbers. */
export const INTEGERS = new Set([
  'code', 'cpuCount', 'diskSizeInGb', 'fromPort', 'gbInUse', 'gbPerMonthAllocated', 'iops', 'minPower', 'power', 'publicIpv4AddressCount',
  'sizeInGb', 'toPort', 'transferPerMonthInGb',
]);
