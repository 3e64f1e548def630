import { invalidInput } from '../errors';
import type { Context } from './context';
import { isVisible } from './lookup';
import type { ResourceType, Records, ResourceRecord } from './records';

interface Token {
  /** A token is good for its own operation and Region only. */
  of: string;
  /** Key of the last item answered; none: from the start. */
  after?: string | number;
}

/** One page of things in ascending order of their keys. */
export function page<T>(c: Context, items: T[], key: (item: T) => string | number): { items: T[]; nextPageToken?: string } {
  const of = `${c.operation}/${c.region.name}`;
  const token = readToken(of, c.input.pageToken);
  if (!token && c.options.emptyPages) {
    return { items: [], nextPageToken: writeToken({ of }) };
  }
  const sorted = items
    .filter(item => token?.after === undefined || key(item) > token.after)
    .sort((a, b) => key(a) < key(b) ? -1 : 1);
  if (sorted.length <= c.options.pageSize) {
    return { items: sorted };
  }
  const shown = sorted.slice(0, c.options.pageSize);
  return { items: shown, nextPageToken: writeToken({ of, after: key(shown[shown.length - 1]) }) };
}

/** One page of all things of a resource type. */
export function pageOf<K extends ResourceType>(c: Context, resourceType: K): { items: Records[K][]; nextPageToken?: string } {
  const of = `${c.operation}/${c.region.name}`;
  const token = readToken(of, c.input.pageToken);
  if (!token && c.options.emptyPages) {
    return { items: [], nextPageToken: writeToken({ of }) };
  }
  const { listOrder, pageSize } = c.options;
  const key = ORDER[listOrder];
  // a test may take a record out of its table by hand
  const isThere = (record: ResourceRecord) => c.region.holds(record) && isVisible(c, record);
  const { items, more } = c.region.inOrder(resourceType, listOrder, key).page(token?.after, pageSize, isThere);
  return { items, nextPageToken: more ? writeToken({ of, after: key(items[items.length - 1]) }) : undefined };
}

const ORDER: Record<Context['options']['listOrder'], (record: ResourceRecord) => string | number> = {
  name: record => record.name,
  oldest: record => record.seq,
  newest: record => -record.seq,
};

const writeToken = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64url');

function readToken(of: string, text: unknown): Token | undefined {
  // An empty token is a first page, as for a caller who passes on what was not there.
  if (typeof text !== 'string' || text === '') {
    return undefined;
  }
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Token;
    if (token.of === of) {
      return token;
    }
  } catch {
    // Not one of ours.
  }
  throw invalidInput('The page token is not valid');
}
