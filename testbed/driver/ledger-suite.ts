/** What the ledger asks of DynamoDB: held against the testbed's fake by jest, and against the local emulator's DynamoDB by the demo. */
import { DynamoDBClient, GetItemCommand, PutItemCommand, PutItemCommandInput } from '@aws-sdk/client-dynamodb';

export interface LedgerCheck {
  readonly what: string;
  /** Nothing when it holds, else what was seen instead. */
  run(client: DynamoDBClient, TableName: string): Promise<string | undefined>;
}

const put = async (client: DynamoDBClient, input: PutItemCommandInput) => client.send(new PutItemCommand(input)).then(() => 'written', (error: Error) => error.name);

const get = async (client: DynamoDBClient, TableName: string, id: string) =>
  (await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }))).Item;

const expected = (wanted: unknown, seen: unknown) => (JSON.stringify(wanted) === JSON.stringify(seen) ? undefined : `${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`);

const CONFLICT = 'ConditionalCheckFailedException';

export const LEDGER_CHECKS: readonly LedgerCheck[] = [
  {
    what: 'an item that is not there is nothing',
    run: async (client, table) => expected(undefined, await get(client, table, 'absent')),
  },
  {
    what: 'an item is written once where it must not be there',
    run: async (client, table) => {
      const input = { TableName: table, Item: { id: { S: 'once' }, version: { N: '1' } }, ConditionExpression: 'attribute_not_exists(id)' };
      return expected(['written', CONFLICT], [await put(client, input), await put(client, input)]);
    },
  },
  {
    what: 'of two writers of one version one is refused, and the item is the other one\'s',
    run: async (client, table) => {
      const write = (version: number, writer: string) => put(client, {
        TableName: table,
        Item: { id: { S: 'two' }, version: { N: String(version + 1) }, writer: { S: writer } },
        ConditionExpression: version === 0 ? 'attribute_not_exists(id)' : 'version = :version',
        ...version > 0 && { ExpressionAttributeValues: { ':version': { N: String(version) } } },
      });
      const seen = [await write(0, 'a'), await write(1, 'b'), await write(1, 'c')];
      return expected(['written', 'written', CONFLICT, 'b'], [...seen, (await get(client, table, 'two'))?.writer?.S]);
    },
  },
  {
    what: 'what has expired is overwritten though it is still there, and what has not is kept',
    run: async (client, table) => {
      const write = (id: string, expires: number, now: number) => put(client, {
        TableName: table,
        Item: { id: { S: id }, expires: { N: String(expires) } },
        ConditionExpression: 'attribute_not_exists(id) OR expires < :now',
        ExpressionAttributeValues: { ':now': { N: String(now) } },
      });
      const [soon, later] = [Math.floor(Date.now() / 1000) + 10_000, Math.floor(Date.now() / 1000) + 20_000];
      await write('tombstone', soon, 0);
      return expected([CONFLICT, 'written'], [await write('tombstone', later, soon - 1), await write('tombstone', later, soon + 1)]);
    },
  },
  {
    what: 'a table that is not there is told',
    run: async client => expected('ResourceNotFoundException', await get(client, 'no-such-table', 'x').then(() => 'found', (error: Error) => error.name)),
  },
];
