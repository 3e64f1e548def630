/** Lookups of instance snapshots at deployment. */
import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ILightsailInstanceSnapshot } from './instance-snapshot';
import { lookupResource } from './private/lookup';
import { AttributeSource, InstanceSnapshotBase } from './private/snapshot-attributes';
import { SnapshotLookupOptions } from './snapshot-lookup';

/** What to look for. */
export interface InstanceSnapshotLookupProps extends SnapshotLookupOptions {
  /**
   * Name of the instance that the snapshot was taken of. It need not be there any more.
   *
   * @default - of any instance
   */
  readonly instanceName?: string;
}

/**
 * An instance snapshot that is looked for when the stack is deployed: the newest that fits, unless told otherwise. It is a snapshot like any other.
 *
 * Only snapshots that are `available` count. When none fits, the deployment fails and says what was looked for, unless there is a
 * `fallbackSnapshotName`. What another construct of the stack makes is found for certain only after `node.addDependency` on it.
 *
 * @example
 * const latest = new InstanceSnapshotLookup(this, 'Latest', {
 *   instanceName: 'web-1',
 *   withTags: { stage: 'golden' },
 *   createdAfter: '2026-11-01T00:00:00Z',
 * });
 * new CfnOutput(this, 'LatestName', { value: latest.instanceSnapshotName });
 * new CfnOutput(this, 'TakenAt', { value: latest.createdAt });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_GetInstanceSnapshots.html
 */
export class InstanceSnapshotLookup extends InstanceSnapshotBase implements ILightsailInstanceSnapshot {
  /**
   * Name of the snapshot that was taken: the one found, or the one to fall back on.
   * @attribute
   */
  public readonly instanceSnapshotName: string;

  /** @internal */
  protected readonly _resource: AttributeSource;

  constructor(scope: Construct, id: string, props: InstanceSnapshotLookupProps = {}) {
    super(scope, id);
    this._resource = lookupResource(this, 'Custom::LightsailInstanceSnapshotLookup', props, { instanceName: props.instanceName });
    this.instanceSnapshotName = this._resource.attribute('Name');
  }

  /**
   * Names of all snapshots that fit, in no order; an empty list when none did and there was one to fall back on. An answer to CloudFormation has
   * room for some dozens, and the deployment fails when they do not fit.
   * @attribute
   */
  public get snapshotNames(): string[] {
    return this._resource.list('Names');
  }

  /**
   * How many snapshots fit. 0 says that there was none, and the one to fall back on was taken.
   *
   * It is known at deployment only and stands in the app as a token. Give it as a number, or with `Token.asString()` in a text. Do not calculate
   * or compare: `count + 1` comes out without the one, `count > 0` is always false, and no error says so.
   * @attribute
   */
  public get count(): number {
    return Token.asNumber(this._resource.attribute('Count'));
  }
}
