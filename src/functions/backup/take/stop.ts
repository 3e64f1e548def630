/** Stops an instance before its snapshot. */
import { StopInstanceCommand, TagResourceCommand } from '@aws-sdk/client-lightsail';
import type { Child } from './child';
import { isOfSlot } from './original';
import { end, SourceProgress } from './progress';
import { removeRestart, scheduleRestart } from './restart-schedule';
import { isStoppedByEarlierRun, isTooLong, stoppedBy } from './start';
import { TAGS } from '../contract';
import { snapshotName, tagValue } from '../names';
import { OUTCOMES } from '../payloads';
import { SNAPSHOTS } from '../snapshots';
import type { Source } from '../source';
import { SOURCES } from '../sources';

const LOOK_AFTER = 15_000;

/** Decides what the instance's state means to this run. True: there is more to do at once. */
export async function beforeStop(child: Child, source: Source, progress: SourceProgress): Promise<boolean> {
  const { plan } = child;
  const settings = plan.stop!;
  const holder = stoppedBy(child, source);
  if (holder === 'other') {
    progress.blocker = OUTCOMES.busy;
    progress.due = child.aMinuteLater;
    return false;
  }
  if (source.state === 'stopped') {
    if (holder === 'self') return isStopped(child, progress);
    // nothing has started it since, its schedule included: each run says so, whatever else comes of it
    if (isStoppedByEarlierRun(child, source)) progress.outcome = OUTCOMES.notStarted;
    if (settings.alsoNotRunning) progress.phase = 'create';
    else end(progress, OUTCOMES.notRunning);
    return true;
  }
  if (source.state !== 'running') {
    // starting or stopping: it may be on its way to either
    progress.blocker = OUTCOMES.busy;
    progress.due = child.now + LOOK_AFTER;
    return false;
  }
  if (!source.hasStaticIp && !settings.withoutStaticIp) {
    end(progress, OUTCOMES.noStaticIp);
    return false;
  }
  return stop(child, source, progress);
}

/**
 * First what starts it again by itself, then the tag, then the stop: a crash between any two leaves nothing stopped for long. Each call may have a turn
 * of its own, minutes apart, and what an earlier step did is not done again.
 */
async function stop(child: Child, source: Source, progress: SourceProgress): Promise<boolean> {
  const client = child.env.lightsail();
  const { name } = source;
  const tag = () => client.send(new TagResourceCommand({ resourceName: name, tags: [{ key: TAGS.stopped, value: child.run }] }));
  const stopIt = () => client.send(new StopInstanceCommand({ instanceName: name }));
  for (const call of stoppedBy(child, source) === 'self' ? [stopIt] : [tag, stopIt]) {
    // right before its turn: made earlier, it would grow old while others have theirs, and made in it, the call would be late
    const answer = await child.call(async () => !child.isOver && await call(), async () => !child.isOver && willStart(child, source, progress));
    if (answer.failure === 'notFound') end(progress, OUTCOMES.gone);
    else if (answer.failure && child.isFinal(answer, name, progress)) end(progress, OUTCOMES.refused);
    if (!answer.value) return false;
  }
  progress.stoppedSince = child.now;
  progress.phase = 'stop';
  progress.due = child.now + LOOK_AFTER;
  return false;
}

/** Sees to a schedule that starts the instance, and has half of its time or more to go. The instance runs, so that an older one can be removed. */
async function willStart(child: Child, { name, tags }: Source, progress: SourceProgress): Promise<boolean> {
  const { now } = child;
  const timeout = child.plan.stop!.timeout * 1000;
  if (progress.heldSince !== undefined && now < progress.heldSince + timeout / 2) return true;
  // a run that died may have left its own, which would start the instance while this one has it stopped
  const earlier = tagValue(tags, TAGS.stopped) ?? child.run;
  const isFree = (earlier === child.run || await removeRestart(child, name, earlier))
    && (progress.heldSince === undefined || await removeRestart(child, name));
  if (isFree && await scheduleRestart(child, name, now + timeout)) {
    // from here on there is something to remove, also when the instance never stops
    progress.heldSince = now;
    return true;
  }
  progress.blocker = OUTCOMES.refused;
  progress.due = child.aMinuteLater;
  return false;
}

/** The instance was asked to stop: has it? */
export async function whileStopping(child: Child, name: string, progress: SourceProgress): Promise<boolean> {
  const { value, ...answer } = await child.read(async () => ({ source: await SOURCES.Instance.get(child.env.lightsail(), name) }));
  if (!value) {
    if (child.isFinal(answer, name, progress)) end(progress, OUTCOMES.refused);
    return false;
  }
  if (!value.source) {
    end(progress, OUTCOMES.gone);
    return false;
  }
  const { state } = value.source;
  if (state === 'stopped') return isStopped(child, progress);
  progress.due = child.now + LOOK_AFTER;
  // a step that died may have gone on, up to the start
  if (state !== 'stopping' && await hasSnapshot(child, name)) {
    progress.phase = 'look';
    return true;
  }
  if (isTooLong(child, progress)) {
    child.log(name, { error: `it did not stop: its state is ${state}` });
    end(progress, OUTCOMES.busy);
  }
  return false;
}

async function hasSnapshot(child: Child, source: string): Promise<boolean> {
  const name = snapshotName(child.plan, child.type, source, child.slot);
  const { value } = await child.read(() => SNAPSHOTS[child.type].get(child.env.lightsail(), name));
  return value !== undefined && isOfSlot(child, value);
}

function isStopped(child: Child, progress: SourceProgress): boolean {
  // what an attempt that died has stopped, it has stopped at some time since this step began
  progress.heldSince ??= child.beganAt;
  progress.stoppedSince ??= child.beganAt;
  progress.phase = 'create';
  return true;
}
