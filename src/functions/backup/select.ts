/** Finds what a run backs up, and cuts it into pages of batches that fit into the state machine's payload. */
import { cut } from './batches';
import type { BackupEnvironment } from './environment';
import { Pace } from './pace';
import { OUTCOMES, SelectRequest, SelectResult, Tally } from './payloads';
import { isSelected, NamedSource, selectedNames } from './selection';
import type { Source } from './source';
import { keyOf, listSources } from './sources';
import { addOutcome, addResults, EMPTY_TALLY } from './tally';

export async function select(env: BackupEnvironment, run: SelectRequest['run']): Promise<SelectResult> {
  const { plan, page, results = [] } = run;
  let tally = page ? addResults(page.tally, page.batches, results) : EMPTY_TALLY;
  const listed = await listSources(env, plan, new Pace(env.clock, plan, { patience: Infinity }));
  const selected = listed.filter(source => isSelected(plan.selection, source));
  if (!page) tally = begin(tally, listed, selected, selectedNames(plan.selection));

  const after = page?.after ?? '';
  const { batches, last } = cut(selected.filter(source => keyOf(source) > after));
  env.log({ action: 'select', plan: plan.name, slot: run.slot, selected: selected.length, batches: batches.length });
  return { batches, more: batches.length > 0, after: last ? keyOf(last) : after, tally };
}

/** Names that are given and not there are a mistake in the selection, or what the plan should have kept. */
function begin(tally: Tally, listed: readonly Source[], selected: readonly Source[], names: readonly NamedSource[]): Tally {
  // a disk that has the name of a missing instance does not stand in for it
  const present = new Set(listed.flatMap(source => [keyOf(source), source.name]));
  const wanted = new Set(names.map(({ type, name }) => (type ? keyOf({ type, name }) : name)));
  const missing = [...wanted].filter(name => !present.has(name));
  return missing.reduce((sum, name) => addOutcome(sum, OUTCOMES.missing, name), { ...tally, selected: selected.length });
}
