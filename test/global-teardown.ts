/** Removes the temp folder of a run. */
import { rmSync } from 'fs';

export default function (): void {
  rmSync(process.env.TMPDIR!, { recursive: true, force: true, maxRetries: 3 });
}
