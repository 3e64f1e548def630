/** What can be asked of a snapshot, however it came to be. */
import { IResolvable, Resource, Token, Tokenization } from 'aws-cdk-lib';
import { SnapshotSourceConfig } from '../snapshot-source';

/** Where attributes come from. */
export interface AttributeSource {
  attribute(name: string): string;
  list(name: string): string[];
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
   *
   * It is known at deployment only and stands in the app as a token. Give it as a number, with `Token.asString()` in a text, or as
   * `Size.gibibytes()`. Do not calculate or compare: `sizeInGb + 10` comes out without the ten, `sizeInGb * 2` as a huge negative number, and no
   * error says so. CloudFormation cannot calculate, so what is to be larger needs a number of your own.
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
   * Whether the snapshot was copied from an automatic one. It goes where a property takes a boolean or a token, and with `Token.asString()`
   * into a text. A `CfnCondition` cannot refer to it, since CloudFormation decides conditions before it makes anything: choose with the
   * `fromAutoSnapshot` of a lookup instead.
   * @attribute
   */
  public get isFromAutoSnapshot(): IResolvable {
    return Tokenization.reverseString(this._resource.attribute('IsFromAutoSnapshot')).firstToken!;
  }
}

/**
 * What can be asked of an instance snapshot.
 *
 * @internal
 */
export abstract class InstanceSnapshotBase extends SnapshotBase {
  public abstract readonly instanceSnapshotName: string;

  /** The snapshot as a source of what is made from it. */
  public get instanceSourceConfig(): SnapshotSourceConfig {
    return { snapshotName: this.instanceSnapshotName, ...this.env };
  }

  /**
   * ARN of the snapshot. It ends in an id of Lightsail's, not in the name, so that it cannot be known before the deployment.
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
   * Names of the block storage disks that were attached to the instance. An empty list if there were none.
   * @attribute
   */
  public get attachedDiskNames(): string[] {
    return this._resource.list('AttachedDiskNames');
  }

  /**
   * Paths of the disks that were attached to the instance, such as `/dev/xvdf`, in the order of `attachedDiskNames`.
   * @attribute
   */
  public get attachedDiskPaths(): string[] {
    return this._resource.list('AttachedDiskPaths');
  }

  /**
   * Sizes in GB of the disks that were attached to the instance, in the order of `attachedDiskNames`. They are texts, known at deployment only.
   * @attribute
   */
  public get attachedDiskSizesInGb(): string[] {
    return this._resource.list('AttachedDiskSizesInGb');
  }
}

/**
 * What can be asked of a disk snapshot.
 *
 * @internal
 */
export abstract class DiskSnapshotBase extends SnapshotBase {
  public abstract readonly diskSnapshotName: string;

  /** The snapshot as a source of what is made from it. */
  public get diskSourceConfig(): SnapshotSourceConfig {
    return { snapshotName: this.diskSnapshotName, ...this.env };
  }

  /**
   * ARN of the snapshot. It ends in an id of Lightsail's, not in the name, so that it cannot be known before the deployment.
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
