import type { Clock } from '../../src/functions/deployment/environment';

export interface Timer {
  readonly due: number;
  cancel(): void;
}

interface Entry extends Timer {
  readonly order: number;
  readonly label: string;
  readonly fire: () => void;
  cancelled: boolean;
}

/** Somebody who waits for the environment to go on. */
interface Drive {
  readonly what: string;
  readonly limit: number;
  /** Set once what was waited for is settled. Delivered when the environment is idle, so that every run ends at the same point. */
  outcome?: () => void;
  readonly whenQuiet?: () => void;
  readonly fail: (error: Error) => void;
}

export interface ClockOptions {
  /** Milliseconds since 1970. @default - a Monday in 2026 */
  readonly start?: number;
  /** Milliseconds of real time without any progress after which the environment counts as hung. */
  readonly patience?: number;
}

const START = Date.UTC(2026, 0, 5, 9);
const WEEK = 7 * 24 * 3600_000;

/** Time that passes only while the environment is idle: while nothing runs but sleeps on this clock. */
export class VirtualClock implements Clock {
  private time: number;
  private order = 0;
  private readonly timers: Entry[] = [];
  private readonly units = new Map<number, string>();
  private readonly drives = new Set<Drive>();
  private looping = false;
  private lastProgress = 0;
  private wakeLoop?: () => void;
  private readonly patience: number;
  private failure?: Error;

  constructor(options: ClockOptions = {}) {
    this.time = options.start ?? START;
    this.patience = options.patience ?? 20_000;
  }

  /** Forgets all timers, and all who still wait for the environment to go on, and starts again. */
  reset(start = START): void {
    this.drives.clear();
    for (const timer of this.timers) timer.cancelled = true;
    this.timers.length = 0;
    this.time = start;
    this.order = 0;
    this.failure = undefined;
  }

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number): Promise<void> {
    await new Promise<void>(resolve => this.in(milliseconds, resolve, 'sleep'));
  }

  /** Calls back when that many milliseconds have passed. Of two that are due together, the one set first comes first. */
  in(milliseconds: number, fire: () => void, label: string): Timer {
    return this.at(this.time + Math.max(0, Math.ceil(milliseconds)), fire, label);
  }

  at(due: number, fire: () => void, label: string): Timer {
    const entry: Entry = {
      due: Math.max(due, this.time),
      order: this.order++,
      label,
      fire,
      cancelled: false,
      cancel() { this.cancelled = true; },
    };
    let low = 0;
    let high = this.timers.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.timers[middle].due <= entry.due) low = middle + 1;
      else high = middle;
    }
    this.timers.splice(low, 0, entry);
    return entry;
  }

  /** Marks that something runs which is not a sleep on this clock. Returns what ends it. */
  enter(label: string): () => void {
    const id = this.order++;
    this.units.set(id, label);
    this.lastProgress = Date.now();
    return () => {
      if (!this.units.delete(id)) return;
      this.lastProgress = Date.now();
      if (this.units.size === 0) this.wakeLoop?.();
    };
  }

  async busy<T>(promise: Promise<T>, label = 'something'): Promise<T> {
    const leave = this.enter(label);
    try {
      return await promise;
    } finally {
      leave();
    }
  }

  /** Lets the environment go on until a promise is settled and the environment is idle. */
  run<T>(until: Promise<T>, what = 'a promise'): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const drive: Drive = { what, limit: Infinity, fail: reject };
      until.then(
        value => { drive.outcome = () => resolve(value); this.wakeLoop?.(); },
        (error: unknown) => { drive.outcome = () => reject(error); this.wakeLoop?.(); },
      );
      this.drive(drive);
    });
  }

  /** Lets the environment go on until nothing is left to do, or fails when that takes longer than the limit. */
  settle(limit = WEEK): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.drive({ what: 'quiet', limit: this.time + limit, whenQuiet: resolve, fail: reject });
    });
  }

  async advance(milliseconds: number): Promise<void> {
    await this.run(this.sleep(milliseconds), `${milliseconds} ms to pass`);
  }

  /** Fails everybody who waits for the environment to go on, or who does so next. */
  fail(error: Error): void {
    if (this.drives.size === 0) this.failure ??= error;
    this.failAll(error);
  }

  /** What runs, and what is due. */
  describe(): string {
    const due = this.timers.filter(timer => !timer.cancelled).slice(0, 10).map(timer => `${timer.label} in ${timer.due - this.time} ms`);
    return `${new Date(this.time).toISOString()}; running: ${[...this.units.values()].join(', ') || 'nothing'}; due: ${due.join(', ') || 'nothing'}`;
  }

  private drive(drive: Drive): void {
    if (this.failure) return drive.fail(this.failure);
    this.drives.add(drive);
    if (this.looping) return;
    this.looping = true;
    void this.loop();
  }

  private async loop(): Promise<void> {
    this.lastProgress = Date.now();
    const watchdog = setInterval(() => this.watch(), Math.min(1000, this.patience / 4));
    try {
      while (this.drives.size > 0) {
        await turn();
        if (this.units.size > 0) {
          await this.idle();
          continue;
        }
        if (this.deliver()) continue;
        await this.proceed();
      }
    } catch (error) {
      this.failAll(error as Error);
    } finally {
      clearInterval(watchdog);
      this.looping = false;
    }
  }

  private async proceed(): Promise<void> {
    const timer = this.next();
    if (!timer) {
      if (await this.isStuck()) this.failAll(new Error(`the environment stands still: ${this.waitedFor()} cannot come about any more. ${this.describe()}`));
      return;
    }
    for (const drive of [...this.drives].filter(({ limit }) => timer.due > limit)) {
      this.timers.unshift(timer);
      this.drives.delete(drive);
      drive.fail(new Error(`no ${drive.what} within the limit. ${this.describe()}`));
      return;
    }
    this.time = timer.due;
    this.lastProgress = Date.now();
    timer.fire();
  }

  private next(): Entry | undefined {
    for (;;) {
      const timer = this.timers.shift();
      if (!timer?.cancelled) return timer;
    }
  }

  private deliver(): boolean {
    let delivered = false;
    const quiet = this.timers.every(timer => timer.cancelled);
    for (const drive of [...this.drives]) {
      const outcome = drive.outcome ?? (quiet ? drive.whenQuiet : undefined);
      if (!outcome) continue;
      this.drives.delete(drive);
      outcome();
      delivered = true;
    }
    return delivered;
  }

  /** Real input and output that nobody has marked gets a moment before the environment is given up. */
  private async isStuck(): Promise<boolean> {
    for (let round = 0; round < 60; round++) {
      if (round < 40) await turn();
      else await new Promise(resolve => setTimeout(resolve, 5));
      if (this.units.size > 0 || this.timers.length > 0 || [...this.drives].some(drive => drive.outcome)) return false;
    }
    return true;
  }

  private async idle(): Promise<void> {
    await new Promise<void>(resolve => { this.wakeLoop = resolve; });
    this.wakeLoop = undefined;
  }

  private watch(): void {
    if (Date.now() - this.lastProgress < this.patience) return;
    this.failAll(new Error(`the environment hangs: nothing has moved for ${this.patience / 1000} s of real time. ${this.describe()}`));
    this.wakeLoop?.();
  }

  private failAll(error: Error): void {
    for (const drive of [...this.drives]) {
      this.drives.delete(drive);
      drive.fail(error);
    }
  }

  private waitedFor(): string {
    return [...this.drives].map(drive => drive.what).join(', ');
  }
}

/** Lets everything run that can run without time passing. */
function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
