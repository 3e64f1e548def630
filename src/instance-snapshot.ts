import { Duration, IResource, ITaggableV2, RemovalPolicy, Resource, TagManager, TagType } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EngineResource } from './private/resource';
import { InstanceSnapshotBase } from './private/snapshot-attributes';
import { checkName, invalid } from './private/validate';

const TYPE = 'Custom::LightsailInstanceSnapshot';

/** A snapshot of a Lightsail instance: taken by this library, by CloudFormation or by hand. */
export interface ILightsailInstanceSnapshot extends IResource {
  /**
   * Name of the snapshot, one of its kind in a region.
   * @attribute
   */
  readonly instanceSnapshotName: string;
}

/** What to take a snapshot of, and what becomes of it. */
export interface LightsailInstanceSnapshotProps {
  /** Name of the instance, in the stack's region. The `ref` of a `CfnInstance` will do. */
  readonly instanceName: string;

  /**
   * Name of the snapshot: 2 to 255 letters, digits, `.`, `-` or `_`, of which the first and the last are letters or digits. One name
   * serves every kind of Lightsail resource in a region. A snapshot with a given name cannot be replaced: change the name together
   * with `instanceName` or `revision`.
   *
   * @default - a name made from the stack's and the construct's, another one for each snapshot
   */
  readonly instanceSnapshotName?: string;

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
export interface LightsailInstanceSnapshotAttributes {
  /** Name of the snapshot. */
  readonly instanceSnapshotName: string;
}

/**
 * A manual snapshot of a Lightsail instance, there and available before anything that refers to it is made.
 *
 * Tags given with `Tags.of()` are put on the snapshot and kept in step.
 *
 * @example
 * const snapshot = new LightsailInstanceSnapshot(this, 'GoldenImage', {
 *   instanceName: 'web-1',
 *   revision: '2026-11-21',
 * });
 * new CfnOutput(this, 'SnapshotArn', { value: snapshot.instanceSnapshotArn });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstanceSnapshot.html
 */
export class LightsailInstanceSnapshot extends InstanceSnapshotBase implements ILightsailInstanceSnapshot, ITaggableV2 {
  /**
   * A snapshot that exists, by its name.
   *
   * @param scope where to put it
   * @param id its id there
   * @param instanceSnapshotName its name in the stack's region
   */
  public static fromInstanceSnapshotName(scope: Construct, id: string, instanceSnapshotName: string): ILightsailInstanceSnapshot {
    return LightsailInstanceSnapshot.fromInstanceSnapshotAttributes(scope, id, { instanceSnapshotName });
  }

  /**
   * A snapshot that exists, by what is known of it.
   *
   * @param scope where to put it
   * @param id its id there
   * @param attrs what is known
   */
  public static fromInstanceSnapshotAttributes(scope: Construct, id: string, attrs: LightsailInstanceSnapshotAttributes): ILightsailInstanceSnapshot {
    checkName(scope, 'instanceSnapshotName', attrs.instanceSnapshotName);
    class Import extends Resource implements ILightsailInstanceSnapshot {
      public readonly instanceSnapshotName = attrs.instanceSnapshotName;
    }
    return new Import(scope, id);
  }

  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, TYPE);

  /**
   * Name of the snapshot.
   * @attribute
   */
  public readonly instanceSnapshotName: string;

  /** @internal */
  protected readonly _resource: EngineResource<typeof TYPE>;

  constructor(scope: Construct, id: string, props: LightsailInstanceSnapshotProps) {
    super(scope, id);
    if (props.instanceName === '') throw invalid(this, "instanceName must not be empty, got ''");
    checkName(this, 'instanceName', props.instanceName);
    checkName(this, 'instanceSnapshotName', props.instanceSnapshotName);

    this._resource = new EngineResource(this, {
      type: TYPE,
      properties: { InstanceName: props.instanceName, InstanceSnapshotName: props.instanceSnapshotName, Revision: props.revision },
      timeout: props.timeout ?? Duration.hours(1),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      tags: this.cdkTagManager,
    });
    this.instanceSnapshotName = this._resource.ref;
  }
}
