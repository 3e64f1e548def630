/** What the lookups of both types of snapshot have in common. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { warnOfUndefined } from './lifecycle';
import { registerNames } from './names';
import { EngineResource } from './resource';
import { checkName, checkTime, validationError, isKnown, tagProblems } from './validate';
import { SnapshotChoice, SnapshotLookupOptions } from '../snapshot-lookup';

type LookupType = 'Custom::LightsailInstanceSnapshotLookup' | 'Custom::LightsailDiskSnapshotLookup';

/** What the two types of snapshot are looked for by, besides the options. */
interface Source {
  readonly instanceName?: string;
  readonly diskName?: string;
}

/** The resource that looks for a snapshot. It makes nothing, so there is nothing to keep. */
export function lookupResource(scope: Construct, type: LookupType, options: SnapshotLookupOptions, source: Source): EngineResource<LookupType> {
  checkName(scope, 'instanceName', source.instanceName);
  checkName(scope, 'diskName', source.diskName);
  checkName(scope, 'snapshotName', options.snapshotName);
  checkName(scope, 'fallbackSnapshotName', options.fallbackSnapshotName);
  checkPeriod(scope, options);
  const [problem] = tagProblems(options.withTags ?? {});
  if (problem) throw validationError(scope, `withTags: ${problem}`);
  // each of them that gets lost widens the search
  warnOfUndefined(scope, options, ...Object.keys(options) as (keyof SnapshotLookupOptions)[]);
  registerNames(scope, { referred: [options.snapshotName, options.fallbackSnapshotName] });
  return new EngineResource(scope, {
    type,
    properties: {
      SnapshotName: options.snapshotName,
      FromInstanceName: source.instanceName,
      FromDiskName: source.diskName,
      WithTags: emptyAsAbsent(options.withTags),
      FromAutoSnapshot: options.fromAutoSnapshot,
      CreatedAfter: options.createdAfter,
      CreatedBefore: options.createdBefore,
      // a default that is written out looks for nothing else
      Choose: options.choose === SnapshotChoice.NEWEST ? undefined : options.choose,
      FallbackSnapshotName: options.fallbackSnapshotName,
      Revision: options.revision,
    },
    // throttling can be waited out in that
    timeout: Duration.minutes(5),
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

function emptyAsAbsent(tags: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> | undefined {
  return tags && Object.keys(tags).length > 0 ? tags : undefined;
}

function checkPeriod(scope: Construct, { createdAfter, createdBefore }: SnapshotLookupOptions): void {
  checkTime(scope, 'createdAfter', createdAfter);
  checkTime(scope, 'createdBefore', createdBefore);
  if (!isKnown(createdAfter) || !isKnown(createdBefore)) return;
  if (Date.parse(createdAfter) >= Date.parse(createdBefore)) {
    throw validationError(scope, `createdAfter must be earlier than createdBefore, got '${createdAfter}' and '${createdBefore}'`);
  }
}
