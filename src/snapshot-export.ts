/** Exports of instance snapshots to EC2, as images (AMI). */
import { IResource, ITaggableV2, Resource, TagManager, TagType } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { exportResource, SnapshotExportBase } from './private/export';
import { checkGiven } from './private/given';
import { EngineResource } from './private/resource';
import { validationError, isKnown, quote } from './private/validate';
import { SnapshotExportOptions } from './snapshot-export-options';
import { IInstanceSnapshotSource } from './snapshot-source';

/** An instance snapshot that was exported to EC2. */
export interface ISnapshotExport extends IResource {
  /**
   * Id of the image (AMI), such as `ami-0123456789abcdef0`.
   * @attribute
   */
  readonly imageId: string;

  /** The image (AMI), to start EC2 instances from. */
  readonly machineImage: ec2.IMachineImage;
}

/** What to export, and what becomes of it. */
export interface SnapshotExportProps extends SnapshotExportOptions {
  /**
   * The snapshot to export, in the stack's region: a snapshot, copy or lookup, or a name with `InstanceSnapshotSource`. Lightsail exports no automatic snapshots: copy them first.
   * Snapshots of cPanel & WHM, Django or Ghost instances may not be exportable. Another source makes a new export.
   *
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_ExportSnapshot.html#Lightsail-ExportSnapshot-request-sourceSnapshotName
   */
  readonly source: IInstanceSnapshotSource;

  /**
   * Operating system of the instance that the snapshot is of: how instances that are made from `machineImage` are told what to do when they
   * start. Lightsail has `LINUX` and `WINDOWS`. It changes nothing about the export.
   *
   * @default ec2.OperatingSystemType.LINUX
   */
  readonly operatingSystemType?: ec2.OperatingSystemType;
}

/** What is known of an export that was not made in this app. */
export interface SnapshotExportAttributes {
  /** Id of the image (AMI) in the stack's region. */
  readonly imageId: string;

  /**
   * Operating system of the image: `LINUX` or `WINDOWS`.
   *
   * @default ec2.OperatingSystemType.LINUX
   */
  readonly operatingSystemType?: ec2.OperatingSystemType;
}

/**
 * An instance snapshot as an image (AMI) in EC2, there and available before anything that refers to it is made.
 *
 * The image and its EBS snapshots are tagged as the stack's; tags given with `Tags.of()` are put on them and kept in step. Permission for
 * the role with which Lightsail works in EC2, and which the first export of an account makes, is included.
 *
 * @example
 * const golden = LightsailInstanceSnapshot.fromInstanceSnapshotName(this, 'Golden', 'web-1-2026-11-21');
 * const exported = new SnapshotExport(this, 'Export', { source: golden });
 * new ec2.Instance(this, 'Server', {
 *   vpc: ec2.Vpc.fromLookup(this, 'Vpc', { isDefault: true }),
 *   instanceType: ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.SMALL),
 *   machineImage: exported.machineImage,
 * });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_ExportSnapshot.html
 */
export class SnapshotExport extends SnapshotExportBase implements ISnapshotExport, ITaggableV2 {
  /**
   * An image that was exported elsewhere.
   *
   * @param scope where to put it
   * @param id its id there
   * @param imageId id of the image (AMI) in the stack's region
   */
  public static fromImageId(scope: Construct, id: string, imageId: string): ISnapshotExport {
    return SnapshotExport.fromSnapshotExportAttributes(scope, id, { imageId });
  }

  /**
   * An image that was exported elsewhere, by what is known of it.
   *
   * @param scope where to put it
   * @param id its id there
   * @param attrs what is known
   */
  public static fromSnapshotExportAttributes(scope: Construct, id: string, attrs: SnapshotExportAttributes): ISnapshotExport {
    const { imageId } = attrs;
    class Import extends Resource implements ISnapshotExport {
      public readonly imageId = imageId;
      public readonly machineImage = machineImageOf(imageId, operatingSystem(this, attrs.operatingSystemType));
    }
    const made = new Import(scope, id);
    checkGiven(made, 'imageId', imageId);
    if (isKnown(imageId) && !/^ami-[0-9a-f]+$/.test(imageId)) {
      throw validationError(made, `imageId must be like 'ami-0123456789abcdef0', got ${quote(imageId)}`);
    }
    return made;
  }

  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, 'Custom::LightsailSnapshotExport');

  /** @internal */
  protected readonly _resource: EngineResource<'Custom::LightsailSnapshotExport'>;
  private readonly osType: ec2.OperatingSystemType;

  constructor(scope: Construct, id: string, props: SnapshotExportProps) {
    super(scope, id);
    this.osType = operatingSystem(this, props.operatingSystemType);
    this._resource = exportResource(this, 'instance', props.source, props, this.cdkTagManager);
  }

  /** The image (AMI), to start EC2 instances from. */
  public get machineImage(): ec2.IMachineImage {
    return machineImageOf(this.imageId, this.osType);
  }

  /**
   * Id of the image (AMI), such as `ami-0123456789abcdef0`.
   * @attribute
   */
  public get imageId(): string {
    return this._resource.attribute('ImageId');
  }

  /**
   * Ids of the EBS snapshots that the image is made of, in the order of its devices.
   * @attribute
   */
  public get ebsSnapshotIds(): string[] {
    return this._resource.list('EbsSnapshotIds');
  }

  /**
   * Blueprint of the instance, such as `wordpress`.
   * @attribute
   */
  public get fromBlueprintId(): string {
    return this._resource.attribute('FromBlueprintId');
  }

  /**
   * Bundle of the instance, such as `small_3_0`.
   * @attribute
   */
  public get fromBundleId(): string {
    return this._resource.attribute('FromBundleId');
  }

  /**
   * Names of the instance's disks; the system disk has none and is an empty text.
   * @attribute
   */
  public get diskNames(): string[] {
    return this._resource.list('DiskNames');
  }

  /**
   * Paths of the instance's disks, such as `/dev/sda1`, in the order of `diskNames`.
   * @attribute
   */
  public get diskPaths(): string[] {
    return this._resource.list('DiskPaths');
  }

  /**
   * Sizes of the instance's disks in GB, in the order of `diskNames`.
   * @attribute
   */
  public get diskSizesInGb(): string[] {
    return this._resource.list('DiskSizesInGb');
  }

  /**
   * For each of the instance's disks whether it is the system disk: `true` or `false`, in the order of `diskNames`.
   * @attribute
   */
  public get disksAreSystemDisks(): string[] {
    return this._resource.list('DisksAreSystemDisks');
  }
}

function operatingSystem(scope: Construct, type: ec2.OperatingSystemType | undefined): ec2.OperatingSystemType {
  if (type === ec2.OperatingSystemType.UNKNOWN) throw validationError(scope, "operatingSystemType must be LINUX or WINDOWS, got 'UNKNOWN'");
  return type ?? ec2.OperatingSystemType.LINUX;
}

function machineImageOf(imageId: string, osType: ec2.OperatingSystemType): ec2.IMachineImage {
  return { getImage: () => ({ imageId, osType, userData: ec2.UserData.forOperatingSystem(osType) }) };
}
