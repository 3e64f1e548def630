/** Instance snapshots: the calls of this type of snapshot, and how one is taken. */
import {
  CreateInstanceSnapshotCommand, DeleteInstanceSnapshotCommand, GetInstanceSnapshotCommand, GetInstanceSnapshotsCommand, InstanceSnapshot,
} from '@aws-sdk/client-lightsail';
import { isNotFound, orNothing } from '../../aws/errors';
import { InstanceSnapshotProperties } from '../contract';
import { SnapshotType, snapshotHandler } from './snapshot';

/** Snapshots of instances. */
export const instanceSnapshots: SnapshotType<InstanceSnapshot> = {
  noun: 'instance snapshot',
  states: { pending: ['pending'], target: ['available'], failed: ['error'] },

  async find({ lightsail }, instanceSnapshotName) {
    return (await orNothing(lightsail.send(new GetInstanceSnapshotCommand({ instanceSnapshotName }))))?.instanceSnapshot;
  },

  async list({ lightsail }, pageToken) {
    const page = await lightsail.send(new GetInstanceSnapshotsCommand({ pageToken }));
    return { snapshots: page.instanceSnapshots ?? [], pageToken: page.nextPageToken };
  },

  delete: ({ lightsail }, instanceSnapshotName) => lightsail.send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName })),

  attributes: snapshot => ({
    FromBlueprintId: snapshot.fromBlueprintId ?? '',
    FromBundleId: snapshot.fromBundleId ?? '',
    AttachedDiskNames: list(snapshot.fromAttachedDisks, disk => disk.name),
    AttachedDiskPaths: list(snapshot.fromAttachedDisks, disk => disk.path),
    AttachedDiskSizesInGb: list(snapshot.fromAttachedDisks, disk => disk.sizeInGb),
  }),
};

/** A manual snapshot of an instance. */
export const instanceSnapshot = snapshotHandler<InstanceSnapshotProperties, InstanceSnapshot>({
  ...instanceSnapshots,

  fixedName: props => props.InstanceSnapshotName,

  earlier: ({ InstanceName }) => ({ resourceName: InstanceName, operationType: 'CreateInstanceSnapshot' }),

  create: ({ lightsail, props }, instanceSnapshotName, tags) =>
    lightsail.send(new CreateInstanceSnapshotCommand({ instanceName: props.InstanceName, instanceSnapshotName, tags })),

  describe: ({ props, env }) => ({
    attempt: `take a snapshot of instance '${props.InstanceName}'`,
    advice: [[isNotFound, `there is no instance '${props.InstanceName}' in ${env.region}: check the name, and that the stack is in the instance's region`]],
  }),
});

/** One field of each item. CloudFormation's lists are of texts. */
function list<T>(items: readonly T[] | undefined, field: (item: T) => string | number | undefined): string[] {
  return (items ?? []).map(item => String(field(item) ?? ''));
}
