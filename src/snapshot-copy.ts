/** Copies of instance snapshots. */
import { ITaggableV2, TagManager, TagType } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ILightsailInstanceSnapshot } from './instance-snapshot';
import { copyResource } from './private/copy';
import { EngineResource } from './private/resource';
import { InstanceSnapshotBase } from './private/snapshot-attributes';
import { SnapshotCopyOptions } from './snapshot-copy-options';
import { IInstanceSnapshotSource } from './snapshot-source';

/** What to copy, and what becomes of the copy. */
export interface SnapshotCopyProps extends SnapshotCopyOptions {
  /**
   * The snapshot to copy: a snapshot, copy or lookup, or an automatic one with `InstanceSnapshotSource`. An automatic one becomes a manual
   * one, and then outlives its instance, can be tagged and can be exported. Another source makes a new copy.
   *
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CopySnapshot.html#Lightsail-CopySnapshot-request-sourceSnapshotName
   */
  readonly source: IInstanceSnapshotSource;
}

/**
 * A copy of an instance snapshot in the stack's region: of one in another region or the same, or of an automatic one, kept as a manual one.
 * It is there and available before anything that refers to it is made, and is a snapshot like any other. One that exists is
 * `LightsailInstanceSnapshot.fromInstanceSnapshotName()`.
 *
 * Tags given with `Tags.of()` are put on the copy and kept in step.
 *
 * @example
 * // for the day when the region is gone
 * new SnapshotCopy(this, 'Abroad', { source: InstanceSnapshotSource.snapshot('web-1-golden'), sourceRegion: 'eu-west-1' });
 *
 * // an automatic snapshot goes with its instance, its copy does not
 * const kept = new SnapshotCopy(this, 'Kept', {
 *   source: InstanceSnapshotSource.latestAutomaticSnapshot('web-1'),
 *   revision: '2026-11-21',
 * });
 * new SnapshotExport(this, 'Export', { source: kept });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CopySnapshot.html
 */
export class SnapshotCopy extends InstanceSnapshotBase implements ILightsailInstanceSnapshot, ITaggableV2 {
  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, 'Custom::LightsailSnapshotCopy');

  /**
   * Name of the copy.
   * @attribute
   */
  public readonly instanceSnapshotName: string;

  /** @internal */
  protected readonly _resource: EngineResource<'Custom::LightsailSnapshotCopy'>;

  constructor(scope: Construct, id: string, props: SnapshotCopyProps) {
    super(scope, id, { physicalName: props.targetSnapshotName });
    this._resource = copyResource(this, {
      type: 'InstanceSnapshot',
      source: props.source,
      physicalName: this.physicalName,
      options: props,
      tags: this.cdkTagManager,
    });
    this.instanceSnapshotName = this.getResourceNameAttribute(this._resource.ref);
  }
}
