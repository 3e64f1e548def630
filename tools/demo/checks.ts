/** What was to be seen in all scenarios, and was. */
export class Checks {
  private passed = 0;
  private readonly failed: string[] = [];
  private readonly outputs: Record<string, string>[] = [];

  /** Notes whether something is as it should be. */
  check(what: string, good: boolean, otherwise: () => string): void {
    console.log(`  ${good ? '✓' : '✗'} ${what}`);
    if (good) this.passed++;
    else this.failed.push(`${what}\n${otherwise()}`);
  }

  addOutputs(after: string, outputs: Record<string, string>): void {
    this.outputs.push({ after, ...outputs });
  }

  report(seconds: number): void {
    console.log('\nOutputs');
    for (const { after, ...outputs } of this.outputs) {
      console.log(`  ${after}`);
      const width = Math.max(...Object.keys(outputs).map(name => name.length));
      for (const [name, value] of Object.entries(outputs)) console.log(`    ${name.padEnd(width)}  ${value}`);
    }
    for (const failure of this.failed) console.log(`\n✗ ${failure}`);
    console.log(`\ndemo: ${this.passed} passed, ${this.failed.length} failed, in ${seconds.toFixed(0)} s`);
    if (this.failed.length > 0) process.exitCode = 1;
  }
}
