import { Duration, Fn, IResource, ITaggableV2, RemovalPolicy, Stack, TagManager, TagType } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { ILightsailDiskSnapshot, LightsailDiskSnapshot } from './disk-snapshot';
import { SnapshotCopyProperties } from './functions/deployment/contract';
import { ILightsailInstanceSnapshot, LightsailInstanceSnapshot } from './instance-snapshot';
import { EngineResource } from './private/resource';
import { SnapshotBase } from './private/snapshot-attributes';
import { checkDate, checkName, checkRegion, invalid, isPlaceholder } from './private/validate';

const TYPE = 'Custom::LightsailSnapshotCopy';

/** A snapshot that was copied. */
export interface ISnapshotCopy extends IResource {
  /**
   * Name of the copy, one of its kind in a region.
   * @attribute
   */
  readonly snapshotName: string;
}

type SourceProperties = Pick<SnapshotCopyProperties, 'SourceType' | 'SourceRegion' | 'SourceSnapshotName' | 'SourceResourceName' | 'RestoreDate'>;

/**
 * What to copy: a manual snapshot, or an automatic one, which becomes a manual one and then outlives its instance or disk, can be tagged
 * and can be exported.
 */
export class CopySource {
  /**
   * A manual snapshot of an instance.
   *
   * @param snapshot in this app, or by its name with `LightsailInstanceSnapshot.fromInstanceSnapshotName`. One that another stack makes in
   * another region takes `crossRegionReferences` on both stacks, or a plain name.
   * @param region where it is, such as `eu-west-1`; without it, where the stack of `snapshot` is
   */
  public static instanceSnapshot(snapshot: ILightsailInstanceSnapshot, region?: string): CopySource {
    return new CopySource({ SourceType: 'InstanceSnapshot', SourceSnapshotName: snapshot.instanceSnapshotName }, region ?? snapshot.env.region);
  }

  /**
   * A manual snapshot of a disk.
   *
   * @param snapshot in this app, or by its name with `LightsailDiskSnapshot.fromDiskSnapshotName`. One that another stack makes in
   * another region takes `crossRegionReferences` on both stacks, or a plain name.
   * @param region where it is, such as `eu-west-1`; without it, where the stack of `snapshot` is
   */
  public static diskSnapshot(snapshot: ILightsailDiskSnapshot, region?: string): CopySource {
    return new CopySource({ SourceType: 'DiskSnapshot', SourceSnapshotName: snapshot.diskSnapshotName }, region ?? snapshot.env.region);
  }

  /**
   * The automatic snapshot of an instance of a certain day.
   *
   * @param instanceName name of the instance
   * @param date the day, as `YYYY-MM-DD`
   * @param region where the instance is; without it, where the stack is
   */
  public static automaticSnapshotOfInstance(instanceName: string, date: string, region?: string): CopySource {
    return new CopySource({ SourceType: 'InstanceSnapshot', SourceResourceName: instanceName, RestoreDate: date }, region);
  }

  /**
   * The latest automatic snapshot of an instance when the copy is made. It is not copied again before `revision` changes.
   *
   * @param instanceName name of the instance
   * @param region where the instance is; without it, where the stack is
   */
  public static latestAutomaticSnapshotOfInstance(instanceName: string, region?: string): CopySource {
    return new CopySource({ SourceType: 'InstanceSnapshot', SourceResourceName: instanceName }, region);
  }

  /**
   * The automatic snapshot of a disk of a certain day.
   *
   * @param diskName name of the disk
   * @param date the day, as `YYYY-MM-DD`
   * @param region where the disk is; without it, where the stack is
   */
  public static automaticSnapshotOfDisk(diskName: string, date: string, region?: string): CopySource {
    return new CopySource({ SourceType: 'DiskSnapshot', SourceResourceName: diskName, RestoreDate: date }, region);
  }

  /**
   * The latest automatic snapshot of a disk when the copy is made. It is not copied again before `revision` changes.
   *
   * @param diskName name of the disk
   * @param region where the disk is; without it, where the stack is
   */
  public static latestAutomaticSnapshotOfDisk(diskName: string, region?: string): CopySource {
    return new CopySource({ SourceType: 'DiskSnapshot', SourceResourceName: diskName }, region);
  }

  private constructor(private readonly properties: Omit<SourceProperties, 'SourceRegion'>, private readonly region?: string) {}

  /**
   * Properties that say what to copy to where a construct is.
   *
   * @internal
   */
  public _bind(scope: IConstruct): SourceProperties {
    const { SourceType, SourceSnapshotName, SourceResourceName, RestoreDate } = this.properties;
    checkName(scope, 'name of the source snapshot', SourceSnapshotName);
    checkName(scope, SourceType === 'InstanceSnapshot' ? 'instanceName' : 'diskName', SourceResourceName);
    checkDate(scope, 'date', RestoreDate);
    checkRegion(scope, 'region', this.region);
    const elsewhere = this.region !== undefined && this.region !== Stack.of(scope).region;
    return { ...this.properties, SourceRegion: elsewhere ? this.region : undefined };
  }
}

/** What to copy, and what becomes of the copy. */
export interface SnapshotCopyProps {
  /** What to copy. */
  readonly source: CopySource;

  /**
   * Name of the copy: 2 to 255 letters, digits, `.`, `-` or `_`, of which the first and the last are letters or digits. One name
   * serves every kind of Lightsail resource in a region. A copy with a given name cannot be replaced: change the name together with
   * `source` or `revision`.
   *
   * @default - a name made from the stack's and the construct's, another one for each copy
   */
  readonly targetSnapshotName?: string;

  /**
   * Any text. Change it to copy again, such as the automatic snapshot that is the latest by then; the copy before is then kept or removed
   * as `removalPolicy` says. Going back to an earlier text goes back to its copy, if that was kept.
   *
   * @default - one copy, made when the construct is first deployed
   */
  readonly revision?: string;

  /**
   * How long the copy may take: a minute to 12 hours. The last three minutes of each hour are kept for the answer. More than an hour adds
   * a resource that waits to the stack for each further hour.
   *
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;

  /**
   * What becomes of the copy when it is replaced, or removed from the stack. A copy that is kept goes on being billed.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE - kept, but for one whose own creation is rolled back
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A copy of a Lightsail snapshot in the stack's region: of one in another region or the same, or of an automatic one, kept as a manual
 * one. It is there and ready before anything that refers to it is made, and is a snapshot like any other.
 *
 * Tags given with `Tags.of()` are put on the copy and kept in step.
 *
 * @example
 * // for the day when the region is gone
 * new SnapshotCopy(this, 'Abroad', {
 *   source: CopySource.instanceSnapshot(
 *     LightsailInstanceSnapshot.fromInstanceSnapshotName(this, 'Original', 'web-1-golden'), 'eu-west-1'),
 * });
 *
 * // an automatic snapshot goes with its instance, its copy does not
 * const kept = new SnapshotCopy(this, 'Kept', {
 *   source: CopySource.latestAutomaticSnapshotOfInstance('web-1'),
 *   revision: '2026-11-21',
 * });
 * new CfnOutput(this, 'KeptName', { value: kept.instanceSnapshot.instanceSnapshotName });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CopySnapshot.html
 */
export class SnapshotCopy extends SnapshotBase implements ISnapshotCopy, ITaggableV2 {
  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, TYPE);

  /**
   * Name of the copy.
   * @attribute
   */
  public readonly snapshotName: string;

  /** @internal */
  protected readonly _resource: EngineResource<typeof TYPE>;
  private readonly type: SnapshotCopyProperties['SourceType'];

  constructor(scope: Construct, id: string, props: SnapshotCopyProps) {
    super(scope, id);
    checkName(this, 'targetSnapshotName', props.targetSnapshotName);
    const source = props.source._bind(this);
    const { SourceSnapshotName: name, SourceRegion: elsewhere } = source;
    if (name !== undefined && !isPlaceholder(name) && name === props.targetSnapshotName && elsewhere === undefined) {
      throw invalid(this, `targetSnapshotName must differ from the source's name in the same region, got '${props.targetSnapshotName}'`);
    }

    this.type = source.SourceType;
    this._resource = new EngineResource(this, {
      type: TYPE,
      properties: { ...source, TargetSnapshotName: props.targetSnapshotName, Revision: props.revision },
      timeout: props.timeout ?? Duration.hours(1),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      tags: this.cdkTagManager,
    });
    this.snapshotName = this._resource.ref;
  }

  /**
   * The copy as a snapshot of an instance, for the other constructs.
   *
   * @throws if it is a copy of a disk snapshot
   */
  public get instanceSnapshot(): ILightsailInstanceSnapshot {
    this.of('InstanceSnapshot');
    return this.node.tryFindChild('InstanceSnapshot') as unknown as ILightsailInstanceSnapshot | undefined
      ?? LightsailInstanceSnapshot.fromInstanceSnapshotName(this, 'InstanceSnapshot', this.snapshotName);
  }

  /**
   * The copy as a snapshot of a disk, for the other constructs.
   *
   * @throws if it is a copy of an instance snapshot
   */
  public get diskSnapshot(): ILightsailDiskSnapshot {
    this.of('DiskSnapshot');
    return this.node.tryFindChild('DiskSnapshot') as unknown as ILightsailDiskSnapshot | undefined
      ?? LightsailDiskSnapshot.fromDiskSnapshotName(this, 'DiskSnapshot', this.snapshotName);
  }

  /**
   * ARN of the copy. It ends in an id of Lightsail's, not in the name.
   * @attribute
   */
  public get snapshotArn(): string {
    return this._resource.attribute('Arn');
  }

  /**
   * Blueprint of the instance, such as `wordpress`.
   *
   * @throws if it is a copy of a disk snapshot
   * @attribute
   */
  public get fromBlueprintId(): string {
    return this.of('InstanceSnapshot').attribute('FromBlueprintId');
  }

  /**
   * Bundle of the instance, such as `small_3_0`.
   *
   * @throws if it is a copy of a disk snapshot
   * @attribute
   */
  public get fromBundleId(): string {
    return this.of('InstanceSnapshot').attribute('FromBundleId');
  }

  /**
   * Names of the block storage disks that were attached to the instance.
   *
   * @throws if it is a copy of a disk snapshot
   * @attribute
   */
  public get attachedDiskNames(): string[] {
    return Fn.split(',', this.of('InstanceSnapshot').attribute('AttachedDiskNames'));
  }

  /**
   * Paths of the disks that were attached to the instance, such as `/dev/xvdf`, in the order of `attachedDiskNames`.
   *
   * @throws if it is a copy of a disk snapshot
   * @attribute
   */
  public get attachedDiskPaths(): string[] {
    return Fn.split(',', this.of('InstanceSnapshot').attribute('AttachedDiskPaths'));
  }

  /**
   * Sizes in GB of the disks that were attached to the instance, in the order of `attachedDiskNames`.
   *
   * @throws if it is a copy of a disk snapshot
   * @attribute
   */
  public get attachedDiskSizesInGb(): string[] {
    return Fn.split(',', this.of('InstanceSnapshot').attribute('AttachedDiskSizesInGb'));
  }

  /**
   * How far the copy had come when it was last deployed: `100%`.
   *
   * @throws if it is a copy of an instance snapshot, of which Lightsail does not say
   * @attribute
   */
  public get progress(): string {
    return this.of('DiskSnapshot').attribute('SnapshotProgress');
  }

  /**
   * Name of the disk that the source was taken of. Empty for an instance's system disk.
   *
   * @throws if it is a copy of an instance snapshot
   * @attribute
   */
  public get fromDiskName(): string {
    return this.of('DiskSnapshot').attribute('FromDiskName');
  }

  /**
   * ARN of the disk that the source was taken of. Empty for an instance's system disk.
   *
   * @throws if it is a copy of an instance snapshot
   * @attribute
   */
  public get fromDiskArn(): string {
    return this.of('DiskSnapshot').attribute('FromDiskArn');
  }

  private of(type: SnapshotCopyProperties['SourceType']): EngineResource<typeof TYPE> {
    if (type === this.type) return this._resource;
    const [is, asked] = type === 'DiskSnapshot' ? ['an instance', 'a disk'] : ['a disk', 'an instance'];
    throw invalid(this, `this is the copy of ${is} snapshot, and was asked for what ${asked} snapshot has. look at \`source\``);
  }
}
