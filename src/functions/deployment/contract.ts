/**
 * What the constructs and the handler agree on: resource types, properties, attributes, permissions, limits.
 * Pure data. It imports nothing, so that constructs never load the handler or the AWS SDK.
 */

/** Prefix of the ownership tags, which say that a stack made a resource. */
export const TAG_PREFIX = 'cdk-lightsail-snapshots:';

/** Tags that say who made a resource: the stack, the logical id in it, and what it was made from by which request. */
export const OWNER_TAGS = {
  stack: `${TAG_PREFIX}stack`,
  resource: `${TAG_PREFIX}resource`,
  creator: `${TAG_PREFIX}creator`,
} as const;

/** Lightsail allows 50 tags on a resource. */
export const MAX_USER_TAGS = 50 - Object.keys(OWNER_TAGS).length;

/** Instances, or disks, that one resource makes at the most: all of them are looked at in each step. */
export const MAX_MEMBERS = 100;

/** Seconds that a `timeout` has at least. */
export const MIN_TIMEOUT = 60;

/** Seconds. CloudFormation waits for a custom resource at most an hour. */
export const MAX_SERVICE_TIMEOUT = 3600;

/** Seconds of a request's time that are kept for removing what failed and for the answer. */
export const RESERVE = 180;

/** Seconds after which an invocation of the handler is over, whatever it did. */
export const FUNCTION_TIMEOUT = 60;

/** Names of the function's environment variables: ARN of the state machine, and name of the table. */
export const CLOCK_ARN = 'CLOCK_ARN';
export const LEDGER_TABLE = 'LEDGER_TABLE';

/** Name of the handler's environment variable that holds the id of its stack. */
export const STACK_ID = 'STACK_ID';

/** Name of the handler's environment variable that holds a host, beside AWS's, that it may answer to: for tests with an emulator. */
export const TEST_RESPONSE_HOST = 'TEST_RESPONSE_HOST';

/** What a permission can be narrowed to, as ARNs in which `${AWS::...}` stands for the stack's own. */
export const SCOPES = {
  any: '*',
  instance: 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:Instance/*',
  instanceSnapshot: 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:InstanceSnapshot/*',
  disk: 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:Disk/*',
  diskSnapshot: 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:DiskSnapshot/*',
  image: 'arn:${AWS::Partition}:ec2:${AWS::Region}::image/*',
  ebsSnapshot: 'arn:${AWS::Partition}:ec2:${AWS::Region}::snapshot/*',
  lightsailRole: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/lightsail.amazonaws.com/AWSServiceRoleForLightsail*',
  staticIp: 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:StaticIp/*',
} as const;

/** A permission that a resource type needs. */
export interface Permission {
  readonly actions: readonly string[];
  readonly on: readonly (keyof typeof SCOPES)[];
  /** Only on what carries the stack's tag. */
  readonly owned?: boolean;
  /** Only on what carries no stack's tag yet, and only together with this stack's. */
  readonly untagged?: boolean;
  /** Only when these condition keys have these values, in which `${AWS::...}` stands for the stack's own. */
  readonly condition?: Readonly<Record<string, string>>;
  /** Only where this property is given. */
  readonly when?: string;
}

/** What both sides know about a resource type. */
export interface ResourceContract {
  /** Properties that stand for another resource when they change. */
  readonly replacementKey: readonly string[];
  /** Properties without which nothing can be made. */
  readonly required: readonly string[];
  /** Properties that may hold a secret. The ledger keeps them apart, and only until they are not needed any more. */
  readonly secret: readonly string[];
  /** Names that `Fn::GetAtt` understands. */
  readonly attributes: readonly string[];
  readonly permissions: readonly Permission[];
}

/** Properties that every resource type has. */
export interface CommonProperties {
  /** Attributes that the app refers to; no others are returned. */
  readonly Attributes?: readonly string[];
  /** Seconds that the request may take, where it is not an hour. */
  readonly Timeout?: string | number;
  /** Another resource goes on waiting when the time is up. */
  readonly Continued?: string | boolean;
  /** Seconds of the whole wait, where another resource goes on with it: whatever changes about it, the first resource is called first. */
  readonly WholeTimeout?: string | number;
  /** Seconds that other resources have waited before this one. */
  readonly WaitedBefore?: string | number;
  /** The removal policy is `RetainExceptOnCreate`: CloudFormation has it removed only when it rolls back the request that brought it. */
  readonly Retain?: string | boolean;
}

export interface InstanceSnapshotProperties extends CommonProperties {
  readonly InstanceName: string;
  readonly InstanceSnapshotName?: string;
  readonly Revision?: string;
  readonly Tags?: Readonly<Record<string, string>>;
}

/** Of a disk, or of an instance's system disk. */
export interface DiskSnapshotProperties extends CommonProperties {
  readonly DiskName?: string;
  readonly InstanceName?: string;
  readonly DiskSnapshotName?: string;
  readonly Revision?: string;
  readonly Tags?: Readonly<Record<string, string>>;
}

/** Of a manual snapshot by its name, or of an automatic one by what it was taken of. */
export interface SnapshotCopyProperties extends CommonProperties {
  readonly SourceType: 'InstanceSnapshot' | 'DiskSnapshot';
  /** The stack's own where there is none. */
  readonly SourceRegion?: string;
  readonly SourceSnapshotName?: string;
  readonly SourceResourceName?: string;
  /** The latest automatic snapshot where there is none. */
  readonly RestoreDate?: string;
  readonly TargetSnapshotName?: string;
  readonly Revision?: string;
  readonly Tags?: Readonly<Record<string, string>>;
}

/** What is looked for. What is not given is not asked for. */
export interface SnapshotLookupProperties extends CommonProperties {
  readonly SnapshotName?: string;
  readonly FromInstanceName?: string;
  readonly FromDiskName?: string;
  readonly WithTags?: Readonly<Record<string, string>>;
  readonly FromAutoSnapshot?: string | boolean;
  readonly CreatedAfter?: string;
  readonly CreatedBefore?: string;
  readonly Choose?: 'newest' | 'oldest';
  readonly FallbackSnapshotName?: string;
  readonly Revision?: string;
}

/** What instances and disks are made from: a manual snapshot, or an automatic one by its date or as the latest. */
export interface SourceProperties {
  readonly RestoreDate?: string;
  readonly UseLatestRestorableAutoSnapshot?: string | boolean;
}

/** Many things of one type. Their number and names can change in place. */
export interface GroupProperties extends CommonProperties {
  readonly AvailabilityZone: string;
  readonly Names?: readonly string[];
  /** Where there are no names. */
  readonly Count?: string | number;
  /** Hour of the automatic snapshots add-on, UTC. */
  readonly AutoSnapshotTime?: string;
  readonly Revision?: string;
  readonly Tags?: Readonly<Record<string, string>>;
}

export interface InstancesFromSnapshotProperties extends GroupProperties, SourceProperties {
  readonly InstanceSnapshotName?: string;
  readonly SourceInstanceName?: string;
  /** The source's own, or the one of the region that is like it, where there is none. */
  readonly BundleId?: string;
  readonly UserData?: string;
  readonly KeyPairName?: string;
  readonly IpAddressType?: 'dualstack' | 'ipv4' | 'ipv6';
  /** Paths of the source's disks that the instances get as well. */
  readonly DiskPaths?: readonly string[];
  /** Names of the new disks: for each path either none or one for each instance. */
  readonly DiskNames?: readonly (readonly string[])[];
  readonly StopOnIdle?: { readonly Threshold: string | number; readonly Duration: string | number };
  readonly PublicPorts?: readonly PortProperties[];
  readonly AllocateStaticIps?: string | boolean;
  /** Static IPs that exist, in the order of the instances. */
  readonly StaticIpNames?: readonly string[];
}

export interface PortProperties {
  readonly Protocol: string;
  readonly FromPort?: string | number;
  readonly ToPort?: string | number;
  readonly Cidrs?: readonly string[];
  readonly Ipv6Cidrs?: readonly string[];
  readonly CidrListAliases?: readonly string[];
}

export interface DisksFromSnapshotProperties extends GroupProperties, SourceProperties {
  readonly DiskSnapshotName?: string;
  readonly SourceDiskName?: string;
  /** The snapshot's own where there is none. */
  readonly SizeInGb?: string | number;
}

export interface SnapshotExportProperties extends CommonProperties {
  readonly SnapshotName: string;
  readonly SnapshotType: 'instance' | 'disk';
  readonly Revision?: string;
  readonly Tags?: Readonly<Record<string, string>>;
}

/** Properties of each resource type. */
export interface Properties {
  readonly 'Custom::LightsailInstanceSnapshot': InstanceSnapshotProperties;
  readonly 'Custom::LightsailDiskSnapshot': DiskSnapshotProperties;
  readonly 'Custom::LightsailSnapshotCopy': SnapshotCopyProperties;
  readonly 'Custom::LightsailInstanceSnapshotLookup': SnapshotLookupProperties;
  readonly 'Custom::LightsailDiskSnapshotLookup': SnapshotLookupProperties;
  readonly 'Custom::LightsailInstancesFromSnapshot': InstancesFromSnapshotProperties;
  readonly 'Custom::LightsailDisksFromSnapshot': DisksFromSnapshotProperties;
  readonly 'Custom::LightsailSnapshotExport': SnapshotExportProperties;
}

export type ResourceType = keyof Properties;

const ATTRIBUTES = ['Arn', 'SupportCode', 'CreatedAt', 'Region', 'State', 'SizeInGb', 'FromInstanceName', 'FromInstanceArn', 'IsFromAutoSnapshot'];
const OF_INSTANCE = ['FromBlueprintId', 'FromBundleId', 'AttachedDiskNames', 'AttachedDiskPaths', 'AttachedDiskSizesInGb'];
const OF_DISK = ['SnapshotProgress', 'FromDiskName', 'FromDiskArn'];
const OF_LOOKUP = ['Name', 'Names', 'Count'];

export const CONTRACTS: { readonly [T in ResourceType]: ResourceContract } = {
  'Custom::LightsailInstanceSnapshot': {
    replacementKey: ['InstanceName', 'InstanceSnapshotName', 'Revision'],
    required: ['InstanceName'],
    secret: [],
    attributes: [...ATTRIBUTES, ...OF_INSTANCE],
    permissions: [
      { actions: ['lightsail:GetInstanceSnapshot', 'lightsail:GetOperationsForResource'], on: ['any'] },
      { actions: ['lightsail:CreateInstanceSnapshot'], on: ['instance'] },
      { actions: ['lightsail:TagResource'], on: ['instanceSnapshot'], untagged: true },
      { actions: ['lightsail:TagResource', 'lightsail:UntagResource', 'lightsail:DeleteInstanceSnapshot'], on: ['instanceSnapshot'], owned: true },
    ],
  },
  'Custom::LightsailDiskSnapshot': {
    replacementKey: ['DiskName', 'InstanceName', 'DiskSnapshotName', 'Revision'],
    required: [],
    secret: [],
    attributes: [...ATTRIBUTES, ...OF_DISK],
    permissions: [
      { actions: ['lightsail:GetDiskSnapshot', 'lightsail:GetOperationsForResource'], on: ['any'] },
      { actions: ['lightsail:CreateDiskSnapshot'], on: ['disk'], when: 'DiskName' },
      { actions: ['lightsail:CreateDiskSnapshot'], on: ['instance'], when: 'InstanceName' },
      { actions: ['lightsail:TagResource'], on: ['diskSnapshot'], untagged: true },
      { actions: ['lightsail:TagResource', 'lightsail:UntagResource', 'lightsail:DeleteDiskSnapshot'], on: ['diskSnapshot'], owned: true },
    ],
  },
  'Custom::LightsailSnapshotCopy': {
    replacementKey: ['SourceType', 'SourceRegion', 'SourceSnapshotName', 'SourceResourceName', 'RestoreDate', 'TargetSnapshotName', 'Revision'],
    required: ['SourceType'],
    secret: [],
    attributes: [...ATTRIBUTES, ...OF_INSTANCE, ...OF_DISK],
    permissions: [
      { actions: ['lightsail:CopySnapshot'], on: ['any'], condition: { 'aws:RequestedRegion': '${AWS::Region}' } },
      { actions: ['lightsail:GetInstanceSnapshot', 'lightsail:GetDiskSnapshot', 'lightsail:GetOperationsForResource'], on: ['any'] },
      { actions: ['lightsail:GetAutoSnapshots'], on: ['any'], when: 'SourceResourceName' },
      { actions: ['lightsail:TagResource'], on: ['instanceSnapshot', 'diskSnapshot'], untagged: true },
      { actions: ['lightsail:TagResource', 'lightsail:UntagResource'], on: ['instanceSnapshot', 'diskSnapshot'], owned: true },
      { actions: ['lightsail:DeleteInstanceSnapshot'], on: ['instanceSnapshot'], owned: true },
      { actions: ['lightsail:DeleteDiskSnapshot'], on: ['diskSnapshot'], owned: true },
    ],
  },
  'Custom::LightsailInstanceSnapshotLookup': {
    replacementKey: [],
    required: [],
    secret: [],
    attributes: [...OF_LOOKUP, ...ATTRIBUTES, ...OF_INSTANCE],
    permissions: [{ actions: ['lightsail:GetInstanceSnapshots'], on: ['any'] }],
  },
  'Custom::LightsailDiskSnapshotLookup': {
    replacementKey: [],
    required: [],
    secret: [],
    attributes: [...OF_LOOKUP, ...ATTRIBUTES, ...OF_DISK],
    permissions: [{ actions: ['lightsail:GetDiskSnapshots'], on: ['any'] }],
  },
  // the attributes of groups are each member's: its index follows, as in `Arn.0`
  'Custom::LightsailInstancesFromSnapshot': {
    replacementKey: [
      'InstanceSnapshotName', 'SourceInstanceName', 'RestoreDate', 'UseLatestRestorableAutoSnapshot', 'AvailabilityZone', 'BundleId', 'UserData',
      'KeyPairName', 'IpAddressType', 'DiskPaths', 'Revision',
    ],
    required: ['AvailabilityZone'],
    secret: ['UserData'],
    attributes: [
      'Name', 'Arn', 'SupportCode', 'CreatedAt', 'State', 'PublicIpAddress', 'PrivateIpAddress', 'Ipv6Address', 'Username', 'BlueprintId',
      'BundleId', 'KeyPairName', 'IpAddressType', 'DiskNames', 'StaticIpName',
    ],
    permissions: [
      { actions: ['lightsail:GetInstances', 'lightsail:GetBundles', 'lightsail:GetOperationsForResource'], on: ['any'] },
      { actions: ['lightsail:GetInstanceSnapshot'], on: ['any'], when: 'InstanceSnapshotName' },
      // the documentation does not say which of the two an automatic snapshot counts as
      { actions: ['lightsail:CreateInstancesFromSnapshot'], on: ['instanceSnapshot', 'instance'] },
      { actions: ['lightsail:TagResource'], on: ['instance'], untagged: true },
      { actions: ['lightsail:TagResource', 'lightsail:UntagResource', 'lightsail:DeleteInstance'], on: ['instance'], owned: true },
      { actions: ['lightsail:PutInstancePublicPorts'], on: ['instance'], owned: true, when: 'PublicPorts' },
      { actions: ['lightsail:EnableAddOn', 'lightsail:DisableAddOn'], on: ['any'], when: 'AutoSnapshotTime' },
      { actions: ['lightsail:EnableAddOn', 'lightsail:DisableAddOn'], on: ['any'], when: 'StopOnIdle' },
      { actions: ['lightsail:GetDisks'], on: ['any'], when: 'DiskPaths' },
      { actions: ['lightsail:TagResource'], on: ['disk'], untagged: true, when: 'DiskPaths' },
      { actions: ['lightsail:TagResource', 'lightsail:UntagResource', 'lightsail:DeleteDisk'], on: ['disk'], owned: true, when: 'DiskPaths' },
      // a static IP gets no tags when it is allocated, so that nothing could narrow what is done to it
      { actions: ['lightsail:GetStaticIps', 'lightsail:AllocateStaticIp'], on: ['any'], when: 'AllocateStaticIps' },
      { actions: ['lightsail:AttachStaticIp'], on: ['instance'], owned: true, when: 'AllocateStaticIps' },
      { actions: ['lightsail:AttachStaticIp'], on: ['staticIp'], when: 'AllocateStaticIps' },
      { actions: ['lightsail:DetachStaticIp', 'lightsail:ReleaseStaticIp'], on: ['staticIp'], when: 'AllocateStaticIps' },
      { actions: ['lightsail:GetStaticIps'], on: ['any'], when: 'StaticIpNames' },
      { actions: ['lightsail:AttachStaticIp'], on: ['instance'], owned: true, when: 'StaticIpNames' },
      { actions: ['lightsail:AttachStaticIp'], on: ['staticIp'], when: 'StaticIpNames' },
      { actions: ['lightsail:DetachStaticIp'], on: ['staticIp'], when: 'StaticIpNames' },
    ],
  },
  'Custom::LightsailDisksFromSnapshot': {
    replacementKey: [
      'DiskSnapshotName', 'SourceDiskName', 'RestoreDate', 'UseLatestRestorableAutoSnapshot', 'AvailabilityZone', 'SizeInGb', 'Revision',
    ],
    required: ['AvailabilityZone'],
    secret: [],
    attributes: ['Name', 'Arn', 'SupportCode', 'CreatedAt', 'State', 'SizeInGb', 'Iops', 'Path', 'AttachedTo'],
    permissions: [
      { actions: ['lightsail:GetDisks', 'lightsail:GetOperationsForResource'], on: ['any'] },
      { actions: ['lightsail:GetDiskSnapshot'], on: ['any'], when: 'DiskSnapshotName' },
      { actions: ['lightsail:CreateDiskFromSnapshot'], on: ['diskSnapshot', 'disk'] },
      { actions: ['lightsail:TagResource'], on: ['disk'], untagged: true },
      { actions: ['lightsail:TagResource', 'lightsail:UntagResource', 'lightsail:DeleteDisk'], on: ['disk'], owned: true },
      { actions: ['lightsail:EnableAddOn', 'lightsail:DisableAddOn'], on: ['any'], when: 'AutoSnapshotTime' },
    ],
  },
  'Custom::LightsailSnapshotExport': {
    replacementKey: ['SnapshotName', 'SnapshotType', 'Revision'],
    required: ['SnapshotName', 'SnapshotType'],
    secret: [],
    attributes: [
      'ImageId', 'EbsSnapshotIds', 'RecordName', 'RecordArn', 'State', 'CreatedAt', 'Region', 'DestinationId', 'DestinationService',
      'SourceType', 'SourceName', 'SourceArn', 'SourceCreatedAt', 'FromResourceName', 'FromResourceArn', 'FromBlueprintId', 'FromBundleId',
      'DiskNames', 'DiskPaths', 'DiskSizesInGb', 'DisksAreSystemDisks', 'DiskSizeInGb',
    ],
    permissions: [
      {
        actions: [
          'lightsail:GetInstanceSnapshot', 'lightsail:GetDiskSnapshot', 'lightsail:GetExportSnapshotRecords', 'lightsail:GetOperationsForResource',
          'ec2:DescribeImages', 'ec2:DescribeSnapshots',
        ],
        on: ['any'],
      },
      { actions: ['lightsail:ExportSnapshot'], on: ['instanceSnapshot', 'diskSnapshot'] },
      { actions: ['ec2:CreateTags'], on: ['image', 'ebsSnapshot'], untagged: true },
      { actions: ['ec2:CreateTags', 'ec2:DeleteTags'], on: ['image', 'ebsSnapshot'], owned: true },
      { actions: ['ec2:DeregisterImage'], on: ['image'], owned: true },
      { actions: ['ec2:DeleteSnapshot'], on: ['ebsSnapshot'], owned: true },
      // the first export of an account makes the role with which Lightsail works in EC2
      { actions: ['iam:CreateServiceLinkedRole'], on: ['lightsailRole'], condition: { 'iam:AWSServiceName': 'lightsail.amazonaws.com' } },
      { actions: ['iam:PutRolePolicy'], on: ['lightsailRole'] },
    ],
  },
};

/** The resource type that goes on waiting where another's hour ends. */
export const WAIT_TYPE = 'Custom::LightsailWait';

/** Of a wait resource, besides the properties of what it waits for. */
export interface WaitProperties extends CommonProperties {
  /** Resource type of what is waited for. */
  readonly OwnerType: ResourceType;
  /** Physical id of what is waited for. */
  readonly ResourceId: string;
  /** Logical id of the resource that makes it. */
  readonly OwnerLogicalId: string;
  /** The request that last made or changed it: another one, and CloudFormation calls the wait resource as well. */
  readonly OwnerRequestId: string;
}

/** Attribute of a resource that a wait resource goes on waiting for: the id of the request that made or last changed it. */
export const REQUEST_ID = 'RequestId';
