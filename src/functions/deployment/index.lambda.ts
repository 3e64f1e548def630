/** What AWS Lambda calls. */
import { CLOCK_ARN, LEDGER_TABLE, STACK_ID, TEST_RESPONSE_HOST } from './contract';
import { createClients } from '../aws/clients';
import { createConnections } from '../aws/connections';
import { put } from './events/put';
import { createHandler } from './events/receive';

const region = process.env.AWS_REGION ?? '';
const { closing, requestHandler } = createConnections();

export const handler = closing(createHandler({
  region,
  clockArn: process.env[CLOCK_ARN] ?? '',
  ledgerTable: process.env[LEDGER_TABLE] ?? '',
  stackId: process.env[STACK_ID],
  testResponseHost: process.env[TEST_RESPONSE_HOST],
  clock: { now: Date.now, sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)) },
  random: Math.random,
  ...createClients({ region, requestHandler }),
  put: (url, body) => put(url, body),
  log: entry => process.stdout.write(`${JSON.stringify(entry)}\n`),
}));
