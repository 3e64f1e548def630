import { Fn, Resource, Token } from 'aws-cdk-lib';

/** Where attributes come from. */
export interface AttributeSource {
  attribute(name: string): string;
}

/**
 * What can be asked of a snapshot of either type. Not exported: its members appear on the classes that are.
 *
 * @internal
 */
export abstract class SnapshotBase extends Resource {
  /** @internal */
  protected abstract readonly _resource: AttributeSource;

  /**
   * Code by which AWS support knows the snapshot.
   * @attribute
   */
  public get supportCode(): string {
    return this._resource.attribute('SupportCode');
  }

  /**
   * When the snapshot was taken, in the form of ISO 8601, UTC.
   * @attribute
   */
  public get createdAt(): string {
    return this._resource.attribute('CreatedAt');
  }

  /**
   * Region that the snapshot is in.
   * @attribute
   */
  public get region(): string {
    return this._resource.attribute('Region');
  }

  /**
   * State of the snapshot when it was last deployed: `available` of an instance, `completed` of a disk.
   * @attribute
   */
  public get state(): string {
    return this._resource.attribute('State');
  }

  /**
   * Size in GB: of an instance's system disk and of the disks attached to it, or of the one disk.
   * @attribute
   */
  public get sizeInGb(): number {
    return Token.asNumber(this._resource.attribute('SizeInGb'));
  }

  /**
   * Name of the instance that the snapshot was taken of, be it the whole or its system disk. Empty for a block storage disk.
   * @attribute
   */
  public get fromInstanceName(): string {
    return this._resource.attribute('FromInstanceName');
  }

  /**
   * ARN of the instance that the snapshot was taken of. Empty for a block storage disk.
   * @attribute
   */
  public get fromInstanceArn(): string {
    return this._resource.attribute('FromInstanceArn');
  }

  /**
   * Whether the snapshot was copied from an automatic one: `true` or `false`.
   * @attribute
   */
  public get isFromAutoSnapshot(): string {
    return this._resource.attribute('IsFromAutoSnapshot');
  }
}

/**
 * What can be asked of an instance snapshot.
 *
 * @internal
 */
export abstract class InstanceSnapshotBase extends SnapshotBase {
  /**
   * ARN of the snapshot. It ends in an id of Lightsail's, not in the name.
   * @attribute
   */
  public get instanceSnapshotArn(): string {
    return this._resource.attribute('Arn');
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
   * Names of the block storage disks that were attached to the instance.
   * @attribute
   */
  public get attachedDiskNames(): string[] {
    return Fn.split(',', this._resource.attribute('AttachedDiskNames'));
  }

  /**
   * Paths of the disks that were attached to the instance, such as `/dev/xvdf`, in the order of `attachedDiskNames`.
   * @attribute
   */
  public get attachedDiskPaths(): string[] {
    return Fn.split(',', this._resource.attribute('AttachedDiskPaths'));
  }

  /**
   * Sizes in GB of the disks that were attached to the instance, in the order of `attachedDiskNames`.
   * @attribute
   */
  public get attachedDiskSizesInGb(): string[] {
    return Fn.split(',', this._resource.attribute('AttachedDiskSizesInGb'));
  }
}

/**
 * What can be asked of a disk snapshot.
 *
 * @internal
 */
export abstract class DiskSnapshotBase extends SnapshotBase {
  /**
   * ARN of the snapshot. It ends in an id of Lightsail's, not in the name.
   * @attribute
   */
  public get diskSnapshotArn(): string {
    return this._resource.attribute('Arn');
  }

  /**
   * How far the snapshot had come when it was last deployed: `100%`.
   * @attribute
   */
  public get progress(): string {
    return this._resource.attribute('SnapshotProgress');
  }

  /**
   * Name of the disk that the snapshot was taken of. Empty for an instance's system disk.
   * @attribute
   */
  public get fromDiskName(): string {
    return this._resource.attribute('FromDiskName');
  }

  /**
   * ARN of the disk that the snapshot was taken of. Empty for an instance's system disk.
   * @attribute
   */
  public get fromDiskArn(): string {
    return this._resource.attribute('FromDiskArn');
  }
}
