/** Snapshots of disks. */
import { IResource, ITaggableV2, Resource, TagManager, TagType } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkGiven } from './private/given';
import { warnOfUndefined } from './private/lifecycle';
import { registerNames } from './private/names';
import { EngineResource } from './private/resource';
import { snapshotResource } from './private/snapshot';
import { DiskSnapshotBase } from './private/snapshot-attributes';
import { checkName, checkRegion, validationError } from './private/validate';
import { SnapshotOptions } from './snapshot-options';
import { IDiskSnapshotSource } from './snapshot-source';

const TYPE = 'Custom::LightsailDiskSnapshot';

/**
 * A manual snapshot of a Lightsail block storage disk, or of an instance's system disk: taken, copied or looked up by this library, made by
 * CloudFormation or by hand.
 */
export interface ILightsailDiskSnapshot extends IResource, IDiskSnapshotSource {
  /**
   * Name of the snapshot, one of its kind in a region.
   * @attribute
   */
  readonly diskSnapshotName: string;
}

/** What to take a snapshot of, and what becomes of it. Either `diskName` or `instanceName` is needed. */
export interface LightsailDiskSnapshotProps extends SnapshotOptions {
  /**
   * Name of the block storage disk, in the stack's region. The `ref` of a `CfnDisk` will do. Another name makes a new snapshot.
   *
   * @default - the system disk of `instanceName`
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateDiskSnapshot.html#Lightsail-CreateDiskSnapshot-request-diskName
   */
  readonly diskName?: string;

  /**
   * Name of the instance whose system disk it is, in the stack's region. The `ref` of a `CfnInstance` will do. Another name makes a new
   * snapshot.
   *
   * @default - the disk `diskName`
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateDiskSnapshot.html#Lightsail-CreateDiskSnapshot-request-instanceName
   */
  readonly instanceName?: string;

  /**
   * Name of the snapshot: 2 to 255 letters, digits, `.`, `-` or `_`, of which the first and the last are letters or digits. One name serves
   * every kind of Lightsail resource in a region. A given name crosses regions. Another name makes a new snapshot; a snapshot with a given
   * name cannot be replaced otherwise, so change the name together with `diskName`, `instanceName` or `revision`.
   *
   * @default - a name made from the stack's and the construct's, another one for each snapshot
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateDiskSnapshot.html#Lightsail-CreateDiskSnapshot-request-diskSnapshotName
   */
  readonly diskSnapshotName?: string;
}

/** What is known of a snapshot that was not made in this app. */
export interface LightsailDiskSnapshotAttributes {
  /** Name of the snapshot. */
  readonly diskSnapshotName: string;

  /**
   * Region of the snapshot, such as `eu-west-1`.
   *
   * @default - the stack's
   */
  readonly region?: string;
}

/**
 * A manual snapshot of a Lightsail block storage disk, or of an instance's system disk, there and completed before anything that refers
 * to it is made.
 *
 * Tags given with `Tags.of()` are put on the snapshot and kept in step.
 *
 * @example
 * const uploads = new LightsailDiskSnapshot(this, 'Uploads', { diskName: 'uploads', revision: '2026-11-21' });
 * new CfnOutput(this, 'SnapshotArn', { value: uploads.diskSnapshotArn });
 *
 * // what to look at when an instance does not start any more
 * new LightsailDiskSnapshot(this, 'SystemDisk', { instanceName: 'web-1', removalPolicy: RemovalPolicy.DESTROY });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateDiskSnapshot.html
 */
export class LightsailDiskSnapshot extends DiskSnapshotBase implements ILightsailDiskSnapshot, ITaggableV2 {
  /**
   * A snapshot that exists, by its name.
   *
   * @param scope where to put it
   * @param id its id there
   * @param diskSnapshotName its name in the stack's region
   */
  public static fromDiskSnapshotName(scope: Construct, id: string, diskSnapshotName: string): ILightsailDiskSnapshot {
    return LightsailDiskSnapshot.fromDiskSnapshotAttributes(scope, id, { diskSnapshotName });
  }

  /**
   * A snapshot that exists, by what is known of it.
   *
   * @param scope where to put it
   * @param id its id there
   * @param attrs what is known
   */
  public static fromDiskSnapshotAttributes(scope: Construct, id: string, attrs: LightsailDiskSnapshotAttributes): ILightsailDiskSnapshot {
    checkGiven(scope, 'diskSnapshotName', attrs.diskSnapshotName);
    checkName(scope, 'diskSnapshotName', attrs.diskSnapshotName);
    checkRegion(scope, 'region', attrs.region);
    class Import extends Resource implements ILightsailDiskSnapshot {
      public readonly diskSnapshotName = attrs.diskSnapshotName;
      public readonly diskSourceConfig = { snapshotName: attrs.diskSnapshotName, ...this.env };
    }
    return new Import(scope, id, { region: attrs.region });
  }

  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, TYPE);

  /**
   * Name of the snapshot.
   * @attribute
   */
  public readonly diskSnapshotName: string;

  /** @internal */
  protected readonly _resource: EngineResource<typeof TYPE>;

  constructor(scope: Construct, id: string, props: LightsailDiskSnapshotProps) {
    super(scope, id, { physicalName: props.diskSnapshotName });
    const given = [props.diskName, props.instanceName].filter(name => name !== undefined && name !== null);
    if (given.length !== 1) {
      const got = given.length === 0 ? 'neither' : 'both';
      throw validationError(this, `give either diskName or, for an instance's system disk, instanceName, got ${got}`);
    }
    checkName(this, 'diskName', props.diskName);
    checkName(this, 'instanceName', props.instanceName);
    checkName(this, 'diskSnapshotName', props.diskSnapshotName);
    warnOfUndefined(this, props, 'diskSnapshotName'); // without the name, it is another snapshot
    registerNames(this, { given: [props.diskSnapshotName], referred: [props.diskName, props.instanceName] });

    const properties = { DiskName: props.diskName, InstanceName: props.instanceName, DiskSnapshotName: this.physicalName };
    this._resource = snapshotResource(this, TYPE, properties, props, this.cdkTagManager);
    this.diskSnapshotName = this.getResourceNameAttribute(this._resource.ref);
  }
}
