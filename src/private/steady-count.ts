/** How many snapshots of a source a retention keeps in the long run, worked out by the function that decides it in each run. */
import { ScheduleTimes } from './schedule-times';
import type { RetentionSettings } from '../functions/backup/contract';
import { RetainedSnapshot, retain } from '../functions/backup/retention';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const YEAR = 366 * DAY;

/** The largest number that is kept after a run, in a year after which every rule has had enough to keep. */
export function steadyCount(times: ScheduleTimes, retention: RetentionSettings, timeZone: string): number {
  const { last = 0, hourly = 0, daily = 0, weekly = 0, monthly = 0, yearly = 0, within = 0, minimum } = retention;
  const gap = times.longest;
  // a period counts only if it holds a snapshot, so a rule of days needs as many runs where runs are rarer than days
  const needed = Math.max(
    within, Math.max(last, minimum) * gap, hourly * Math.max(HOUR, gap), daily * Math.max(DAY, gap),
    weekly * Math.max(7 * DAY, gap), monthly * Math.max(31 * DAY, gap), yearly * Math.max(YEAR, gap),
  );
  const slots = times.slots(needed + 2 * Math.max(YEAR, gap));
  // more often than daily, the number is looked at once a day
  const perLook = Math.max(1, Math.round(DAY / times.shortest));
  const steadySince = slots[0] + needed + gap;
  let kept: RetainedSnapshot[] = [];
  let most = 0;
  for (let index = 0; index < slots.length; index += perLook) {
    const taken = slots.slice(index, index + perLook).map(takenAt => ({ name: String(takenAt), takenAt, state: 'good' as const, pinned: false }));
    const decisions = retain([...kept, ...taken], retention, timeZone, taken[taken.length - 1].takenAt);
    kept = [...kept, ...taken].filter((_, place) => decisions[place].keep);
    if (taken[taken.length - 1].takenAt >= steadySince) most = Math.max(most, kept.length);
  }
  return Math.max(most, kept.length);
}
