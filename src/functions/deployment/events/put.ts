/** The HTTP request that carries an answer to CloudFormation. */
import { Agent, request as http } from 'node:http';
import { request as https } from 'node:https';

/** Milliseconds after which an answer counts as not left. */
const TIMEOUT = 10_000;

/** Leaves a body at an address, and gives the status. A connection that is kept would outlive the invocation. */
export function put(url: string, body: string, agent: Agent | false = false): Promise<number> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? https : http;
    // the address is signed without a content type
    const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
    const call = send(url, { method: 'PUT', headers, timeout: TIMEOUT, agent }, answer => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0)).on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error('timed out'))).on('error', reject).end(body);
  });
}
