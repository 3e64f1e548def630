/**
 * What restic would keep, written anew from its documented rule: walk from the newest; a bucket with a count left keeps a snapshot whose key
 * differs from the last one kept. Its extra rule, that the oldest is kept while a count is left, is left out, as is "keep within" being exclusive.
 */
import type { RetainedSnapshot, RetentionPolicy } from '../../../src/functions/backup/retention';

function yearAndWeek(at: Date): number {
  const thursday = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 4 - (at.getUTCDay() || 7)));
  const dayOfYear = (thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / 86_400_000;
  return thursday.getUTCFullYear() * 100 + Math.floor(dayOfYear / 7) + 1;
}

const BUCKETS: Record<string, (at: Date, index: number) => number> = {
  last: (_, index) => index,
  hourly: at => ((at.getUTCFullYear() * 100 + at.getUTCMonth()) * 100 + at.getUTCDate()) * 100 + at.getUTCHours(),
  daily: at => (at.getUTCFullYear() * 100 + at.getUTCMonth()) * 100 + at.getUTCDate(),
  weekly: yearAndWeek,
  monthly: at => at.getUTCFullYear() * 100 + at.getUTCMonth(),
  yearly: at => at.getUTCFullYear(),
};

/** Names of what is kept, in UTC, of snapshots that are all good. Without a rule restic keeps everything. */
export function keptByRestic(snapshots: readonly RetainedSnapshot[], policy: RetentionPolicy): string[] {
  const buckets = Object.entries(BUCKETS).map(([rule, keyOf]) => ({ left: policy[rule as keyof RetentionPolicy] ?? 0, keyOf, previous: -1 }));
  if (policy.within === undefined && buckets.every(({ left }) => left === 0)) return snapshots.map(({ name }) => name);
  const list = [...snapshots].sort((a, b) => b.takenAt - a.takenAt);
  const kept: string[] = [];
  list.forEach((snapshot, index) => {
    let keep = policy.within !== undefined && list[0].takenAt - snapshot.takenAt <= policy.within;
    for (const bucket of buckets) {
      const key = bucket.keyOf(new Date(snapshot.takenAt), index);
      if (bucket.left === 0 || key === bucket.previous) continue;
      keep = true;
      bucket.previous = key;
      bucket.left -= 1;
    }
    if (keep) kept.push(snapshot.name);
  });
  return kept;
}
