import { AsyncLocalStorage } from 'node:async_hooks';
import { MAXIMUM_RETRY_DELAY, THROTTLING_RETRY_DELAY_BASE } from '@smithy/core/retry';
import type { Environment } from '../../../src/functions/deployment/environment';

/** Whose invocation it is that calls: clients live longer than one. */
export const running = new AsyncLocalStorage<Environment>();

/** The SDK's standard retries, sleeping in virtual time: exponential, with full jitter. */
export function virtualRetries(maxAttempts: number) {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0, getRetryCost: () => 0 });
  return {
    mode: 'standard',
    acquireInitialRetryToken: async () => token(0),
    async refreshRetryTokenForRetry(before: { getRetryCount(): number }, { errorType }: { errorType: string }) {
      const count = before.getRetryCount();
      if (count + 1 >= maxAttempts || !['THROTTLING', 'TRANSIENT'].includes(errorType)) throw new Error('no retry token available');
      const { clock, random } = running.getStore()!;
      await clock.sleep(random() * Math.min(MAXIMUM_RETRY_DELAY, THROTTLING_RETRY_DELAY_BASE * 2 ** count));
      return token(count + 1);
    },
    recordSuccess: () => undefined,
  };
}
