/** Exports of snapshots to EC2: asked for once, followed by their record, tagged and removed in EC2. */
import { begin } from './begin';
import { CARRIED_OVER, ExportContext, checkpointOf } from './checkpoint';
import { DESTINATIONS, Exported, listTagged } from './destinations';
import { follow } from './follow';
import { records } from './records';
import { removeExport } from './remove';
import { sourceOf } from './source';
import { stabilize } from './stabilize';
import { takeUp } from './take-up';
import { TerminalError } from '../../../aws/errors';
import { creatorOf, generatedName } from '../../../aws/ownership';
import { SnapshotExportProperties } from '../../contract';
import { ResourceHandler } from '../resource-handler';

export const snapshotExport: ResourceHandler<SnapshotExportProperties> = {
  carriedOver: CARRIED_OVER,

  takesUp: true,

  id: generatedName,

  async reconcile(context) {
    const checkpoint = checkpointOf(context);
    await takeUp(context);
    if (checkpoint.requestedAt === undefined) {
      const kept = checkpoint.callingAt === undefined ? await findKept(context) : undefined;
      if (kept) return stabilize(context, kept, (await records(context)).find(({ destinationInfo }) => destinationInfo?.id === kept.id));
      const waiting = await begin(context, checkpoint);
      if (waiting) return waiting;
    }
    return follow(context, checkpoint);
  },

  remove: removeExport,
};

/** What these properties were exported to before. */
async function findKept(context: ExportContext): Promise<Exported | undefined> {
  const { request, owner, props } = context;
  // the ownership tag of an image comes last; EBS snapshots that carry one already may be those of an image that does not
  const destination = DESTINATIONS[props.SnapshotType === 'instance' ? 0 : 1];
  const all = await listTagged(context.env.ec2(), destination, owner);
  const kept = all.find(({ tags }) => creatorOf(owner, tags)?.replacementKey === request.replacementKey);
  if (kept && request.previousId !== request.id && !request.isWait) await checkSource(context, kept);
  return kept;
}

/** A kept export is of use again only while its snapshot is the same: another one may have its name by now. */
async function checkSource(context: ExportContext, { id, tags, in: { noun } }: Exported): Promise<void> {
  if (creatorOf(context.owner, tags)?.requestId === context.owner.requestId) return;
  const { type, text } = sourceOf(context);
  const snapshot = await type.find(context, context.props.SnapshotName);
  const record = (await records(context)).find(({ destinationInfo }) => destinationInfo?.id === id);
  if (!snapshot || !record || record.sourceInfo?.arn === snapshot.arn) return;
  throw new TerminalError(`${text} was exported to ${noun} '${id}' when another snapshot had its name, and that export was kept. `
    + 'change `revision` to export the snapshot of now');
}
