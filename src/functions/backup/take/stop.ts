/** Stops an instance before its snapshot, and starts it again whatever happens. */
import { StartInstanceCommand, StopInstanceCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-lightsail';
import type { Child } from './child';
import { end, SourceProgress } from './progress';
import { removeRestart, scheduleRestart } from './restart-schedule';
import { TAGS } from '../contract';
import { planTag, slotTime, tagValue } from '../names';
import { OUTCOMES } from '../payloads';
import { Source, SOURCES } from '../sources';

const LOOK_AFTER = 15_000;
const OTHERS_AFTER = 60_000;

/** Milliseconds after its slot for which another run's tag counts. Older ones were left behind. */
const TAG_COUNTS_FOR = 24 * 3600_000;

/** Decides what the instance's state means to this run. True: there is more to do at once. */
export async function beforeStop(child: Child, source: Source, progress: SourceProgress): Promise<boolean> {
  const { plan } = child;
  const settings = plan.stop!;
  const holder = stoppedBy(child, source);
  if (holder === 'other') {
    progress.hindrance = OUTCOMES.busy;
    progress.due = child.now + OTHERS_AFTER;
    return false;
  }
  if (source.state === 'stopped') {
    if (holder === 'self') return isStopped(child, progress);
    if (settings.alsoNotRunning) progress.phase = 'create';
    else end(progress, OUTCOMES.notRunning);
    return true;
  }
  if (source.state !== 'running') {
    // starting or stopping: it may be on its way to either
    progress.hindrance = OUTCOMES.busy;
    progress.due = child.now + LOOK_AFTER;
    return false;
  }
  if (!source.hasStaticIp && !settings.withoutStaticIp) {
    end(progress, OUTCOMES.noStaticIp);
    return false;
  }
  return stop(child, source, progress);
}

/** First what starts it again by itself, then the tag, then the stop: a crash between any two leaves nothing stopped for long. */
async function stop(child: Child, { name }: Source, progress: SourceProgress): Promise<boolean> {
  const client = child.env.lightsail();
  if (!await scheduleRestart(child, name, child.now + child.plan.stop!.timeout * 1000)) {
    progress.due = child.now + OTHERS_AFTER;
    return false;
  }
  // from here on there is something to remove, also when the instance never stops
  progress.heldSince = child.now;
  const tags = [{ key: TAGS.stopped, value: runOf(child) }];
  for (const call of [
    () => client.send(new TagResourceCommand({ resourceName: name, tags })),
    () => client.send(new StopInstanceCommand({ instanceName: name })),
  ]) {
    const answer = await child.call(async () => !child.isOver && await call());
    if (answer.failure === 'notFound') end(progress, OUTCOMES.gone);
    else if (answer.failure && child.isFinal(answer, name, progress)) end(progress, OUTCOMES.refused);
    if (!answer.value) return false;
  }
  progress.isStopped = true;
  progress.phase = 'stop';
  progress.due = child.now + LOOK_AFTER;
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
  if (value.source.state === 'stopped') return isStopped(child, progress);
  progress.due = child.now + LOOK_AFTER;
  if (isTooLong(child, progress)) {
    child.log(name, { error: `it did not stop: its state is ${value.source.state}` });
    end(progress, OUTCOMES.busy);
  }
  return false;
}

function isStopped(child: Child, progress: SourceProgress): boolean {
  progress.heldSince ??= child.now;
  progress.isStopped = true;
  progress.phase = 'create';
  return true;
}

/** Whether the time is up for which the instance may be stopped: its schedule starts it now. */
export function isTooLong({ plan, now }: Child, { heldSince }: SourceProgress): boolean {
  return heldSince !== undefined && now >= heldSince + plan.stop!.timeout * 1000;
}

/** Whether the instance still has to be started and let go of. Whether it can be while its snapshot is pending is not established: it is tried. */
export const hasToStart = ({ heldSince, phase, createdAt }: SourceProgress) =>
  heldSince !== undefined && (createdAt !== undefined || phase === 'look' || phase === 'copy' || phase === 'ended');

/** Starts it, and when it runs, removes the tag and the schedule. Returns the seconds for which it was down, once that is known. */
export async function start(child: Child, name: string, progress: SourceProgress): Promise<number | undefined> {
  const client = child.env.lightsail();
  const now = await child.read(async () => ({ source: await SOURCES.Instance.get(client, name) }));
  if (!now.value) return undefined;
  const { source } = now.value;
  if (source?.state === 'stopped') {
    const answer = await child.call(() => client.send(new StartInstanceCommand({ instanceName: name })));
    if (answer.failure) child.log(name, { notice: 'it cannot be started yet', failure: answer.failure });
    return undefined;
  }
  if (source && source.state !== 'running') return undefined;
  const down = progress.isStopped ? Math.round((child.now - progress.heldSince!) / 1000) : 0;
  if (source && stoppedBy(child, source) === 'self') {
    const answer = await child.call(() => client.send(new UntagResourceCommand({ resourceName: name, tagKeys: [TAGS.stopped] })));
    if (!answer.value && answer.failure !== 'notFound') return undefined;
  }
  if (!await removeRestart(child, name)) return undefined;
  progress.heldSince = undefined;
  child.log(name, { notice: source ? 'it runs again' : 'it is gone', downtime: down });
  return down;
}

/** Which run stopped the instance, or is about to. */
function stoppedBy(child: Child, { tags }: Source): 'self' | 'other' | 'nobody' {
  const value = tagValue(tags, TAGS.stopped);
  if (value === undefined) return 'nobody';
  if (value === runOf(child)) return 'self';
  const slot = slotTime(value.split('/').pop());
  const isOwnEarlier = value.startsWith(`${planTag(child.plan)}/`);
  return !isOwnEarlier && slot !== undefined && child.now < slot + TAG_COUNTS_FOR ? 'other' : 'nobody';
}

const runOf = ({ plan, slot }: Child) => `${planTag(plan)}/${slot}`;
