import { CreateInstanceSnapshotCommand, DeleteInstanceSnapshotCommand, GetInstanceSnapshotCommand, InstanceSnapshot } from '@aws-sdk/client-lightsail';
import { InstanceSnapshotProperties } from '../contract';
import { isNotFound } from '../errors';
import { snapshotKind } from './snapshot';

/** A manual snapshot of an instance. */
export const instanceSnapshot = snapshotKind<InstanceSnapshotProperties, InstanceSnapshot>({
  noun: 'instance snapshot',
  states: { pending: ['pending'], target: ['available'], failed: ['error'] },

  fixedName: props => props.InstanceSnapshotName,

  async find({ lightsail }, instanceSnapshotName) {
    try {
      return (await lightsail.send(new GetInstanceSnapshotCommand({ instanceSnapshotName }))).instanceSnapshot;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  },

  create: ({ lightsail, props }, instanceSnapshotName, tags) =>
    lightsail.send(new CreateInstanceSnapshotCommand({ instanceName: props.InstanceName, instanceSnapshotName, tags })),

  describe: ({ props, env }) => ({
    attempt: `take a snapshot of instance '${props.InstanceName}'`,
    advice: [[isNotFound, `there is no instance '${props.InstanceName}' in ${env.region}: check the name, and that the stack is in the instance's region`]],
  }),

  delete: ({ lightsail }, instanceSnapshotName) => lightsail.send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName })),

  attributes: snapshot => ({
    Arn: snapshot.arn ?? '',
    SupportCode: snapshot.supportCode ?? '',
    CreatedAt: snapshot.createdAt?.toISOString() ?? '',
    Region: snapshot.location?.regionName ?? '',
    State: snapshot.state ?? '',
    SizeInGb: snapshot.sizeInGb ?? 0,
    FromInstanceName: snapshot.fromInstanceName ?? '',
    FromInstanceArn: snapshot.fromInstanceArn ?? '',
    FromBlueprintId: snapshot.fromBlueprintId ?? '',
    FromBundleId: snapshot.fromBundleId ?? '',
    IsFromAutoSnapshot: snapshot.isFromAutoSnapshot ?? false,
    AttachedDiskNames: join(snapshot.fromAttachedDisks, disk => disk.name),
    AttachedDiskPaths: join(snapshot.fromAttachedDisks, disk => disk.path),
    AttachedDiskSizesInGb: join(snapshot.fromAttachedDisks, disk => disk.sizeInGb),
  }),
});

/** CloudFormation carries no lists here; the construct splits at the commas, which no name or path has. */
function join<T>(items: readonly T[] | undefined, field: (item: T) => string | number | undefined): string {
  return (items ?? []).map(field).join(',');
}
