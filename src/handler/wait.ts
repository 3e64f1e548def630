/** Seconds between looks at something that has just begun. */
const SHORTEST = 8;

/** Share of the time already waited that the next wait adds; half of it is what a wait overshoots on average. */
const SHARE = 0.06;

/** Seconds between looks at the most. */
const LONGEST = 300;

/** Share of a wait that chance moves, so that many that began together do not stay together. */
const JITTER = 0.2;

/** Seconds to wait before looking again. */
export function nextWait(waitedSeconds: number, random: number): number {
  const plain = Math.min(LONGEST, Math.max(SHORTEST, waitedSeconds * SHARE));
  return Math.ceil(plain * (1 - JITTER / 2 + JITTER * random));
}

/** Which words of the service mean what. What stands in none of the lists is an error at once. */
export interface States {
  readonly pending: readonly string[];
  readonly target: readonly string[];
  readonly failed: readonly string[];
}

export type Verdict = 'pending' | 'target' | 'failed' | 'unknown';

export function judge(state: string | undefined, states: States): Verdict {
  const lists: [Verdict, readonly string[]][] = [['pending', states.pending], ['target', states.target], ['failed', states.failed]];
  return lists.find(([, words]) => words.includes(state ?? ''))?.[0] ?? 'unknown';
}
