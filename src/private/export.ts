/** What the exports of both types of snapshot have in common. */
import { Duration, RemovalPolicy, Resource, TagManager } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkLifecycle } from './lifecycle';
import { registerNames } from './names';
import { EngineResource } from './resource';
import { localSource, Source } from './sources';
import { validationError } from './validate';
import { SnapshotExportProperties } from '../functions/deployment/contract';
import { SnapshotExportOptions } from '../snapshot-export-options';

const TYPE = 'Custom::LightsailSnapshotExport';

/** The resource behind an export. */
export function exportResource(
  scope: Construct, type: SnapshotExportProperties['SnapshotType'], source: Source, options: SnapshotExportOptions, tags: TagManager,
): EngineResource<typeof TYPE> {
  const { snapshotName } = localSource(scope, type === 'instance' ? 'an instance' : 'a disk', source);
  if (snapshotName === undefined) throw validationError(scope, 'source must be a manual snapshot, got an automatic one. lightsail exports none of these: copy it first');
  registerNames(scope, { referred: [snapshotName] });
  checkLifecycle(scope, options, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return new EngineResource(scope, {
    type: TYPE,
    properties: { SnapshotName: snapshotName, SnapshotType: type, Revision: options.revision },
    timeout: options.timeout ?? Duration.hours(3),
    removalPolicy: options.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    tags,
  });
}

/**
 * What can be asked of an export of either type. Not exported: its members appear on the classes that are.
 *
 * @internal
 */
export abstract class SnapshotExportBase extends Resource {
  /** @internal */
  protected abstract readonly _resource: EngineResource<typeof TYPE>;

  /**
   * Name of Lightsail's record of the export.
   * @attribute
   */
  public get recordName(): string {
    return this._resource.attribute('RecordName');
  }

  /**
   * ARN of Lightsail's record of the export.
   * @attribute
   */
  public get recordArn(): string {
    return this._resource.attribute('RecordArn');
  }

  /**
   * State of the export when it was last deployed: `Succeeded`.
   * @attribute
   */
  public get state(): string {
    return this._resource.attribute('State');
  }

  /**
   * When the export began, in the form of ISO 8601, UTC.
   * @attribute
   */
  public get createdAt(): string {
    return this._resource.attribute('CreatedAt');
  }

  /**
   * Region that the export is in.
   * @attribute
   */
  public get region(): string {
    return this._resource.attribute('Region');
  }

  /**
   * Id of what the export made: of the image, or of the EBS snapshot.
   * @attribute
   */
  public get destinationId(): string {
    return this._resource.attribute('DestinationId');
  }

  /**
   * Service and type of what the export made, such as `Aws::EC2::Image`.
   * @attribute
   */
  public get destinationService(): string {
    return this._resource.attribute('DestinationService');
  }

  /**
   * Type of the snapshot: `InstanceSnapshot` or `DiskSnapshot`.
   * @attribute
   */
  public get sourceType(): string {
    return this._resource.attribute('SourceType');
  }

  /**
   * Name of the snapshot.
   * @attribute
   */
  public get sourceName(): string {
    return this._resource.attribute('SourceName');
  }

  /**
   * ARN of the snapshot.
   * @attribute
   */
  public get sourceArn(): string {
    return this._resource.attribute('SourceArn');
  }

  /**
   * When the snapshot was taken, in the form of ISO 8601, UTC.
   * @attribute
   */
  public get sourceCreatedAt(): string {
    return this._resource.attribute('SourceCreatedAt');
  }

  /**
   * Name of the instance or disk that the snapshot was taken of.
   * @attribute
   */
  public get fromResourceName(): string {
    return this._resource.attribute('FromResourceName');
  }

  /**
   * ARN of the instance or disk that the snapshot was taken of.
   * @attribute
   */
  public get fromResourceArn(): string {
    return this._resource.attribute('FromResourceArn');
  }
}
