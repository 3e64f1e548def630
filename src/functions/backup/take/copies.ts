/** Copies a good snapshot to the plan's other regions, and tags the copies, which come without tags. */
import { CopySnapshotCommand, RegionName, TagResourceCommand } from '@aws-sdk/client-lightsail';
import type { Child } from './child';
import { isOfSlot } from './original';
import { CopyProgress, end, SourceProgress, untilNextLook } from './progress';
import { copyTags } from './tags';
import { describe } from '../../aws/errors';
import type { CallResult } from '../calls';
import { TAGS } from '../contract';
import { copiesOf } from '../copy-regions';
import { snapshotName, tagValue } from '../names';
import { OUTCOMES } from '../payloads';
import { Snapshot, SNAPSHOTS } from '../snapshots';

const RETRY_AFTER = 60_000;

/** Looks that may find no copy, or another one, before it is told. */
const MAX_MISMATCHES = 5;

/** Goes on with all copies of a source that are due. */
export async function copy(child: Child, source: string, progress: SourceProgress): Promise<void> {
  const copies = progress.copies!;
  const regions = copiesOf(child.plan);
  for (const [i, state] of copies.entries()) {
    const { region } = regions[i];
    // a step that can be followed by the next one at once is
    while (!child.isOver && isOpen(state) && state.due <= child.now && await STEPS[state.phase as keyof typeof STEPS](child, source, state, region));
    if (child.isOver && isOpen(state)) await lookLast(child, source, state, region);
  }
  const open = copies.filter(isOpen);
  if (open.length > 0) progress.due = Math.min(...open.map(({ due }) => due));
  else if (copies.some(({ phase }) => phase === 'failed')) end(progress, OUTCOMES.copyFailed);
  else end(progress, copies.some(({ phase }) => phase === 'late') ? OUTCOMES.copyPending : OUTCOMES.good);
}

const isOpen = ({ phase }: CopyProgress) => phase in STEPS;

/** Each returns whether there is more to do at once. */
const STEPS = { create, tag, look };

/** When the windows have ended. A copy that is good and has no tags yet is adopted when the plan prunes. */
async function lookLast(child: Child, source: string, state: CopyProgress, region: string): Promise<void> {
  const { value, failure } = await child.read(async () => ({ found: await getCopy(child, source, region) }));
  if (value) state.phase = value.found?.state === 'good' && (isUntagged(value.found) || isOfSlot(child, value.found)) ? 'good' : 'late';
  else if (failure && failure !== 'throttled') state.phase = 'late';
}

async function create(child: Child, source: string, state: CopyProgress, region: string): Promise<boolean> {
  const name = nameOf(child, source);
  const answer = await child.call(async () => {
    // the turn may have come after the windows ended
    if (child.isOver) return false;
    await child.env.lightsail(region).send(new CopySnapshotCommand({
      sourceRegion: child.plan.homeRegion as RegionName, sourceSnapshotName: name, targetSnapshotName: name,
    }));
    return true;
  });
  if (!answer.failure && !answer.value) return false;
  if (answer.failure && answer.failure !== 'nameTaken') return failed(child, source, state, region, answer);
  state.phase = 'look';
  return true;
}

/** Whether a pending copy can be tagged is not established: if not, it is tagged later. */
async function tag(child: Child, source: string, state: CopyProgress, region: string): Promise<boolean> {
  const name = nameOf(child, source);
  const original = await child.read(() => SNAPSHOTS[child.type].get(child.env.lightsail(), name));
  if (original.failure) return failed(child, source, state, region, original);
  if (!('value' in original)) return false;
  const tags = original.value && copyTags(child, source, original.value);
  if (!tags) return failed(child, source, state, region, { failure: 'refused', error: new Error('the original is gone') });
  const answer = await child.call(() => child.env.lightsail(region).send(new TagResourceCommand({ resourceName: name, tags })));
  if (answer.failure === 'notFound') {
    state.due = child.now + RETRY_AFTER;
    if (++state.mismatches > MAX_MISMATCHES) return failed(child, source, state, region, { failure: 'refused', error: answer.error });
    return false;
  }
  if (answer.failure) return failed(child, source, state, region, answer);
  if (!('value' in answer)) return false;
  state.phase = 'look';
  state.due = child.now + untilNextLook(0);
  return false;
}

async function look(child: Child, source: string, state: CopyProgress, region: string): Promise<boolean> {
  const answer = await child.read(() => getCopy(child, source, region));
  if (answer.failure) return failed(child, source, state, region, answer);
  if (!('value' in answer)) return false;
  state.looks++;
  const found = answer.value;
  if (found && isUntagged(found)) {
    state.phase = 'tag';
    return true;
  }
  if (!found || !isOfSlot(child, found)) {
    if (++state.mismatches > MAX_MISMATCHES || found) {
      return failed(child, source, state, region, {
        failure: 'refused', error: new Error(found ? 'the name is somebody else\'s' : 'the copy is gone'),
      });
    }
    state.due = child.now + RETRY_AFTER;
    return false;
  }
  if (found.state === 'failed') return failed(child, source, state, region, { failure: 'refused', error: new Error('the copy ended in an error') });
  if (found.state === 'good') state.phase = 'good';
  else state.due = child.now + untilNextLook(state.looks);
  return false;
}

/** A copy has no tags until it is given some. Its name, which ends in a hash, says that it is the plan's. */
const isUntagged = ({ tags }: Snapshot) => tagValue(tags, TAGS.plan) === undefined;

const getCopy = (child: Child, source: string, region: string) => SNAPSHOTS[child.type].get(child.env.lightsail(region), nameOf(child, source));

const nameOf = (child: Child, source: string) => snapshotName(child.plan, child.type, source, child.slot);

function failed(child: Child, source: string, state: CopyProgress, region: string, { failure, error }: CallResult<unknown>): boolean {
  if (failure === 'throttled') return false;
  if (failure === 'transient' || failure === 'busy' || (failure === 'denied' && ++state.mismatches <= MAX_MISMATCHES)) {
    state.due = child.now + RETRY_AFTER;
    return false;
  }
  child.log(source, { error: `copy to ${region}: ${describe(error)}` });
  state.phase = 'failed';
  return false;
}
