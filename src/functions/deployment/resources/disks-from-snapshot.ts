/** Disks from a snapshot: how they are created, brought in step and removed. */
import { CreateDiskFromSnapshotCommand, DeleteDiskCommand, Disk, GetDiskSnapshotCommand, GetDisksCommand } from '@aws-sdk/client-lightsail';
import { addOnRequests, automaticSource, commonAdvice, says, syncAddOns } from './from-snapshot';
import { forEachInTime, groupHandler } from './group';
import { quote } from './names';
import { HandlerContext } from './resource-handler';
import { wholeNumber } from './values';
import { TerminalError, isNotFound } from '../../aws/errors';
import { allPages } from '../../aws/paging';
import { DisksFromSnapshotProperties } from '../contract';
import { pending } from '../engine/progress';

/** Milliseconds for which a disk may be attached to an instance that is just being deleted. */
const DETACHES = 180_000;

/** On its way out: documented, and in no list of the service's. */
export const LEAVING: string = 'deleting';

const STATES = { pending: ['pending'], target: ['available', 'in-use'], failed: ['error', 'unknown', LEAVING] };

/** Block storage disks made from a snapshot. */
export const disksFromSnapshot = groupHandler<DisksFromSnapshotProperties, Disk>({
  noun: 'disk',
  chunk: 1,
  states: STATES,
  existing: STATES,
  leaving: [LEAVING],
  stateOf: disk => disk.state,

  list: allDisks,

  async create(context, [diskName], tags) {
    const { lightsail, props } = context;
    await lightsail.send(new CreateDiskFromSnapshotCommand({
      diskName,
      availabilityZone: props.AvailabilityZone,
      sizeInGb: await sizeOf(context),
      diskSnapshotName: props.DiskSnapshotName,
      sourceDiskName: props.SourceDiskName,
      ...automaticSource(props),
      tags,
      addOns: addOnRequests(props),
    }));
  },

  describe(context) {
    const { props, env } = context;
    const source = props.DiskSnapshotName ? `disk snapshot '${props.DiskSnapshotName}'` : `an automatic snapshot of disk '${props.SourceDiskName}'`;
    return {
      attempt: `make a disk from ${source}`,
      advice: [
        ...commonAdvice(context),
        [isNotFound, `there is no ${source} in ${env.region}: check the name, and that the stack is in the snapshot's region`],
        [says(/size of a block storage disk|disk size|sizeInGb/i), 'a disk is at least as large as its snapshot: leave `sizeInGb` out, or give more'],
      ],
    };
  },

  sync: (context, disks) => forEachInTime(context, disks, disk => syncAddOns(context, disk)),

  blocker({ env, request }, disks) {
    const attached = disks.filter(isAttached);
    if (attached.length === 0) return undefined;
    const told = attached.map(disk => `'${disk.name}' to '${disk.attachedTo}'`).join(', ');
    if (env.clock.now() < request.since + DETACHES) return pending(`${quote(attached.map(disk => disk.name!))} to be detached (attached: ${told})`);
    throw new TerminalError(`a disk is not deleted while it is attached, and these are: ${told}. none was deleted; detach them first `
      + '(stop the instance, unmount the disk, detach it), or keep them with RemovalPolicy.RETAIN');
  },

  delete: ({ lightsail }, { name, addOns = [] }) => lightsail.send(new DeleteDiskCommand({ diskName: name, forceDeleteAddOns: addOns.length > 0 })),

  attributes: (_, disk) => ({
    Name: disk.name ?? '',
    Arn: disk.arn ?? '',
    SupportCode: disk.supportCode ?? '',
    CreatedAt: disk.createdAt?.toISOString() ?? '',
    State: disk.state ?? '',
    SizeInGb: disk.sizeInGb ?? 0,
    Iops: disk.iops ?? 0,
    Path: disk.path ?? '',
    AttachedTo: disk.attachedTo ?? '',
  }),
});

/** Whether a disk is held by an instance, which may be gone already. */
export function isAttached({ attachmentState, attachedTo }: Disk): boolean {
  return attachmentState === undefined ? attachedTo !== undefined : attachmentState !== 'detached';
}

/** Every disk in the region. */
export function allDisks({ lightsail }: Pick<HandlerContext<unknown>, 'lightsail'>): Promise<Disk[]> {
  return allPages(async pageToken => {
    const { disks, nextPageToken } = await lightsail.send(new GetDisksCommand({ pageToken }));
    return { items: disks, next: nextPageToken };
  });
}

/** As given, or as large as what the disk is made from. */
async function sizeOf({ lightsail, props }: HandlerContext<DisksFromSnapshotProperties>): Promise<number | undefined> {
  if (props.SizeInGb !== undefined) return wholeNumber('SizeInGb', props.SizeInGb, 1);
  if (props.DiskSnapshotName) {
    return (await lightsail.send(new GetDiskSnapshotCommand({ diskSnapshotName: props.DiskSnapshotName }))).diskSnapshot?.sizeInGb;
  }
  return (await allDisks({ lightsail })).find(disk => disk.name === props.SourceDiskName)?.sizeInGb;
}
