/** Works on a few things at a time. */

/**
 * Ends when all is done, or with false as soon as an action says so. What is under way is waited for in any case:
 * nothing may go on after the function has returned.
 */
export async function each<T>(items: Iterable<T>, workers: number, action: (item: T) => Promise<boolean>): Promise<boolean> {
  const rest = items[Symbol.iterator]();
  let goesOn = true;
  const work = async () => {
    while (goesOn) {
      // nothing is taken from the items that is not worked on: the caller may go on with what is left of them
      const next = rest.next();
      if (next.done) return;
      try {
        if (!await action(next.value)) goesOn = false;
      } catch (error) {
        goesOn = false;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: workers }, work));
  for (const result of ended) if (result.status === 'rejected') throw result.reason;
  return goesOn;
}

/** Waits for both, also when one fails, for the same reason. */
export async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}
