/** Properties that must be there: JavaScript and Python callers are not stopped by types. */
import { IConstruct } from 'constructs';
import { isKnown, quote, validationError } from './validate';

/** Rejects a missing value, and an empty text. */
export function checkGiven(scope: IConstruct, property: string, value: unknown): void {
  if (value === undefined || value === null) throw validationError(scope, `${property} must be given, got ${String(value)}: is a variable or an output missing?`);
  if (value === '') throw validationError(scope, `${property} must not be empty, got ''`);
}

/** Rejects a text where only true or false can be meant: the command line gives texts, of which each counts as true. */
export function checkBoolean(scope: IConstruct, property: string, value: unknown): void {
  if (!isKnown(value) || typeof value === 'boolean') return;
  throw validationError(scope, `${property} must be true or false, got ${quote(String(value))}. what the command line gives is a text: compare it with 'true'`);
}
