/** One step of a child of the Distributed Map: whatever can be done now for the sources of its batch. It can be repeated at any point. */
import { Child, EARLY } from './child';
import { copy } from './copies';
import { create, look } from './original';
import { ChildState, end, newProgress, outcomeOf, SourceProgress } from './progress';
import { hasToStart, isTooLong, start, Started } from './start';
import { beforeStop, whileStopping } from './stop';
import { inTurn } from './stopped-at-once';
import type { BackupEnvironment } from '../environment';
import { endOfWindows } from '../names';
import { Pace } from '../pace';
import { OUTCOMES, TakeRequest, TakeResult } from '../payloads';
import type { Source } from '../source';
import { SOURCES } from '../sources';

/** Milliseconds that a step works at most. */
const STEP_TIME = 300_000;

/** Milliseconds that are kept for the calls under way when the invocation nears its end. */
const RESERVE = 60_000;

/** Milliseconds after the windows' end for which a step still looks, and starts what is stopped. */
const LAST_LOOKS = 1800_000;

/** Milliseconds between looks at an instance that is to run again, and after how many they are a minute apart: its snapshot may be pending for long. */
const START_AFTER = 15_000;
const LONG = 600_000;

export async function take(env: BackupEnvironment, { run, enteredAt }: Pick<TakeRequest, 'run' | 'enteredAt'>, deadline: number): Promise<TakeResult> {
  const { plan, slot, batch, step } = run;
  const earlier = (step?.state ?? undefined) as ChildState | undefined;
  const sources = structuredClone(earlier?.sources) ?? batch.names.map(newProgress);
  const until = Math.min(deadline - RESERVE, env.clock.now() + STEP_TIME);
  const pace = new Pace(env.clock, plan, { turn: batch, until, stride: earlier?.stride });
  const beganAt = Date.parse(enteredAt ?? '') || env.clock.now();
  const child = new Child(env, plan, slot, run.keepFor, batch.type, pace, endOfWindows(plan, slot), beganAt);

  const downtimes = await Promise.all(inTurn(child, sources).map(progress => advance(child, batch.names[sources.indexOf(progress)], progress)));

  const state: ChildState = {
    sources,
    throttled: (earlier?.throttled ?? 0) + pace.throttled,
    downtime: Math.max(earlier?.downtime ?? 0, ...downtimes),
    // a step without too many calls goes back towards the full rate
    stride: pace.throttled > 0 ? pace.stride : Math.max(1, pace.stride / 2),
  };
  const open = sources.filter(progress => !isOver(progress));
  if (open.length === 0) {
    const outcomes = sources.map(({ outcome }) => outcome).join('');
    return { done: true, wait: 0, state: null, result: { index: batch.index, outcomes, throttled: state.throttled, downtime: state.downtime } };
  }
  const next = dueTogether(inTurn(child, open).map(({ due }) => due), pace.turnLength);
  // when the windows end, everything is looked at once more
  return { done: false, wait: pace.secondsUntilTurn(child.isOver ? next : Math.min(next, child.ends + EARLY)), state, result: null };
}

/** What comes due within the time of one turn is done in one step: the last of that. */
function dueTogether(dues: readonly number[], turn: number): number {
  const first = Math.min(...dues);
  return Math.max(...dues.filter(due => due <= first + turn));
}

const isOver = ({ phase, heldSince }: SourceProgress) => phase === 'ended' && heldSince === undefined;

/** Goes on with one source as far as that is possible now. Returns the seconds for which its instance was down, once that is known. */
async function advance(child: Child, name: string, progress: SourceProgress): Promise<number> {
  if (isOver(progress) || !(child.isDue(progress) || child.isOver)) return 0;
  if (child.now >= child.ends + LAST_LOOKS) return giveUp(child, name, progress);
  let down = 0;
  while (progress.phase !== 'ended' && await STEPS[progress.phase](child, name, progress));
  if (hasToStart(progress)) {
    const snapshotDue = progress.phase === 'ended' ? Infinity : progress.due;
    const started = await start(child, name, progress);
    if (typeof started === 'number') down = started;
    progress.due = Math.min(snapshotDue, startDue(child, progress, started));
  }
  return down;
}

/** When to try again to start an instance that is still held. */
function startDue(child: Child, { heldSince }: SourceProgress, started: Started): number {
  if (heldSince === undefined) return Infinity;
  if (started === 'notItsTurn') return child.now;
  return child.now - heldSince > LONG ? child.aMinuteLater : child.now + START_AFTER;
}

/** Each returns whether there is more to do at once. */
const STEPS: Record<Exclude<SourceProgress['phase'], 'ended'>, (child: Child, name: string, progress: SourceProgress) => Promise<boolean>> = {
  begin,
  stop: whileStopping,
  create: async (child, name, progress) => {
    if (progress.createdAt === undefined && isTooLong(child, progress)) end(progress, outcomeOf(progress));
    if (progress.phase !== 'create') return false;
    if (!child.plan.copySourceTags || child.isOver) return create(child, name, progress, []);
    const source = await sourceNow(child, name, progress);
    return source !== undefined && create(child, name, progress, source.tags);
  },
  look,
  copy: async (child, name, progress) => {
    await copy(child, name, progress);
    return false;
  },
};

/** Nothing was done yet, as far as this child knows. */
async function begin(child: Child, name: string, progress: SourceProgress): Promise<boolean> {
  if (!child.plan.stop || child.type !== 'Instance' || child.isOver) {
    progress.phase = 'create';
    return true;
  }
  const source = await sourceNow(child, name, progress);
  return source !== undefined && beforeStop(child, source, progress);
}

/** The source as it is. Nothing when that cannot be learnt now, or when it is gone, which ends it. */
async function sourceNow(child: Child, name: string, progress: SourceProgress): Promise<Source | undefined> {
  const { value, ...answer } = await child.read(async () => ({ source: await SOURCES[child.type].get(child.env.lightsail(), name) }));
  if (!value && child.isFinal(answer, name, progress)) end(progress, OUTCOMES.refused);
  if (value && !value.source) end(progress, OUTCOMES.gone);
  return value?.source;
}

/** Long after the windows' end. What is stopped is started by its schedule. */
function giveUp(child: Child, name: string, progress: SourceProgress): number {
  if (progress.heldSince !== undefined) {
    child.log(name, { error: 'it did not run again in time' });
    progress.outcome = OUTCOMES.notStarted;
    progress.heldSince = undefined;
  }
  end(progress, outcomeOf(progress));
  return 0;
}
