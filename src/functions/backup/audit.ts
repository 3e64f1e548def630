/** Says how old the newest good snapshot of each protected source is. Independent of the runs, so that silence is heard. */
import { pages } from './calls';
import { PlanSettings, TAGS } from './contract';
import type { BackupEnvironment } from './environment';
import { logMetrics } from './metrics';
import { isOwn, slotTime, tagValue } from './names';
import { Pace } from './pace';
import { plannedSince } from './plan-age';
import { CLOCK_TOLERANCE } from './retention';
import { selectedTypes } from './selected-types';
import { isSelected } from './selection';
import { SNAPSHOTS } from './snapshots';
import type { Source } from './source';
import { keyOf, listSources } from './sources';

/** A source rings when it has been without a good snapshot for so many periods. */
const PERIODS = 2;

/** Sources that are named in the result. All of them are in the log. */
const MAX_NAMES = 100;

export interface AuditResult {
  readonly protected: number;
  readonly unprotected: readonly string[];
  /** Seconds. */
  readonly newestAge?: number;
}

export async function audit(env: BackupEnvironment, plan: PlanSettings): Promise<AuditResult> {
  const pace = new Pace(env.clock, plan, { patience: Infinity });
  const sources = (await listSources(env, plan, pace)).filter(source => isSelected(plan.selection, source));
  const newest = await newestGood(env, plan, pace);
  const now = env.clock.now();
  const counted = (await dueOf(env, plan, sources, newest)).map(source => ({ source, age: ageOf(source, newest, now) }));
  const unprotected = counted.filter(({ age }) => age > PERIODS * plan.period).map(({ source }) => keyOf(source));
  const oldest = counted.length > 0 ? Math.max(...counted.map(({ age }) => age)) : undefined;
  const stopped = sources.filter(source => isLeftStopped(plan, source, now)).map(keyOf);

  logMetrics(env, plan, {
    unprotected: sources.length === 0 ? 1 : unprotected.length,
    ...oldest !== undefined && { newestAge: oldest },
  });
  env.log({ action: 'audit', plan: plan.name, protected: sources.length, unprotected, ...stopped.length > 0 && { stopped } });
  if (sources.length === 0) env.log({ action: 'audit', plan: plan.name, error: 'no source matches the selection' });
  return { protected: sources.length, unprotected: unprotected.slice(0, MAX_NAMES), newestAge: oldest };
}

/** When the newest good snapshot of each source was taken, by the source's ARN. What says that it is of the future does not count. */
async function newestGood(env: BackupEnvironment, plan: PlanSettings, pace: Pace): Promise<Map<string, number>> {
  const newest = new Map<string, number>();
  const latest = env.clock.now() + CLOCK_TOLERANCE;
  for (const type of selectedTypes(plan.selection)) {
    for await (const page of pages(env, pace, token => SNAPSHOTS[type].page(env.lightsail(), token))) {
      for (const { tags, state, fromArn, createdAt } of page) {
        if (state !== 'good' || !fromArn || !isOwn(plan, tags) || createdAt > latest) continue;
        const takenAt = slotTime(tagValue(tags, TAGS.slot)) ?? createdAt;
        if (takenAt <= latest && takenAt > (newest.get(fromArn) ?? -Infinity)) newest.set(fromArn, takenAt);
      }
    }
  }
  return newest;
}

/** Seconds since the newest good snapshot, or since the source is there. */
function ageOf({ arn, createdAt }: Source, newest: ReadonlyMap<string, number>, now: number): number {
  return Math.max(0, Math.round((now - (newest.get(arn) ?? createdAt)) / 1000));
}

/** Sources that should have a snapshot by now. One that is new, or of a plan that is new, has none yet, and rings when it stays so. */
async function dueOf(
  env: BackupEnvironment, plan: PlanSettings, sources: readonly Source[], newest: ReadonlyMap<string, number>,
): Promise<Source[]> {
  const since = env.clock.now() - PERIODS * plan.period * 1000;
  const taken = sources.filter(({ arn }) => newest.has(arn));
  const old = sources.filter(({ arn, createdAt }) => newest.has(arn) || !(createdAt >= since));
  return old.length === taken.length || await plannedSince(env, plan) < since ? old : taken;
}

/** A run stopped it for a snapshot, long ago, and it does not run. */
function isLeftStopped(plan: PlanSettings, { state, tags }: Source, now: number): boolean {
  const slot = slotTime(tagValue(tags, TAGS.stopped)?.split('/').pop());
  return state === 'stopped' && slot !== undefined && now > slot + (plan.startWindow + plan.completionWindow) * 1000;
}
