import { invalidInput, quotaExceeded } from '../errors';
import type { Context } from './context';
import type { ResourceRecord, Tag } from './records';

const ALLOWED = /^[\p{L}\p{N}\p{Z}+\-=._:/@]*$/u;

/** The tags of a request as they are kept, or the service's refusal. */
export function readTags(c: Context, tags: Tag[] | undefined | null): Tag[] {
  if (!tags || tags.length === 0) {
    return [];
  }
  const keys = new Set<string>();
  for (const { key, value } of tags) {
    validateKey(key);
    if (value && (value.length > 256 || !ALLOWED.test(value))) {
      throw invalidInput(`The tag value is not valid: ${value}. Tag values have at most 256 letters, numbers, spaces or + - = . _ : / @`);
    }
    if (keys.has(key)) {
      throw invalidInput(`The tag key is given more than once: ${key}`);
    }
    keys.add(key);
  }
  if (tags.length > c.options.quotas.tags) {
    throw quotaExceeded('tags on a resource', c.options.quotas.tags);
  }
  return tags.map(({ key, value }) => value === undefined || value === null ? { key } : { key, value });
}

export function validateKey(key: unknown): void {
  if (typeof key !== 'string' || key.length === 0 || key.length > 128 || !ALLOWED.test(key)) {
    throw invalidInput(`The tag key is not valid: ${key}. Tag keys have 1 to 128 letters, numbers, spaces or + - = . _ : / @`);
  }
  if (/^aws:/i.test(key)) {
    throw invalidInput(`The tag key is reserved: ${key}. Tag keys must not begin with aws:`);
  }
}

export function setTags(c: Context, record: ResourceRecord, tags: Tag[]): void {
  if (c.now >= record.tagsVisibleAt) {
    record.tagsBefore = record.tags;
  }
  record.tags = tags;
  record.tagsVisibleAt = c.now + c.options.tagsVisibleDelay;
}

export const viewTags = (c: Context, record: ResourceRecord): Tag[] => c.now >= record.tagsVisibleAt ? record.tags : record.tagsBefore;
