/** Finds what a run backs up, and cuts it into pages of batches that fit into the state machine's payload. */
import { BATCH_SIZE, SourceType } from './contract';
import type { BackupEnvironment } from './environment';
import { Pace } from './pace';
import { Batch, OUTCOMES, SelectRequest, SelectResult, Tally } from './payloads';
import { isSelected, NamedSource, selectedNames } from './selection';
import type { Source } from './source';
import { keyOf, listSources } from './sources';
import { addOutcome, addResults, EMPTY_TALLY } from './tally';

/** Bytes of a page's batches. A payload has 262,144; the plan, the results and the tally have to fit beside them. */
const MAX_BYTES = 120_000;

export async function select(env: BackupEnvironment, run: SelectRequest['run']): Promise<SelectResult> {
  const { plan, page, results = [] } = run;
  let tally = page ? addResults(page.tally, page.batches, results) : EMPTY_TALLY;
  const listed = await listSources(env, plan, new Pace(env.clock, plan, { patience: Infinity }));
  const selected = listed.filter(source => isSelected(plan.selection, source));
  if (!page) tally = begin(tally, listed, selected, selectedNames(plan.selection));

  const after = page?.after ?? '';
  const batches = cut(selected.filter(source => keyOf(source) > after));
  const last = batches.at(-1);
  env.log({ action: 'select', plan: plan.name, slot: run.slot, selected: selected.length, batches: batches.length });
  return { batches, more: batches.length > 0, after: last ? keyOf({ type: last.type, name: last.names.at(-1)! }) : after, tally };
}

/** Names that are given and not there are a mistake in the selection, or what the plan should have kept. */
function begin(tally: Tally, listed: readonly Source[], selected: readonly Source[], names: readonly NamedSource[]): Tally {
  // a disk that has the name of a missing instance does not stand in for it
  const present = new Set(listed.flatMap(source => [keyOf(source), source.name]));
  const wanted = new Set(names.map(({ type, name }) => (type ? keyOf({ type, name }) : name)));
  const missing = [...wanted].filter(name => !present.has(name));
  return missing.reduce((sum, name) => addOutcome(sum, OUTCOMES.missing, name), { ...tally, selected: selected.length });
}

/** Batches of the first sources, as many as fit. */
function cut(sources: readonly Source[]): Batch[] {
  const batches: { readonly type: SourceType; readonly names: string[] }[] = [];
  let bytes = 0;
  for (const { type, name } of sources) {
    const open = batches.at(-1);
    const isFull = !open || open.type !== type || open.names.length >= BATCH_SIZE;
    bytes += name.length + 3 + (isFull ? 70 : 0);
    if (bytes > MAX_BYTES) break;
    if (isFull) batches.push({ type, names: [name] });
    else open.names.push(name);
  }
  return batches.map((batch, index) => ({ index, count: batches.length, ...batch }));
}
