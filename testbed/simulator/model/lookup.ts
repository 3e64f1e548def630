import { invalidInput, namesInUse, notFound } from '../errors';
import type { Context } from './context';
import type { Kind, Records, ResourceRecord } from './records';
import type { Region } from './region';
import { validateName } from '../protocol/validate';

/** Whether the API admits that the thing is there. */
export function isVisible(c: Context, record: ResourceRecord): boolean {
  return c.now >= record.visibleAt && !(record.deleting && c.options.deletingIsHidden && record.kind !== 'Disk');
}

/** The named thing of one kind, or NotFound. */
export function get<K extends Kind>(c: Context, kind: K, name: string, region: Region = c.region): Records[K] {
  const record = region.tables[kind].get(name);
  if (!record || !isVisible(c, record)) {
    throw notFound(c.options, kind, name);
  }
  c.resources.push({ arn: record.arn, tags: record.tags });
  return record;
}

/** The named thing of any of these kinds, or NotFound in the name of the first. */
export function getAny<K extends Kind>(c: Context, kinds: K[], name: string, region: Region = c.region): Records[K] {
  const kind = kinds.find(k => region.tables[k].has(name)) ?? kinds[0];
  return get(c, kind, name, region);
}

export const list = <K extends Kind>(c: Context, kind: K): Records[K][] =>
  [...c.region.tables[kind].values()].filter(record => isVisible(c, record)) as Records[K][];

/** Refuses names that are malformed, given twice or taken by a thing of any kind. */
export function claimNames(c: Context, names: string[]): void {
  names.forEach(validateName);
  if (new Set(names).size < names.length) {
    throw invalidInput(`Some names are given more than once: ${names.join(', ')}`);
  }
  const taken = names.filter(name => c.region.names.has(name));
  if (taken.length > 0) {
    throw namesInUse(taken);
  }
}
