/** Starts an instance that was stopped for its snapshot, and lets go of it. */
import { StartInstanceCommand, UntagResourceCommand } from '@aws-sdk/client-lightsail';
import type { Child } from './child';
import type { SourceProgress } from './progress';
import { removeRestart } from './restart-schedule';
import type { CallResult } from '../calls';
import { TAGS } from '../contract';
import { planTag, slotTime, tagValue } from '../names';
import type { Source } from '../source';
import { SOURCES } from '../sources';

/** Milliseconds after its slot for which another run's tag counts. Older ones were left behind. */
const TAG_COUNTS_FOR = 24 * 3600_000;

/** Whether the time is up for which the instance may be stopped: its schedule starts it now. */
export function isTooLong({ plan, now }: Child, { heldSince }: SourceProgress): boolean {
  return heldSince !== undefined && now >= heldSince + plan.stop!.timeout * 1000;
}

/** Whether the instance still has to be started and let go of. Whether it can be while its snapshot is pending is not established: it is tried. */
export const hasToStart = ({ heldSince, phase, createdAt }: SourceProgress) =>
  heldSince !== undefined && (createdAt !== undefined || phase === 'look' || phase === 'copy' || phase === 'ended');

/** Lightsail has refused to start it while its snapshot is pending: all that can be done for it is to wait. */
export const waitsForSnapshot = ({ phase, startRefusedAt }: SourceProgress) => phase === 'look' && startRefusedAt !== undefined;

/** It may have been refused for another reason. So it is tried again before the snapshot is good, each time after twice as long as the time before. */
const isTooEarly = ({ startRefusedAt, heldSince }: SourceProgress, now: number) => now < 2 * startRefusedAt! - heldSince!;

/** What came of a try: the seconds for which the instance was down, if it runs again and was let go of. */
export type Started = number | 'notYet' | 'notItsTurn';

/** Starts it, and when it runs, removes the schedule and the tag. */
export async function start(child: Child, name: string, progress: SourceProgress): Promise<Started> {
  const client = child.env.lightsail();
  if (waitsForSnapshot(progress) && isTooEarly(progress, child.now)) return 'notYet';
  const now = await child.read(async () => ({ source: await SOURCES.Instance.get(client, name) }));
  if (!now.value) return notDone(now);
  const { source } = now.value;
  if (source?.state === 'stopped') {
    const answer = await child.call(() => client.send(new StartInstanceCommand({ instanceName: name })));
    if (answer.failure === 'busy') progress.startRefusedAt = child.now;
    if (answer.failure) child.log(name, { notice: 'it cannot be started yet', failure: answer.failure });
    return answer.value ? 'notYet' : notDone(answer);
  }
  if (source && source.state !== 'running') return 'notYet';
  const down = progress.stoppedSince === undefined ? 0 : Math.round((child.now - progress.stoppedSince) / 1000);
  // the tag goes last: by it the next run finds a schedule that a run left behind
  if (!await removeRestart(child, name)) return 'notYet';
  if (source && stoppedBy(child, source) === 'self') {
    const answer = await child.call(() => client.send(new UntagResourceCommand({ resourceName: name, tagKeys: [TAGS.stopped] })));
    if (!answer.value && answer.failure !== 'notFound') return notDone(answer);
  }
  progress.heldSince = undefined;
  child.log(name, { notice: source ? 'it runs again' : 'it is gone', downtime: down });
  return down;
}

const notDone = ({ failure }: CallResult<unknown>): Started => (failure ? 'notYet' : 'notItsTurn');

/** Whether another run of this plan stopped the instance, or was about to. */
export function isStoppedByEarlierRun(child: Child, { tags }: Pick<Source, 'tags'>): boolean {
  const value = tagValue(tags, TAGS.stopped);
  return value !== undefined && value !== child.run && value.startsWith(`${planTag(child.plan)}/`);
}

/** Which run stopped the instance, or is about to. */
export function stoppedBy(child: Child, { tags }: Source): 'self' | 'other' | 'nobody' {
  const value = tagValue(tags, TAGS.stopped);
  if (value === undefined) return 'nobody';
  if (value === child.run) return 'self';
  const slot = slotTime(value.split('/').pop());
  return !isStoppedByEarlierRun(child, { tags }) && slot !== undefined && child.now < slot + TAG_COUNTS_FOR ? 'other' : 'nobody';
}
