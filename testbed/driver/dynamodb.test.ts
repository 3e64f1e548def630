import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDbServer } from './dynamodb';
import { LEDGER_CHECKS } from './ledger-suite';

let server: DynamoDbServer;
let client: DynamoDBClient;

beforeAll(async () => {
  server = await DynamoDbServer.start('Ledger');
  client = new DynamoDBClient({ region: 'us-east-1', endpoint: server.url, maxAttempts: 1, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

test.each(LEDGER_CHECKS.map(check => [check.what, check] as const))('%s', async (_, check) => {
  expect(await check.run(client, 'Ledger')).toBeUndefined();
});

test('what the fake does not know, it refuses', async () => {
  const Item = { id: { S: 'x' } };
  await expect(client.send(new PutItemCommand({ TableName: 'Ledger', Item, ConditionExpression: 'size(id) > :n' }))).rejects.toThrow('does not know the condition');
  await expect(client.send(new PutItemCommand({ TableName: 'Ledger', Item, ReturnValues: 'ALL_OLD' }))).rejects.toThrow('does not know ReturnValues');
  await expect(client.send(new PutItemCommand({ TableName: 'Ledger', Item: { id: { S: 'x' }, big: { S: 'x'.repeat(410_000) } } }))).rejects.toThrow('size has exceeded');
});
