/** Disk snapshots: the calls of this type of snapshot, and how one is taken. */
import {
  CreateDiskSnapshotCommand, DeleteDiskSnapshotCommand, DiskSnapshot, GetDiskSnapshotCommand, GetDiskSnapshotsCommand,
} from '@aws-sdk/client-lightsail';
import { isNotFound, orNothing } from '../../aws/errors';
import { DiskSnapshotProperties } from '../contract';
import { SnapshotType, snapshotHandler } from './snapshot';

/** Snapshots of disks. */
export const diskSnapshots: SnapshotType<DiskSnapshot> = {
  noun: 'disk snapshot',
  states: { pending: ['pending'], target: ['completed'], failed: ['error', 'unknown'] },

  async find({ lightsail }, diskSnapshotName) {
    return (await orNothing(lightsail.send(new GetDiskSnapshotCommand({ diskSnapshotName }))))?.diskSnapshot;
  },

  async list({ lightsail }, pageToken) {
    const page = await lightsail.send(new GetDiskSnapshotsCommand({ pageToken }));
    return { snapshots: page.diskSnapshots ?? [], pageToken: page.nextPageToken };
  },

  delete: ({ lightsail }, diskSnapshotName) => lightsail.send(new DeleteDiskSnapshotCommand({ diskSnapshotName })),

  attributes: snapshot => ({
    SnapshotProgress: snapshot.progress ?? '',
    FromDiskName: snapshot.fromDiskName ?? '',
    FromDiskArn: snapshot.fromDiskArn ?? '',
  }),
};

/** A manual snapshot of a block storage disk, or of an instance's system disk. */
export const diskSnapshot = snapshotHandler<DiskSnapshotProperties, DiskSnapshot>({
  ...diskSnapshots,

  fixedName: props => props.DiskSnapshotName,

  earlier: ({ DiskName, InstanceName }) => ({ resourceName: DiskName ?? InstanceName, operationType: 'CreateDiskSnapshot' }),

  create: ({ lightsail, props }, diskSnapshotName, tags) =>
    lightsail.send(new CreateDiskSnapshotCommand({ diskName: props.DiskName, instanceName: props.InstanceName, diskSnapshotName, tags })),

  describe({ props, env }) {
    const source = props.DiskName === undefined ? `instance '${props.InstanceName}'` : `disk '${props.DiskName}'`;
    return {
      attempt: `take a snapshot of ${props.DiskName === undefined ? 'the system disk of ' : ''}${source}`,
      advice: [[isNotFound, `there is no ${source} in ${env.region}: check the name, and that the stack is in its region`]],
    };
  },
});
