/**
 * A function's connections. Between two invocations the process is frozen, and the other side may reset what was kept open, so that the next
 * call would fail. Within an invocation they are kept, since a handshake costs more than most calls.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Milliseconds: a call that takes longer is given up, so that a step ends in time and is repeated. */
const TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 8_000 };

export interface Connections {
  /** What the SDK's clients make their request handlers from. */
  readonly requestHandler: object;
  /** Runs a function, and closes its connections when it ends. */
  closing<A extends unknown[], R>(handler: (...args: A) => Promise<R>): (...args: A) => Promise<R>;
}

export function createConnections(timeouts = TIMEOUTS): Connections {
  const httpAgent = new HttpAgent({ keepAlive: true });
  const httpsAgent = new HttpsAgent({ keepAlive: true });
  return {
    // without the last setting the SDK only warns
    requestHandler: { ...timeouts, httpAgent, httpsAgent, throwOnRequestTimeout: true },
    closing: handler => async (...args) => {
      try {
        return await handler(...args);
      } finally {
        // an agent that was destroyed opens new connections when it is asked to
        httpAgent.destroy();
        httpsAgent.destroy();
      }
    },
  };
}
