import type { Context } from '../model/context';
import type { ResourceRecord } from '../model/records';

/** What a record tells of its state: nothing at first, where that is asked for. */
export const shownState = (c: Context, record: ResourceRecord & { state: string }): string | undefined =>
  (c.now < record.requestedAt + c.options.statelessFor ? undefined : record.state);

/** What it tells of its creation, in seconds. What was seeded has its time, whatever that is. */
export const shownCreation = (c: Context, { createdAt, requestedAt }: ResourceRecord): number | undefined =>
  (requestedAt > 0 && c.now < createdAt && c.options.createdAtBefore === 'absent' ? undefined : createdAt / 1000);
