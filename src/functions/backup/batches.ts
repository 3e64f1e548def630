/** Cuts sources into batches, and packs their names, so that as many as possible travel through the state machine at once. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { BATCH_SIZE } from './contract';
import type { Batch, PackedBatch } from './payloads';
import type { Source } from './source';

/** Bytes of a page's batches and of their results. A payload has 262,144; the plan and the tally have to fit beside them. */
const MAX_BYTES = 150_000;

/** Bytes of a batch besides its names, and of the result that comes back for it. */
const BYTES_BESIDES = 70 + 110;

/**
 * The first sources in their order by type, as many as fit into one page. The next page has to wait for all of them, also for one that is busy all
 * night, so a page is large: names of servers are alike, and 10,000 of them fit when they are packed.
 */
export function cut(sources: readonly Source[]): { readonly batches: PackedBatch[]; readonly last?: Source } {
  const batches: Omit<PackedBatch, 'index' | 'count'>[] = [];
  let [bytes, from] = [0, 0];
  while (from < sources.length) {
    const { type } = sources[from];
    const some = sources.slice(from, from + BATCH_SIZE).filter(source => source.type === type);
    const names = pack(some);
    bytes += names.length + BYTES_BESIDES;
    if (bytes > MAX_BYTES) break;
    batches.push({ type, names });
    from += some.length;
  }
  return { batches: batches.map((batch, index) => ({ index, count: batches.length, ...batch })), last: sources[from - 1] };
}

/** No name holds a line break. */
function pack(sources: readonly Source[]): string {
  return deflateRawSync(sources.map(({ name }) => name).join('\n')).toString('base64');
}

export function unpack(batch: PackedBatch): Batch {
  return { ...batch, names: inflateRawSync(Buffer.from(batch.names, 'base64')).toString().split('\n') };
}
