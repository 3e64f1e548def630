/** Exports of disk snapshots to EC2, as EBS snapshots. */
import { IResource, ITaggableV2, Resource, TagManager, TagType, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { exportResource, SnapshotExportBase } from './private/export';
import { checkGiven } from './private/given';
import { EngineResource } from './private/resource';
import { validationError, isKnown, quote } from './private/validate';
import { SnapshotExportOptions } from './snapshot-export-options';
import { IDiskSnapshotSource } from './snapshot-source';

/** A disk snapshot that was exported to EC2. */
export interface IDiskSnapshotExport extends IResource {
  /**
   * Id of the EBS snapshot, such as `snap-0123456789abcdef0`.
   * @attribute
   */
  readonly ebsSnapshotId: string;
}

/** What to export, and what becomes of it. */
export interface DiskSnapshotExportProps extends SnapshotExportOptions {
  /**
   * The snapshot to export, in the stack's region: a snapshot, copy or lookup, or a name with `DiskSnapshotSource`. Lightsail exports no automatic snapshots: copy them first.
   * Another source makes a new export.
   *
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_ExportSnapshot.html#Lightsail-ExportSnapshot-request-sourceSnapshotName
   */
  readonly source: IDiskSnapshotSource;
}

/**
 * A disk snapshot as an EBS snapshot in EC2, there and completed before anything that refers to it is made.
 *
 * The EBS snapshot is tagged as the stack's; tags given with `Tags.of()` are put on it and kept in step.
 *
 * @example
 * const exported = new DiskSnapshotExport(this, 'Export', { source: diskSnapshot });
 * new ec2.CfnVolume(this, 'Uploads', { availabilityZone: 'us-east-2a', snapshotId: exported.ebsSnapshotId });
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_ExportSnapshot.html
 */
export class DiskSnapshotExport extends SnapshotExportBase implements IDiskSnapshotExport, ITaggableV2 {
  /**
   * An EBS snapshot that was exported elsewhere.
   *
   * @param scope where to put it
   * @param id its id there
   * @param ebsSnapshotId id of the EBS snapshot in the stack's region
   */
  public static fromEbsSnapshotId(scope: Construct, id: string, ebsSnapshotId: string): IDiskSnapshotExport {
    class Import extends Resource implements IDiskSnapshotExport {
      public readonly ebsSnapshotId = ebsSnapshotId;
    }
    const made = new Import(scope, id);
    checkGiven(made, 'ebsSnapshotId', ebsSnapshotId);
    if (isKnown(ebsSnapshotId) && !/^snap-[0-9a-f]+$/.test(ebsSnapshotId)) {
      throw validationError(made, `ebsSnapshotId must be like 'snap-0123456789abcdef0', got ${quote(ebsSnapshotId)}`);
    }
    return made;
  }

  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, 'Custom::LightsailSnapshotExport');

  /** @internal */
  protected readonly _resource: EngineResource<'Custom::LightsailSnapshotExport'>;

  constructor(scope: Construct, id: string, props: DiskSnapshotExportProps) {
    super(scope, id);
    this._resource = exportResource(this, 'disk', props.source, props, this.cdkTagManager);
  }

  /**
   * Id of the EBS snapshot, such as `snap-0123456789abcdef0`.
   * @attribute
   */
  public get ebsSnapshotId(): string {
    return this._resource.attribute('DestinationId');
  }

  /**
   * Size of the disk in GB.
   *
   * It is known at deployment only and stands in the app as a token. Give it as a number, with `Token.asString()` in a text, or as
   * `Size.gibibytes()`. Do not calculate or compare: `diskSizeInGb + 10` comes out without the ten, `diskSizeInGb * 2` as a huge negative number,
   * and no error says so. CloudFormation cannot calculate, so what is to be larger needs a number of your own.
   * @attribute
   */
  public get diskSizeInGb(): number {
    return Token.asNumber(this._resource.attribute('DiskSizeInGb'));
  }
}
