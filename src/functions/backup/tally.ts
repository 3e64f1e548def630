/** Counts what came of the sources, and keeps the names of those that did not end well. */
import { unpack } from './batches';
import { BatchResult, OUTCOMES, Outcome, PackedBatch, Tally } from './payloads';
import { keyOf } from './sources';

/** Names of one outcome that a run carries along and reports. All of them are in the log. */
const MAX_NAMES = 100;

export const EMPTY_TALLY: Tally = { selected: 0, outcomes: {}, names: {}, throttled: 0, downtime: 0 };

/** Adds what the children of a page returned. A child without a result failed: nothing is known of its sources. */
export function addResults(tally: Tally, batches: readonly PackedBatch[], results: readonly BatchResult[]): Tally {
  const byIndex = new Map(results.map(result => [result.index, result]));
  let sum = tally;
  for (const batch of batches) {
    const { outcomes = '', throttled = 0, downtime = 0 } = byIndex.get(batch.index) ?? {};
    sum = { ...sum, throttled: sum.throttled + throttled, downtime: Math.max(sum.downtime, downtime) };
    unpack(batch).names.forEach((name, i) => {
      sum = addOutcome(sum, (outcomes[i] ?? OUTCOMES.unknown) as Outcome, keyOf({ type: batch.type, name }));
    });
  }
  return sum;
}

export function addOutcome(tally: Tally, outcome: Outcome, key: string): Tally {
  const outcomes = { ...tally.outcomes, [outcome]: (tally.outcomes[outcome] ?? 0) + 1 };
  if (outcome === OUTCOMES.good || outcomes[outcome] > MAX_NAMES) return { ...tally, outcomes };
  return { ...tally, outcomes, names: { ...tally.names, [outcome]: [...tally.names[outcome] ?? [], key] } };
}
