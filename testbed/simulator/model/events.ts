/**
 * What is still to happen, in the order of the simulator's own clock. Nothing here waits: whoever looks at the model first lets
 * everything happen that is due by then, so that a virtual clock can jump hours ahead.
 */
export class Events {
  private readonly queue: { at: number; run: (at: number) => void }[] = [];

  get size(): number {
    return this.queue.length;
  }

  add(at: number, run: (at: number) => void): void {
    // Latest first, so that the next one is popped off the end; equal times keep the order in which they were added.
    let low = 0;
    let high = this.queue.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.queue[middle].at > at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    this.queue.splice(low, 0, { at, run });
  }

  settle(now: number): void {
    while (this.queue.length > 0 && this.queue[this.queue.length - 1].at <= now) {
      const event = this.queue.pop()!;
      event.run(event.at);
    }
  }

  clear(): void {
    this.queue.length = 0;
  }
}
