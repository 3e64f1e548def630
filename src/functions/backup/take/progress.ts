/** How far a child has come with each of its sources. It travels between the steps of the child; only these files understand it. */
import { OUTCOMES, Outcome } from '../payloads';

export interface SourceProgress {
  /**
   * `begin`: nothing was done · `stop`: the instance was asked to stop · `create`: the snapshot is to be created · `look`: it was created, or
   * something has its name · `copy`: it is good, its copies are not · `ended`.
   */
  phase: 'begin' | 'stop' | 'create' | 'look' | 'copy' | 'ended';
  /** Milliseconds since 1970 at which there is something to do. */
  due: number;
  /** Looks that found the snapshot pending. */
  looks: number;
  /** Looks that found something else than expected. */
  mismatches: number;
  /** The snapshot was created by a call of this child, at this time. */
  createdAt?: number;
  /** Why it could not go on, the last time. It is the outcome when the windows end. */
  blocker?: Outcome;
  outcome?: Outcome;
  copies?: CopyProgress[];
  /** The instance has this run's tag and restart schedule, or may have, since then: it has to run again, and both have to go. */
  heldSince?: number;
  /** It was stopped by this run, since then. */
  stoppedSince?: number;
  /** Lightsail was busy when it was asked to start it, the last time. */
  startRefusedAt?: number;
  /** Rights may be minutes old: since when they were denied. */
  deniedSince?: number;
}

/** Of a copy, in one region. */
export interface CopyProgress {
  phase: 'create' | 'tag' | 'look' | 'good' | 'failed' | 'late';
  due: number;
  looks: number;
  mismatches: number;
}

export interface ChildState {
  readonly sources: SourceProgress[];
  readonly throttled: number;
  /** Seconds, the longest so far. */
  readonly downtime: number;
  readonly stride: number;
}

export const newProgress = (): SourceProgress => ({ phase: 'begin', due: 0, looks: 0, mismatches: 0 });

export const newCopy = (): CopyProgress => ({ phase: 'create', due: 0, looks: 0, mismatches: 0 });

/** Ends what is to be said of the snapshot. The first word stands. */
export function end(progress: SourceProgress, outcome: Outcome): void {
  progress.outcome ??= outcome;
  progress.phase = 'ended';
}

/** Milliseconds until the next look: few of them, since a snapshot takes five minutes, and seldom twenty. */
export function untilNextLook(looks: number): number {
  return looks === 0 ? 240_000 : Math.min(600_000, 120_000 * 1.5 ** (looks - 1));
}

/** What is said when the windows end before everything is there. Where there are copies, the snapshot itself is good. */
export function outcomeOf({ copies, blocker = OUTCOMES.pending }: SourceProgress): Outcome {
  if (!copies) return blocker;
  return copies.some(({ phase }) => phase === 'failed') ? OUTCOMES.copyFailed : OUTCOMES.copyPending;
}
