import { ec2Error } from './errors';
import type { Context } from '../model/context';
import type { Tag } from '../model/records';

export interface Filter {
  Name?: string;
  Values?: string[];
}

/** What can be filtered by: the name of the filter and the values that a thing has for it. */
export type Fields<T> = Record<string, (thing: T) => string[]>;

export function matchesAll<T extends { tags: Tag[] }>(thing: T, filters: Filter[] | undefined, fields: Fields<T>): boolean {
  return (filters ?? []).every(({ Name: name = '', Values: values = [] }) => {
    const has = fieldOf(name, fields)(thing);
    return values.some(value => has.some(candidate => wildcard(value).test(candidate)));
  });
}

function fieldOf<T extends { tags: Tag[] }>(name: string, fields: Fields<T>): (thing: T) => string[] {
  if (name.startsWith('tag:')) {
    return ({ tags }) => tags.filter(tag => tag.key === name.slice(4)).map(tag => tag.value ?? '');
  }
  if (name === 'tag-key') {
    return ({ tags }) => tags.map(tag => tag.key);
  }
  const field = fields[name];
  if (!field) {
    throw ec2Error('InvalidParameterValue', `The filter '${name}' is invalid`);
  }
  return field;
}

const wildcard = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 's');

/** All that there is belongs to the account. */
export const isOwner = (c: Context, owners: string[] | undefined): boolean =>
  owners === undefined || owners.includes('self') || owners.includes(c.model.account);

/** One page, when the caller asked for pages. */
export function pageOf<T extends { seq: number }>(input: any, things: T[]): { items: T[]; NextToken?: string } {
  const after = input.NextToken === undefined ? 0 : Number(Buffer.from(input.NextToken, 'base64url').toString());
  if (Number.isNaN(after)) {
    throw ec2Error('InvalidNextToken', 'The token is not valid');
  }
  const left = things.filter(({ seq }) => seq > after).sort((a, b) => a.seq - b.seq);
  const limit: number = input.MaxResults ?? left.length;
  const items = left.slice(0, limit);
  return items.length < left.length
    ? { items, NextToken: Buffer.from(String(items[items.length - 1].seq)).toString('base64url') }
    : { items };
}
