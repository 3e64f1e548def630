import { Duration, IResource, ITaggableV2, RemovalPolicy, Resource, TagManager, TagType } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EngineResource } from './private/resource';
import { DiskSnapshotBase } from './private/snapshot-attributes';
import { checkName, invalid } from './private/validate';

const TYPE = 'Custom::LightsailDiskSnapshot';

/** A snapshot of a Lightsail block storage disk, or of an instance's system disk: taken by this library, by CloudFormation or by hand. */
export interface ILightsailDiskSnapshot extends IResource {
  /**
   * Name of the snapshot, one of its kind in a region.
   * @attribute
   */
  readonly diskSnapshotName: string;
}

/** What to take a snapshot of, and what becomes of it. Either `diskName` or `instanceName` is needed. */
export interface LightsailDiskSnapshotProps {
  /**
   * Name of the block storage disk, in the stack's region. The `ref` of a `CfnDisk` will do.
   *
   * @default - the system disk of `instanceName`
   */
  readonly diskName?: string;

  /**
   * Name of the instance whose system disk it is, in the stack's region. The `ref` of a `CfnInstance` will do.
   *
   * @default - the disk `diskName`
   */
  readonly instanceName?: string;

  /**
   * Name of the snapshot: 2 to 255 letters, digits, `.`, `-` or `_`, of which the first and the last are letters or digits. One name
   * serves every kind of Lightsail resource in a region. A snapshot with a given name cannot be replaced: change the name together
   * with `diskName`, `instanceName` or `revision`.
   *
   * @default - a name made from the stack's and the construct's, another one for each snapshot
   */
  readonly diskSnapshotName?: string;

  /**
   * Any text. Change it to take a fresh snapshot; the one before is then kept or removed as `removalPolicy` says. Going back to an
   * earlier text goes back to its snapshot, if that was kept.
   *
   * @default - one snapshot, taken when the construct is first deployed
   */
  readonly revision?: string;

  /**
   * How long the snapshot may take: a minute to 12 hours. The last three minutes of each hour are kept for the answer. More than an
   * hour adds a resource that waits to the stack for each further hour.
   *
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;

  /**
   * What becomes of the snapshot when it is replaced, or removed from the stack. A snapshot that is kept goes on being billed.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE - kept, but for one whose own creation is rolled back
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** What is known of a snapshot that was not made in this app. */
export interface LightsailDiskSnapshotAttributes {
  /** Name of the snapshot. */
  readonly diskSnapshotName: string;
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
    checkName(scope, 'diskSnapshotName', attrs.diskSnapshotName);
    class Import extends Resource implements ILightsailDiskSnapshot {
      public readonly diskSnapshotName = attrs.diskSnapshotName;
    }
    return new Import(scope, id);
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
    super(scope, id);
    if ((props.diskName === undefined) === (props.instanceName === undefined)) {
      const got = props.diskName === undefined ? 'neither' : 'both';
      throw invalid(this, `give either diskName or, for an instance's system disk, instanceName, got ${got}`);
    }
    checkName(this, 'diskName', props.diskName);
    checkName(this, 'instanceName', props.instanceName);
    checkName(this, 'diskSnapshotName', props.diskSnapshotName);

    this._resource = new EngineResource(this, {
      type: TYPE,
      properties: {
        DiskName: props.diskName,
        InstanceName: props.instanceName,
        DiskSnapshotName: props.diskSnapshotName,
        Revision: props.revision,
      },
      timeout: props.timeout ?? Duration.hours(1),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      tags: this.cdkTagManager,
    });
    this.diskSnapshotName = this._resource.ref;
  }
}
