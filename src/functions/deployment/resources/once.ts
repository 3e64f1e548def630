/** What a request has done to named things, and when, so that it does nothing twice. */
import { HandlerContext, Made } from './resource-handler';
import { hash } from '../../aws/ownership';

/** When something was done, by a short form of the name: there may be many, and what a request remembers is stored with every step. */
export type Times = Record<string, number>;

export function timesOf({ request }: HandlerContext<unknown>, what: string): Times {
  return (request.checkpoint[what] ??= {}) as Times;
}

export function timesIn(checkpoint: Made['checkpoint'] | undefined, what: string): Times {
  return (checkpoint?.[what] ?? {}) as Times;
}

export function restore(times: Times, before: Times, key: string): void {
  if (before[key] === undefined) delete times[key];
  else times[key] = before[key];
}

export function keyOf(name: string): string {
  return hash(8, name);
}

/** Without those of some names. */
export function omit(times: Times, names: readonly string[]): Times {
  const keys = names.map(keyOf);
  return Object.fromEntries(Object.entries(times).filter(([key]) => !keys.includes(key)));
}

/** Does something to a named thing, and not again within a time (for the rest of the request, where there is none). */
export async function once(
  context: HandlerContext<unknown>, what: string, name: string, action: () => Promise<unknown>, again = Infinity,
): Promise<void> {
  const times = timesOf(context, what);
  const now = context.env.clock.now();
  const last = times[keyOf(name)];
  if (last !== undefined && now < last + again) return;
  await action();
  times[keyOf(name)] = now;
}
