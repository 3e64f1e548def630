/** What the constructs that take or copy a snapshot have in common. */
import { Duration, RemovalPolicy, TagManager } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkLifecycle } from './lifecycle';
import { EngineResource, EngineResourceProps } from './resource';
import { Properties } from '../functions/deployment/contract';
import { SnapshotOptions } from '../snapshot-options';

type SnapshotType = keyof Pick<Properties, 'Custom::LightsailInstanceSnapshot' | 'Custom::LightsailDiskSnapshot' | 'Custom::LightsailSnapshotCopy'>;

/** The resource behind a snapshot, with the defaults that all of them have. */
export function snapshotResource<T extends SnapshotType>(
  scope: Construct, type: T, properties: EngineResourceProps<T>['properties'], options: SnapshotOptions, tags: TagManager,
): EngineResource<T> {
  checkLifecycle(scope, options, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return new EngineResource(scope, {
    type,
    properties: { ...properties, Revision: options.revision },
    timeout: options.timeout ?? Duration.hours(1),
    removalPolicy: options.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    tags,
  });
}
