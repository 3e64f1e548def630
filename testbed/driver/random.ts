/** Numbers from 0 to 1 that are the same for the same seed. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = Math.abs(Math.trunc(seed)) % MODULUS || 1;
  }

  next(): number {
    // Park and Miller's generator: plain enough to be right, good enough for jitter and for choosing what goes wrong
    this.state = (this.state * 48271) % MODULUS;
    return (this.state - 1) / (MODULUS - 1);
  }

  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  text(length: number, alphabet: string): string {
    return Array.from({ length }, () => alphabet[this.whole(0, alphabet.length - 1)]).join('');
  }

  uuid(): string {
    return [8, 4, 4, 4, 12].map(length => this.text(length, '0123456789abcdef')).join('-');
  }
}

const MODULUS = 2147483647;
