/** Mistakes, made on purpose in the code of the backup plans: each must be caught. */
import { resolve } from 'node:path';
import type { Case } from './case';
import type { Engine } from './live';
import type { PlanName } from './plans';
import { Edit, loadMutated } from '../load-mutated';

export interface Defect {
  readonly name: string;
  /** Below src/functions/backup, or the state machine's definition. */
  readonly edits: readonly Edit[];
  /** Plans whose nights are looked at. @default - all */
  readonly plans?: readonly PlanName[];
  /** Nights that show it, where random ones seldom do. @default - random nights */
  readonly given?: Case;
}

const defect = (name: string, file: string, from: string, to: string, ...plans: PlanName[]): Defect =>
  ({ name, edits: [{ file, from, to }], ...plans.length > 0 && { plans } });

export const DEFECTS: readonly Defect[] = [
  defect('what carries the plan\'s name in its own is the plan\'s', 'prune/sweep.ts', 'if (isOwn(plan, snapshot.tags)) {', 'if (snapshot.name.includes(plan.name)) {'),
  defect('a plan of the same name in another region is taken for this one', 'names.ts', 'planTag(plan, name) === value);', "value.endsWith('/' + name));", 'usual', 'copies', 'last'),
  defect('snapshots are grouped by the name of their source', 'prune/sweep.ts', 'const group = groups.get(arn);', 'const group = [...groups.values()].find(({ fromName: other }) => other === fromName);', 'usual', 'within'),
  defect('older ones go although there is no new one', 'prune/index.ts', 'const freshSince = slotTime(slot)! - (isHome ? 0 : plan.period * 1000);', 'const freshSince = 0;'),
  {
    name: 'a pin is ignored',
    edits: [
      { file: 'prune/sweep.ts', from: 'pinned: tagValue(tags, TAGS.keep) !== undefined,', to: 'pinned: false,' },
      { file: 'prune/delete.ts', from: ' && (row.pinned || !pinned);', to: ';' },
    ],
  },
  defect('nothing is looked at before it is deleted', 'prune/delete.ts', 'if (!await isStill(round, source, row) || await', 'if (await', 'within', 'usual'),
  defect('the last good one may go', 'retention.ts', 'if (state !== \'good\') reasons.push(state);', ''),
  defect('days are those of UTC', 'retention.ts', 'return { text: iso(instant + offset), offset };', 'return { text: iso(instant), offset: 0 };', 'skipped and doubled', 'stops'),
  defect('a number of days is taken for a duration', 'retention.ts', 'const newest = new Map<string, RetainedSnapshot>();',
    'const newest = new Map<string, RetainedSnapshot>(); counted = counted.filter(({ takenAt }) => takenAt > Date.now() * 0 + counted[0].takenAt - count * 86400000);', 'usual', 'skipped and doubled'),
  defect('the oldest of a period is kept', 'retention.ts', 'if (!newest.has(period)) newest.set(period, snapshot);', 'newest.set(period, snapshot);', 'hourly', 'usual'),
  defect('what says that it is of the future counts', 'prune/sweep.ts', 'takenAt: createdAt > now + CLOCK_TOLERANCE ? createdAt : slot ?? createdAt,', 'takenAt: slot ?? createdAt,'),
  defect('things are made after the windows', 'names.ts', 'return slotTime(slot)! + (plan.startWindow + plan.completionWindow) * 1000;', 'return slotTime(slot)! + (plan.startWindow + plan.completionWindow) * 1400;'),
  defect('twice as many calls as the plan says', 'pace.ts', 'const MARGIN = 1.05;', 'const MARGIN = 0.5;'),
  defect('a child does not wait for its turn', 'pace.ts', 'return ahead === 0 ? tick : (frame + ahead) * length;', 'return tick + ahead * 0;', 'many'),
  defect('a failed snapshot is taken for a good one', 'snapshots.ts', "return state === 'error' ? 'failed' : 'pending';", "return state === 'error' ? 'good' : 'pending';"),
  defect('a failure is no failure of the run', 'report.ts', 'const FINE: readonly Outcome[] = [OUTCOMES.good, OUTCOMES.gone];', 'const FINE: readonly Outcome[] = [OUTCOMES.good, OUTCOMES.gone, OUTCOMES.failed, OUTCOMES.pending];'),
  defect('who failed is not named', 'tally.ts', 'if (outcome === OUTCOMES.good || outcomes[outcome] > MAX_NAMES)', 'if (outcome === OUTCOMES.good || outcomes[outcome] > 1)'),
  defect('those of a run on demand count', 'prune/decide.ts', 'oldestFirst.filter(({ keepUntil }) => keepUntil === undefined);', 'oldestFirst;', 'usual', 'last'),
  defect('a dry run deletes', 'prune/index.ts', 'if (plan.dryRun) surplus', 'if (false) surplus', 'dry run'),
  defect('what is left of a source that is gone goes by the rules of the others', 'prune/index.ts', 'if (source) return isSelected(', 'if (!source) return { ...policy, freshSince: undefined }; if (source) return isSelected(', 'usual'),
  {
    name: 'what is not selected any more goes by the rules of the others',
    edits: [{ file: 'prune/index.ts', from: 'isSelected(plan.selection, source) ? policy : undefined;', to: 'policy;' }],
    // a snapshot of a run on demand has had its time when its source is not selected any more
    given: {
      plan: 'copies',
      seed: 1,
      nights: 9,
      happenings: [{ night: 2, name: 'run on demand', salt: 1 }, ...[3, 4, 5, 6, 7].map(night => ({ night, name: 'tag removed by mistake' as const, salt: 1 + night * 77 }))],
    },
  },
  defect('earlier names of the plan are forgotten', 'names.ts', 'return [plan.name, ...plan.previousNames ?? []];', 'return [plan.name];'),
  defect('of a list only the first page is read', 'calls.ts', '} while (token);', '} while (false);'),
  defect('a part of a list is taken for the whole', 'prune/index.ts', 'sweep(env, plan, region, pace), listSources(env, plan, pace));',
    'sweep(env, plan, region, pace), listSources(env, plan, pace).catch(() => []));', 'within', 'last'),
  defect('of several tags one is enough', 'selection.ts', 'return selection.and.every(inner => isSelected(', 'return selection.and.some(inner => isSelected(', 'usual'),
  {
    name: 'nothing starts an instance but the run that stopped it',
    plans: ['stops'],
    edits: [
      { file: 'take/restart-schedule.ts', from: 'const { env } = child;', to: 'const { env } = child; if (child) return true;' },
    ],
  },
  defect('all instances of a batch are stopped at once', 'take/stopped-at-once.ts', 'return Math.max(0, most - held.length);', 'return Infinity;', 'stops slowly'),
  defect('an age counts also what is not good', 'audit.ts', "if (state !== 'good' || !fromArn", 'if (!fromArn'),
  {
    name: 'a run that cannot be started under its name is none',
    edits: [{ file: '../../private/backup-definition.ts', from: "{ ErrorEquals: ['States.ALL'], ResultPath: '$.refused', Next: 'GoOnUnnamed' },", to: '' }],
    given: { plan: 'usual', seed: 1, nights: 4, happenings: [{ night: 2, name: 'start of the run under its name denied', salt: 1 }] },
  },
  {
    name: 'a name is there when anything has it',
    edits: [{ file: 'select.ts', from: 'listed.flatMap(source => [keyOf(source), source.name])', to: "listed.flatMap(({ name }) => ['', 'Instance/', 'Disk/'].map(type => type + name))" }],
    // the names that the selection gives are two of five instances
    given: { plan: 'within', seed: 1, nights: 9, happenings: [2, 4, 6].map(night => ({ night, name: 'disk takes the name of an instance' as const, salt: night })) },
  },
  {
    name: 'a page holds a few sources',
    edits: [{ file: 'batches.ts', from: 'const MAX_BYTES = 150_000;', to: 'const MAX_BYTES = 500;' }],
    given: { plan: 'many', seed: 1, nights: 4, happenings: [{ night: 2, name: 'snapshot stays pending', salt: 1 }] },
  },
  defect('a name is lost when names are packed', 'batches.ts', 'return deflateRawSync(sources.map(', 'return deflateRawSync(sources.slice(0, 49).map(', 'many'),
];

const SOURCE = resolve(__dirname, '..', '..', '..', 'src', 'functions', 'backup');
const ENTRY = `
  export { createBackupHandler } from './handler';
  export { createBackupClients } from './clients';
  export { backupDefinition } from '../../private/backup-definition';
`;

/** The functions and the state machine with a mistake in them. Fails where the place is not there any more, or there more than once. */
export async function loadDefect(name: string): Promise<Engine> {
  const found = DEFECTS.find(candidate => candidate.name === name);
  if (!found) throw new Error(`there is no defect '${name}'`);
  return loadMutated(SOURCE, ENTRY, found.edits);
}
