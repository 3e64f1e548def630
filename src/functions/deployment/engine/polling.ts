/** How long to wait before the next look, and what a state that the service reports means. */
import type { Phase } from './request';

/** Seconds until the first look: what is made is seldom there sooner, what is removed is often gone. */
const FIRST: Readonly<Record<Phase, number>> = { removeOrphans: 6, reconcile: 20, remove: 6, rollBack: 6 };

/** Seconds between looks at the least, and at the most. */
const SHORTEST = 6;
const LONGEST = 300;

/** Seconds between looks are this much times a power of the seconds waited: 11 after two minutes, 21 after five, 97 after 45. */
const PACE = 0.385;
const GROWTH = 0.7;

/** What took so long before will take about so long again: few looks until then, and closer ones from then on, as shares of that time. */
const NEAR = { from: 0.85, to: 1.25 };
const FAR_STEP = 0.25;
const NEAR_STEP = 0.03;

/** Share of a wait that chance moves, so that many that began together do not stay together. */
const JITTER = 0.2;

/** Seconds before a call that met a transient error is made again, doubled for each time in a row. */
const RETRY = 3;
const LONGEST_RETRY = 15;

/** How much rarer looks are after throttling: the service has more to do than it can. */
const SLOWER = 1.5;

/** What there is to know before the next look. */
export interface Waited {
  readonly phase: Phase;
  /** Since it began. */
  readonly seconds: number;
  /** How long the same took to make before, if it is known. */
  readonly before?: number;
  /** Whether calls were throttled. Other transient errors say nothing of how much the service has to do. */
  readonly slowed: boolean;
}

/** Seconds to wait before looking again. */
export function nextWait(waited: Waited, random: number): number {
  const plain = waited.slowed ? SLOWER * step(waited) : step(waited);
  return Math.max(1, Math.round(plain * (1 - JITTER / 2 + JITTER * random)));
}

/** Seconds to wait after the n-th transient error in a row. */
export function retryWait(inARow: number, random: number): number {
  return Math.ceil(Math.min(LONGEST_RETRY, RETRY * 2 ** (inARow - 1)) * (0.5 + random));
}

function step({ phase, seconds, ...known }: Waited): number {
  const before = phase === 'reconcile' ? known.before ?? 0 : 0;
  const near = NEAR.from * before;
  const first = before ? Math.min(FIRST[phase], near) : FIRST[phase];
  if (seconds < first / 2) return Math.max(1, first - seconds);
  const usual = Math.min(LONGEST, Math.max(SHORTEST, PACE * seconds ** GROWTH));
  if (seconds < near) return Math.max(SHORTEST, Math.min(LONGEST, Math.max(usual, FAR_STEP * seconds), near - seconds));
  return seconds < NEAR.to * before ? Math.max(SHORTEST, NEAR_STEP * before) : usual;
}

/** Which words of the service mean what. What stands in none of the lists is an error at once. */
export interface States {
  readonly pending: readonly string[];
  readonly target: readonly string[];
  readonly failed: readonly string[];
}

export type StateClass = 'pending' | 'target' | 'failed' | 'unknown';

export function classifyState(state: string | undefined, states: States): StateClass {
  // a record that is young may have no state yet
  if (state === undefined) return 'pending';
  const lists: [StateClass, readonly string[]][] = [['pending', states.pending], ['target', states.target], ['failed', states.failed]];
  return lists.find(([, words]) => words.includes(state))?.[0] ?? 'unknown';
}
