/** Copies of disk snapshots. */
import { ITaggableV2, TagManager, TagType } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ILightsailDiskSnapshot } from './disk-snapshot';
import { copyResource } from './private/copy';
import { EngineResource } from './private/resource';
import { DiskSnapshotBase } from './private/snapshot-attributes';
import { SnapshotCopyOptions } from './snapshot-copy-options';
import { IDiskSnapshotSource } from './snapshot-source';

/** What to copy, and what becomes of the copy. */
export interface DiskSnapshotCopyProps extends SnapshotCopyOptions {
  /**
   * The snapshot to copy: a snapshot, copy or lookup, or an automatic one with `DiskSnapshotSource`. An automatic one becomes a manual one,
   * and then outlives its disk, can be tagged and can be exported. Another source makes a new copy.
   *
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CopySnapshot.html#Lightsail-CopySnapshot-request-sourceSnapshotName
   */
  readonly source: IDiskSnapshotSource;
}

/**
 * A copy of a disk snapshot in the stack's region: of one in another region or the same, or of an automatic one, kept as a manual one. It is
 * there and completed before anything that refers to it is made, and is a snapshot like any other. One that exists is
 * `LightsailDiskSnapshot.fromDiskSnapshotName()`.
 *
 * Tags given with `Tags.of()` are put on the copy and kept in step.
 *
 * @example
 * new DiskSnapshotCopy(this, 'Kept', {
 *   source: DiskSnapshotSource.automaticSnapshot('uploads', '2026-11-20'),
 *   sourceRegion: 'eu-west-1',
 * });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CopySnapshot.html
 */
export class DiskSnapshotCopy extends DiskSnapshotBase implements ILightsailDiskSnapshot, ITaggableV2 {
  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, 'Custom::LightsailSnapshotCopy');

  /**
   * Name of the copy.
   * @attribute
   */
  public readonly diskSnapshotName: string;

  /** @internal */
  protected readonly _resource: EngineResource<'Custom::LightsailSnapshotCopy'>;

  constructor(scope: Construct, id: string, props: DiskSnapshotCopyProps) {
    super(scope, id, { physicalName: props.targetSnapshotName });
    this._resource = copyResource(this, {
      type: 'DiskSnapshot',
      source: props.source,
      physicalName: this.physicalName,
      options: props,
      tags: this.cdkTagManager,
    });
    this.diskSnapshotName = this.getResourceNameAttribute(this._resource.ref);
  }
}
