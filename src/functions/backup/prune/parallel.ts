/** Works on a few things at a time. */

/**
 * Ends when all is done, or with false as soon as an action says so. What is under way is waited for in any case:
 * nothing may go on after the function has returned.
 */
export async function each<T>(items: Iterable<T>, workers: number, action: (item: T) => Promise<boolean>): Promise<boolean> {
  const rest = items[Symbol.iterator]();
  let goesOn = true;
  const work = async () => {
    for (let next = rest.next(); goesOn && !next.done; next = rest.next()) {
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
