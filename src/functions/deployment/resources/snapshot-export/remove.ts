/** How an export is removed: what is not tagged yet is found and tagged first, since only what carries the ownership tags may be removed. */
import { Checkpoint, ExportContext, STATES, checkpointOf } from './checkpoint';
import { DESTINATIONS, Exported, destinationOf, findExported, hasOwnershipTag, isGone, isInUse, listTagged, tag } from './destinations';
import { candidates, ownRecord, records } from './records';
import { Advice, describe, toTerminalError } from '../../../aws/errors';
import { creatorOf, generatedName, ownerTags } from '../../../aws/ownership';
import { FUNCTION_TIMEOUT } from '../../contract';
import { classifyState } from '../../engine/polling';
import { Pending, Progress, pending } from '../../engine/progress';
import { Made, madeBy } from '../../engine/request';
import { recent } from '../tagging';

/** Milliseconds for which an EBS snapshot may still be held by an image that is gone. */
const RELEASES = 300_000;

export async function removeExport(context: ExportContext, id: string, only?: Made): Promise<Progress> {
  const waiting = await adopt(context, only ?? context.request.made ?? madeBy(context.request));
  if (waiting) return waiting;
  let left: Pending | undefined;
  for (const destination of DESTINATIONS) {
    for (const exported of await listTagged(context.env.ec2(), destination, context.owner)) {
      const creator = creatorOf(context.owner, exported.tags)!;
      if (generatedName(context.owner, creator.replacementKey) !== id || (only && only.creatorRequestId !== creator.requestId)) continue;
      left = await remove(context, exported);
    }
  }
  return left ?? { done: {} };
}

/** What an export that nobody has tagged yet is waited for, when it may still bring about what is to be removed: it cannot be cancelled. */
async function adopt(context: ExportContext, made: Made): Promise<Pending | undefined> {
  const { env } = context;
  const checkpoint = made.checkpoint as Checkpoint;
  const own = checkpointOf(context);
  const uncertain = checkpoint.requestedAt ?? checkpoint.callingAt;
  if (uncertain === undefined || checkpoint.complete || own.adopted === made.creatorRequestId) return undefined;
  const all = await records(context);
  const found = checkpoint.requestedAt === undefined
    ? candidates(checkpoint, all) : [ownRecord(checkpoint, all)].filter(record => record !== undefined);
  // it is not known which of several it is: what may be of others is left alone
  if (found.length > 1) return undefined;
  if (found.length === 0) {
    const appearsFrom = checkpoint.requestedAt ?? Math.min(env.clock.now(), uncertain + FUNCTION_TIMEOUT * 1000);
    return recent(context, appearsFrom) ? pending('an export that may have begun to appear') : undefined;
  }
  const [record] = found;
  const stateClass = classifyState(record.state, STATES);
  if (stateClass === 'pending') return pending(`export '${record.name}' of '${record.sourceInfo?.name}' to end, which cannot be cancelled`);
  const exportedId = record.destinationInfo?.id ?? '';
  const destination = destinationOf(exportedId);
  if (stateClass !== 'target' || !destination) return undefined;
  const exported = await findExported(env.ec2(), destination, exportedId);
  if (!exported) {
    own.unseen ??= env.clock.now();
    return recent(context, own.unseen) ? pending(`${destination.noun} '${exportedId}' to appear`) : undefined;
  }
  if (classifyState(exported.state, destination.states) === 'pending') return pending(`${destination.noun} '${exportedId}' to be ${destination.states.target[0]}`);
  const isTagged = hasOwnershipTag(exported);
  // a crash between an image and its EBS snapshots then loses none
  if (!isTagged) await tag(env.ec2(), exported, [], ownerTags({ ...context.owner, requestId: made.creatorRequestId }, made.replacementKey));
  own.adopted = made.creatorRequestId;
  return isTagged ? undefined : pending(`${destination.noun} '${exportedId}' to be gone`);
}

async function remove(context: ExportContext, { id, protected: isProtected, in: { noun, remove: removeExported } }: Exported): Promise<Pending> {
  const checkpoint = checkpointOf(context);
  const now = context.env.clock.now();
  try {
    await removeExported(context.env.ec2(), id);
  } catch (error) {
    if (isInUse(error) && now < (checkpoint.heldSince ??= now) + RELEASES) return pending(`${noun} '${id}' to be free (${describe(error)})`);
    const advice: Advice[] = [
      [() => isProtected, `image '${id}' has deregistration protection. switch it off with `
        + `"aws ec2 disable-image-deregistration-protection --image-id ${id}" (with a cooldown, it ends a day later) and try again, or keep the image `
        + 'with removalPolicy RETAIN'],
      [isInUse, 'deregister the image that was made from it and try again, or keep both with removalPolicy RETAIN'],
    ];
    if (!isGone(error)) toTerminalError(`remove ${noun} '${id}'`, error, advice, { service: 'ec2' });
  }
  return pending(`${noun} '${id}' to be gone`);
}
