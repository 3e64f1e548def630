import { invalidInput, notFound, notNow, quotaExceeded } from '../errors';
import type { Context, Handler } from '../model/context';
import { isVisible } from '../model/lookup';
import { startOperation, viewOperations } from '../model/operations';
import type { ResourceType, ResourceRecord } from '../model/records';
import { readTags, setTags, validateKey } from '../model/tags';

const TAGGABLE = new Set<ResourceType>(['Instance', 'InstanceSnapshot', 'Disk', 'DiskSnapshot', 'KeyPair']);

export const TagResource: Handler = c => {
  const record = taggable(c);
  const added = readTags(c, c.input.tags);
  const keys = new Set(added.map(tag => tag.key));
  const tags = [...record.tags.filter(tag => !keys.has(tag.key)), ...added];
  if (tags.length > c.options.quotas.tags) {
    throw quotaExceeded('tags on a resource', c.options.quotas.tags);
  }
  setTags(c, record, tags);
  return done(c, record);
};

export const UntagResource: Handler = c => {
  const record = taggable(c);
  const keys = new Set<string>(c.input.tagKeys);
  keys.forEach(validateKey);
  setTags(c, record, record.tags.filter(tag => !keys.has(tag.key)));
  return done(c, record);
};

/** By name alone, whatever the type. */
function taggable(c: Context): ResourceRecord {
  const { resourceName, resourceArn } = c.input;
  const record = c.region.names.get(resourceName);
  if (!record || !isVisible(c, record)) {
    throw notFound(c.options, 'Resource', resourceName);
  }
  if (resourceArn && resourceArn !== record.arn) {
    throw invalidInput(`The resource ARN does not match the resource name: ${resourceArn}`);
  }
  c.resources.push({ arn: record.arn, tags: record.tags });
  if (!TAGGABLE.has(record.resourceType)) {
    throw invalidInput(`Resources of type ${record.resourceType} cannot be tagged: ${resourceName}`);
  }
  if (record.deleting) {
    throw notNow(c.options, `${resourceName} is being deleted`);
  }
  if (c.options.tagPendingRefused && (record as { state?: string }).state === 'pending') {
    throw notNow(c.options, `You can't tag ${resourceName} right now. It is in the state: pending`);
  }
  return record;
}

const done = (c: Context, record: ResourceRecord): object => viewOperations(c, startOperation(c, {
  resourceName: record.name,
  resourceType: record.resourceType,
  operationType: c.operation,
  zone: record.zone,
}));
