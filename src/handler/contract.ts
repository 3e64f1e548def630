/**
 * What the constructs and the handler agree on: resource types, properties, attributes, permissions, limits.
 * Pure data. It imports nothing, so that constructs never load the handler or the AWS SDK.
 */

/** Prefix of every tag that marks a resource as made by a stack. */
export const TAG_PREFIX = 'cdk-lightsail-snapshots:';

/** Tags that say who made a resource: the stack, the logical id in it, and what it was made from by which request. */
export const OWNER_TAGS = {
  stack: `${TAG_PREFIX}stack`,
  resource: `${TAG_PREFIX}resource`,
  origin: `${TAG_PREFIX}origin`,
} as const;

/** Lightsail allows 50 tags on a resource. */
export const MAX_USER_TAGS = 50 - Object.keys(OWNER_TAGS).length;

/** Seconds that a `timeout` has at least. */
export const MIN_TIMEOUT = 60;

/** Seconds. CloudFormation waits for a custom resource at most an hour. */
export const MAX_SERVICE_TIMEOUT = 3600;

/** Seconds of a request's time that are kept for removing what failed and for the answer. */
export const RESERVE = 120;

/** Seconds after which an invocation of the handler is over, whatever it did. */
export const FUNCTION_TIMEOUT = 60;

/** Name of the handler's environment variable that holds the state machine's ARN. */
export const WAITER_ARN = 'WAITER_ARN';

/** What a permission can be narrowed to, as ARNs in which `${AWS::...}` stands for the stack's own. */
export const SCOPES = {
  any: '*',
  instance: 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:Instance/*',
  instanceSnapshot: 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:InstanceSnapshot/*',
  disk: 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:Disk/*',
  diskSnapshot: 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:DiskSnapshot/*',
} as const;

/** A permission that a kind needs. */
export interface Permission {
  readonly actions: readonly string[];
  readonly on: readonly (keyof typeof SCOPES)[];
  /** Only on what carries the stack's tag. */
  readonly owned?: boolean;
}

/** What both sides know about a kind of resource. */
export interface KindContract {
  /** Properties that stand for another resource when they change. */
  readonly identity: readonly string[];
  /** Properties without which nothing can be made. */
  readonly required: readonly string[];
  /** Properties that may hold a secret and therefore never leave the invocation that received them. */
  readonly secret: readonly string[];
  /** Names that `Fn::GetAtt` understands. */
  readonly attributes: readonly string[];
  readonly permissions: readonly Permission[];
}

/** Properties that every kind has. */
export interface CommonProperties {
  /** Attributes that the app refers to; no others are returned. */
  readonly Attributes?: readonly string[];
  /** Seconds that the request may take, where it is not an hour. */
  readonly Timeout?: string | number;
  /** Another resource goes on waiting when the time is up. */
  readonly Continued?: string | boolean;
  /** Seconds that other resources have waited before this one. */
  readonly WaitedBefore?: string | number;
}

export interface InstanceSnapshotProperties extends CommonProperties {
  readonly InstanceName: string;
  readonly InstanceSnapshotName?: string;
  readonly Revision?: string;
  readonly Tags?: Readonly<Record<string, string>>;
}

/** Properties of each resource type. */
export interface Properties {
  readonly 'Custom::LightsailInstanceSnapshot': InstanceSnapshotProperties;
}

export type ResourceType = keyof Properties;

export const KINDS: { readonly [T in ResourceType]: KindContract } = {
  'Custom::LightsailInstanceSnapshot': {
    identity: ['InstanceName', 'InstanceSnapshotName', 'Revision'],
    required: ['InstanceName'],
    secret: [],
    attributes: [
      'Arn', 'SupportCode', 'CreatedAt', 'Region', 'State', 'SizeInGb', 'FromInstanceName', 'FromInstanceArn', 'FromBlueprintId',
      'FromBundleId', 'IsFromAutoSnapshot', 'AttachedDiskNames', 'AttachedDiskPaths', 'AttachedDiskSizesInGb',
    ],
    permissions: [
      { actions: ['lightsail:GetInstanceSnapshot', 'lightsail:GetOperationsForResource'], on: ['any'] },
      { actions: ['lightsail:CreateInstanceSnapshot'], on: ['instance'] },
      { actions: ['lightsail:TagResource'], on: ['instanceSnapshot'] },
      { actions: ['lightsail:UntagResource', 'lightsail:DeleteInstanceSnapshot'], on: ['instanceSnapshot'], owned: true },
    ],
  },
};

/** The resource type that goes on waiting where another's hour ends. */
export const RELAY_TYPE = 'Custom::LightsailWait';

export interface RelayProperties extends CommonProperties {
  /** Resource type of what is waited for. */
  readonly For: ResourceType;
  /** Physical id of what is waited for. */
  readonly Subject: string;
  /** Logical id of the resource that made it. */
  readonly Maker: string;
  /** What the resource before had come to, which is that one's attribute of the same name. */
  readonly Progress: string;
}

/** Attribute of a resource that another goes on waiting for. */
export const PROGRESS = 'Progress';
