import { invalidInput, namesInUse, notFound } from '../errors';
import type { Context } from './context';
import type { ResourceType, Records, ResourceRecord } from './records';
import type { Region } from './region';
import { validateName } from '../protocol/validate';

/** Whether the API admits that the thing is there. */
export function isVisible(c: Context, record: ResourceRecord): boolean {
  return c.now >= record.visibleAt && !(record.deleting && c.options.deletingIsHidden && record.resourceType !== 'Disk');
}

/** The named thing of one resource type, or NotFound. */
export function get<K extends ResourceType>(c: Context, resourceType: K, name: string, region: Region = c.region): Records[K] {
  const record = region.tables[resourceType].get(name);
  if (!record || !isVisible(c, record)) {
    throw notFound(c.options, resourceType, name);
  }
  c.resources.push({ arn: record.arn, tags: record.tags });
  return record;
}

/** The named thing of any of these resource types, or NotFound in the name of the first. */
export function getAny<K extends ResourceType>(c: Context, resourceTypes: K[], name: string, region: Region = c.region): Records[K] {
  const resourceType = resourceTypes.find(k => region.tables[k].has(name)) ?? resourceTypes[0];
  return get(c, resourceType, name, region);
}

export const list = <K extends ResourceType>(c: Context, resourceType: K): Records[K][] =>
  [...c.region.tables[resourceType].values()].filter(record => isVisible(c, record)) as Records[K][];

/** Refuses names that are malformed, given twice or taken by a thing of any resource type. */
export function reserveNames(c: Context, names: string[]): void {
  names.forEach(validateName);
  if (new Set(names).size < names.length) {
    throw invalidInput(`Some names are given more than once: ${names.join(', ')}`);
  }
  const taken = names.filter(name => c.region.names.has(name));
  if (taken.length > 0) {
    throw namesInUse(taken);
  }
}
