import { Duration, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { MAX_USER_TAGS, MIN_TIMEOUT, TAG_PREFIX } from '../handler/contract';

/** Hours that a wait may take at the most. */
const MAX_HOURS = 12;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,253}[A-Za-z0-9]$/;

/** An error that says where it was made. */
export function invalid(scope: IConstruct, message: string): Error {
  return new Error(`${scope.node.path}: ${message}`);
}

/** Refuses what cannot be a name in Lightsail. Tokens pass, and so does nothing. */
export function checkName(scope: IConstruct, property: string, value: string | undefined): void {
  if (value === undefined || Token.isUnresolved(value) || NAME.test(value)) return;
  throw invalid(scope, `${property} must be 2 to 255 letters, digits, '.', '-' or '_', of which the first and the last are letters or digits, got ${show(value)}`);
}

/** Refuses what does not lie between a minute and 12 hours. */
export function checkTimeout(scope: IConstruct, timeout: Duration): void {
  if (timeout.isUnresolved()) throw invalid(scope, 'timeout must be known at synthesis, got a token: the number of resources depends on it');
  const seconds = timeout.toSeconds({ integral: false });
  if (seconds < MIN_TIMEOUT || seconds > MAX_HOURS * 3600 || !Number.isInteger(seconds)) {
    throw invalid(scope, `timeout must be 1 minute to ${MAX_HOURS} hours in whole seconds, got ${timeout.toString()}`);
  }
}

/** What is wrong with tags, as messages. */
export function tagProblems(tags: Readonly<Record<string, string>>): string[] {
  const problems: string[] = [];
  const known = Object.entries(tags).filter(([key]) => !Token.isUnresolved(key));
  if (Object.keys(tags).length > MAX_USER_TAGS) {
    problems.push(`a resource may have ${MAX_USER_TAGS} tags besides those of this library, got ${Object.keys(tags).length}`);
  }
  for (const [key, value] of known) {
    const text = Token.isUnresolved(value) ? '' : value;
    if (key.length < 1 || key.length > 128) problems.push(`a tag's key must have 1 to 128 characters, got ${key.length}: ${show(key)}`);
    if (/^aws:/i.test(key) || key.startsWith(TAG_PREFIX)) problems.push(`a tag's key must not begin with 'aws:' or '${TAG_PREFIX}', got ${show(key)}`);
    if (text.length > 256) problems.push(`a tag's value must have at most 256 characters, got ${text.length} for ${show(key)}`);
    if (!TAG_TEXT.test(key)) problems.push(`a tag's key may hold letters, digits, spaces and _.:/=+-@, got ${show(key)}`);
    if (!TAG_TEXT.test(text)) problems.push(`a tag's value may hold letters, digits, spaces and _.:/=+-@, got ${show(text)} for ${show(key)}`);
  }
  return problems;
}

const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** A value as messages show it: recognisable, and never longer than a line. */
function show(value: string): string {
  return value.length > 80 ? `'${value.slice(0, 77)}...'` : `'${value}'`;
}
