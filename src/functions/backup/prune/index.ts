/**
 * One round of pruning: lists one region, and deletes until everything is done or the time of the round is up. What it has decided and had
 * no time for goes on to the next round, which otherwise lists anew.
 */
import { adopt, Adoption } from './adopt';
import { decide, Decisions } from './decide';
import { deleteSnapshot, isStill } from './delete';
import { both, each } from './parallel';
import { Candidate, pack, Rest, unpack } from './rest';
import { Round } from './round';
import { addRow, Group, rowOf, sourceArn, Sweep, sweep } from './sweep';
import { describe } from '../../aws/errors';
import { OutOfTimeError } from '../calls';
import type { PlanSettings } from '../contract';
import { copiesOf } from '../copy-regions';
import type { BackupEnvironment } from '../environment';
import { slotTime } from '../names';
import { Pace } from '../pace';
import type { PruneRequest, PruneResult } from '../payloads';
import { isSelected } from '../selection';
import type { Source } from '../source';
import { listSources } from '../sources';

/** Milliseconds that are kept for what is under way when the invocation nears its end. */
const RESERVE = 45_000;

/**
 * A deletion takes three looks and a call, one after the other, which is less than a second. So many sources together keep up with the plan's
 * rate; more would only wait for their turn between the look and the deletion.
 */
const sourcesAtOnce = ({ callsPerSecond }: PlanSettings) => Math.ceil(callsPerSecond);

type Policy = PlanSettings['retention'] & { readonly freshSince: number };

const FIRST_ROUND: PruneResult = { done: false, wait: 1, rounds: 0, region: 0, rest: '', pruned: 0, adopted: 0, throttled: 0, notes: [], problems: [] };

export async function prune(env: BackupEnvironment, run: PruneRequest['run'], deadline: number): Promise<PruneResult> {
  const { plan, slot, round: earlier = FIRST_ROUND } = run;
  const regions = [{ region: plan.homeRegion, retention: plan.retention }, ...copiesOf(plan)];
  const { region, retention } = regions[earlier.region];
  const isHome = earlier.region === 0;
  // two runs at once would make twice as many calls as the plan allows
  const nextRun = slotTime(slot)! + (plan.shortestPeriod ?? plan.period) * 1000;
  const until = Math.min(deadline - RESERVE, nextRun);
  const pace = new Pace(env.clock, { callsPerSecond: plan.callsPerSecond }, { until, patience: Infinity });
  const round = new Round(env, plan, slot, region, pace, earlier);

  // copies of this slot may still be on their way
  const freshSince = slotTime(slot)! - (isHome ? 0 : plan.period * 1000);
  let left: Left = DONE;
  if (env.clock.now() > nextRun - RESERVE) {
    round.problem(`${region}: pruning had not ended when the next run was due: raise callsPerSecond, or keep fewer snapshots`);
  } else {
    left = await pruneRegion(round, { ...retention, freshSince }, earlier.rest ? unpack(earlier.rest) : undefined);
  }
  const next = earlier.region + (left.isFinished ? 1 : 0);
  return {
    done: next === regions.length,
    wait: 1,
    rounds: earlier.rounds + 1,
    region: next,
    rest: left.rest,
    pruned: earlier.pruned + round.pruned,
    adopted: earlier.adopted + round.adopted,
    throttled: earlier.throttled + pace.throttled,
    notes: round.notes,
    problems: round.problems,
  };
}

/** What is left to do in a region. */
interface Left {
  readonly isFinished: boolean;
  readonly rest: string;
}

const DONE: Left = { isFinished: true, rest: '' };
const LIST_AGAIN: Left = { isFinished: false, rest: '' };

async function pruneRegion(round: Round, policy: Policy, given: Rest | undefined): Promise<Left> {
  const { env, plan, region, pace } = round;
  let found, sources;
  try {
    // side by side, the longer one first
    [found, sources] = await both(given ? Promise.resolve(undefined) : sweep(env, plan, region, pace), listSources(env, plan, pace));
  } catch (error) {
    // nothing is decided from a part of a list
    round.problem(`${region}: nothing was pruned: ${error instanceof OutOfTimeError ? error.message : describe(error)}`);
    return DONE;
  }
  const living = new Map(sources.map(source => [source.arn, source]));
  try {
    if (found) await takeOver(round, found, living);
    if (found) sayWhatIsOdd(round, found.groups.values(), living);
    const candidates = found ? decideAll(round, found.groups.values(), living, policy) : stillDecided(plan, given!.candidates, living);
    const undone: Candidate[] = [];
    const isDone = await each(candidates, sourcesAtOnce(plan), async candidate => await pruneSource(round, candidate) || !undone.push(candidate));
    if (isDone) return given && !given.isWhole ? LIST_AGAIN : DONE;
    return { isFinished: false, rest: pack(undone, candidates, given?.isWhole ?? true) };
  } catch (error) {
    if (error instanceof OutOfTimeError) return LIST_AGAIN;
    round.problem(`${region}: pruning stopped: ${describe(error)}`);
  }
  return DONE;
}

/** From then on these are the plan's: its own copies, and what its rules name of the sources that it selects. */
async function takeOver(round: Round, { notes, adoptions, groups }: Sweep, living: ReadonlyMap<string, Source>): Promise<void> {
  notes.forEach(note => round.note(note));
  for (const adoption of adoptions) {
    if (!adoption.isCopy && !isOfSelected(round.plan, adoption, living)) continue;
    const adopted = await adopt(round, adoption);
    const arn = adopted && sourceArn(adopted);
    if (arn) addRow(groups, adoption.type, arn, adopted.fromName ?? '', rowOf(adopted, round.now));
  }
}

/** Of other sources, another plan may take them over; of those that are gone, nothing says that this plan would have selected them. */
function isOfSelected(plan: PlanSettings, { type, snapshot }: Adoption, living: ReadonlyMap<string, Source>): boolean {
  const source = living.get(snapshot.fromArn ?? '');
  // a snapshot of a system disk names the instance, and is no snapshot of that instance
  return source !== undefined && source.type === type && isSelected(plan.selection, source);
}

/** What goes, a source at a time, as they are asked for. In a dry run it is said, and nothing goes. */
function* decideAll(round: Round, groups: Iterable<Group>, living: ReadonlyMap<string, Source>, policy: Policy): Generator<Candidate> {
  const { plan, region, now } = round;
  for (const group of groups) {
    const { type, arn, fromName, rows } = group;
    const { anchor, decisions } = decide(rows, policyOf(plan, group, living.get(arn), policy), plan.timeZone, now);
    const surplus = decisions.filter(({ keep }) => !keep);
    if (surplus.length === 0) continue;
    logDecisions(round, group, decisions);
    if (plan.dryRun) surplus.forEach(({ row, reasons }) => round.note(`${region}: would delete ${row.name}: ${reasons.join(', ')}`));
    else yield { type, arn, fromName, isGone: !living.has(arn), anchor: anchor!, surplus: surplus.map(({ row }) => row) };
  }
}

/** Of what a round before has decided, all whose source is still there and selected, or still gone. For the others the next run decides. */
function stillDecided(plan: PlanSettings, candidates: readonly Candidate[], living: ReadonlyMap<string, Source>): IterableIterator<Candidate> {
  return candidates.filter(({ arn, isGone }) => {
    const source = living.get(arn);
    return source ? !isGone && isSelected(plan.selection, source) : isGone;
  }).values();
}

/** Returns false when the time of this round is up. */
async function pruneSource(round: Round, candidate: Candidate): Promise<boolean> {
  const { anchor, fromName, surplus } = candidate;
  try {
    // the good one that stays was listed minutes ago, and somebody may have deleted it
    if (!await isStill(round, candidate, anchor)) {
      round.note(`${round.region}: nothing of ${fromName} was deleted: ${anchor.name} has changed`);
      return true;
    }
    for (const row of surplus) if (!await deleteSnapshot(round, candidate, row)) return false;
    return true;
  } catch (error) {
    if (error instanceof OutOfTimeError) return false;
    throw error;
  }
}

/** None where all is kept: nothing is known of what has no ARN, and what is not selected any more is nobody's to remove. */
function policyOf(plan: PlanSettings, { arn }: Group, source: Source | undefined, policy: Policy) {
  if (arn === '') return undefined;
  if (source) return isSelected(plan.selection, source) ? policy : undefined;
  return plan.orphansWithin === undefined ? undefined : { within: plan.orphansWithin, minimum: 1 };
}

function sayWhatIsOdd(round: Round, groups: Iterable<Group>, living: ReadonlyMap<string, Source>): void {
  const { plan, region, slot, now } = round;
  const gone: Group[] = [];
  for (const group of groups) {
    const source = living.get(group.arn);
    if (!source) gone.push(group);
    else if (!isSelected(plan.selection, source)) round.note(`${region}: ${source.name} is not selected any more; all its snapshots are kept`);
    for (const { name, takenAt, state } of group.rows) {
      if (!(takenAt <= now)) round.note(`${region}: ${name} says that it is of the future; it is kept and not counted`);
      else if (state === 'pending' && takenAt < slotTime(slot)! - plan.period * 1000) round.note(`${region}: ${name} has been pending for a period`);
    }
  }
  if (gone.length === 0) return;
  const left = gone.reduce((sum, { rows }) => sum + rows.length, 0);
  round.note(`${region}: ${left} snapshots are left of sources that are gone: ${gone.map(({ fromName }) => fromName).join(', ')}`);
}

function logDecisions({ env, plan, slot, region }: Round, { fromName, arn }: Group, decisions: Decisions['decisions']): void {
  env.log({
    action: 'prune',
    plan: plan.name,
    slot,
    region,
    source: fromName,
    arn,
    decisions: decisions.map(({ row, keep, reasons }) => `${keep ? 'keep' : 'delete'} ${row.name}: ${reasons.join(', ')}`),
  });
}
