/** EventBridge Scheduler in virtual time: time zones, flexible windows, retries, dead letters. */
import type { Timer, VirtualClock } from './clock';
import type { Random } from './random';
import { Due, parseSchedule } from './schedule-expression';

export interface ScheduleTarget {
  readonly arn: string;
  readonly roleArn?: string;
  /** Text in which Scheduler's own attributes are replaced. */
  readonly input?: string;
  readonly deadLetterArn?: string;
  /** @default 185 */
  readonly maximumRetryAttempts?: number;
  /** Seconds. @default 86400 */
  readonly maximumEventAge?: number;
}

export interface Schedule {
  readonly name: string;
  /** @default 'default' */
  readonly group?: string;
  readonly expression: string;
  /** @default UTC */
  readonly timeZone?: string;
  /** Minutes. @default 0 - at the minute */
  readonly flexibleWindow?: number;
  readonly enabled?: boolean;
  /** A one-time schedule goes when its target was invoked. */
  readonly deleteAfterCompletion?: boolean;
  readonly target: ScheduleTarget;
}

/** What could not be delivered. */
export interface DeadLetter {
  readonly at: number;
  readonly queueArn?: string;
  readonly schedule: string;
  readonly input: string;
  readonly error: string;
}

/** Hands an input over to a target. Throws what the target's service answers with. */
export type Deliver = (target: ScheduleTarget, input: string) => Promise<void>;

/** How often a time is delivered. */
export type Deliveries = (schedule: Schedule, due: number) => number;

/** Milliseconds that a delivery is late. */
export type Lateness = () => number;

const ONCE: Deliveries = () => 1;
const AT_ONCE: Lateness = () => 0;

interface Entry {
  readonly schedule: Schedule;
  readonly arn: string;
  readonly createdAt: number;
  readonly due: Due;
  timer?: Timer;
  /** The last time that was dealt with. */
  last: number;
}

/** Scheduler's own precision. */
const PRECISION = 60_000;

/** Seconds before the first retry, and the most. Neither is documented. */
const BACKOFF = { first: 10, most: 3600 };

export class VirtualScheduler {
  readonly deadLetters: DeadLetter[] = [];
  /** 0 misses a time, 2 is a duplicate, which Scheduler does not rule out. */
  deliveries = ONCE;
  lateness = AT_ONCE;
  /** All deliveries that succeeded. */
  readonly delivered: { readonly schedule: string; readonly due: number; readonly at: number }[] = [];
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly clock: VirtualClock,
    private readonly random: () => Random,
    private readonly deliver: Deliver,
    private readonly place = { region: 'us-east-1', account: '123456789012' },
  ) {}

  /** Creates or replaces. Throws for an expression or a zone that is none. */
  put(schedule: Schedule): string {
    const { group = 'default', name } = schedule;
    const key = `${group}/${name}`;
    const known = this.entries.get(key);
    const createdAt = known?.createdAt ?? this.clock.now();
    const due = parseSchedule(schedule.expression, schedule.timeZone ?? 'UTC', createdAt);
    known?.timer?.cancel();
    const arn = `arn:aws:scheduler:${this.place.region}:${this.place.account}:schedule/${key}`;
    const entry: Entry = { schedule, arn, createdAt, due, last: Math.max(known?.last ?? 0, this.clock.now()) };
    this.entries.set(key, entry);
    this.plan(key, entry);
    return arn;
  }

  get(name: string, group = 'default'): { readonly schedule: Schedule; readonly arn: string; readonly createdAt: number } | undefined {
    return this.entries.get(`${group}/${name}`);
  }

  /** False where there is none. */
  delete(name: string, group = 'default'): boolean {
    const key = `${group}/${name}`;
    this.entries.get(key)?.timer?.cancel();
    return this.entries.delete(key);
  }

  get all(): Schedule[] {
    return [...this.entries.values()].map(({ schedule }) => schedule);
  }

  clear(): void {
    for (const { timer } of this.entries.values()) timer?.cancel();
    this.entries.clear();
    this.deadLetters.length = 0;
    this.delivered.length = 0;
    this.deliveries = ONCE;
    this.lateness = AT_ONCE;
  }

  private plan(key: string, entry: Entry): void {
    if (entry.schedule.enabled === false) return;
    const due = entry.due(entry.last);
    if (due === undefined) return;
    // within the window by chance; within the minute where there is none, though never early
    const window = (entry.schedule.flexibleWindow ?? 0) * 60_000;
    const chance = window > 0 ? this.random().whole(0, window - 1) : this.random().whole(0, PRECISION / 2);
    entry.timer = this.clock.at(due + chance, () => {
      entry.last = due;
      for (let copies = this.deliveries(entry.schedule, due); copies > 0; copies--) {
        this.clock.in(this.lateness(), () => { void this.attempt(key, entry, due, 1); }, `${entry.schedule.name} is delivered`);
      }
      this.plan(key, entry);
    }, `${entry.schedule.name} is due`);
  }

  private async attempt(key: string, entry: Entry, due: number, attempt: number): Promise<void> {
    const { schedule, arn } = entry;
    const { target } = schedule;
    const input = (target.input ?? '{}')
      .replaceAll('<aws.scheduler.schedule-arn>', arn)
      .replaceAll('<aws.scheduler.scheduled-time>', new Date(due).toISOString().replace('.000', ''))
      .replaceAll('<aws.scheduler.execution-id>', this.random().uuid())
      .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
    try {
      await this.deliver(target, input);
      this.delivered.push({ schedule: schedule.name, due, at: this.clock.now() });
      this.complete(key, entry);
    } catch (error) {
      const delay = Math.min(BACKOFF.most, BACKOFF.first * 2 ** (attempt - 1)) * 1000 * (0.5 + this.random().next() / 2);
      const { maximumRetryAttempts = 185, maximumEventAge = 86_400 } = target;
      if (attempt <= maximumRetryAttempts && this.clock.now() + delay <= due + maximumEventAge * 1000) {
        this.clock.in(delay, () => { void this.attempt(key, entry, due, attempt + 1); }, `${schedule.name} is delivered again`);
        return;
      }
      const { message } = error as Error;
      this.deadLetters.push({ at: this.clock.now(), queueArn: target.deadLetterArn, schedule: schedule.name, input, error: message });
      this.complete(key, entry);
    }
  }

  private complete(key: string, entry: Entry): void {
    if (!entry.schedule.deleteAfterCompletion || this.entries.get(key) !== entry) return;
    if (entry.due(entry.last) === undefined) this.entries.delete(key);
  }
}
