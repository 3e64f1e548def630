/** What the parts of a round of pruning share: calls that wait for their turn, and what is said of them. */
import { CallResult, attempt, read } from '../calls';
import type { PlanSettings } from '../contract';
import type { BackupEnvironment } from '../environment';
import type { Pace } from '../pace';

/** A call is made so often while its failures are transient. */
const ATTEMPTS = 6;

/** Sentences that a run carries along and reports. All of them are in the log. */
const MAX_SENTENCES = 40;
const MAX_LENGTH = 500;

export class Round {
  pruned = 0;
  adopted = 0;
  /** Deletions that were denied. */
  denials = 0;
  private readonly said: { readonly notes: Set<string>; readonly problems: Set<string> };

  constructor(
    readonly env: BackupEnvironment,
    readonly plan: PlanSettings,
    readonly slot: string,
    readonly region: string,
    readonly pace: Pace,
    earlier: { readonly notes: readonly string[]; readonly problems: readonly string[] },
  ) {
    this.said = { notes: new Set(earlier.notes), problems: new Set(earlier.problems) };
  }

  get now(): number {
    return this.env.clock.now();
  }

  get notes(): string[] {
    return [...this.said.notes].slice(0, MAX_SENTENCES);
  }

  get problems(): string[] {
    return [...this.said.problems].slice(0, MAX_SENTENCES);
  }

  /** For the report. */
  note(sentence: string): void {
    this.say('notes', sentence);
  }

  /** For the report, and the run fails. */
  problem(sentence: string): void {
    this.say('problems', sentence);
  }

  read<T>(call: () => Promise<T>): Promise<T> {
    return read(this.env, this.pace, call);
  }

  /** A mutating call. Without a failure and a value the time of this round is up. */
  async call<T>(call: () => Promise<T>): Promise<CallResult<T>> {
    for (let tried = 1; ; tried++) {
      const answer = await attempt(this.pace, 'call', call);
      if ((answer.failure !== 'throttled' && answer.failure !== 'transient') || tried === ATTEMPTS) return answer;
      await this.env.clock.sleep(Math.min(30_000, 500 * 2 ** tried));
    }
  }

  private say(where: 'notes' | 'problems', sentence: string): void {
    this.said[where].add(sentence.slice(0, MAX_LENGTH));
    this.env.log({ action: 'prune', plan: this.plan.name, slot: this.slot, region: this.region, [where === 'notes' ? 'notice' : 'error']: sentence });
  }
}
