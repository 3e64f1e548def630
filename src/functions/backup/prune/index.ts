/** One round of pruning: lists one region anew, and deletes until everything is done or the time of the round is up. */
import { adopt } from './adopt';
import { decide, Decisions } from './decide';
import { deleteSnapshot, isStill } from './delete';
import { each } from './parallel';
import { Round } from './round';
import { addRow, Group, rowOf, sweep } from './sweep';
import { describe } from '../../aws/errors';
import { toTags } from '../../aws/ownership';
import { OutOfTimeError } from '../calls';
import { PlanSettings, TAGS } from '../contract';
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
 * A deletion takes three looks and a call, one after the other: the calls of one source are slower than the plan's rate.
 * So many sources together keep up with 10 calls a second. The pace makes none of them too fast.
 */
const SOURCES_AT_ONCE = 10;

const FIRST_ROUND: PruneResult = { done: false, wait: 1, rounds: 0, region: 0, pruned: 0, adopted: 0, throttled: 0, notes: [], problems: [] };

export async function prune(env: BackupEnvironment, run: PruneRequest['run'], deadline: number): Promise<PruneResult> {
  const { plan, slot, round: earlier = FIRST_ROUND } = run;
  const regions = [{ region: plan.homeRegion, retention: plan.retention }, ...plan.copies ?? []];
  const { region, retention } = regions[earlier.region];
  const isHome = earlier.region === 0;
  // two runs at once would make twice as many calls as the plan allows
  const nextRun = slotTime(slot)! + (plan.shortestPeriod ?? plan.period) * 1000;
  const until = Math.min(deadline - RESERVE, nextRun);
  const pace = new Pace(env.clock, { callsPerSecond: plan.callsPerSecond }, { until, patience: Infinity });
  const round = new Round(env, plan, slot, region, pace, earlier);

  // copies of this slot may still be on their way
  const freshSince = slotTime(slot)! - (isHome ? 0 : plan.period * 1000);
  let isFinished = true;
  if (env.clock.now() > nextRun - RESERVE) {
    round.problem(`${region}: pruning had not ended when the next run was due: raise callsPerSecond, or keep fewer snapshots`);
  } else {
    isFinished = await pruneRegion(round, { ...retention, freshSince });
  }
  const next = earlier.region + (isFinished ? 1 : 0);
  return {
    done: next === regions.length,
    wait: 1,
    rounds: earlier.rounds + 1,
    region: next,
    pruned: earlier.pruned + round.pruned,
    adopted: earlier.adopted + round.adopted,
    throttled: earlier.throttled + pace.throttled,
    notes: round.notes,
    problems: round.problems,
  };
}

/** Returns whether nothing is left to do in this region. */
async function pruneRegion(round: Round, policy: PlanSettings['retention'] & { freshSince: number }): Promise<boolean> {
  const { env, plan, region, pace } = round;
  let found, sources;
  try {
    sources = await listSources(env, plan, pace);
    found = await sweep(env, plan, region, pace);
  } catch (error) {
    // nothing is decided from a part of a list
    round.problem(`${region}: nothing was pruned: ${error instanceof OutOfTimeError ? error.message : describe(error)}`);
    return true;
  }
  found.notes.forEach(note => round.note(note));
  const living = new Map(sources.map(source => [source.arn, source]));
  try {
    for (const adoption of found.adoptions) {
      const arn = await adopt(round, adoption);
      const tags = toTags({ [TAGS.slot]: adoption.slot });
      if (arn) addRow(found.groups, adoption.type, arn, adoption.snapshot.fromName ?? '', rowOf({ ...adoption.snapshot, tags }, round.now));
    }
    sayWhatIsOdd(round, found.groups.values(), living);
    return await each(found.groups.values(), SOURCES_AT_ONCE, group => pruneGroup(round, group, living.get(group.arn), policy));
  } catch (error) {
    if (error instanceof OutOfTimeError) return false;
    round.problem(`${region}: pruning stopped: ${describe(error)}`);
  }
  return true;
}

/** Returns false when the time of this round is up. */
async function pruneGroup(round: Round, group: Group, source: Source | undefined, policy: PlanSettings['retention']): Promise<boolean> {
  const { plan, region, now } = round;
  const { anchor, decisions } = decide(group.rows, policyOf(plan, group, source, policy), plan.timeZone, now);
  const surplus = decisions.filter(({ keep }) => !keep);
  if (surplus.length === 0) return true;
  logDecisions(round, group, decisions);
  // the good one that stays was listed minutes ago, and somebody may have deleted it
  if (!await isStill(round, group.type, anchor!)) {
    round.note(`${region}: nothing of ${group.fromName} was deleted: ${anchor!.name} has changed`);
    return true;
  }
  for (const decision of surplus) if (!await deleteSnapshot(round, group.type, decision)) return false;
  return true;
}

/** None where all is kept: nothing is known of what has no ARN, and what is not selected any more is nobody's to remove. */
function policyOf(plan: PlanSettings, { arn }: Group, source: Source | undefined, policy: PlanSettings['retention']) {
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
