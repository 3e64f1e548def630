import { Duration, ITaggableV2, RemovalPolicy, Resource, TagManager, TagType, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ILightsailDiskSnapshot } from './disk-snapshot';
import { DisksFromSnapshotProperties } from './functions/deployment/contract';
import { checkHour, checkZone, sizeOf } from './private/group';
import { EngineResource } from './private/resource';
import { checkDate, checkName, invalid, isKnown } from './private/validate';

const TYPE = 'Custom::LightsailDisksFromSnapshot';

/** Sizes of a block storage disk in GB. */
const [SMALLEST, LARGEST] = [8, 16_384];

/** What disks are made from. */
export class DiskSource {
  /**
   * A manual snapshot of a block storage disk, or of an instance's system disk.
   *
   * @param snapshot one that this app takes, copies, looks up or knows by name
   */
  public static snapshot(snapshot: ILightsailDiskSnapshot): DiskSource {
    return new DiskSource({ DiskSnapshotName: snapshot.diskSnapshotName });
  }

  /**
   * An automatic snapshot of a disk. Lightsail keeps the last seven.
   *
   * @param diskName name of the disk that it was taken of
   * @param date its day as YYYY-MM-DD
   */
  public static automaticSnapshot(diskName: string, date: string): DiskSource {
    return new DiskSource({ SourceDiskName: diskName, RestoreDate: date });
  }

  /**
   * The latest automatic snapshot that a disk has when disks are made. Disks that are there already stay as they are when there is a
   * later one: change `revision` to make new ones from it.
   *
   * @param diskName name of the disk that it was taken of
   */
  public static latestAutomaticSnapshot(diskName: string): DiskSource {
    return new DiskSource({ SourceDiskName: diskName, UseLatestRestorableAutoSnapshot: true });
  }

  /** @internal */
  public readonly _properties: Partial<DisksFromSnapshotProperties>;

  private constructor(properties: Partial<DisksFromSnapshotProperties>) {
    this._properties = properties;
  }
}

/** What to make, from what, and what becomes of it. */
export interface DisksFromSnapshotProps {
  /** The snapshot: a manual one, an automatic one by its date, or the latest automatic one. */
  readonly source: DiskSource;

  /** Where the disks are to be: the zone of the instance that they are for, such as `us-east-2a`. */
  readonly availabilityZone: string;

  /**
   * Names of the disks, each 2 to 255 letters, digits, `.`, `-` or `_`. Names that are added or dropped make and delete disks in place.
   * Given names cannot be had twice, so they must all change together with the source, or with anything else that makes new disks.
   *
   * @default - generated, as many as `diskCount`
   */
  readonly diskNames?: string[];

  /**
   * How many disks there are, 1 or more, where their names are generated. It changes in place: the last ones go first.
   *
   * @default 1
   */
  readonly diskCount?: number;

  /**
   * Size of each disk in GB: 8 to 16384, and at least that of the source. Another size makes new disks.
   *
   * @default - the source's
   */
  readonly sizeInGb?: number;

  /**
   * Hour at which each disk has an automatic snapshot taken of it daily: `HH:00`, UTC. Automatic snapshots go with their disk.
   *
   * @default - no automatic snapshots
   */
  readonly autoSnapshotTime?: string;

  /**
   * Any text. Change it to make new disks from the same source.
   *
   * @default - the same disks for as long as nothing else makes new ones
   */
  readonly revision?: string;

  /**
   * How long it may take until all disks are there: a minute to 12 hours. The last three minutes of each hour are kept for the answer. More
   * than an hour adds a resource that waits to the stack for each further hour.
   *
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;

  /**
   * What becomes of the disks when they are replaced, or removed from the stack. A disk that is attached is not deleted: the deployment
   * fails and says so.
   *
   * @default RemovalPolicy.DESTROY - deleted, with their automatic snapshots
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** One of the disks. What is known of it is as of the last deployment that changed the construct. */
export interface ISnapshotDisk {
  /** Name of the disk. */
  readonly diskName: string;
  /** ARN of the disk. It ends in an id of Lightsail's, not in the name. */
  readonly diskArn: string;
  /** Code by which AWS support knows the disk. */
  readonly supportCode: string;
  /** When the disk was made, in the form of ISO 8601, UTC. */
  readonly createdAt: string;
  /** State of the disk: `available`, or `in-use` where it has been attached since it was made. */
  readonly state: string;
  /** Size in GB. */
  readonly sizeInGb: number;
  /** Input and output operations per second. */
  readonly iops: number;
  /** Where it is attached, such as `/dev/xvdf`; empty if it is not. */
  readonly path: string;
  /** Name of the instance that it is attached to; empty if it is not. */
  readonly attachedTo: string;
}

/**
 * One or many Lightsail block storage disks made from a snapshot, there and available before anything that refers to them is made.
 *
 * Their number and names, tags and automatic snapshots change in place; anything else makes new disks, which are there before the old ones
 * go. Either all of what an update adds is there in the end, or nothing of it. Tags given with `Tags.of()` are put on the disks and kept in
 * step.
 *
 * @example
 * const snapshot = LightsailDiskSnapshot.fromDiskSnapshotName(this, 'Uploads', 'uploads-2026-11-21');
 * const restored = new DisksFromSnapshot(this, 'Restored', {
 *   source: DiskSource.snapshot(snapshot),
 *   availabilityZone: 'us-east-2a',
 *   diskNames: ['uploads-restored'],
 * });
 * new CfnOutput(this, 'DiskArn', { value: restored.disks[0].diskArn });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateDiskFromSnapshot.html
 */
export class DisksFromSnapshot extends Resource implements ITaggableV2 {
  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, TYPE);

  /** The disks, in the order of their names. */
  public readonly disks: ISnapshotDisk[];

  constructor(scope: Construct, id: string, props: DisksFromSnapshotProps) {
    super(scope, id);
    const size = sizeOf(this, 'disk', props.diskNames, props.diskCount);
    this.validateSource(props.source);
    this.validateSize(props.sizeInGb);
    checkZone(this, props.availabilityZone);
    checkHour(this, 'autoSnapshotTime', props.autoSnapshotTime);

    const resource = new EngineResource(this, {
      type: TYPE,
      properties: {
        ...props.source._properties,
        AvailabilityZone: props.availabilityZone,
        Names: props.diskNames,
        Count: props.diskCount,
        SizeInGb: props.sizeInGb,
        AutoSnapshotTime: props.autoSnapshotTime,
        Revision: props.revision,
      },
      timeout: props.timeout ?? Duration.hours(1),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
      tags: this.cdkTagManager,
    });
    this.disks = Array.from({ length: size }, (_, index) => new SnapshotDisk(resource, index));
  }

  private validateSource({ _properties }: DiskSource) {
    checkName(this, 'the name of the source', _properties.DiskSnapshotName ?? _properties.SourceDiskName);
    checkDate(this, 'the date of the source', _properties.RestoreDate);
  }

  private validateSize(sizeInGb: number | undefined) {
    if (!isKnown(sizeInGb)) return;
    if (Number.isInteger(sizeInGb) && sizeInGb >= SMALLEST && sizeInGb <= LARGEST) return;
    throw invalid(this, `sizeInGb must be ${SMALLEST} to ${LARGEST} whole GB, got ${sizeInGb}`);
  }
}

class SnapshotDisk implements ISnapshotDisk {
  constructor(private readonly resource: EngineResource<typeof TYPE>, private readonly index: number) {}

  public get diskName(): string { return this.attribute('Name'); }
  public get diskArn(): string { return this.attribute('Arn'); }
  public get supportCode(): string { return this.attribute('SupportCode'); }
  public get createdAt(): string { return this.attribute('CreatedAt'); }
  public get state(): string { return this.attribute('State'); }
  public get sizeInGb(): number { return Token.asNumber(this.attribute('SizeInGb')); }
  public get iops(): number { return Token.asNumber(this.attribute('Iops')); }
  public get path(): string { return this.attribute('Path'); }
  public get attachedTo(): string { return this.attribute('AttachedTo'); }

  private attribute(name: string): string {
    return this.resource.attribute(`${name}.${this.index}`);
  }
}
