/** Lookups of disk snapshots at deployment. */
import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ILightsailDiskSnapshot } from './disk-snapshot';
import { lookupResource } from './private/lookup';
import { AttributeSource, DiskSnapshotBase } from './private/snapshot-attributes';
import { validationError } from './private/validate';
import { SnapshotLookupOptions } from './snapshot-lookup';

/** What to look for. */
export interface DiskSnapshotLookupProps extends SnapshotLookupOptions {
  /**
   * Name of the block storage disk that the snapshot was taken of. It need not be there any more.
   *
   * @default - of any disk
   */
  readonly diskName?: string;

  /**
   * Name of the instance of whose system disk the snapshot was taken. It need not be there any more.
   *
   * @default - of any disk
   */
  readonly instanceName?: string;
}

/**
 * A disk snapshot that is looked for when the stack is deployed: the newest that fits, unless told otherwise. It is a snapshot like any other.
 *
 * Only snapshots that are `completed` count. When none fits, the deployment fails and says what was looked for, unless there is a
 * `fallbackSnapshotName`. What another construct of the stack makes is found for certain only after `node.addDependency` on it.
 *
 * @example
 * const oldest = new DiskSnapshotLookup(this, 'Oldest', {
 *   diskName: 'uploads',
 *   choose: SnapshotChoice.OLDEST,
 *   fallbackSnapshotName: 'uploads-empty',
 * });
 * new CfnOutput(this, 'OldestName', { value: oldest.diskSnapshotName });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_GetDiskSnapshots.html
 */
export class DiskSnapshotLookup extends DiskSnapshotBase implements ILightsailDiskSnapshot {
  /**
   * Name of the snapshot that was taken: the one found, or the one to fall back on.
   * @attribute
   */
  public readonly diskSnapshotName: string;

  /** @internal */
  protected readonly _resource: AttributeSource;

  constructor(scope: Construct, id: string, props: DiskSnapshotLookupProps = {}) {
    super(scope, id);
    if (props.diskName !== undefined && props.instanceName !== undefined) {
      throw validationError(this, 'a snapshot is of a block storage disk or of an instance\'s system disk: give diskName or instanceName, got both');
    }
    this._resource = lookupResource(this, 'Custom::LightsailDiskSnapshotLookup', props, { diskName: props.diskName, instanceName: props.instanceName });
    this.diskSnapshotName = this._resource.attribute('Name');
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
