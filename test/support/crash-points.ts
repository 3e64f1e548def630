import type { Lightsail } from './test-environment';
import type { TestEnvironment } from '../../testbed/driver';

interface Sequence {
  /** Makes all as new, and furnishes it. */
  readonly begin: () => Promise<unknown>;
  /** What is done, and looked at. */
  readonly run: () => Promise<unknown>;
}

/** Has the function die at each of a sequence's calls, one at a time: before it, where it is the first of an invocation, and after it. */
export async function dieEverywhere(environment: TestEnvironment<Lightsail>, { begin, run }: Sequence): Promise<void> {
  await begin();
  await run();
  await environment.settle();
  const points = environment.calls.flatMap(({ ordinal, nth, operation }) => [
    // any other call's before is the after of the one before it
    ...nth === 1 ? [{ ordinal, operation, when: 'before' as const }] : [],
    { ordinal, operation, when: 'after' as const },
  ]);
  expect(points.length).toBeGreaterThan(10);
  const failures: string[] = [];
  for (const { ordinal, operation, when } of points) {
    await begin();
    environment.crashAt({ ordinal, when });
    await run().then(() => environment.settle()).catch((error: Error) => failures.push(`death ${when} call ${ordinal}, ${operation}: ${error.message}`));
  }
  expect(failures).toEqual([]);
}
