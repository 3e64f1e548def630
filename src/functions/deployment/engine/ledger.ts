/**
 * The ledger: one item for each resource that makes things. It says which request owns the resource, whether a step is at work on it, and
 * what each request has made. Every write depends on the version that was read, so that of two writers one reads again.
 */
import { GetItemCommand, PutItemCommand, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Request, RequestType } from './request';
import { isTransient } from '../../aws/errors';
import type { Environment } from '../environment';

/** Version of what `requests` holds. The rest of an item never changes, so that another version of the function can take it over. */
const FORMAT = '1';

/** Milliseconds before a call that met a transient error is made again. */
const PAUSES = [100, 300, 1000];

/** What a write may meet in a row before it gives up: another writer is seldom there at all. */
const MAX_CONFLICTS = 10;

/** The request whose turn it is. */
export interface Owner {
  readonly requestId: string;
  readonly requestType: RequestType;
  /** Physical id. */
  readonly id?: string;
  /** When CloudFormation sent it, in milliseconds since 1970, where that is known. */
  readonly issued?: number;
  readonly receivedAt: number;
  /** Nothing was known of the resource before, or only that it was deleted. */
  readonly first: boolean;
}

/** A step at work: nobody else makes a call that changes anything until it ends. */
export interface Lease {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export interface LedgerItem {
  /** Logical id of the resource. */
  readonly id: string;
  readonly owner: Owner;
  readonly lease?: Lease;
  /** The last request ids that took over, so that an event that comes again is known. */
  readonly seen: readonly string[];
  readonly requests: Readonly<Record<string, Request>>;
  /** What another version of the function kept, which this one cannot read. */
  readonly unreadable?: string;
  /** Seconds since 1970 after which DynamoDB may remove the item. */
  readonly expires?: number;
}

type Stored = { readonly item: LedgerItem; readonly version: number; readonly writer?: string };

export type Change = (item: LedgerItem | undefined) => LedgerItem | undefined;

export class Ledger {
  constructor(private readonly env: Pick<Environment, 'dynamodb' | 'ledgerTable' | 'clock' | 'random'>) {}

  async read(id: string): Promise<LedgerItem | undefined> {
    return (await this.get(id))?.item;
  }

  /** Changes an item as one step, and returns it as it then is. Nothing is written where the change is to nothing. */
  async update(id: string, change: Change): Promise<LedgerItem | undefined> {
    const writer = String(this.env.random());
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const stored = await this.get(id);
      const changed = change(stored?.item);
      if (!changed) return stored?.item;
      if (await this.put(changed, stored?.version ?? 0, writer)) return changed;
      // the answer to a write may have been lost, and the write be there
      const there = await this.get(id);
      if (there?.writer === writer) return there.item;
    }
    throw Object.assign(new Error(`the ledger's item ${id} kept changing`), { name: 'TimeoutError' });
  }

  /** Keeps what must not stand beside the rest. Kept once: an event that comes again does not bring back what was erased. */
  async keepSecrets(id: string, requestId: string, secrets: object, expires: number): Promise<void> {
    const Item = { id: { S: secretId(id, requestId) }, secrets: { S: JSON.stringify(secrets) }, expires: { N: String(Math.ceil(expires / 1000)) } };
    try {
      await this.repeated(() => this.env.dynamodb().send(
        new PutItemCommand({ TableName: this.env.ledgerTable, Item, ConditionExpression: 'attribute_not_exists(id)' }),
      ));
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }

  /** Nothing where they were erased. */
  async secrets(id: string, requestId: string): Promise<Record<string, unknown> | undefined> {
    const Item = await this.item(secretId(id, requestId));
    return Item?.secrets?.S === undefined ? undefined : JSON.parse(Item.secrets.S) as Record<string, unknown>;
  }

  /** Leaves an empty item, so that an event that comes again does not write anew. */
  async eraseSecrets(id: string, requestId: string, expires: number): Promise<void> {
    const Item = { id: { S: secretId(id, requestId) }, expires: { N: String(Math.ceil(expires / 1000)) } };
    await this.repeated(() => this.env.dynamodb().send(new PutItemCommand({ TableName: this.env.ledgerTable, Item })));
  }

  private async item(id: string) {
    const { Item } = await this.repeated(() => this.env.dynamodb().send(new GetItemCommand({
      TableName: this.env.ledgerTable, Key: { id: { S: id } }, ConsistentRead: true,
    })));
    return Item;
  }

  /** A table that is throttled for a moment need not cost a step. */
  private async repeated<T>(call: () => Promise<T>, but: (error: unknown) => boolean = () => false): Promise<T> {
    for (const pause of PAUSES) {
      try {
        return await call();
      } catch (error) {
        if (!isTransient(error) || but(error)) throw error;
        await this.env.clock.sleep(pause * (0.5 + this.env.random()));
      }
    }
    return call();
  }

  private async get(id: string): Promise<Stored | undefined> {
    const Item = await this.item(id);
    if (!Item) return undefined;
    const expires = Item.expires?.N === undefined ? undefined : Number(Item.expires.N);
    // DynamoDB may take days to remove what has expired
    if (expires !== undefined && expires * 1000 < this.env.clock.now()) return undefined;
    const known = Item.format?.N === FORMAT;
    const { owner, lease, seen } = JSON.parse(Item.envelope?.S ?? '{}') as Pick<LedgerItem, 'owner' | 'lease' | 'seen'>;
    const requests = known ? JSON.parse(Item.requests?.S ?? '{}') as LedgerItem['requests'] : {};
    const unreadable = known ? Item.unreadable?.S : Item.requests?.S;
    return { item: { id, owner, lease, seen, requests, unreadable, expires }, version: Number(Item.version?.N), writer: Item.writer?.S };
  }

  /** False when somebody has written since. */
  private async put(item: LedgerItem, version: number, writer: string): Promise<boolean> {
    const { id, owner, lease, seen, requests, unreadable, expires } = item;
    const input: PutItemCommandInput = {
      TableName: this.env.ledgerTable,
      Item: {
        id: { S: id },
        version: { N: String(version + 1) },
        writer: { S: writer },
        format: { N: FORMAT },
        envelope: { S: JSON.stringify({ owner, lease, seen }) },
        requests: { S: JSON.stringify(requests) },
        ...(unreadable !== undefined && { unreadable: { S: unreadable } }),
        ...(expires !== undefined && { expires: { N: String(expires) } }),
      },
      // what has expired may still be there, and counts as not there
      ConditionExpression: version === 0 ? 'attribute_not_exists(id) OR expires < :now' : 'version = :version',
      ExpressionAttributeValues: version === 0
        ? { ':now': { N: String(Math.floor(this.env.clock.now() / 1000)) } } : { ':version': { N: String(version) } },
    };
    try {
      await this.repeated(() => this.env.dynamodb().send(new PutItemCommand(input)), isLost);
      return true;
    } catch (error) {
      if (isConflict(error) || isLost(error)) return false;
      throw error;
    }
  }
}

function secretId(id: string, requestId: string): string {
  return `${id}#${requestId}`;
}

function isConflict(error: unknown): boolean {
  return (error as Error).name === 'ConditionalCheckFailedException';
}

/** No answer came: whether the write was carried out, a look tells. */
function isLost(error: unknown): boolean {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === undefined;
}
