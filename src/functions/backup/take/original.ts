/** Creates the snapshot of a source, and looks at what became of it. */
import type { Child } from './child';
import { CopyProgress, SourceProgress, end, newCopy, outcomeOf, untilNextLook } from './progress';
import { isTooLong } from './start';
import { originalTags } from './tags';
import type { Tag } from '../../aws/ownership';
import { TAGS } from '../contract';
import { copiesOf } from '../copy-regions';
import { isOwn, snapshotName, tagValue } from '../names';
import { OUTCOMES } from '../payloads';
import { Snapshot, SNAPSHOTS } from '../snapshots';

/** Looks that may find something else than what was created before it is told: a record, and its tags, may show late. */
const MAX_MISMATCHES = 5;
const LOOK_AGAIN_AFTER = 60_000;

/** Creates the snapshot. Its name says whether an earlier step did. True: there is more to do at once. */
export async function create(child: Child, source: string, progress: SourceProgress, sourceTags: readonly Tag[]): Promise<boolean> {
  const { env, plan, slot, type } = child;
  const name = snapshotName(plan, type, source, slot);
  const tags = originalTags(child, source, sourceTags);
  const answer = await child.call(async () => {
    // the turn may have come after the windows ended, or when the instance is about to be started
    if (child.isOver) return false;
    if (isTooLong(child, progress)) return undefined;
    await SNAPSHOTS[type].create(env.lightsail(), name, source, tags);
    return true;
  });
  if (answer.value) {
    Object.assign(progress, { phase: 'look', createdAt: child.now, due: child.now + untilNextLook(0) });
    return false;
  }
  if (answer.value === false || answer.failure === 'nameTaken') {
    progress.phase = 'look';
    return true;
  }
  if (answer.failure === 'notFound') end(progress, OUTCOMES.gone);
  else if (child.isFinal(answer, source, progress)) end(progress, OUTCOMES.refused);
  return false;
}

/** Looks at the snapshot. True: there is more to do at once. */
export async function look(child: Child, source: string, progress: SourceProgress): Promise<boolean> {
  const { env, plan, slot, type } = child;
  const name = snapshotName(plan, type, source, slot);
  const { value, ...answer } = await child.read(async () => ({ found: await SNAPSHOTS[type].get(env.lightsail(), name) }));
  if (!value) {
    // a look that cannot be had does not keep a run from its end
    if (child.isOver && answer.failure && answer.failure !== 'throttled') end(progress, outcomeOf(progress));
    else if (child.isFinal(answer, source, progress)) end(progress, OUTCOMES.refused);
    return false;
  }
  const { found } = value;
  if (!found || !isOfSlot(child, found)) return mismatch(child, source, progress, found);
  if (found.state === 'failed') {
    child.log(source, { error: `the snapshot ended in an error: ${name}` });
    end(progress, OUTCOMES.failed);
    return false;
  }
  if (found.state === 'good') {
    const copies = copiesOf(plan);
    if (copies.length === 0) {
      end(progress, OUTCOMES.good);
      return false;
    }
    Object.assign(progress, { phase: 'copy', copies: copies.map((): CopyProgress => newCopy()) });
    return true;
  }
  if (child.isOver) end(progress, OUTCOMES.pending);
  progress.due = child.now + untilNextLook(++progress.looks);
  return false;
}

/** Whether the plan made it for this slot. */
export function isOfSlot({ plan, slot }: Child, { tags }: Snapshot): boolean {
  return isOwn(plan, tags) && tagValue(tags, TAGS.slot) === slot;
}

/** Nothing has the name, or something that does not carry the plan's tags. */
function mismatch(child: Child, source: string, progress: SourceProgress, found: Snapshot | undefined): boolean {
  if (child.isOver || ++progress.mismatches > MAX_MISMATCHES) {
    const name = snapshotName(child.plan, child.type, source, child.slot);
    if (found) child.log(source, { error: `the name is somebody else's: ${name}` });
    else if (progress.createdAt !== undefined) child.log(source, { error: `the snapshot was created and is gone: ${name}` });
    end(progress, outcomeOfMismatch(progress, found));
    return false;
  }
  // a name that was taken and belongs to nothing may be free again
  if (!found && progress.createdAt === undefined) progress.phase = 'begin';
  progress.due = child.now + LOOK_AGAIN_AFTER;
  return false;
}

function outcomeOfMismatch(progress: SourceProgress, found: Snapshot | undefined) {
  if (found) return OUTCOMES.nameTaken;
  if (progress.createdAt !== undefined) return OUTCOMES.failed;
  return progress.mismatches > MAX_MISMATCHES ? OUTCOMES.nameTaken : outcomeOf(progress);
}
