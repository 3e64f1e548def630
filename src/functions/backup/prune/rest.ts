/** What a round has decided and had no time for. The next round goes on with it, and need not list the region again. */
import { deflateSync, inflateSync } from 'node:zlib';
import type { Row } from './sweep';
import type { SourceType } from '../contract';

/** Bytes of what goes on to the next round. A payload has 262,144; the plan, the tally and the sentences have to fit beside them. */
const MAX_BYTES = 120_000;

/** Sources that are tried to fit. With names of usual length somewhat fewer do. */
const MOST_SOURCES = 2_000;

/** Snapshots of one source that go while another one, which is good, is there. */
export interface Candidate {
  readonly type: SourceType;
  readonly arn: string;
  readonly fromName: string;
  /** The source was not there any more when this was decided. */
  readonly isGone: boolean;
  readonly anchor: Row;
  /** The oldest first. */
  readonly surplus: readonly Row[];
}

export interface Rest {
  readonly candidates: readonly Candidate[];
  /** Nothing else was left: no list is needed after these. */
  readonly isWhole: boolean;
}

/** As many as fit, those that were begun first. Names and ARNs are long and alike, so that they are packed into a sixth. */
export function pack(begun: readonly Candidate[], others: Iterable<Candidate>, isWhole: boolean): string {
  const all = [...begun];
  for (const candidate of others) if (all.push(candidate) >= MOST_SOURCES) break;
  const areAll = isWhole && all.length < MOST_SOURCES;
  for (let count = all.length; ;) {
    const rest: Rest = { candidates: all.slice(0, count), isWhole: areAll && count === all.length };
    const text = deflateSync(JSON.stringify(rest)).toString('base64');
    if (text.length <= MAX_BYTES) return text;
    count = Math.floor(count * 0.95 * MAX_BYTES / text.length);
  }
}

export function unpack(text: string): Rest {
  return JSON.parse(inflateSync(Buffer.from(text, 'base64')).toString()) as Rest;
}
