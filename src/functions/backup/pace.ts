/** Keeps the calls of all steps of a plan together below its rate, without anything that they would have to share but the time. */
import { BATCH_SIZE, PlanSettings } from './contract';
import type { Clock } from '../aws/environment';

/** Ticks are this much longer than the rate asks for, so that a call that leaves late does not make one too many in ten seconds. */
const MARGIN = 1.05;

/** Reading calls for one mutating call. */
const READS = 5;

/** Milliseconds for which a step waits for its turn. For a later turn the state machine waits, which costs less. */
const PATIENCE = 5_000;

/**
 * Milliseconds by which, where instances are stopped, a child's turn to read comes before its turn to call. An instance is looked at before anything
 * is done to it: read in the turn to call, it would have to wait for the next one, which may be further off than a step waits.
 */
const LEAD = 2_000;

/** Seconds by which a step begins before its turn to call, at least: what it reads first has to be answered by then. */
const BEGINS_BEFORE = { reading: 4, calling: 2 };

/** Milliseconds between two steps at least: shorter ticks need not be aligned for two steps to keep the rate. */
const FREE_TICK = 1_000;

/** A part of a tick that is no more than an error of arithmetic. */
const ROUNDING = 1e-6;

/** Throttled steps leave out ticks: every second, fourth, eighth ... */
const MAX_STRIDE = 16;

/** After so many calls without being throttled, half as many ticks are left out. */
const CALM_CALLS = 25;

export interface PaceOptions {
  /** Which child of how many that work at the same time. @default - the only one */
  readonly turn?: { readonly index: number; readonly count: number };
  /** Milliseconds since 1970 after which this step makes no more calls. */
  readonly until?: number;
  /** Milliseconds for which the step waits for its turn. @default 5000 */
  readonly patience?: number;
  /** What an earlier step was slowed down to. @default 1 */
  readonly stride?: number;
}

/**
 * Time is cut into ticks, one mutating call each. `frame` ticks in a row belong to the same child, then as many to the next one.
 * A whole frame is as long as a batch's calls take: a child then makes them in one step, and steps are what a run costs.
 * Where instances are stopped, a frame is one tick, because their downtime counts, and reads come before the call for which they are made.
 */
export class Pace {
  throttled = 0;
  /** How many ticks make one for this child, since Lightsail said that there were too many calls. */
  stride: number;
  private readonly tick: number;
  private readonly frame: number;
  /** Whether a read and the call that follows from it have turns of their own. */
  private readonly looksAhead: boolean;
  private readonly calls: Ticker;
  private readonly reads: Ticker;
  private calm = 0;

  constructor(private readonly clock: Clock, plan: Pick<PlanSettings, 'callsPerSecond' | 'stop'>, private readonly options: PaceOptions = {}) {
    this.tick = 1000 * MARGIN / plan.callsPerSecond;
    this.looksAhead = plan.stop !== undefined;
    this.frame = this.looksAhead ? 1 : BATCH_SIZE;
    this.stride = options.stride ?? 1;
    this.calls = { length: this.tick, perTick: 1, lead: 0, last: -Infinity, queue: Promise.resolve() };
    const lead = this.looksAhead ? Math.ceil(LEAD / this.tick) : 0;
    this.reads = { length: this.tick / READS, perTick: READS, lead, last: -Infinity, queue: Promise.resolve() };
  }

  /**
   * Waits for the next tick in which this child may make a mutating call. False: that is too late for this step.
   * @param before what the call needs, when its turn is near; false: the turn is not taken
   */
  mayCall(before?: () => Promise<boolean>): Promise<boolean> {
    return this.next(this.calls, before);
  }

  /** The same for a reading call. */
  mayRead(): Promise<boolean> {
    return this.next(this.reads);
  }

  /** Milliseconds that a turn of this child lasts. */
  get turnLength(): number {
    return this.frame * this.tick;
  }

  /** Milliseconds from one call of this child to the next, on average, when it always has one to make. */
  get callInterval(): number {
    return this.tick * Math.max(this.options.turn?.count ?? 1, this.stride);
  }

  /** Seconds from now at which a step should begin, to be there when this child's next turn after a time comes. */
  secondsUntilTurn(time: number): number {
    const at = this.ownTick(Math.ceil(Math.max(time, this.clock.now()) / this.tick), this.calls) * this.tick;
    // whole seconds are all that the state machine knows, and it may be late: the step waits for the rest
    return Math.max(1, Math.floor((at - this.clock.now()) / 1000) - (this.looksAhead ? BEGINS_BEFORE.reading : BEGINS_BEFORE.calling));
  }

  /** Lightsail said that there were too many calls. */
  slowDown(): void {
    this.throttled++;
    this.calm = 0;
    this.stride = Math.min(MAX_STRIDE, this.stride * 2);
  }

  /** One after the other: who asked first has the earlier tick. */
  private next(ticker: Ticker, before?: () => Promise<boolean>): Promise<boolean> {
    const mine = ticker.queue.then(async () => {
      if (before) {
        const at = this.turnOf(ticker);
        if (at === undefined) return false;
        await this.sleepUntil(at - PATIENCE);
        // the turn is worked out anew when that is done: it may have taken longer than until the turn
        if (!await before()) return false;
      }
      return this.take(ticker);
    });
    ticker.queue = mine.catch(() => undefined);
    return mine;
  }

  private async take(ticker: Ticker): Promise<boolean> {
    const at = this.turnOf(ticker);
    if (at === undefined) return false;
    ticker.last = at;
    await this.sleepUntil(at);
    if (++this.calm % CALM_CALLS === 0) this.stride = Math.max(1, this.stride / 2);
    return true;
  }

  private async sleepUntil(time: number): Promise<void> {
    const left = time - this.clock.now();
    if (left > 0) await this.clock.sleep(left);
  }

  /** When the next turn begins, unless that is too late for this step. */
  private turnOf(ticker: Ticker): number | undefined {
    const { length, perTick, lead, last } = ticker;
    const { options: { until = Infinity, patience = PATIENCE } } = this;
    // A read that is answered slowly misses the turn to call. Each step after it would read again and miss its turn too, so that a step waits for
    // the turn of its first call, however far off that is.
    const isFirst = this.looksAhead && ticker === this.calls && last === -Infinity;
    const earliest = Math.max(this.clock.now(), last + this.stride * length);
    // a list is read page by page: who is alone need not wait for the next tick after each
    const isFree = perTick > 1 && length <= FREE_TICK && (this.options.turn?.count ?? 1) === 1;
    const at = isFree ? earliest : this.ownTick(Math.ceil(earliest / length - ROUNDING), { perTick, lead }) * length;
    return at > until || (!isFirst && at - this.clock.now() > patience) ? undefined : at;
  }

  private ownTick(tick: number, { perTick, lead }: Pick<Ticker, 'perTick' | 'lead'>): number {
    const { index, count } = this.options.turn ?? { index: 0, count: 1 };
    const length = this.frame * perTick;
    const frame = Math.floor(tick / length);
    const ahead = (index - (frame + lead) % count + count) % count;
    return ahead === 0 ? tick : (frame + ahead) * length;
  }
}

/** Ticks of one sort of calls. */
interface Ticker {
  /** Milliseconds. */
  readonly length: number;
  /** How many make one tick of mutating calls. */
  readonly perTick: number;
  /** How many ticks of mutating calls its turns come before those. */
  readonly lead: number;
  /** Milliseconds since 1970 of the last call. */
  last: number;
  queue: Promise<unknown>;
}
