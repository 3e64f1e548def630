/** What was to work, and whether it did. */
export class Book {
  private passed = 0;
  private failed = 0;
  private readonly began = Date.now();

  async enter(what: string, work: () => Promise<string | void>): Promise<void> {
    const began = Date.now();
    const took = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
    try {
      const note = await work();
      this.passed++;
      console.log(`✓ ${what} (${[note, took()].filter(Boolean).join(', ')})`);
    } catch (error) {
      this.failed++;
      console.log(`✗ ${what} (${took()})\n${(error as Error).message.replace(/^/gm, '    ')}`);
    }
  }

  close(): void {
    console.log(`\n${((Date.now() - this.began) / 1000).toFixed(0)} s\n${this.passed} passed, ${this.failed} failed`);
    if (this.failed > 0) process.exitCode = 1;
  }
}
