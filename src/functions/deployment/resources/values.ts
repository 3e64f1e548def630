/** Reads numbers and booleans from properties. */
import { TerminalError } from '../../aws/errors';

/** CloudFormation carries numbers and booleans as strings, in which anything may stand. */
export function wholeNumber(property: string, value: string | number, least: number, most = Infinity): number {
  const number = /^-?\d+$/.test(String(value)) ? Number(value) : NaN;
  if (number > most) throw new TerminalError(`${property} must be at most ${most}, got ${JSON.stringify(value)}`);
  if (number >= least) return number;
  throw new TerminalError(`${property} must be a whole number of at least ${least}, got ${JSON.stringify(value)}`);
}

export function flag(property: string, value: string | boolean | undefined): boolean {
  if (value === undefined || String(value) === 'false') return false;
  if (String(value) === 'true') return true;
  throw new TerminalError(`${property} must be true or false, got ${JSON.stringify(value)}`);
}
