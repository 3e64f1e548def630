/** Takes a selection apart into the cases in which it is true, to tell at synthesis what it can match. */
import type { Selection, SourceType } from '../functions/backup/contract';
import { matchesPattern } from '../functions/backup/pattern';

type Condition = Exclude<Selection, { readonly and: unknown } | { readonly or: unknown } | { readonly not: unknown }>;

/** A condition that must hold, or must not. */
interface Term {
  readonly holds: boolean;
  readonly condition: Condition;
}

/** Terms that must all be met. */
type Case = readonly Term[];

/** With more cases than this nothing is said: a program wrote it, and its size would take long. */
const MAX_CASES = 2000;

/** Types of source that a selection can match. Empty: it can match nothing. */
export function matchableTypes(selection: Selection): ReadonlySet<SourceType> {
  const cases = casesOf(selection, true);
  const all: readonly SourceType[] = ['Instance', 'Disk'];
  return new Set(all.filter(type => !cases || cases.some(terms => isPossible(terms, type))));
}

/** The disjunctive normal form. */
function casesOf(selection: Selection, holds: boolean): Case[] | undefined {
  if ('not' in selection) return casesOf(selection.not, !holds);
  if ('and' in selection || 'or' in selection) {
    const parts = ('and' in selection ? selection.and : selection.or).map(part => casesOf(part, holds));
    // a negation makes "or" of "and", and the other way round
    return 'and' in selection === holds ? allTogether(parts) : anyOf(parts);
  }
  return [[{ holds, condition: selection }]];
}

function anyOf(parts: readonly (Case[] | undefined)[]): Case[] | undefined {
  return parts.includes(undefined) ? undefined : (parts as Case[][]).flat();
}

function allTogether(parts: readonly (Case[] | undefined)[]): Case[] | undefined {
  let cases: Case[] | undefined = [[]];
  for (const part of parts) {
    if (!cases || !part || cases.length * part.length > MAX_CASES) return undefined;
    cases = cases.flatMap(left => part.map(right => [...left, ...right]));
  }
  return cases;
}

function isPossible(terms: Case, type: SourceType): boolean {
  const types = terms.every(({ holds, condition }) => !('type' in condition) || (condition.type === type) === holds);
  return types && hasName(terms) && areTagsPossible(terms);
}

/** Whether a name is left, where names are given. */
function hasName(terms: Case): boolean {
  const lists = terms.flatMap(({ holds, condition }) => ('names' in condition ? [{ holds, names: condition.names }] : []));
  const given = lists.filter(({ holds }) => holds);
  return given.length === 0 || given[0].names.some(name => lists.every(({ holds, names }) => names.includes(name) === holds));
}

/** Whether tags can be as wanted: none that must be and must not be, none with two different values. */
function areTagsPossible(terms: Case): boolean {
  const tags = terms.flatMap(({ holds, condition }) => ('tag' in condition ? [{ holds, ...condition.tag }] : []));
  return tags.every(wanted => !wanted.holds || tags.every(other => {
    if (other.key !== wanted.key) return true;
    if (other.holds) return isPattern(wanted.value) || other.value === undefined || fits(other.value, wanted.value);
    if (other.value === undefined || other.value === wanted.value) return false;
    return isPattern(wanted.value) || !fits(other.value, wanted.value);
  }));
}

/** What does not stand for one value. */
function isPattern(value: string | undefined): boolean {
  return value === undefined || value.includes('*');
}

function fits(pattern: string, value: string | undefined): boolean {
  return value !== undefined && matchesPattern(pattern, value);
}
