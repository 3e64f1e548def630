/** From the record of an export that was asked for to what it brought about in EC2. */
import { Checkpoint, ExportContext, STATES } from './checkpoint';
import { destinationOf, findExported, hasOwnershipTag } from './destinations';
import { failureOf, ownRecord, records } from './records';
import { sourceOf } from './source';
import { stabilize } from './stabilize';
import { TerminalError } from '../../../aws/errors';
import { creatorOf } from '../../../aws/ownership';
import { classifyState } from '../../engine/polling';
import { Progress, pending } from '../../engine/progress';
import { recent } from '../tagging';

export async function follow(context: ExportContext, checkpoint: Checkpoint): Promise<Progress> {
  const { text } = sourceOf(context);
  const record = ownRecord(checkpoint, await records(context));
  if (!record) {
    const failed = await failureOf(context, checkpoint, context.props.SnapshotName);
    if (failed) throw new TerminalError(`the export of ${text} failed: ${failed}`);
    return pending(`record ${checkpoint.record ?? ''} of the export of ${text} to appear`.replace('  ', ' '));
  }
  const what = `export '${record.name}' of ${text}`;
  switch (classifyState(record.state, STATES)) {
    case 'pending': return pending(`${what} to be ${STATES.target[0]} (last state: ${record.state})`);
    case 'failed': {
      const told = await failureOf(context, checkpoint, context.props.SnapshotName, record.name);
      throw new TerminalError(`${what} ended in state '${record.state}' instead of '${STATES.target[0]}': `
        + `${told ?? 'lightsail gives no details; deploy again, and ask AWS support if it stays so'}`);
    }
    case 'unknown': throw new TerminalError(`${what} is in the unknown state '${record.state}' instead of '${STATES.target[0]}': `
      + 'look at it in the Lightsail console, and report it if it is well');
    default:
  }
  const id = record.destinationInfo?.id ?? '';
  const destination = destinationOf(id);
  if (!destination) {
    throw new TerminalError(`${what} succeeded and made '${id}' (${record.destinationInfo?.service}), which is neither an image nor an EBS snapshot. `
      + 'it was left alone: remove it in EC2 if you do not need it, and report this');
  }
  const exported = await findExported(context.env.ec2(), destination, id);
  if (!exported) {
    checkpoint.unseen ??= context.env.clock.now();
    if (recent(context, checkpoint.unseen)) return pending(`${destination.noun} '${id}' to appear`);
    throw new TerminalError(`${what} succeeded, but its ${destination.noun} '${id}' is not in EC2: it was removed meanwhile. deploy again to export anew`);
  }
  if (hasOwnershipTag(exported) && !creatorOf(context.owner, exported.tags)) {
    // an export of the same snapshot that another resource of this library has begun at the same time
    checkpoint.othersRecords = [...checkpoint.othersRecords ?? [], record.name!];
    return pending(`record of the export of ${text} to appear`);
  }
  return stabilize(context, exported, record);
}
