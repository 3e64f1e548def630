/**
 * Identifiers that look like the real ones and come out the same on every run: drawn from a seeded generator that neither
 * the clock nor Math.random touches, so that a failed run can be replayed.
 */
export class Ids {
  private state: number;

  constructor(private readonly seed = 0x5eed) {
    this.state = seed;
  }

  reset(): void {
    this.state = this.seed;
  }

  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string {
    let text = '';
    while (text.length < length) {
      // The lowest 28 of its 31 bits.
      text += (this.next() % 0x10000000).toString(16).padStart(7, '0');
    }
    return text.slice(0, length);
  }

  uuid(): string {
    const h = this.hex(32);
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20)}`;
  }

  /** An EC2 identifier: `ami-`, `snap-`, `vol-`, `i-` and 17 digits. */
  ec2(prefix: string): string {
    return `${prefix}-0${this.hex(16)}`;
  }

  /** An IPv4 address that begins with these two numbers. */
  ipv4(prefix: string): string {
    const n = this.next();
    return `${prefix}.${n % 256}.${1 + (Math.floor(n / 256) % 254)}`;
  }

  ipv6(): string {
    return `2600:1f18:${this.hex(4)}:${this.hex(4)}:${this.hex(4)}:${this.hex(4)}:${this.hex(4)}:${this.hex(4)}`;
  }

  /** Lehmer's generator: every product is an exact number. */
  private next(): number {
    this.state = (this.state * 48_271) % 2_147_483_647;
    return this.state;
  }
}
