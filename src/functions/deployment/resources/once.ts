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

/** When something was done to what has a name, if it was. */
export function timeOf(context: HandlerContext<unknown>, what: string, name: string): number | undefined {
  return timesOf(context, what)[keyOf(name)];
}

export function keyOf(name: string): string {
  return hash(8, name);
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
