/** Sources of instances, disks and copies: what is checked, and what the function is told. */
import { Aws, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkGiven } from './given';
import { checkLightsailRegion } from './regions';
import { checkDate, checkName, validationError, isKnown, quote } from './validate';
import { SnapshotCopyProperties } from '../functions/deployment/contract';
import { IDiskSnapshotSource, IInstanceSnapshotSource, SnapshotSourceConfig } from '../snapshot-source';

/** What the source is a snapshot of. */
export type Noun = 'an instance' | 'a disk';

/** A source as constructs take it. Each type of snapshot has a member of its own, so that the compiler tells the two apart. */
export type Source = IInstanceSnapshotSource | IDiskSnapshotSource;

/** A source in the stack's own region, for what cannot be made from one elsewhere. */
export function localSource(scope: Construct, noun: Noun, source: Source): SnapshotSourceConfig {
  const config = configOf(scope, noun, source);
  const { region } = Stack.of(scope);
  if (isKnown(region) && isKnown(config.region) && config.region !== region) {
    throw validationError(scope, `source must be in the stack's region ${region}, got a snapshot of ${quote(config.region)}. copy it first`);
  }
  dependOnSource(scope, source);
  return config;
}

/** What to copy, from this region or another. */
export function copySource(
  scope: Construct, noun: Noun, source: Source, sourceRegion: string | undefined,
): Omit<SnapshotCopyProperties, 'SourceType'> {
  const config = configOf(scope, noun, source);
  const region = sourceRegion ?? config.region;
  const elsewhere = region !== Stack.of(scope).region;
  if (elsewhere) checkLightsailRegion(scope, sourceRegion === undefined ? 'the region of the source' : 'sourceRegion', region);
  if (sourceRegion !== undefined) {
    checkSaidRegion(scope, source, config.region, sourceRegion);
  } else if (elsewhere && region === Aws.REGION) {
    // of a stack that is deployed anywhere. A pseudo parameter would be this stack's region here
    throw validationError(scope, "the region of the source is not known, got a snapshot of a stack whose env has no region. give sourceRegion, or that stack's env");
  }
  dependOnSource(scope, source);
  return {
    SourceRegion: elsewhere ? region : undefined,
    SourceSnapshotName: config.snapshotName,
    SourceResourceName: config.resourceName,
    RestoreDate: config.restoreDate,
  };
}

/** Throws for a region that contradicts the source's. An import without a region says nothing: it has that of its stack. */
function checkSaidRegion(scope: Construct, source: Source, region: string | undefined, sourceRegion: string): void {
  if (!isKnown(region) || !isKnown(sourceRegion) || region === sourceRegion) return;
  if (Construct.isConstruct(source) && !isMadeHere(source) && region === Stack.of(source).region) return;
  throw validationError(scope, `sourceRegion must be the source's region ${region}, got ${quote(sourceRegion)}. leave it out`);
}

/**
 * Deploys the stack of a source first. The CDK sees to that where it refers to the source's resource, but not where it refers to a given
 * name. It does so between stacks whose regions or accounts differ, and a known one differs from one that is not.
 */
function dependOnSource(scope: Construct, source: Source): void {
  if (!Construct.isConstruct(source) || !isMadeHere(source)) return;
  const [from, to] = [Stack.of(source), Stack.of(scope)];
  const sameEnvironment = from.region === to.region && from.account === to.account;
  if (!sameEnvironment && Stage.of(from) === Stage.of(to)) deployAfter(to, from);
}

/** Newer CDKs have another name for it; the old one prints a warning there, about which no user could do anything. */
function deployAfter(stack: Stack, other: Stack): void {
  const newer = stack as Stack & { addStackDependency?(target: Stack): void };
  if (newer.addStackDependency) newer.addStackDependency(other);
  else stack.addDependency(other);
}

/** Whether a resource of this app is behind a source, as there is none behind an import. */
function isMadeHere(source: Construct): boolean {
  return source.node.findAll().some(node => CfnResource.isCfnResource(node));
}

/** What the source says of itself. */
function configOf(scope: Construct, noun: Noun, source: Source): SnapshotSourceConfig {
  // JavaScript and Python callers are not stopped by types
  const given: Partial<IInstanceSnapshotSource & IDiskSnapshotSource> = Object(source);
  const [config, type] = noun === 'an instance' ? [given.instanceSourceConfig, 'InstanceSnapshotSource'] : [given.diskSourceConfig, 'DiskSnapshotSource'];
  if (!config) {
    throw validationError(scope, `source must be a snapshot of ${noun}, got ${shown(source)}. `
      + `a name is given as ${type}.snapshot('my-snapshot'), and a snapshot of the other type has constructs of its own`);
  }
  const { snapshotName, resourceName, restoreDate, account } = config;
  checkGiven(scope, 'the name of the source', snapshotName ?? resourceName);
  checkName(scope, 'the name of the source', snapshotName ?? resourceName);
  // without a date it would be the latest one
  if ('restoreDate' in config) checkGiven(scope, 'the date of the source', restoreDate);
  checkDate(scope, 'the date of the source', restoreDate);
  const ownAccount = Stack.of(scope).account;
  if (isKnown(account) && isKnown(ownAccount) && account !== ownAccount) {
    throw validationError(scope, `source must be in the stack's account ${ownAccount}, got a snapshot of ${quote(account)}. lightsail copies none to another account`);
  }
  return config;
}

/** What was given instead of a source, as far as it can be named. */
function shown(source: unknown): string {
  if (typeof source === 'string') return quote(source);
  if (Construct.isConstruct(source)) return `the construct ${source.node.path}`;
  return typeof source === 'object' && source ? source.constructor.name : String(source);
}
