/**
 * DynamoDB as far as the ledger uses it: GetItem and conditional PutItem on one table with the key `id`. What it does not know, it refuses.
 * `ledger.test.ts` holds it against the local emulator's DynamoDB, where there is one.
 */
import { Direct, LoopbackServer, ServerAnswer, ServerRequest } from './server';

type AttributeValue = { readonly S?: string; readonly N?: string };
export type Item = Readonly<Record<string, AttributeValue>>;

type Input = Readonly<Record<string, unknown>>;

/** An error as DynamoDB answers it. */
class ServiceError extends Error {
  constructor(readonly code: string, message: string) {
    super(message);
  }
}

/** Bytes that DynamoDB takes in an item at the most. */
const MAX_ITEM = 400 * 1024;

const OPERAND = String.raw`(attribute_not_exists\((\w+)\)|(\w+) (=|<) (:\w+))`;
const CONDITION = new RegExp(`^${OPERAND}(?: OR ${OPERAND})?$`);

export class DynamoDbServer {
  static async start(table: string): Promise<DynamoDbServer> {
    const server: DynamoDbServer = new DynamoDbServer(table, await LoopbackServer.listen(request => server.answer(request)));
    return server;
  }

  readonly url: string;
  readonly direct: Direct;
  /** By key. */
  readonly items = new Map<string, Item>();
  /** Whether the table is there. */
  exists = true;

  private constructor(readonly table: string, private readonly server: LoopbackServer) {
    this.url = server.url;
    this.direct = server.direct;
  }

  clear(): void {
    this.items.clear();
    this.exists = true;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private answer({ headers, body }: ServerRequest): ServerAnswer {
    const [service, operation] = String(headers['x-amz-target']).split('.');
    try {
      if (!headers.authorization) throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
      const input = JSON.parse(body) as Input;
      if (service !== 'DynamoDB_20120810' || !(operation === 'GetItem' || operation === 'PutItem')) {
        throw new ServiceError('UnknownOperationException', `the testbed does not know ${service}.${operation}`);
      }
      if (input.TableName !== this.table || !this.exists) {
        throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
      }
      const output = operation === 'GetItem' ? this.get(input) : this.put(input);
      return { status: 200, headers: TYPE, body: JSON.stringify(output) };
    } catch (error) {
      const { code, message } = error instanceof ServiceError ? error : new ServiceError('InternalServerError', (error as Error).message);
      return { status: 400, headers: TYPE, body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message }) };
    }
  }

  private get(input: Input): object {
    onlyKnown(input, ['TableName', 'Key', 'ConsistentRead']);
    const found = this.items.get(keyOf(input.Key as Item));
    return found ? { Item: found } : {};
  }

  private put(input: Input): object {
    onlyKnown(input, ['TableName', 'Item', 'ConditionExpression', 'ExpressionAttributeValues']);
    const item = input.Item as Item;
    const key = keyOf(item);
    for (const [name, value] of Object.entries(item)) {
      if (Object.keys(value).length !== 1 || (value.S === undefined && value.N === undefined)) throw validationError(`attribute ${name} is no S and no N`);
      if (value.N !== undefined && !Number.isFinite(Number(value.N))) throw validationError(`attribute ${name} is no number`);
    }
    const size = Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value.S ?? value.N ?? ''), 0);
    if (size > MAX_ITEM) throw validationError('Item size has exceeded the maximum allowed size');
    const condition = input.ConditionExpression as string | undefined;
    const values = (input.ExpressionAttributeValues ?? {}) as Item;
    if (condition !== undefined && !holds(condition, this.items.get(key), values)) {
      throw new ServiceError('ConditionalCheckFailedException', 'The conditional request failed');
    }
    this.items.set(key, item);
    return {};
  }
}

const TYPE = { 'content-type': 'application/x-amz-json-1.0' };

function keyOf(item: Item): string {
  if (typeof item?.id?.S !== 'string' || item.id.S === '') throw validationError('One of the required keys was not given a value');
  return item.id.S;
}

function holds(condition: string, item: Item | undefined, values: Item): boolean {
  const parsed = CONDITION.exec(condition);
  if (!parsed) throw validationError(`the testbed does not know the condition ${condition}`);
  const used = [parsed[5], parsed[10]].filter(name => name !== undefined);
  const unused = Object.keys(values).find(name => !used.includes(name));
  if (unused) throw validationError(`Value provided in ExpressionAttributeValues unused in expressions: keys: {${unused}}`);
  const one = ([text, absent, name, operator, value]: (string | undefined)[]) => {
    if (text === undefined) return false;
    if (absent !== undefined) return item?.[absent] === undefined;
    const wanted = values[value!];
    if (!wanted) throw validationError(`An expression attribute value used in expression is not defined; attribute value: ${value}`);
    const found = item?.[name!];
    // a comparison with an attribute that is not there, or of another type, does not hold
    if (!found || (found.N === undefined) !== (wanted.N === undefined)) return false;
    if (operator === '=') return found.N === undefined ? found.S === wanted.S : Number(found.N) === Number(wanted.N);
    return found.N === undefined ? found.S! < wanted.S! : Number(found.N) < Number(wanted.N);
  };
  return one(parsed.slice(1, 6)) || one(parsed.slice(6, 11));
}

function validationError(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

function onlyKnown(input: Input, known: readonly string[]): void {
  const unknown = Object.keys(input).find(field => !known.includes(field));
  if (unknown) throw validationError(`the testbed does not know ${unknown}`);
}
