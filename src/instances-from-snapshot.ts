import { Duration, Fn, ITaggableV2, RemovalPolicy, Resource, TagManager, TagType } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { InstancesFromSnapshotProperties } from './functions/deployment/contract';
import { ILightsailInstanceSnapshot } from './instance-snapshot';
import { checkHour, checkList, checkText, checkZone, sizeOf } from './private/group';
import { EngineResource } from './private/resource';
import { checkDate, checkName, invalid, isKnown, isPlaceholder, show } from './private/validate';

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

/** Protocol of the traffic that a port is opened for. */
export enum NetworkProtocol {
  /** TCP. */
  TCP = 'tcp',
  /** UDP. */
  UDP = 'udp',
  /** Every protocol. */
  ALL = 'all',
  /** ICMP for IPv4: the ports stand for its type and code. */
  ICMP = 'icmp',
  /** ICMP for IPv6: the ports stand for its type and code. */
  ICMPV6 = 'icmpv6',
}

/**
 * Ports of an instance that are open to the internet.
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_PortInfo.html
 */
export interface PublicPort {
  /**
   * First port: 0 to 65535. For ICMP the type, such as 8; -1 for all.
   *
   * @default - every port, which is for NetworkProtocol.ALL only
   */
  readonly fromPort?: number;

  /**
   * Last port: `fromPort` to 65535. For ICMP the code; -1 for all.
   *
   * @default - the same as `fromPort`; -1 for ICMP
   */
  readonly toPort?: number;

  /**
   * Protocol.
   *
   * @default NetworkProtocol.TCP
   */
  readonly protocol?: NetworkProtocol;

  /**
   * IPv4 addresses that may connect, such as `192.0.2.44` or `192.0.2.0/24`.
   *
   * @default - all, unless `ipv6Cidrs` or `cidrListAliases` are given
   */
  readonly cidrs?: string[];

  /**
   * IPv6 addresses that may connect, such as `2001:db8::/32`.
   *
   * @default - all, unless `cidrs` or `cidrListAliases` are given
   */
  readonly ipv6Cidrs?: string[];

  /**
   * Names for ranges of addresses. Lightsail knows `lightsail-connect`, which stands for its client in the browser.
   *
   * @default - none
   */
  readonly cidrListAliases?: string[];
}

/** When an idle instance is stopped. This is for instances of Lightsail for Research. */
export interface StopOnIdle {
  /** Percentage of the processor's use below which the instance is idle: 1 to 100. */
  readonly threshold: number;

  /** How long it must have been idle: a minute or more, in whole minutes. */
  readonly duration: Duration;
}

/** A block storage disk that was attached to the source, and that each new instance gets a new one for. */
export interface AttachedDisk {
  /** Where it was attached to the source, such as `/dev/xvdf`: one of the snapshot's `attachedDiskPaths`. */
  readonly originalDiskPath: string;

  /**
   * Names of the new disks: one for each instance, in the order of the instances. Change them to name those of later instances.
   *
   * @default - the instance's name and the last part of the path, such as `web-1-xvdf`
   */
  readonly newDiskNames?: string[];
}

/** What instances are made from. */
export class InstanceSource {
  /**
   * A manual snapshot.
   *
   * @param snapshot one that this app takes, copies, looks up or knows by name
   */
  public static snapshot(snapshot: ILightsailInstanceSnapshot): InstanceSource {
    return new InstanceSource({ InstanceSnapshotName: snapshot.instanceSnapshotName });
  }

  /**
   * An automatic snapshot of an instance. Lightsail keeps the last seven.
   *
   * @param instanceName name of the instance that it was taken of
   * @param date its day as YYYY-MM-DD
   */
  public static automaticSnapshot(instanceName: string, date: string): InstanceSource {
    return new InstanceSource({ SourceInstanceName: instanceName, RestoreDate: date });
  }

  /**
   * The latest automatic snapshot that an instance has when instances are made. Instances that are there already stay as they are when
   * there is a later one: change `revision` to make new ones from it.
   *
   * @param instanceName name of the instance that it was taken of
   */
  public static latestAutomaticSnapshot(instanceName: string): InstanceSource {
    return new InstanceSource({ SourceInstanceName: instanceName, UseLatestRestorableAutoSnapshot: true });
  }

  /** @internal */
  public readonly _properties: Partial<InstancesFromSnapshotProperties>;

  private constructor(properties: Partial<InstancesFromSnapshotProperties>) {
    this._properties = properties;
  }
}

/** What to make, from what, and what becomes of it. */
export interface InstancesFromSnapshotProps {
  /** The snapshot: a manual one, an automatic one by its date, or the latest automatic one. */
  readonly source: InstanceSource;

  /** Where the instances are to be: a zone of the stack's region, such as `us-east-2a`. */
  readonly availabilityZone: string;

  /**
   * Names of the instances, each 2 to 255 letters, digits, `.`, `-` or `_`. Names that are added or dropped make and delete instances in
   * place. Given names cannot be had twice, so they must all change together with the source, or with anything else that makes new
   * instances.
   *
   * @default - generated, as many as `instanceCount`
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
   * @default - the source's
   */
  readonly bundleId?: string;

  /**
   * Script that each instance runs when it starts for the first time: plain text, which cannot be read back from Lightsail. It stands in
   * the template, but in no log and no execution history of this library. Another script makes new instances.
   *
   * @default - none
   */
  readonly userData?: string;

  /**
   * Name of the key pair to connect with, in the stack's region. Another one makes new instances.
   *
   * @default - the region's default key pair
   */
  readonly keyPairName?: string;

  /**
   * Which addresses the instances have. Another type makes new instances.
   *
   * @default IpAddressType.DUALSTACK
   */
  readonly ipAddressType?: IpAddressType;

  /**
   * Disks of the source that each instance gets as well. They are deleted with their instance, unless they have been attached elsewhere.
   * Other paths make new instances.
   *
   * @default - the system disk only
   */
  readonly attachedDisks?: AttachedDisk[];

  /**
   * Hour at which each instance has an automatic snapshot taken of it daily: `HH:00`, UTC. Automatic snapshots go with their instance.
   *
   * @default - no automatic snapshots
   */
  readonly autoSnapshotTime?: string;

  /**
   * When an idle instance is stopped. This is for Lightsail for Research.
   *
   * @default - never
   */
  readonly stopOnIdle?: StopOnIdle;

  /**
   * Ports that are open to the internet, all others being closed. They are set with each change of the construct.
   *
   * @default - those that Lightsail opens for the blueprint, and what is changed by hand; the same if ports are no longer given
   */
  readonly publicPorts?: PublicPort[];

  /**
   * Whether each instance gets a static IP of its own, which is released with it. A region has 5 to begin with.
   *
   * @default false
   */
  readonly allocateStaticIps?: boolean;

  /**
   * Names of static IPs that exist, one for each instance, in the order of the instances. With another source they move to the new
   * instances. They stay when the instances go.
   *
   * @default - none
   */
  readonly staticIpNames?: string[];

  /**
   * Any text. Change it to make new instances from the same source.
   *
   * @default - the same instances for as long as nothing else makes new ones
   */
  readonly revision?: string;

  /**
   * How long it may take until all instances run: a minute to 12 hours. The last three minutes of each hour are kept for the answer. More
   * than an hour adds a resource that waits to the stack for each further hour.
   *
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;

  /**
   * What becomes of the instances when they are replaced, or removed from the stack. An instance that is dropped from the names or the
   * count is deleted in any case.
   *
   * @default RemovalPolicy.DESTROY - deleted, with their automatic snapshots
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** One of the instances. What is known of it is as of the last deployment that changed the construct. */
export interface ISnapshotInstance {
  /** Name of the instance. */
  readonly instanceName: string;
  /** ARN of the instance. It ends in an id of Lightsail's, not in the name. */
  readonly instanceArn: string;
  /** Code by which AWS support knows the instance. */
  readonly supportCode: string;
  /** When the instance was made, in the form of ISO 8601, UTC. */
  readonly createdAt: string;
  /** State of the instance: `running`, or `stopped` where that was done after it had been made. */
  readonly state: string;
  /** Public IPv4 address; the static one, if it has one; empty for IPv6 only. */
  readonly publicIpAddress: string;
  /** Private IPv4 address; empty for IPv6 only. */
  readonly privateIpAddress: string;
  /** IPv6 address; empty for IPv4 only. */
  readonly ipv6Address: string;
  /** Name of the user to connect as, such as `ec2-user`. */
  readonly username: string;
  /** Blueprint, such as `wordpress`. */
  readonly blueprintId: string;
  /** Bundle, such as `small_3_0`. */
  readonly bundleId: string;
  /** Name of the key pair. */
  readonly keyPairName: string;
  /** Which addresses it has: `dualstack`, `ipv4` or `ipv6`. */
  readonly ipAddressType: string;
  /** Names of the block storage disks that are attached to it. */
  readonly attachedDiskNames: string[];
  /** Name of the static IP that this construct gave it; empty if it gave none. */
  readonly staticIpName: string;
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
 * const fleet = new InstancesFromSnapshot(this, 'Fleet', {
 *   source: InstanceSource.snapshot(snapshot),
 *   availabilityZone: 'us-east-2a',
 *   instanceCount: 2,
 *   publicPorts: [{ fromPort: 443 }],
 * });
 * new CfnOutput(this, 'Address', { value: fleet.instances[0].publicIpAddress });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstancesFromSnapshot.html
 */
export class InstancesFromSnapshot extends Resource implements ITaggableV2 {
  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, TYPE);

  /** The instances, in the order of their names. */
  public readonly instances: ISnapshotInstance[];

  constructor(scope: Construct, id: string, props: InstancesFromSnapshotProps) {
    super(scope, id);
    const size = sizeOf(this, 'instance', props.instanceNames, props.instanceCount);
    this.validateSource(props.source);
    checkZone(this, props.availabilityZone);
    checkText(this, 'bundleId', props.bundleId);
    checkText(this, 'userData', props.userData);
    checkText(this, 'keyPairName', props.keyPairName);
    checkHour(this, 'autoSnapshotTime', props.autoSnapshotTime);
    this.validateDisks(size, props.attachedDisks ?? []);
    this.validatePorts(props.publicPorts ?? []);
    this.validateStaticIps(size, props);

    const resource = new EngineResource(this, {
      type: TYPE,
      properties: {
        ...props.source._properties,
        AvailabilityZone: props.availabilityZone,
        Names: props.instanceNames,
        Count: props.instanceCount,
        BundleId: props.bundleId,
        UserData: props.userData,
        KeyPairName: props.keyPairName,
        IpAddressType: props.ipAddressType,
        ...disks(props.attachedDisks ?? []),
        AutoSnapshotTime: props.autoSnapshotTime,
        StopOnIdle: props.stopOnIdle && this.idle(props.stopOnIdle),
        PublicPorts: props.publicPorts?.map(port),
        AllocateStaticIps: props.allocateStaticIps || undefined,
        StaticIpNames: props.staticIpNames,
        Revision: props.revision,
      },
      timeout: props.timeout ?? Duration.hours(1),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
      tags: this.cdkTagManager,
    });
    this.instances = Array.from({ length: size }, (_, index) => new SnapshotInstance(resource, index));
  }

  private validateSource({ _properties }: InstanceSource) {
    checkName(this, 'the name of the source', _properties.InstanceSnapshotName ?? _properties.SourceInstanceName);
    checkDate(this, 'the date of the source', _properties.RestoreDate);
  }

  private validateDisks(size: number, attachedDisks: AttachedDisk[]) {
    const paths = attachedDisks.map(disk => disk.originalDiskPath);
    if (paths.includes('')) throw invalid(this, "originalDiskPath must not be empty, got ''");
    const twice = paths.find((path, index) => !isPlaceholder(path) && paths.indexOf(path) !== index);
    if (twice !== undefined) throw invalid(this, `attachedDisks must have one item for each path, got ${show(twice)} more than once`);
    attachedDisks.forEach(disk => checkList(this, 'newDiskNames', disk.newDiskNames, size));
    checkList(this, 'newDiskNames', attachedDisks.flatMap(disk => disk.newDiskNames ?? []));
  }

  private validatePorts(ports: PublicPort[]) {
    const ranges = ports.map(given => {
      const { protocol, fromPort, toPort } = whole(given);
      if ([fromPort, toPort].some(number => number !== undefined && !isKnown(number))) return '';
      const range = `${protocol} ${fromPort}${toPort === fromPort ? '' : `-${toPort}`}`;
      const [least, most] = isIcmp(protocol) ? [-1, 255] : [0, 65535];
      if (fromPort === undefined || toPort === undefined) {
        if (protocol === NetworkProtocol.ALL && fromPort === toPort) return range;
        throw invalid(this, `fromPort must be given for ${protocol}, got ${range}`);
      }
      const between = [fromPort, toPort].every(number => Number.isInteger(number) && number >= least && number <= most);
      if (!between) throw invalid(this, `ports must be ${least} to ${most} for ${protocol}, got ${range}`);
      if (!isIcmp(protocol) && toPort < fromPort) throw invalid(this, `toPort must not be less than fromPort, got ${range}`);
      return range;
    });
    const twice = ranges.find((range, index) => range !== '' && ranges.indexOf(range) !== index);
    if (twice !== undefined) throw invalid(this, `publicPorts must differ from each other, got ${twice} more than once: put all cidrs into one`);
  }

  private validateStaticIps(size: number, { staticIpNames, allocateStaticIps, ipAddressType }: InstancesFromSnapshotProps) {
    checkList(this, 'staticIpNames', staticIpNames, size);
    if (staticIpNames && allocateStaticIps) throw invalid(this, 'give either staticIpNames or allocateStaticIps, got both');
    if ((staticIpNames || allocateStaticIps) && ipAddressType === IpAddressType.IPV6) {
      throw invalid(this, 'a static IP is an IPv4 address, which an instance with ipAddressType IPV6 does not have: choose another type, or drop it');
    }
  }

  private idle({ threshold, duration }: StopOnIdle) {
    const minutes = duration.isUnresolved() ? undefined : duration.toMinutes({ integral: false });
    if (isKnown(minutes) && !(Number.isInteger(minutes) && minutes >= 1)) throw invalid(this, `the duration of stopOnIdle must be whole minutes, got ${duration.toString()}`);
    if (isKnown(threshold) && !(Number.isInteger(threshold) && threshold >= 1 && threshold <= 100)) {
      throw invalid(this, `the threshold of stopOnIdle must be 1 to 100 percent, got ${threshold}`);
    }
    return { Threshold: threshold, Duration: minutes ?? duration.toMinutes() };
  }
}

class SnapshotInstance implements ISnapshotInstance {
  constructor(private readonly resource: EngineResource<typeof TYPE>, private readonly index: number) {}

  public get instanceName(): string { return this.attribute('Name'); }
  public get instanceArn(): string { return this.attribute('Arn'); }
  public get supportCode(): string { return this.attribute('SupportCode'); }
  public get createdAt(): string { return this.attribute('CreatedAt'); }
  public get state(): string { return this.attribute('State'); }
  public get publicIpAddress(): string { return this.attribute('PublicIpAddress'); }
  public get privateIpAddress(): string { return this.attribute('PrivateIpAddress'); }
  public get ipv6Address(): string { return this.attribute('Ipv6Address'); }
  public get username(): string { return this.attribute('Username'); }
  public get blueprintId(): string { return this.attribute('BlueprintId'); }
  public get bundleId(): string { return this.attribute('BundleId'); }
  public get keyPairName(): string { return this.attribute('KeyPairName'); }
  public get ipAddressType(): string { return this.attribute('IpAddressType'); }
  public get attachedDiskNames(): string[] { return Fn.split(',', this.attribute('DiskNames')); }
  public get staticIpName(): string { return this.attribute('StaticIpName'); }

  private attribute(name: string): string {
    return this.resource.attribute(`${name}.${this.index}`);
  }
}

function disks(attachedDisks: AttachedDisk[]) {
  return {
    DiskPaths: attachedDisks.length > 0 ? attachedDisks.map(disk => disk.originalDiskPath) : undefined,
    DiskNames: attachedDisks.some(disk => disk.newDiskNames) ? attachedDisks.map(disk => disk.newDiskNames ?? []) : undefined,
  };
}

function port(given: PublicPort) {
  const { protocol, fromPort, toPort } = whole(given);
  return {
    Protocol: protocol,
    FromPort: fromPort,
    ToPort: toPort,
    Cidrs: given.cidrs,
    Ipv6Cidrs: given.ipv6Cidrs,
    CidrListAliases: given.cidrListAliases,
  };
}

function whole({ protocol = NetworkProtocol.TCP, fromPort, toPort }: PublicPort) {
  return { protocol, fromPort, toPort: toPort ?? (isIcmp(protocol) && fromPort !== undefined ? -1 : fromPort) };
}

function isIcmp(protocol: NetworkProtocol): boolean {
  return protocol === NetworkProtocol.ICMP || protocol === NetworkProtocol.ICMPV6;
}
