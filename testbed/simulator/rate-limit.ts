/** How many calls the service takes. Lightsail publishes no limits, so there are none until a test sets some. */

export interface Bucket {
  /** Calls that come back each second. */
  readonly perSecond: number;
  /** Calls that may come at once. */
  readonly burst: number;
}

export interface RateLimits {
  /** All calls. */
  readonly all?: Bucket;
  /** Calls that change something. */
  readonly mutating?: Bucket;
}

/** Whether an operation changes something. */
export const isMutating = (operation: string): boolean => !/^(Get|Describe)/.test(operation);

interface Fill {
  tokens: number;
  at: number;
}

/** Token buckets, one of each type in a Region. */
export class RateLimiter {
  private readonly fills = new Map<string, Fill>();

  /** Takes a token, or says that there is none. */
  admits(limits: RateLimits, region: string, operation: string, now: number): boolean {
    const fills = [
      ...limits.all ? [this.filled(`${region} all`, limits.all, now)] : [],
      ...limits.mutating && isMutating(operation) ? [this.filled(`${region} mutating`, limits.mutating, now)] : [],
    ];
    if (fills.some(({ tokens }) => tokens < 1)) {
      return false;
    }
    fills.forEach(fill => fill.tokens--);
    return true;
  }

  clear(): void {
    this.fills.clear();
  }

  private filled(key: string, { perSecond, burst }: Bucket, now: number): Fill {
    const fill = this.fills.get(key) ?? { tokens: burst, at: now };
    fill.tokens = Math.min(burst, fill.tokens + ((now - fill.at) / 1000) * perSecond);
    fill.at = now;
    this.fills.set(key, fill);
    return fill;
  }
}
