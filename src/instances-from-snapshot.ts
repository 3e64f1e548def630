/** Instances made from a snapshot. */
import { Duration, IResource, ITaggableV2, RemovalPolicy, Resource, TagManager, TagType } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { AttachedDisk } from './attached-disk';
import { FromSnapshotOptions } from './from-snapshot-options';
import { fromSnapshot } from './private/from-snapshot';
import { checkBoolean } from './private/given';
import { checkList, checkText, memberCount } from './private/group';
import { attachedDisks, stopOnIdle, userDataText } from './private/instance-options';
import { warnOfUndefined } from './private/lifecycle';
import { registerNames } from './private/names';
import { publicPorts } from './private/public-ports';
import { EngineResource } from './private/resource';
import { SnapshotInstance } from './private/snapshot-instance';
import { validationError } from './private/validate';
import { PublicPort } from './public-port';
import { ISnapshotInstance } from './snapshot-instance';
import { IInstanceSnapshotSource } from './snapshot-source';
import { StopOnIdle } from './stop-on-idle';

const TYPE = 'Custom::LightsailInstancesFromSnapshot';

/** Which addresses an instance has. */
export enum IpAddressType {
  /** IPv4 and IPv6. */
  DUALSTACK = 'dualstack',
  /** IPv4 only. */
  IPV4 = 'ipv4',
  /** IPv6 only. It goes with a bundle for IPv6 only, such as `nano_ipv6_3_0`. */
  IPV6 = 'ipv6',
}

/** Lightsail instances that were made from a snapshot. */
export interface IInstancesFromSnapshot extends IResource {
  /** Names of the instances, in their order. */
  readonly instanceNames: string[];
}

/** What to make, from what, and what becomes of it. */
export interface InstancesFromSnapshotProps extends FromSnapshotOptions {
  /**
   * The snapshot: a snapshot, copy or lookup, or an automatic one with `InstanceSnapshotSource`. It is in the stack's region: copy one from
   * elsewhere first. Another source makes new instances.
   *
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstancesFromSnapshot.html#Lightsail-CreateInstancesFromSnapshot-request-instanceSnapshotName
   */
  readonly source: IInstanceSnapshotSource;

  /**
   * Names of the instances, each 2 to 255 letters, digits, `.`, `-` or `_`. Names that are added or dropped make and delete instances in
   * place. Given names cannot be had twice, so they must all change together with the source, or with anything else that makes new
   * instances.
   *
   * @default - generated, as many as `instanceCount`
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstancesFromSnapshot.html#Lightsail-CreateInstancesFromSnapshot-request-instanceNames
   */
  readonly instanceNames?: string[];

  /**
   * How many instances there are, 1 or more, where their names are generated. It changes in place: the last ones go first. With another
   * source new instances come up before the old ones go.
   *
   * @default 1
   */
  readonly instanceCount?: number;

  /**
   * Bundle, such as `small_3_0`, with a disk as large as the source's or larger. Another bundle makes new instances.
   *
   * @default - the source's; where its region calls it otherwise, or does not sell it any more, the one with the same platform, memory, processors,
   * disk and addresses. Without any the deployment fails, and names what is large enough
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstancesFromSnapshot.html#Lightsail-CreateInstancesFromSnapshot-request-bundleId
   */
  readonly bundleId?: string;

  /**
   * Script that each instance runs when it starts for the first time, such as `ec2.UserData.custom('systemctl restart nginx')`. It cannot be
   * read back from Lightsail. It stands in the template, but in no log and no execution history of this library. Another script makes new
   * instances.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstancesFromSnapshot.html#Lightsail-CreateInstancesFromSnapshot-request-userData
   */
  readonly userData?: ec2.UserData;

  /**
   * Name of the key pair to connect with, in the stack's region. Another one makes new instances.
   *
   * @default - the region's default key pair
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstancesFromSnapshot.html#Lightsail-CreateInstancesFromSnapshot-request-keyPairName
   */
  readonly keyPairName?: string;

  /**
   * Which addresses the instances have. Another type makes new instances.
   *
   * @default IpAddressType.DUALSTACK
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstancesFromSnapshot.html#Lightsail-CreateInstancesFromSnapshot-request-ipAddressType
   */
  readonly ipAddressType?: IpAddressType;

  /**
   * Disks of the source that each instance gets as well. They are deleted with their instance, unless they have been attached elsewhere.
   * Other paths make new instances.
   *
   * @default - the system disk only
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstancesFromSnapshot.html#Lightsail-CreateInstancesFromSnapshot-request-attachedDiskMapping
   */
  readonly attachedDisks?: AttachedDisk[];

  /**
   * When an idle instance is stopped. This is for Lightsail for Research. It changes in place.
   *
   * @default - never
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_StopInstanceOnIdleRequest.html
   */
  readonly stopOnIdle?: StopOnIdle;

  /**
   * Ports that are open to the internet, all others being closed. They are set with each change of the construct, in place.
   *
   * @default - those that Lightsail opens for the blueprint, and what is changed by hand. If ports are no longer given, those that were are closed;
   * Lightsail's own do not come back by themselves
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_PutInstancePublicPorts.html#Lightsail-PutInstancePublicPorts-request-portInfos
   */
  readonly publicPorts?: PublicPort[];

  /**
   * Whether each instance gets a static IP of its own, which is released with it. A region has 5 to begin with. It changes in place.
   *
   * @default false
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_AllocateStaticIp.html
   */
  readonly allocateStaticIps?: boolean;

  /**
   * Names of static IPs that exist, one for each instance, in the order of the instances. With another source they move to the new
   * instances. They stay when the instances go. They change in place.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_AttachStaticIp.html#Lightsail-AttachStaticIp-request-staticIpName
   */
  readonly staticIpNames?: string[];

  /**
   * What becomes of the instances when they are replaced, or removed from the stack. An instance that is dropped from the names or the count
   * is deleted in any case. It changes in place. `SNAPSHOT` is not possible: take a `LightsailInstanceSnapshot` of those that matter.
   *
   * @default RemovalPolicy.DESTROY - deleted, with their automatic snapshots
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * One or many Lightsail instances made from a snapshot, running and with their addresses before anything that refers to them is made.
 *
 * Their number and names, tags, ports, add-ons and static IPs change in place; anything else makes new instances, which run before the
 * old ones go. Either all of what an update adds is there in the end, or nothing of it. Tags given with `Tags.of()` are put on the
 * instances and their disks, and kept in step.
 *
 * @example
 * const snapshot = new LightsailInstanceSnapshot(this, 'GoldenImage', { instanceName: 'web-1' });
 * const instances = new InstancesFromSnapshot(this, 'Web', {
 *   source: snapshot,
 *   availabilityZone: 'us-east-2a',
 *   instanceCount: 2,
 *   publicPorts: [{ port: ec2.Port.tcp(443) }],
 * });
 * new CfnOutput(this, 'Address', { value: instances.instances[0].publicIpAddress });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstancesFromSnapshot.html
 */
export class InstancesFromSnapshot extends Resource implements IInstancesFromSnapshot, ITaggableV2 {
  /**
   * Instances that exist, by their names.
   *
   * @param scope where to put it
   * @param id its id there
   * @param instanceNames their names in the stack's region
   */
  public static fromInstanceNames(scope: Construct, id: string, instanceNames: string[]): IInstancesFromSnapshot {
    checkList(scope, 'instanceNames', instanceNames);
    class Import extends Resource implements IInstancesFromSnapshot {
      public readonly instanceNames = instanceNames;
    }
    return new Import(scope, id);
  }

  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, TYPE);

  /** The instances, in the order of their names. */
  public readonly instances: ISnapshotInstance[];

  constructor(scope: Construct, id: string, props: InstancesFromSnapshotProps) {
    super(scope, id);
    const size = memberCount(this, 'instance', props.instanceNames, props.instanceCount);
    const { source, properties } = fromSnapshot(this, 'an instance', props.source, props, RemovalPolicy.DESTROY);
    // each of them that gets lost removes or replaces instances, or leaves them without protection
    warnOfUndefined(this, props, 'instanceNames', 'instanceCount', 'bundleId', 'userData', 'keyPairName', 'ipAddressType', 'attachedDisks', 'publicPorts',
      'staticIpNames', 'allocateStaticIps', 'removalPolicy');
    checkText(this, 'bundleId', props.bundleId);
    checkText(this, 'keyPairName', props.keyPairName);
    checkBoolean(this, 'allocateStaticIps', props.allocateStaticIps);
    this.validateStaticIps(size, props);
    registerNames(this, {
      given: [...props.instanceNames ?? [], ...props.attachedDisks?.flatMap(disk => disk.newDiskNames ?? []) ?? []],
      referred: [source.snapshotName, source.resourceName, ...props.staticIpNames ?? []],
    });

    const resource = new EngineResource(this, {
      type: TYPE,
      properties: {
        ...properties,
        InstanceSnapshotName: source.snapshotName,
        SourceInstanceName: source.resourceName,
        Names: props.instanceNames,
        Count: props.instanceCount,
        BundleId: props.bundleId,
        UserData: props.userData && userDataText(this, props.userData),
        KeyPairName: props.keyPairName,
        // a default that is written out makes no new instances
        IpAddressType: props.ipAddressType === IpAddressType.DUALSTACK ? undefined : props.ipAddressType,
        ...attachedDisks(this, size, props.attachedDisks ?? []),
        StopOnIdle: props.stopOnIdle && stopOnIdle(this, props.stopOnIdle),
        PublicPorts: props.publicPorts && publicPorts(this, props.publicPorts),
        AllocateStaticIps: props.allocateStaticIps || undefined,
        StaticIpNames: props.staticIpNames,
      },
      timeout: props.timeout ?? Duration.hours(1),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
      tags: this.cdkTagManager,
    });
    this.instances = Array.from({ length: size }, (_, index) => new SnapshotInstance(resource, index));
  }

  /** Names of the instances, in their order. */
  public get instanceNames(): string[] {
    return this.instances.map(instance => instance.instanceName);
  }

  private validateStaticIps(size: number, { staticIpNames, allocateStaticIps, ipAddressType }: InstancesFromSnapshotProps) {
    checkList(this, 'staticIpNames', staticIpNames, size);
    if (staticIpNames && allocateStaticIps) throw validationError(this, 'give either staticIpNames or allocateStaticIps, got both');
    if ((staticIpNames || allocateStaticIps) && ipAddressType === IpAddressType.IPV6) {
      throw validationError(this, 'a static IP is an IPv4 address, which an instance with ipAddressType IPV6 does not have: choose another type, or drop it');
    }
  }
}
