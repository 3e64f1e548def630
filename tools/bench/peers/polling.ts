import type { LightsailClient } from '@aws-sdk/client-lightsail';
import { SnapshotEvent, begin, look } from './snapshot';

/** Milliseconds of a function's 15 minutes that are kept for handing over to its next run. */
const MARGIN = 30_000;

/** What a polling function touches outside itself. */
export interface Outside {
  sleep(milliseconds: number): Promise<void>;
  remaining(): number;
  respond(event: SnapshotEvent, answer: { readonly PhysicalResourceId: string; readonly Data?: object }): Promise<void>;
  /** Invokes the function itself, without waiting for it: what goes beyond 15 minutes needs that. */
  again(event: SnapshotEvent): Promise<void>;
}

/** One hand-written function that starts a snapshot and polls until it is there. */
export function pollingHandler(lightsail: LightsailClient, interval: number, outside: Outside) {
  return async (event: SnapshotEvent & { readonly Taken?: string }): Promise<void> => {
    const name = event.Taken ?? await begin(lightsail, event);
    while (outside.remaining() > MARGIN) {
      const attributes = await look(lightsail, name);
      if (attributes) return outside.respond(event, { PhysicalResourceId: name, Data: attributes });
      await outside.sleep(interval);
    }
    await outside.again({ ...event, Taken: name } as SnapshotEvent);
  };
}
