/** Checks of what a backup plan is given. */
import { Duration, Stack, Stage, TagManager, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { checkGiven } from './given';
import { checkNumber, validationError, isKnown, quote, tagProblems } from './validate';
import { AdoptedSnapshots } from '../adopted-snapshots';
import { AdoptRule, MAX_USER_TAGS, PLAN_NAME } from '../functions/backup/contract';

const NAME_PATTERN = /^(?=.*[^*])[A-Za-z0-9._*-]{1,255}$/;
const TAG_KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const TAG_VALUE_PATTERN = /^[\p{L}\p{Z}\p{N}_.:/=+\-@*]{0,256}$/u;

/** Throws for a token, where something is worked out of the value. What the CDK gives until a context is looked up passes. */
export function checkNoToken(scope: IConstruct, property: string, value: unknown, why: string): void {
  if (Token.isUnresolved(value)) throw validationError(scope, `${property} must be known at synthesis, got a token: ${why}`);
}

/** Throws for a tag that nothing can have. Tokens pass. */
export function checkTagPattern(scope: IConstruct, of: string, { key, value }: { readonly key: string; readonly value?: string }): void {
  checkGiven(scope, `a tag's key in ${of}`, key);
  if (isKnown(key) && !TAG_KEY.test(key)) {
    throw validationError(scope, `a tag's key in ${of} must be 1 to 128 letters, digits, spaces and _.:/=+-@, without \`*\`, got ${quote(key)}`);
  }
  if (isKnown(value) && !TAG_VALUE_PATTERN.test(value)) {
    throw validationError(scope, `a tag's value in ${of} must be at most 256 letters, digits, spaces and _.:/=+-@*, got ${quote(value)}`);
  }
}

/** Whole units of a duration that must be known now, of which there must be some. */
export function durationOf(scope: IConstruct, property: string, duration: Duration, unit: 'seconds' | 'minutes', least: number): number {
  if (duration.isUnresolved()) throw validationError(scope, `${property} must be known at synthesis, got a token: what a run is told is worked out of it`);
  const amount = unit === 'seconds' ? duration.toSeconds({ integral: false }) : duration.toMinutes({ integral: false });
  checkNumber(scope, property, amount);
  if (!isKnown(amount)) return least;
  if (!Number.isInteger(amount) || amount < least) {
    throw validationError(scope, `${property} must be at least ${least} whole ${unit}, got ${duration.toString()}`);
  }
  return amount;
}

/** Throws for what is not a whole number between two others. */
export function checkCount(scope: IConstruct, property: string, value: number | undefined, min: number, max: number): void {
  checkNoToken(scope, property, value, 'what is kept is worked out of it');
  checkNumber(scope, property, value);
  if (isKnown(value) && (!Number.isInteger(value) || value < min || value > max)) throw validationError(scope, `${property} must be a whole number from ${min} to ${max}, got ${quote(value)}`);
}

/** Throws for what cannot be the name of a plan. It stands in names of other things, so it must be known. */
export function checkPlanName(scope: IConstruct, name: string, property = 'planName'): void {
  checkGiven(scope, property, name);
  checkNoToken(scope, property, name, 'names of schedules and snapshots are made of it');
  if (!isKnown(name) || PLAN_NAME.test(name)) return;
  throw validationError(scope, `${property} must be 1 to 40 letters, digits and hyphens, of which the first and the last are letters or digits, got ${quote(name)}`);
}

/** Plans of an app by region and name. */
const plans = new WeakMap<IConstruct, Map<string, IConstruct>>();

/** Throws for previous names that are none, and a name that another plan of the app has in the same region. */
export function checkNames(scope: IConstruct, name: string, previousNames: readonly string[] = []): void {
  previousNames.forEach(previous => checkPlanName(scope, previous, 'a name of previousNames'));
  const names = [name, ...previousNames].filter(isKnown);
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  if (twice) throw validationError(scope, `names of a plan must differ from each other, got ${quote(twice)} twice`);

  const { region, account } = Stack.of(scope);
  // stacks whose account or region is not known yet are deployed together if they are of one stage; known regions that differ are two places
  const place = [account, region].map(part => (isKnown(part) ? part : ''));
  const root = place.every(part => part !== '') ? scope.node.root : Stage.of(scope) ?? scope.node.root;
  const known = plans.get(root) ?? new Map<string, IConstruct>();
  plans.set(root, known);
  for (const one of names) {
    const key = JSON.stringify([...place, one]);
    const other = known.get(key);
    if (other) throw validationError(scope, `the name ${quote(one)} belongs to the backup plan ${other.node.path}, whose snapshots it would remove. give each plan of a region a name of its own`);
    known.set(key, scope);
  }
}

/** Calls in a second. */
export function checkRate(scope: IConstruct, rate: number): number {
  checkNoToken(scope, 'callsPerSecond', rate, 'the steps of a run share it');
  checkNumber(scope, 'callsPerSecond', rate);
  if (isKnown(rate) && !(Number.isFinite(rate) && rate >= 0.1 && rate <= 100)) throw validationError(scope, `callsPerSecond must be a number from 0.1 to 100, got ${quote(rate)}`);
  return rate;
}

/** What the plan's settings hold of snapshots to take over. */
export function checkAdopted(scope: IConstruct, { snapshotName, tagKey, tagValue }: AdoptedSnapshots): AdoptRule {
  if (snapshotName === undefined && tagKey === undefined) throw validationError(scope, 'an item of adopt needs snapshotName or tagKey, got neither');
  if (tagValue !== undefined && tagKey === undefined) throw validationError(scope, `an item of adopt with tagValue needs tagKey, got ${quote(tagValue)} alone`);
  if (isKnown(snapshotName) && !NAME_PATTERN.test(snapshotName)) {
    throw validationError(scope, `snapshotName of adopt must be letters, digits, '.', '-', '_' and \`*\`, and not \`*\` alone, got ${quote(snapshotName)}`);
  }
  if (tagKey !== undefined) checkTagPattern(scope, 'adopt', { key: tagKey, value: tagValue });
  return { name: snapshotName, tag: tagKey === undefined ? undefined : { key: tagKey, value: tagValue } };
}

/** Throws for tags that snapshots cannot have. They come from aspects as well, so it is told at the end of synthesis. */
export function checkSnapshotTags(scope: IConstruct, tags: TagManager): void {
  scope.node.addValidation({
    validate: () => {
      const values = tags.tagValues();
      const problems = tagProblems(values);
      const count = Object.keys(values).length;
      if (count > MAX_USER_TAGS) problems.push(`snapshots of a plan may have ${MAX_USER_TAGS} tags besides those of this library, got ${count}`);
      return problems;
    },
  });
}
