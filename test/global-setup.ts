/** Gives a run of the tests a temp folder of its own, since every `App` leaves its assembly there. `global-teardown.ts` removes it. */
import { mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

export default function (): void {
  // the workers, and what they start, inherit it
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'cdk-lightsail-snapshots-'));
}
