/** Disks made from a snapshot. */
import { Duration, IResource, ITaggableV2, RemovalPolicy, Resource, Size, SizeRoundingBehavior, TagManager, TagType } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FromSnapshotOptions } from './from-snapshot-options';
import { fromSnapshot } from './private/from-snapshot';
import { checkList, memberCount } from './private/group';
import { warnOfUndefined } from './private/lifecycle';
import { registerNames } from './private/names';
import { EngineResource } from './private/resource';
import { SnapshotDisk } from './private/snapshot-disk';
import { checkNumber, validationError, isKnown } from './private/validate';
import { ISnapshotDisk } from './snapshot-disk';
import { IDiskSnapshotSource } from './snapshot-source';

const TYPE = 'Custom::LightsailDisksFromSnapshot';

/** Sizes of a block storage disk in GB. */
const [SMALLEST, LARGEST] = [8, 16_384];

/** Lightsail block storage disks that were made from a snapshot. */
export interface IDisksFromSnapshot extends IResource {
  /** Names of the disks, in their order. */
  readonly diskNames: string[];
}

/** What to make, from what, and what becomes of it. */
export interface DisksFromSnapshotProps extends FromSnapshotOptions {
  /**
   * The snapshot: a snapshot, copy or lookup, or an automatic one with `DiskSnapshotSource`. It is in the stack's region: copy one from
   * elsewhere first. Another source makes new disks.
   *
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateDiskFromSnapshot.html#Lightsail-CreateDiskFromSnapshot-request-diskSnapshotName
   */
  readonly source: IDiskSnapshotSource;

  /**
   * Names of the disks, each 2 to 255 letters, digits, `.`, `-` or `_`. Names that are added or dropped make and delete disks in place.
   * Given names cannot be had twice, so they must all change together with the source, or with anything else that makes new disks.
   *
   * @default - generated, as many as `diskCount`
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateDiskFromSnapshot.html#Lightsail-CreateDiskFromSnapshot-request-diskName
   */
  readonly diskNames?: string[];

  /**
   * How many disks there are, 1 or more, where their names are generated. It changes in place: the last ones go first.
   *
   * @default 1
   */
  readonly diskCount?: number;

  /**
   * Size of each disk: 8 to 16384 GB, which the CDK calls `Size.gibibytes()`, and at least that of the source. Another size makes new disks.
   *
   * @default - the source's
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateDiskFromSnapshot.html#Lightsail-CreateDiskFromSnapshot-request-sizeInGb
   */
  readonly size?: Size;

  /**
   * What becomes of the disks when they are replaced, or removed from the stack. A disk that is kept goes on being billed. A disk that is
   * dropped from the names or the count is deleted in any case, and so is one that an update which failed has added. A disk that is attached
   * is not deleted: the deployment fails and says so. It changes in place. `SNAPSHOT` is not possible: take a `LightsailDiskSnapshot`.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE - kept, but for those whose own creation is rolled back
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * One or many Lightsail block storage disks made from a snapshot, there and available before anything that refers to them is made.
 *
 * Their number and names, tags and automatic snapshots change in place; anything else makes new disks, which are there before the old ones
 * are given up. Either all of what an update adds is there in the end, or nothing of it. Tags given with `Tags.of()` are put on the disks and
 * kept in step.
 *
 * @example
 * const restored = new DisksFromSnapshot(this, 'Restored', {
 *   source: DiskSnapshotSource.snapshot('uploads-2026-11-21'),
 *   availabilityZone: 'us-east-2a',
 *   diskNames: ['uploads-restored'],
 * });
 * new CfnOutput(this, 'DiskArn', { value: restored.disks[0].diskArn });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateDiskFromSnapshot.html
 */
export class DisksFromSnapshot extends Resource implements IDisksFromSnapshot, ITaggableV2 {
  /**
   * Disks that exist, by their names.
   *
   * @param scope where to put it
   * @param id its id there
   * @param diskNames their names in the stack's region
   */
  public static fromDiskNames(scope: Construct, id: string, diskNames: string[]): IDisksFromSnapshot {
    checkList(scope, 'diskNames', diskNames);
    class Import extends Resource implements IDisksFromSnapshot {
      public readonly diskNames = diskNames;
    }
    return new Import(scope, id);
  }

  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, TYPE);

  /** The disks, in the order of their names. */
  public readonly disks: ISnapshotDisk[];

  constructor(scope: Construct, id: string, props: DisksFromSnapshotProps) {
    super(scope, id);
    const count = memberCount(this, 'disk', props.diskNames, props.diskCount);
    const keep = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    const { source, properties } = fromSnapshot(this, 'a disk', props.source, props, keep);
    // each of them that gets lost removes or replaces disks
    warnOfUndefined(this, props, 'diskNames', 'diskCount', 'size');
    registerNames(this, { given: props.diskNames, referred: [source.snapshotName, source.resourceName] });

    const resource = new EngineResource(this, {
      type: TYPE,
      properties: {
        ...properties,
        DiskSnapshotName: source.snapshotName,
        SourceDiskName: source.resourceName,
        Names: props.diskNames,
        Count: props.diskCount,
        SizeInGb: props.size && this.gigabytes(props.size),
      },
      timeout: props.timeout ?? Duration.hours(1),
      removalPolicy: props.removalPolicy ?? keep,
      tags: this.cdkTagManager,
    });
    this.disks = Array.from({ length: count }, (_, index) => new SnapshotDisk(resource, index));
  }

  /** Names of the disks, in their order. */
  public get diskNames(): string[] {
    return this.disks.map(disk => disk.diskName);
  }

  private gigabytes(size: Size): number {
    const gigabytes = size.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
    checkNumber(this, 'size', gigabytes);
    if (!isKnown(gigabytes) || (Number.isInteger(gigabytes) && gigabytes >= SMALLEST && gigabytes <= LARGEST)) return gigabytes;
    throw validationError(this, `size must be ${SMALLEST} to ${LARGEST} whole GB, got ${gigabytes} GB`);
  }
}
