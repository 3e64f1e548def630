/** What instances and disks have in common: how many there are, and in which zone. */
import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { checkGiven } from './given';
import { checkName, checkNumber, validationError, isKnown, isPlaceholder, quote } from './validate';
import { MAX_MEMBERS } from '../functions/deployment/contract';

/** How many there are to be: as many as names, or as counted. Known at synthesis, since each has attributes. */
export function memberCount(scope: IConstruct, noun: string, names: string[] | undefined, count: number | undefined): number {
  const [namesProp, countProp] = [`${noun}Names`, `${noun}Count`];
  if (names !== undefined && count !== undefined) throw validationError(scope, `give either ${namesProp} or ${countProp}, got both`);
  if (names === undefined) {
    if (Token.isUnresolved(count)) throw validationError(scope, `${countProp} must be known at synthesis, got a token: each ${noun} has attributes of its own`);
    checkNumber(scope, countProp, count);
    if (!isKnown(count)) return 1;
    if (count > MAX_MEMBERS) throw validationError(scope, `${countProp} must be at most ${MAX_MEMBERS}, got ${count}`);
    if (Number.isInteger(count) && count >= 1) return count;
    throw validationError(scope, `${countProp} must be a whole number of at least 1, got ${quote(count)}`);
  }
  checkList(scope, namesProp, names);
  if (names.length === 0) throw validationError(scope, `${namesProp} must not be empty, got []. leave it out and give ${countProp} to have names generated`);
  if (names.length > MAX_MEMBERS) throw validationError(scope, `${namesProp} must have at most ${MAX_MEMBERS} items, got ${names.length}`);
  return names.length;
}

/** Throws for names that cannot be, and those that are there twice. */
export function checkList(scope: IConstruct, property: string, names: string[] | undefined, size?: number): void {
  if (names === undefined) return;
  checkGiven(scope, property, names);
  if (Token.isUnresolved(names)) throw validationError(scope, `${property} must be a list known at synthesis, got a token. its items may be tokens`);
  for (const name of names) {
    if (!name) throw validationError(scope, `${property} must not hold empty names, got ${name === '' ? "''" : String(name)}`);
    checkName(scope, property, name);
  }
  // a list that is yet to be looked up has neither its items nor its length
  if (isPlaceholder(names)) return;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw validationError(scope, `${property} must differ from each other, got ${quote(twice)} more than once`);
  if (size !== undefined && names.length !== size) throw validationError(scope, `${property} must have an item for each of the ${size}, got ${names.length}`);
}

/** Throws for what is not one of the stack's availability zones, as far as that is known. */
export function checkZone(scope: IConstruct, zone: string): void {
  if (!isKnown(zone)) return;
  if (!/^[a-z]{2}(-[a-z]+)+-\d+[a-z]$/.test(zone)) throw validationError(scope, `availabilityZone must be a region and a letter, such as us-east-2a, got ${quote(zone)}`);
  const { region } = Stack.of(scope);
  if (!isKnown(region) || zone.slice(0, -1) === region) return;
  throw validationError(scope, `availabilityZone must be in the stack's region ${region}, got ${quote(zone)}`);
}

/** Throws for what is not an hour of the day. */
export function checkHour(scope: IConstruct, property: string, hour: string | undefined): void {
  if (!isKnown(hour) || /^([01]\d|2[0-3]):00$/.test(hour)) return;
  throw validationError(scope, `${property} must be a full hour of UTC from 00:00 to 23:00, got ${quote(hour)}`);
}

/** Throws for an empty text where some text is needed. */
export function checkText(scope: IConstruct, property: string, text: string | undefined): void {
  if (text === '') throw validationError(scope, `${property} must not be empty, got ''. leave it out for the default`);
}
