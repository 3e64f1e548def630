/** What the copies of both types of snapshot have in common. */
import { TagManager } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { warnOfUndefined } from './lifecycle';
import { registerNames } from './names';
import { EngineResource } from './resource';
import { snapshotResource } from './snapshot';
import { copySource, Source } from './sources';
import { checkName, validationError, isKnown } from './validate';
import { SnapshotCopyProperties } from '../functions/deployment/contract';
import { SnapshotCopyOptions } from '../snapshot-copy-options';

const TYPE = 'Custom::LightsailSnapshotCopy';

/** What a copy is made of. */
interface CopyInput {
  readonly type: SnapshotCopyProperties['SourceType'];
  readonly source: Source;
  readonly physicalName: string;
  readonly options: SnapshotCopyOptions;
  readonly tags: TagManager;
}

/** The resource behind a copy. */
export function copyResource(scope: Construct, { type, source, physicalName, options, tags }: CopyInput): EngineResource<typeof TYPE> {
  const name = options.targetSnapshotName;
  warnOfUndefined(scope, options, 'sourceRegion', 'targetSnapshotName'); // without one of them, it is another copy
  checkName(scope, 'targetSnapshotName', name);
  const properties = copySource(scope, type === 'InstanceSnapshot' ? 'an instance' : 'a disk', source, options.sourceRegion);
  if (isKnown(name) && properties.SourceSnapshotName === name && properties.SourceRegion === undefined) {
    throw validationError(scope, `targetSnapshotName must differ from the source's name in the same region, got '${name}'`);
  }
  registerNames(scope, { given: [name], referred: properties.SourceRegion ? [] : [properties.SourceSnapshotName, properties.SourceResourceName] });
  return snapshotResource(scope, TYPE, { SourceType: type, ...properties, TargetSnapshotName: physicalName }, options, tags);
}
