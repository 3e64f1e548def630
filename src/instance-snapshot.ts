/** Snapshots of instances. */
import { IResource, ITaggableV2, Resource, TagManager, TagType } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkGiven } from './private/given';
import { warnOfUndefined } from './private/lifecycle';
import { registerNames } from './private/names';
import { EngineResource } from './private/resource';
import { snapshotResource } from './private/snapshot';
import { InstanceSnapshotBase } from './private/snapshot-attributes';
import { checkName, checkRegion } from './private/validate';
import { SnapshotOptions } from './snapshot-options';
import { IInstanceSnapshotSource } from './snapshot-source';

const TYPE = 'Custom::LightsailInstanceSnapshot';

/** A manual snapshot of a Lightsail instance: taken, copied or looked up by this library, made by CloudFormation or by hand. */
export interface ILightsailInstanceSnapshot extends IResource, IInstanceSnapshotSource {
  /**
   * Name of the snapshot, one of its kind in a region.
   * @attribute
   */
  readonly instanceSnapshotName: string;
}

/** What to take a snapshot of, and what becomes of it. */
export interface LightsailInstanceSnapshotProps extends SnapshotOptions {
  /**
   * Name of the instance, in the stack's region. The `ref` of a `CfnInstance` will do. Another name makes a new snapshot.
   *
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstanceSnapshot.html#Lightsail-CreateInstanceSnapshot-request-instanceName
   */
  readonly instanceName: string;

  /**
   * Name of the snapshot: 2 to 255 letters, digits, `.`, `-` or `_`, of which the first and the last are letters or digits. One name serves
   * every kind of Lightsail resource in a region. A given name crosses regions. Another name makes a new snapshot; a snapshot with a given
   * name cannot be replaced otherwise, so change the name together with `instanceName` or `revision`.
   *
   * @default - a name made from the stack's and the construct's, another one for each snapshot
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstanceSnapshot.html#Lightsail-CreateInstanceSnapshot-request-instanceSnapshotName
   */
  readonly instanceSnapshotName?: string;
}

/** What is known of a snapshot that was not made in this app. */
export interface LightsailInstanceSnapshotAttributes {
  /** Name of the snapshot. */
  readonly instanceSnapshotName: string;

  /**
   * Region of the snapshot, such as `eu-west-1`.
   *
   * @default - the stack's
   */
  readonly region?: string;
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
    checkGiven(scope, 'instanceSnapshotName', attrs.instanceSnapshotName);
    checkName(scope, 'instanceSnapshotName', attrs.instanceSnapshotName);
    checkRegion(scope, 'region', attrs.region);
    class Import extends Resource implements ILightsailInstanceSnapshot {
      public readonly instanceSnapshotName = attrs.instanceSnapshotName;
      public readonly instanceSourceConfig = { snapshotName: attrs.instanceSnapshotName, ...this.env };
    }
    return new Import(scope, id, { region: attrs.region });
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
    super(scope, id, { physicalName: props.instanceSnapshotName });
    checkGiven(this, 'instanceName', props.instanceName);
    checkName(this, 'instanceName', props.instanceName);
    checkName(this, 'instanceSnapshotName', props.instanceSnapshotName);
    warnOfUndefined(this, props, 'instanceSnapshotName'); // without the name, it is another snapshot
    registerNames(this, { given: [props.instanceSnapshotName], referred: [props.instanceName] });

    const properties = { InstanceName: props.instanceName, InstanceSnapshotName: this.physicalName };
    this._resource = snapshotResource(this, TYPE, properties, props, this.cdkTagManager);
    this.instanceSnapshotName = this.getResourceNameAttribute(this._resource.ref);
  }
}
