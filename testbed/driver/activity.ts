import { Timer, VirtualClock } from './clock';

/** Never settles: what something dead is given to wait for. */
export function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}

/** Something that runs, sleeps and calls, perhaps at the same time. It holds the clock unless it does nothing but sleep. */
export class Activity {
  private working = 0;
  private sleeping = 0;
  private ended = false;
  private leave?: () => void;
  private readonly timers = new Set<Timer>();

  constructor(private readonly clock: VirtualClock, private readonly label: string) {
    this.update();
  }

  /** Sleeps in virtual time. Without an end when told `Infinity`. */
  async sleep(milliseconds: number): Promise<void> {
    if (this.ended) return never();
    this.sleeping++;
    await new Promise<void>(resolve => {
      if (milliseconds !== Infinity) {
        const timer = this.clock.in(milliseconds, () => {
          this.timers.delete(timer);
          this.sleeping--;
          this.update();
          resolve();
        }, `${this.label} wakes`);
        this.timers.add(timer);
      }
      this.update();
    });
  }

  /** Does something in real time. The result is lost when the activity has ended meanwhile. */
  async work<T>(action: () => Promise<T>): Promise<T> {
    if (this.ended) return never();
    this.working++;
    this.update();
    const [result] = await Promise.allSettled([action()]);
    this.working--;
    if (this.ended) return never();
    this.update();
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  end(): void {
    this.ended = true;
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    this.update();
  }

  private update(): void {
    const busy = !this.ended && (this.working > 0 || this.sleeping === 0);
    if (busy && !this.leave) this.leave = this.clock.enter(this.label);
    if (!busy && this.leave) {
      this.leave();
      this.leave = undefined;
    }
  }
}
