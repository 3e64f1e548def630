/** What the parts of a child's step share. */
import type { SourceProgress } from './progress';
import { PERMISSIONS_ARRIVE, describe } from '../../aws/errors';
import { CallResult, attempt } from '../calls';
import type { PlanSettings, SourceType } from '../contract';
import type { BackupEnvironment } from '../environment';
import { planTag } from '../names';
import type { Pace } from '../pace';
import { OUTCOMES } from '../payloads';

/** Milliseconds after which a call that failed is made again. */
const RETRY_AFTER = 30_000;
const BUSY_AFTER = 120_000;
const MINUTE = 60_000;

/** Steps begin this many milliseconds before they are due, so as not to miss their turn. */
export const EARLY = 5_000;

export class Child {
  constructor(
    readonly env: BackupEnvironment,
    readonly plan: PlanSettings,
    readonly slot: string,
    readonly keepFor: number,
    readonly type: SourceType,
    readonly pace: Pace,
    /** Milliseconds since 1970 after which nothing is created. */
    readonly ends: number,
    /** Milliseconds since 1970 before which no attempt of this step began. What one that died has done, it did later. */
    readonly beganAt: number,
  ) {}

  /** Value of the tag by which an instance says which run stopped it. */
  get run(): string {
    return `${planTag(this.plan)}/${this.slot}`;
  }

  get now(): number {
    return this.env.clock.now();
  }

  /**
   * In about a minute, on the minute. What waits for long is looked at together: fifty sources, each at a time of its own, would use up the history
   * of the child's execution, which has 25,000 events, within two hours.
   */
  get aMinuteLater(): number {
    return Math.round(this.now / MINUTE + 1) * MINUTE;
  }

  isDue({ due }: SourceProgress): boolean {
    return due <= this.now + EARLY;
  }

  get isOver(): boolean {
    return this.now >= this.ends;
  }

  /** @param before what the call needs, while its turn comes; false: the call is not made */
  call<T>(call: () => Promise<T>, before?: () => Promise<boolean>): Promise<CallResult<T>> {
    return attempt(this.pace, 'call', call, before);
  }

  read<T>(call: () => Promise<T>): Promise<CallResult<T>> {
    return attempt(this.pace, 'read', call);
  }

  log(source: string, about: Record<string, unknown>): void {
    this.env.log({ action: 'take', plan: this.plan.name, slot: this.slot, source: `${this.type}/${source}`, ...about });
  }

  /**
   * What a failed call means where nothing special is known of it: try again later, or (true) never.
   * Without a failure it was not this child's turn any more: the source stays due.
   */
  isFinal({ failure, error }: CallResult<unknown>, source: string, progress: SourceProgress): boolean {
    if (!failure || failure === 'throttled') return false;
    if (failure === 'denied') {
      progress.deniedSince ??= this.now;
      progress.blocker = OUTCOMES.refused;
      if (this.now - progress.deniedSince >= PERMISSIONS_ARRIVE) return this.refused(source, error);
    }
    if (failure === 'refused' || failure === 'nameTaken' || failure === 'notFound') return this.refused(source, error);
    if (failure === 'busy') progress.blocker = OUTCOMES.busy;
    progress.due = this.now + (failure === 'busy' ? BUSY_AFTER : RETRY_AFTER);
    return false;
  }

  private refused(source: string, error: unknown): true {
    this.log(source, { error: describe(error) });
    return true;
  }
}
