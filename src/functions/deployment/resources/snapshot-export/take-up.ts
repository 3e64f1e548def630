/** An export that could not be removed, since nothing cancels it, is what is wanted when CloudFormation creates the same again. */
import { Checkpoint, ExportContext, STATES, checkpointOf } from './checkpoint';
import { destinationOf, findExported } from './destinations';
import { ownRecord, records } from './records';
import { sourceOf } from './source';
import { classifyState } from '../../engine/polling';

export async function takeUp(context: ExportContext): Promise<void> {
  const { request, props } = context;
  const { source, after, callingAt, requestedAt, operations, record, othersRecords } = (request.made?.checkpoint ?? {}) as Checkpoint;
  if (requestedAt !== undefined) {
    const earlier: Checkpoint = { source, after, callingAt, requestedAt, operations, record, othersRecords };
    const snapshot = await sourceOf(context).type.find(context, props.SnapshotName);
    // another snapshot may have the name by now
    if (snapshot?.arn === source && await isOfUse(context, earlier)) Object.assign(checkpointOf(context), earlier);
  }
  request.made = undefined;
}

/** It goes on, or what it brought about is there. */
async function isOfUse(context: ExportContext, earlier: Checkpoint): Promise<boolean> {
  const record = ownRecord(earlier, await records(context));
  const state = record && classifyState(record.state, STATES);
  if (state !== 'target') return state === 'pending';
  const id = record?.destinationInfo?.id ?? '';
  const destination = destinationOf(id);
  return destination !== undefined && await findExported(context.env.ec2(), destination, id) !== undefined;
}
