/** What constructs check at synthesis: names, times, regions and tags. Tokens and what is yet to be looked up pass. */
import { Annotations, Duration, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { MAX_USER_TAGS, MIN_TIMEOUT, TAG_PREFIX } from '../functions/deployment/contract';

/** Hours that a wait may take at the most. */
const MAX_HOURS = 12;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,253}[A-Za-z0-9]$/;

/** What the CDK gives until context has been looked up: for availability zones (and their region, cut off a zone), and for SSM parameters. */
const PLACEHOLDER = /dummy-value-for-|^dummy1[a-c]?$/;

/**
 * Whether a value can be checked at synthesis. Not given, a token, and what the CDK or `Number()` make of a lookup that is yet to be done
 * cannot: the CDK synthesises once to find out what to look up, and that must get through.
 */
export function isKnown<V>(value: V | undefined): value is V {
  return value !== undefined && !Token.isUnresolved(value) && !isPlaceholder(value);
}

/** Whether a value stands for the result of a lookup that is yet to be done. A list does if one of its items does: it may have been split. */
export function isPlaceholder(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isPlaceholder);
  return typeof value === 'string' ? PLACEHOLDER.test(value) : Number.isNaN(value);
}

/** `Number()` makes NaN of a missing value, and of a lookup that is yet to be done: the first is to stop a deployment, the other to get through. */
export function checkNumber(scope: IConstruct, property: string, value: number | undefined): void {
  if (Number.isNaN(value)) Annotations.of(scope).addError(`${property} must be a number, got NaN: is a variable or a context value missing?`);
}

/** An error that says where it was made. */
export function validationError(scope: IConstruct, message: string): Error {
  return new Error(`${scope.node.path}: ${message}`);
}

/** Throws for what cannot be a name in Lightsail. Tokens pass, and so does nothing. */
export function checkName(scope: IConstruct, property: string, value: string | undefined): void {
  if (!isKnown(value) || NAME.test(value)) return;
  throw validationError(scope, `${property} must be 2 to 255 letters, digits, '.', '-' or '_', of which the first and the last are letters or digits, got ${quote(value)}`);
}

/** Throws for what does not lie between a minute and 12 hours. Gives it in seconds; an hour for one that is yet to be looked up. */
export function checkTimeout(scope: IConstruct, timeout: Duration): number {
  if (typeof timeout?.isUnresolved !== 'function') throw validationError(scope, `timeout must be a Duration, such as Duration.hours(2), got ${quote(String(timeout))}`);
  if (timeout.isUnresolved()) throw validationError(scope, 'timeout must be known at synthesis, got a token: the number of resources depends on it');
  const seconds = timeout.toSeconds({ integral: false });
  checkNumber(scope, 'timeout', seconds);
  if (!isKnown(seconds)) return 3600;
  if (seconds < MIN_TIMEOUT || seconds > MAX_HOURS * 3600 || !Number.isInteger(seconds)) {
    throw validationError(scope, `timeout must be 1 minute to ${MAX_HOURS} hours in whole seconds, got ${timeout.toString()}`);
  }
  return seconds;
}

/** What is wrong with tags, as messages. */
export function tagProblems(tags: Readonly<Record<string, string>>): string[] {
  const problems: string[] = [];
  const known = Object.entries(tags).filter(([key]) => isKnown(key));
  if (Object.keys(tags).length > MAX_USER_TAGS) {
    problems.push(`a resource may have ${MAX_USER_TAGS} tags besides those of this library, got ${Object.keys(tags).length}`);
  }
  for (const [key, value] of known) {
    if (value === undefined || value === null) problems.push(`a tag's value must be a text, got ${String(value)} for ${quote(key)}: is a variable missing?`);
    const text = typeof value === 'string' && isKnown(value) ? value : '';
    if (key.length < 1 || key.length > 128) problems.push(`a tag's key must have 1 to 128 characters, got ${key.length}: ${quote(key)}`);
    if (/^aws:/i.test(key) || key.startsWith(TAG_PREFIX)) problems.push(`a tag's key must not begin with 'aws:' or '${TAG_PREFIX}', got ${quote(key)}`);
    if (text.length > 256) problems.push(`a tag's value must have at most 256 characters, got ${text.length} for ${quote(key)}`);
    if (!TAG_TEXT.test(key)) problems.push(`a tag's key may hold letters, digits, spaces and _.:/=+-@, got ${quote(key)}`);
    if (!TAG_TEXT.test(text)) problems.push(`a tag's value may hold letters, digits, spaces and _.:/=+-@, got ${quote(text)} for ${quote(key)}`);
  }
  return problems;
}

const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** A value as messages show it: recognisable, and never longer than a line. */
export function quote(value: string | number): string {
  if (typeof value !== 'string') return String(value);
  return value.length > 80 ? `'${value.slice(0, 77)}...'` : `'${value}'`;
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d+$/;

/** Throws for what is not a day of the calendar. Tokens pass, and so does nothing. */
export function checkDate(scope: IConstruct, property: string, value: string | undefined): void {
  if (!isKnown(value) || (DATE.test(value) && isDay(value))) return;
  throw validationError(scope, `${property} must be a day as YYYY-MM-DD, such as 2026-11-21, got ${quote(value)}`);
}

/** Throws for what is not a point in time. Tokens pass, and so does nothing. */
export function checkTime(scope: IConstruct, property: string, value: string | undefined): void {
  if (!isKnown(value) || (TIME.test(value) && isDay(value.slice(0, 10)) && !Number.isNaN(Date.parse(value)))) return;
  throw validationError(scope, `${property} must be a time of ISO 8601 with its zone, such as 2026-11-21T09:30:00Z, got ${quote(value)}`);
}

/** Throws for what cannot be the name of a region. Tokens pass, and so does nothing. */
export function checkRegion(scope: IConstruct, property: string, value: string | undefined): void {
  if (!isKnown(value) || REGION.test(value)) return;
  throw validationError(scope, `${property} must be the name of a region, such as eu-west-1, got ${quote(value)}`);
}

/** A day that the calendar does not have is otherwise taken for one of the next month. */
function isDay(date: string): boolean {
  const time = Date.parse(date);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}
