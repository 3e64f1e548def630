/** Copies of snapshots, from another region or the same. */
import { CopySnapshotCommand, DiskSnapshot, GetAutoSnapshotsCommand, InstanceSnapshot, RegionName } from '@aws-sdk/client-lightsail';
import { TerminalError, orNothing } from '../../aws/errors';
import { SnapshotCopyProperties } from '../contract';
import { diskSnapshots } from './disk-snapshot';
import { instanceSnapshots } from './instance-snapshot';
import { HandlerContext, ResourceHandler } from './resource-handler';
import { FailedCall, SnapshotRecord, SnapshotType, snapshotHandler } from './snapshot';
import { classifyState } from '../engine/polling';
import { isPending } from '../engine/progress';

/** A copy: as the type of its source, but for how it is made. */
function copyOf<S extends SnapshotRecord>(type: SnapshotType<S>, resource: string): ResourceHandler<SnapshotCopyProperties> {
  return snapshotHandler<SnapshotCopyProperties, S>({
    ...type,

    fixedName: props => props.TargetSnapshotName,

    // what was copied from another region is listed there only
    earlier: ({ SourceSnapshotName, SourceResourceName }) => ({ resourceName: SourceSnapshotName ?? SourceResourceName, operationType: 'CopySnapshot' }),

    create: ({ lightsail, props, env }, targetSnapshotName) => lightsail.send(new CopySnapshotCommand({
      targetSnapshotName,
      sourceRegion: (props.SourceRegion ?? env.region) as RegionName,
      sourceSnapshotName: props.SourceSnapshotName,
      sourceResourceName: props.SourceResourceName,
      restoreDate: props.RestoreDate,
      useLatestRestorableAutoSnapshot: props.SourceResourceName !== undefined && props.RestoreDate === undefined ? true : undefined,
    })),

    mayBeOwn({ SourceResourceName }, { fromDiskName, fromInstanceName, isFromAutoSnapshot }) {
      const from = fromDiskName ?? fromInstanceName ?? SourceResourceName;
      return SourceResourceName === undefined || (from === SourceResourceName && isFromAutoSnapshot !== false);
    },

    describe: context => (context.props.SourceResourceName === undefined ? manual(type, context) : automatic(resource, context)),
  });
}

/** Looks at the snapshot that could not be copied. */
async function manual<S extends SnapshotRecord>(type: SnapshotType<S>, { props, env }: HandlerContext<SnapshotCopyProperties>): Promise<FailedCall> {
  const region = props.SourceRegion ?? env.region;
  const source = `${type.noun} '${props.SourceSnapshotName}'`;
  const found = await type.find({ lightsail: env.lightsail(region) }, props.SourceSnapshotName!);
  const state = classifyState(found?.state, type.states);
  const wanted = type.states.target[0];
  return {
    attempt: `copy ${source} of ${region}`,
    advice: [
      [() => !found, `there is no ${source} in ${region}: check the name, and the region that \`source\` names`],
      [() => state !== 'target', `${source} is in state '${found?.state}', and only what is ${wanted} can be copied`],
    ],
    waitingFor: found && state === 'pending' ? `${source} of ${region} to be ${wanted} (last state: ${found.state ?? 'none yet'})` : undefined,
  };
}

/** Looks at what there is instead of the automatic snapshot that could not be copied. */
async function automatic(resource: string, { props, env }: HandlerContext<SnapshotCopyProperties>): Promise<FailedCall> {
  const region = props.SourceRegion ?? env.region;
  const owner = `${resource} '${props.SourceResourceName}'`;
  const answer = await orNothing(env.lightsail(region).send(new GetAutoSnapshotsCommand({ resourceName: props.SourceResourceName })));
  const all = answer?.autoSnapshots ?? [];
  const [meant] = all.filter(({ date, status }) => date === props.RestoreDate && status === 'InProgress');
  const dates = all.filter(({ status }) => status === 'Success').map(({ date }) => date).sort();
  return {
    attempt: `copy the ${props.RestoreDate === undefined ? 'latest automatic snapshot' : `automatic snapshot of ${props.RestoreDate}`} of ${owner} in ${region}`,
    advice: [
      [() => !answer, `there is no ${owner} in ${region}: check the name, and the region that \`source\` names`],
      [() => dates.length === 0, `${owner} has no automatic snapshot: turn automatic snapshots on, and copy when the first has been taken`],
      [() => !dates.includes(props.RestoreDate), `${owner} has automatic snapshots of ${dates.join(', ')}`],
    ],
    waitingFor: meant ? `the automatic snapshot of ${meant.date} of ${owner} to be taken` : undefined,
  };
}

const COPIES = { InstanceSnapshot: copyOf<InstanceSnapshot>(instanceSnapshots, 'instance'), DiskSnapshot: copyOf<DiskSnapshot>(diskSnapshots, 'disk') };

/** A copy of a manual snapshot, from another region or the same, or of an automatic one, which becomes a manual one. */
export const snapshotCopy: ResourceHandler<SnapshotCopyProperties> = {
  id: COPIES.InstanceSnapshot.id,
  carriedOver: COPIES.InstanceSnapshot.carriedOver,
  reconcile: async context => copiesOf(context).reconcile(context),

  async remove(context, id, only) {
    // what an abandoned request made need not be of the type that the properties name now
    for (const copies of Object.values(COPIES)) {
      const progress = await copies.remove(context, id, only);
      if (isPending(progress)) return progress;
    }
    return { done: {} };
  },
};

function copiesOf({ props: { SourceType } }: HandlerContext<SnapshotCopyProperties>): ResourceHandler<SnapshotCopyProperties> {
  if (Object.hasOwn(COPIES, SourceType)) return COPIES[SourceType];
  throw new TerminalError(`SourceType must be one of ${Object.keys(COPIES).join(', ')}, got ${JSON.stringify(SourceType)}`);
}
