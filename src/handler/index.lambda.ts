import { request as http } from 'node:http';
import { request as https } from 'node:https';
import { createClients } from './clients';
import { WAITER_ARN } from './contract';
import { Environment } from './environment';
import { createHandler } from './handler';

/** Milliseconds after which an answer counts as not left. */
const PUT_TIMEOUT = 10_000;

const region = process.env.AWS_REGION ?? '';

const environment: Environment = {
  region,
  waiterArn: process.env[WAITER_ARN] ?? '',
  clock: { now: Date.now, sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)) },
  random: Math.random,
  ...createClients({ region }),
  put,
  log: entry => process.stdout.write(`${JSON.stringify(entry)}\n`),
};

export const handler = createHandler(environment);

function put(url: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? https : http;
    // the address is signed without a content type
    const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
    const call = send(url, { method: 'PUT', headers, timeout: PUT_TIMEOUT }, answer => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0)).on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error('timed out'))).on('error', reject).end(body);
  });
}
