import { Duration, Fn, IResource, ITaggableV2, RemovalPolicy, Resource, TagManager, TagType, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ILightsailDiskSnapshot } from './disk-snapshot';
import { ILightsailInstanceSnapshot } from './instance-snapshot';
import { EngineResource } from './private/resource';
import { checkName, invalid, isKnown } from './private/validate';

const TYPE = 'Custom::LightsailSnapshotExport';

/** An instance snapshot that was exported to EC2. */
export interface ISnapshotExport extends IResource {
  /**
   * Id of the image (AMI), such as `ami-0123456789abcdef0`.
   * @attribute
   */
  readonly imageId: string;
}

/** What to export. */
export class ExportSource {
  /**
   * A snapshot of an instance, which becomes an image (AMI) with its EBS snapshots. A database's, and one of a cPanel & WHM, Django or
   * Ghost instance, cannot be exported.
   *
   * @param snapshot made here, imported, copied or looked up, but not an automatic one
   */
  public static instanceSnapshot(snapshot: ILightsailInstanceSnapshot): ExportSource {
    return new ExportSource(snapshot.instanceSnapshotName, 'instance');
  }

  /**
   * A snapshot of a disk, which becomes an EBS snapshot.
   *
   * @param snapshot made here, imported, copied or looked up, but not an automatic one
   */
  public static diskSnapshot(snapshot: ILightsailDiskSnapshot): ExportSource {
    return new ExportSource(snapshot.diskSnapshotName, 'disk');
  }

  /** @internal */
  public readonly _type: 'instance' | 'disk';

  private constructor(
    /** Name of the snapshot. */
    public readonly snapshotName: string,
    type: 'instance' | 'disk',
  ) {
    this._type = type;
  }
}

/** What to export, and what becomes of it. */
export interface SnapshotExportProps {
  /** The snapshot to export, in the stack's region. */
  readonly source: ExportSource;

  /**
   * Operating system of the instance that the snapshot is of: how instances that are made from `machineImage` are told what to do when they
   * start. Lightsail has `LINUX` and `WINDOWS`.
   *
   * @default ec2.OperatingSystemType.LINUX
   */
  readonly operatingSystemType?: ec2.OperatingSystemType;

  /**
   * Any text. Change it to export the snapshot anew; the export of before is then kept or removed as `removalPolicy` says. Going back to an
   * earlier text goes back to its export, if that was kept.
   *
   * @default - one export for each snapshot
   */
  readonly revision?: string;

  /**
   * How long the export may take: a minute to 12 hours. Lightsail says 15 minutes to an hour for most, and several for large disks. The last
   * three minutes of each hour are kept for the answer. Each hour after the first adds a resource that waits to the stack.
   *
   * @default Duration.hours(3)
   */
  readonly timeout?: Duration;

  /**
   * What becomes of the image and the EBS snapshots when they are replaced, or removed from the stack. Those that are kept go on being billed.
   * `DESTROY` deregisters the image and deletes its EBS snapshots, which fails while the image has deregistration protection; instances
   * that were made from it go on running. Lightsail cannot cancel an export: one that is given up is waited for, and then removed.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE - kept, but for what a creation made that is rolled back
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A Lightsail snapshot as an image (AMI) or an EBS snapshot in EC2, there and available before anything that refers to it is made.
 *
 * The image and its EBS snapshots are tagged as the stack's; tags given with `Tags.of()` are put on them and kept in step. Permission for
 * the role with which Lightsail works in EC2, and which the first export of an account makes, is included.
 *
 * @example
 * const golden = LightsailInstanceSnapshot.fromInstanceSnapshotName(this, 'Golden', 'web-1-2026-11-21');
 * const exported = new SnapshotExport(this, 'Export', { source: ExportSource.instanceSnapshot(golden) });
 * new ec2.Instance(this, 'Server', {
 *   vpc: ec2.Vpc.fromLookup(this, 'Vpc', { isDefault: true }),
 *   instanceType: ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.SMALL),
 *   machineImage: exported.machineImage,
 * });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_ExportSnapshot.html
 */
export class SnapshotExport extends Resource implements ISnapshotExport, ITaggableV2 {
  /**
   * An image that was exported elsewhere.
   *
   * @param scope where to put it
   * @param id its id there
   * @param imageId id of the image (AMI) in the stack's region
   */
  public static fromImageId(scope: Construct, id: string, imageId: string): ISnapshotExport {
    if (isKnown(imageId) && !/^ami-[0-9a-f]+$/.test(imageId)) {
      throw new Error(`${scope.node.path}/${id}: imageId must be like 'ami-0123456789abcdef0', got '${imageId}'`);
    }
    class Import extends Resource implements ISnapshotExport {
      public readonly imageId = imageId;
    }
    return new Import(scope, id);
  }

  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, TYPE);

  private readonly source: ExportSource;
  private readonly operatingSystemType: ec2.OperatingSystemType;
  private readonly resource: EngineResource<typeof TYPE>;

  constructor(scope: Construct, id: string, props: SnapshotExportProps) {
    super(scope, id);
    checkName(this, 'source', props.source.snapshotName);
    this.source = props.source;
    this.operatingSystemType = props.operatingSystemType ?? ec2.OperatingSystemType.LINUX;
    this.validateOperatingSystem(props.operatingSystemType);

    this.resource = new EngineResource(this, {
      type: TYPE,
      properties: { SnapshotName: props.source.snapshotName, SnapshotType: props.source._type, Revision: props.revision },
      timeout: props.timeout ?? Duration.hours(3),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      tags: this.cdkTagManager,
    });
  }

  /**
   * The image (AMI), to start EC2 instances from.
   *
   * @throws for the export of a disk snapshot, which makes no image
   */
  public get machineImage(): ec2.IMachineImage {
    const { imageId, operatingSystemType: osType } = this;
    return { getImage: () => ({ imageId, osType, userData: ec2.UserData.forOperatingSystem(osType) }) };
  }

  /**
   * Id of the image (AMI), such as `ami-0123456789abcdef0`. The export of a disk snapshot makes none, and to ask it for one is an error.
   * @attribute
   */
  public get imageId(): string {
    this.requireType('instance', 'makes no image: use ebsSnapshotIds, or export an instance snapshot');
    return this.resource.attribute('ImageId');
  }

  /**
   * Ids of the EBS snapshots that the image is made of, in the order of its devices; of a disk export its one EBS snapshot.
   * @attribute
   */
  public get ebsSnapshotIds(): string[] {
    return Fn.split(',', this.resource.attribute('EbsSnapshotIds'));
  }

  /**
   * Name of Lightsail's record of the export.
   * @attribute
   */
  public get recordName(): string {
    return this.resource.attribute('RecordName');
  }

  /**
   * ARN of Lightsail's record of the export.
   * @attribute
   */
  public get recordArn(): string {
    return this.resource.attribute('RecordArn');
  }

  /**
   * State of the export when it was last deployed: `Succeeded`.
   * @attribute
   */
  public get state(): string {
    return this.resource.attribute('State');
  }

  /**
   * When the export began, in the form of ISO 8601, UTC.
   * @attribute
   */
  public get createdAt(): string {
    return this.resource.attribute('CreatedAt');
  }

  /**
   * Region that the export is in.
   * @attribute
   */
  public get region(): string {
    return this.resource.attribute('Region');
  }

  /**
   * Id of what the export made: of the image, or of the EBS snapshot.
   * @attribute
   */
  public get destinationId(): string {
    return this.resource.attribute('DestinationId');
  }

  /**
   * Service and type of what the export made, such as `Aws::EC2::Image`.
   * @attribute
   */
  public get destinationService(): string {
    return this.resource.attribute('DestinationService');
  }

  /**
   * Type of the snapshot: `InstanceSnapshot` or `DiskSnapshot`.
   * @attribute
   */
  public get sourceType(): string {
    return this.resource.attribute('SourceType');
  }

  /**
   * Name of the snapshot.
   * @attribute
   */
  public get sourceName(): string {
    return this.resource.attribute('SourceName');
  }

  /**
   * ARN of the snapshot.
   * @attribute
   */
  public get sourceArn(): string {
    return this.resource.attribute('SourceArn');
  }

  /**
   * When the snapshot was taken, in the form of ISO 8601, UTC.
   * @attribute
   */
  public get sourceCreatedAt(): string {
    return this.resource.attribute('SourceCreatedAt');
  }

  /**
   * Name of the instance or disk that the snapshot was taken of.
   * @attribute
   */
  public get fromResourceName(): string {
    return this.resource.attribute('FromResourceName');
  }

  /**
   * ARN of the instance or disk that the snapshot was taken of.
   * @attribute
   */
  public get fromResourceArn(): string {
    return this.resource.attribute('FromResourceArn');
  }

  /**
   * Blueprint of the instance, such as `wordpress`. Only of an instance snapshot.
   * @attribute
   */
  public get fromBlueprintId(): string {
    return this.ofInstance('FromBlueprintId');
  }

  /**
   * Bundle of the instance, such as `small_3_0`. Only of an instance snapshot.
   * @attribute
   */
  public get fromBundleId(): string {
    return this.ofInstance('FromBundleId');
  }

  /**
   * Names of the instance's disks; the system disk has none and is an empty text. Only of an instance snapshot.
   * @attribute
   */
  public get diskNames(): string[] {
    return Fn.split(',', this.ofInstance('DiskNames'));
  }

  /**
   * Paths of the instance's disks, such as `/dev/sda1`, in the order of `diskNames`. Only of an instance snapshot.
   * @attribute
   */
  public get diskPaths(): string[] {
    return Fn.split(',', this.ofInstance('DiskPaths'));
  }

  /**
   * Sizes of the instance's disks in GB, in the order of `diskNames`. Only of an instance snapshot.
   * @attribute
   */
  public get diskSizesInGb(): string[] {
    return Fn.split(',', this.ofInstance('DiskSizesInGb'));
  }

  /**
   * For each of the instance's disks whether it is the system disk: `true` or `false`, in the order of `diskNames`. Only of an instance
   * snapshot.
   * @attribute
   */
  public get disksAreSystemDisks(): string[] {
    return Fn.split(',', this.ofInstance('DisksAreSystemDisks'));
  }

  /**
   * Size of the disk in GB. Only of a disk snapshot.
   * @attribute
   */
  public get diskSizeInGb(): number {
    this.requireType('disk', 'has several disks: use diskSizesInGb');
    return Token.asNumber(this.resource.attribute('DiskSizeInGb'));
  }

  private ofInstance(attribute: string): string {
    this.requireType('instance', `has no ${attribute}: only that of an instance snapshot does`);
    return this.resource.attribute(attribute);
  }

  private requireType(type: ExportSource['_type'], otherwise: string): void {
    if (this.source._type === type) return;
    throw invalid(this, `the export of ${this.source._type === 'disk' ? 'a disk' : 'an instance'} snapshot ${otherwise}`);
  }

  private validateOperatingSystem(type: ec2.OperatingSystemType | undefined): void {
    if (type === ec2.OperatingSystemType.UNKNOWN) throw invalid(this, "operatingSystemType must be LINUX or WINDOWS, got 'UNKNOWN'");
    if (type !== undefined) this.requireType('instance', 'makes no image: operatingSystemType means nothing to it, leave it out');
  }
}
