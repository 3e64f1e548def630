/** Sources of instances, disks and copies: what is checked, and what the function is told. */
import { IResource, Stack, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkGiven } from './given';
import { checkLightsailRegion } from './regions';
import { checkDate, checkName, validationError, isKnown, quote } from './validate';
import { SnapshotCopyProperties } from '../functions/deployment/contract';
import { SnapshotSourceConfig } from '../snapshot-source';

/** What the source is a snapshot of. */
export type Noun = 'an instance' | 'a disk';

/** A source in the stack's own region, for what cannot be made from one elsewhere. */
export function localSource(scope: Construct, noun: Noun, source: SnapshotSourceConfig | undefined): SnapshotSourceConfig {
  checkSource(scope, noun, source);
  const { region } = Stack.of(scope);
  if (isKnown(region) && isKnown(source.region) && source.region !== region) {
    throw validationError(scope, `source must be in the stack's region ${region}, got a snapshot of ${quote(source.region)}. copy it first`);
  }
  return source;
}

/** What to copy, from this region or another. */
export function copySource(
  scope: Construct, noun: Noun, source: SnapshotSourceConfig | undefined, sourceRegion: string | undefined,
): Omit<SnapshotCopyProperties, 'SourceType'> {
  checkSource(scope, noun, source);
  const region = sourceRegion ?? source.region;
  const elsewhere = region !== Stack.of(scope).region;
  if (elsewhere) checkLightsailRegion(scope, sourceRegion === undefined ? 'the region of the source' : 'sourceRegion', region);
  return {
    SourceRegion: elsewhere ? region : undefined,
    SourceSnapshotName: source.snapshotName,
    SourceResourceName: source.resourceName,
    RestoreDate: source.restoreDate,
  };
}

/**
 * Deploys the stack of a source first. The CDK sees to that where it refers to the source's resource, but not where it refers to a given
 * name, as it does in another region.
 */
export function dependOnSource(scope: Construct, source: object): void {
  if (!Construct.isConstruct(source)) return;
  const [from, to] = [Stack.of(source), Stack.of(scope)];
  const deployedHere = (source as IResource).node.defaultChild !== undefined && Stage.of(from) === Stage.of(to);
  if (deployedHere && from.region !== to.region) deployAfter(to, from);
}

/** Newer CDKs have another name for it; the old one prints a warning there, about which no user could do anything. */
function deployAfter(stack: Stack, other: Stack): void {
  const newer = stack as Stack & { addStackDependency?(target: Stack): void };
  if (newer.addStackDependency) newer.addStackDependency(other);
  else stack.addDependency(other);
}

/** JavaScript and Python callers are not stopped by types. */
function checkSource(scope: Construct, noun: Noun, source: SnapshotSourceConfig | undefined): asserts source is SnapshotSourceConfig {
  if (!source) {
    const factory = noun === 'an instance' ? 'an InstanceSnapshotSource' : 'a DiskSnapshotSource';
    throw validationError(scope, `source must be a snapshot of ${noun}, got something else. give a snapshot, a copy, a lookup or ${factory}; `
      + 'a snapshot of the other type has constructs of its own');
  }
  const { snapshotName, resourceName, restoreDate, account } = source;
  checkGiven(scope, 'the name of the source', snapshotName ?? resourceName);
  checkName(scope, 'the name of the source', snapshotName ?? resourceName);
  // without a date it would be the latest one
  if ('restoreDate' in source) checkGiven(scope, 'the date of the source', restoreDate);
  checkDate(scope, 'the date of the source', restoreDate);
  const own = Stack.of(scope).account;
  if (!isKnown(account) || !isKnown(own) || account === own) return;
  throw validationError(scope, `source must be in the stack's account ${own}, got a snapshot of ${quote(account)}. lightsail copies none to another account`);
}
