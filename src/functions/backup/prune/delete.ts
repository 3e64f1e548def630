/** Deletes one snapshot, after a look at what it is now. */
import { TagResourceCommand } from '@aws-sdk/client-lightsail';
import type { Candidate } from './rest';
import type { Round } from './round';
import { Row, rowOf, sourceArn } from './sweep';
import { describe } from '../../aws/errors';
import { TAGS } from '../contract';
import { copiesOf } from '../copy-regions';
import { isOwn } from '../names';
import { SNAPSHOTS } from '../snapshots';

/** What is in use is told after so many runs that could not delete it. */
const RUNS_UNTIL_TOLD = 3;

/** Denied deletions that end the pruning of a region. A few may be of what was pinned since the look. */
const MAX_DENIALS = 10;

/** What a snapshot is of. */
type Of = Pick<Candidate, 'type' | 'arn'>;

/** False: the time of this round is up. */
export async function deleteSnapshot(round: Round, source: Of, row: Row): Promise<boolean> {
  const { env, region } = round;
  const { type } = source;
  if (!await isStill(round, source, row) || await isBeingCopied(round, source, row)) return true;
  const { value, failure, error } = await round.call(async () => ({ answer: await SNAPSHOTS[type].delete(env.lightsail(region), row.name) }));
  if (value) round.pruned++;
  else if (failure === 'busy') await defer(round, row, error);
  else if (failure && failure !== 'notFound') round.problem(`${region}: ${row.name} could not be deleted: ${describe(error)}`);
  // where the role may not delete, it may delete none of them, and the next round would try all of them again
  if (failure === 'denied' && ++round.denials === MAX_DENIALS) throw error;
  return value !== undefined || failure !== undefined;
}

/**
 * Whether a snapshot is as the list said, and may still be deleted. Meanwhile it may have been pinned, be kept for longer, or be another one of
 * that name.
 */
export async function isStill(round: Round, { type, arn }: Of, row: Row): Promise<boolean> {
  const found = await round.read(() => SNAPSHOTS[type].get(round.env.lightsail(round.region), row.name));
  if (!found || !isOwn(round.plan, found.tags) || sourceArn(found) !== arn) return false;
  const { state, takenAt, keepUntil, pinned } = rowOf(found, round.now);
  return state === row.state && takenAt === row.takenAt && keepUntil === row.keepUntil && (row.pinned || !pinned);
}

/** Whether a copy of it is still being made. Copies are called as their originals. */
async function isBeingCopied(round: Round, { type }: Of, row: Row): Promise<boolean> {
  if (round.region !== round.plan.homeRegion) return false;
  for (const { region } of copiesOf(round.plan)) {
    const copy = await round.read(() => SNAPSHOTS[type].get(round.env.lightsail(region), row.name));
    if (copy?.state === 'pending') return true;
  }
  return false;
}

/** In use by an export, a copy or a restore: the next run tries again. A tag counts the runs. */
async function defer(round: Round, row: Row, error: unknown): Promise<void> {
  const [count, last] = (row.deferred ?? '0/').split('/');
  // an earlier round of this run has counted it
  if (last === round.slot) return;
  const runs = (Number(count) || 0) + 1;
  if (runs >= RUNS_UNTIL_TOLD) round.note(`${round.region}: ${row.name} could not be deleted in ${runs} runs: ${describe(error)}`);
  const tags = [{ key: TAGS.deferred, value: `${runs}/${round.slot}` }];
  const answer = await round.call(() => round.env.lightsail(round.region).send(new TagResourceCommand({ resourceName: row.name, tags })));
  if (answer.failure) round.env.log({ action: 'prune', region: round.region, snapshot: row.name, notice: `not tagged: ${describe(answer.error)}` });
}
