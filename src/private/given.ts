/** Properties that must be there: JavaScript and Python callers are not stopped by types. */
import { IConstruct } from 'constructs';
import { validationError } from './validate';

/** Rejects a missing value, and an empty text. */
export function checkGiven(scope: IConstruct, property: string, value: unknown): void {
  if (value === undefined || value === null) throw validationError(scope, `${property} must be given, got ${String(value)}: is a variable or an output missing?`);
  if (value === '') throw validationError(scope, `${property} must not be empty, got ''`);
}
