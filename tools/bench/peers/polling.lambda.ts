import { request } from 'node:https';
import { LightsailClient } from '@aws-sdk/client-lightsail';
import { pollingHandler } from './polling';
import { MAX_ATTEMPTS, SnapshotEvent } from './snapshot';

interface Context {
  getRemainingTimeInMillis(): number;
}

const lightsail = new LightsailClient({ maxAttempts: MAX_ATTEMPTS });

export function handler(event: SnapshotEvent, context: Context): Promise<void> {
  return pollingHandler(lightsail, 5_000, {
    sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
    remaining: () => context.getRemainingTimeInMillis(),
    respond: ({ StackId, RequestId, LogicalResourceId, ResponseURL }, answer) => new Promise((resolve, reject) => {
      const body = JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, ...answer });
      request(ResponseURL, { method: 'PUT', headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) } }, () => resolve())
        .on('error', reject).end(body);
    }),
    again: () => Promise.reject(new Error('longer than 15 minutes')),
  })(event);
}
