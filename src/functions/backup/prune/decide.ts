/** Decides what of a source's snapshots goes. Pure. */
import type { Row } from './sweep';
import { CLOCK_TOLERANCE, RetentionPolicy, retain } from '../retention';

export interface Decision {
  readonly row: Row;
  readonly keep: boolean;
  readonly reasons: readonly string[];
}

/** The good snapshot that has to be there while others of its source are deleted: the newest that is kept. */
export interface Decisions {
  readonly anchor?: Row;
  /** The oldest first. */
  readonly decisions: readonly Decision[];
}

/** Without a policy everything is kept. */
export function decide(rows: readonly Row[], policy: RetentionPolicy | undefined, timeZone: string, now: number): Decisions {
  const oldestFirst = [...rows].sort((a, b) => a.takenAt - b.takenAt || (a.name < b.name ? -1 : 1));
  const scheduled = oldestFirst.filter(({ keepUntil }) => keepUntil === undefined);
  const kept = new Map(policy ? retain(scheduled, policy, timeZone, now).map(decision => [decision.name, decision]) : []);
  const isKept = (row: Row) => kept.get(row.name)?.keep ?? true;
  // the newest that is good and not of the future; one of a run on demand may be about to go
  const anchor = scheduled.filter(row => row.state === 'good' && row.takenAt <= now + CLOCK_TOLERANCE && isKept(row)).at(-1);

  const decideOne = (row: Row): Decision => {
    if (!policy) return { row, keep: true, reasons: ['nothing of this source is deleted'] };
    if (row.pinned) return { row, keep: true, reasons: ['pinned'] };
    if (!anchor) return { row, keep: true, reasons: ['the source has no other good snapshot'] };
    if (row.keepUntil !== undefined) return onDemand(row, now);
    const isSuperseded = row.state === 'failed' && row.takenAt < anchor.takenAt && !(anchor.takenAt < (policy.freshSince ?? -Infinity));
    if (isSuperseded) return { row, keep: false, reasons: ['it failed, and a good one is newer'] };
    return { row, keep: isKept(row), reasons: kept.get(row.name)!.reasons };
  };
  return { anchor, decisions: oldestFirst.map(decideOne) };
}

/** Those of runs on demand count for no rule. What has no readable time is kept. */
function onDemand(row: Row, now: number): Decision {
  const until = new Date(row.keepUntil!);
  if (Number.isNaN(until.getTime())) return { row, keep: true, reasons: ['its time cannot be read'] };
  const keep = until.getTime() >= now || row.state === 'pending';
  return { row, keep, reasons: [`on demand, kept until ${until.toISOString()}`] };
}
