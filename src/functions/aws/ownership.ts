import { createHash } from 'node:crypto';
import { CONTRACTS, OWNER_TAGS, ResourceType, TAG_PREFIX } from '../deployment/contract';

/** Longest readable part of a generated name. Lightsail allows 255 characters; a console shows far fewer. */
const MAX_READABLE = 100;

export interface Owner {
  readonly stackId: string;
  readonly logicalId: string;
}

/** A request for a resource. */
export interface Requester extends Owner {
  readonly requestId: string;
}

export interface Tag {
  key?: string;
  value?: string;
}

/** Short name of a value, the same wherever and whenever it is asked for. */
export function hash(length: number, value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortKeys)).digest('hex').slice(0, length);
}

/** CloudFormation does not promise the order of an object's keys. */
function sortKeys(_key: string, value: unknown): unknown {
  const plain = typeof value === 'object' && value !== null && !Array.isArray(value);
  return plain ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}

/** Stands for the properties that a resource is made from: another value, another resource. */
export function replacementKeyOf(type: ResourceType, props: Readonly<Record<string, unknown>>): string {
  return hash(10, CONTRACTS[type].replacementKey.filter(name => props[name] !== undefined).map(name => [name, props[name]]));
}

/** A name that a retry finds again and a replacement does not. */
export function generatedName(owner: Owner, replacementKey: string): string {
  const stackName = owner.stackId.split('/')[1] ?? 'stack';
  const readable = `${stackName}-${owner.logicalId}`.replace(/[^A-Za-z0-9-]/g, '-').replace(/^-+/, '').slice(0, MAX_READABLE);
  return `${readable}-${hash(10, [owner.stackId, owner.logicalId, replacementKey])}`;
}

/** Ownership tags. */
export function ownerTags(requester: Requester, replacementKey: string): Record<string, string> {
  return {
    [OWNER_TAGS.stack]: requester.stackId,
    [OWNER_TAGS.resource]: requester.logicalId,
    [OWNER_TAGS.creator]: `${replacementKey}/${requester.requestId}`,
  };
}

export function toTags(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** How a resource came to be, as far as its tags say: nothing when they are not ours. */
export interface Creator {
  readonly replacementKey: string;
  readonly requestId: string;
  /** What it came with, where it did not come by itself. */
  readonly with?: string;
}

export function creatorOf(owner: Owner, tags: readonly Tag[] | undefined): Creator | undefined {
  const value = (key: string) => tags?.find(tag => tag.key === key)?.value;
  if (value(OWNER_TAGS.stack) !== owner.stackId || value(OWNER_TAGS.resource) !== owner.logicalId) return undefined;
  const [replacementKey = '', requestId = '', ...rest] = (value(OWNER_TAGS.creator) ?? '').split('/');
  return { replacementKey, requestId, with: rest[0] };
}

/** Logical id under which the same stack made a resource, where it is another one. */
export function otherCreatorOf(owner: Owner, tags: readonly Tag[] | undefined): string | undefined {
  const value = (key: string) => tags?.find(tag => tag.key === key)?.value;
  const logicalId = value(OWNER_TAGS.resource);
  return value(OWNER_TAGS.stack) === owner.stackId && logicalId !== owner.logicalId ? logicalId : undefined;
}

/** Tags that users gave: all but the ownership tags. */
export function userTags(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).filter(tag => !tag.key!.startsWith(TAG_PREFIX)).map(tag => [tag.key!, tag.value ?? '']));
}
