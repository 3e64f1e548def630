/** What an export makes in EC2, images and EBS snapshots: how they are listed, tagged and removed. */
import {
  CreateTagsCommand, DeleteSnapshotCommand, DeleteTagsCommand, DeregisterImageCommand, DescribeImagesCommand, DescribeSnapshotsCommand,
  EC2Client, Filter,
} from '@aws-sdk/client-ec2';
import { Owner, Tag } from '../../../aws/ownership';
import { allPages } from '../../../aws/paging';
import { OWNER_TAGS } from '../../contract';
import { States } from '../../engine/polling';

/** What an export leaves in EC2: an image with the EBS snapshots that it is made of, or one EBS snapshot. */
export interface Exported {
  readonly in: Destination;
  readonly id: string;
  readonly state?: string;
  /** Why it is in that state, where EC2 says so. */
  readonly reason?: string;
  readonly tags: Tag[];
  /** In the order of the image's devices; of an EBS snapshot itself. */
  readonly ebsSnapshotIds: readonly string[];
  /** EC2 lets nobody remove it. */
  readonly protected: boolean;
}

export interface Destination {
  /** What it is called in messages. */
  readonly noun: string;
  /** How its ids begin. */
  readonly prefix: string;
  readonly states: States;
  /** The filter that takes ids: what is not there, or not yet, is then no error. */
  readonly byId: string;
  list(ec2: EC2Client, filters: Filter[]): Promise<Exported[]>;
  remove(ec2: EC2Client, id: string): Promise<unknown>;
}

const images: Destination = {
  noun: 'image',
  prefix: 'ami-',
  states: { pending: ['pending', 'transient'], target: ['available'], failed: ['failed', 'error', 'invalid', 'disabled', 'deregistered'] },
  byId: 'image-id',

  list: (ec2, Filters) => allPages(async NextToken => {
    const page = await ec2.send(new DescribeImagesCommand({ Owners: ['self'], IncludeDisabled: true, Filters, NextToken }));
    const items = (page.Images ?? []).map(image => ({
      in: images,
      id: image.ImageId!,
      state: image.State,
      reason: image.StateReason?.Message,
      tags: plain(image.Tags),
      ebsSnapshotIds: (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
      protected: (image.DeregistrationProtection ?? 'disabled') !== 'disabled',
    }));
    return { items, next: page.NextToken };
  }),

  remove: (ec2, ImageId) => ec2.send(new DeregisterImageCommand({ ImageId })),
};

const ebsSnapshots: Destination = {
  noun: 'EBS snapshot',
  prefix: 'snap-',
  states: { pending: ['pending', 'recovering'], target: ['completed'], failed: ['error', 'recoverable'] },
  byId: 'snapshot-id',

  list: (ec2, Filters) => allPages(async NextToken => {
    const page = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters, NextToken }));
    const items = (page.Snapshots ?? []).map(snapshot => ({
      in: ebsSnapshots,
      id: snapshot.SnapshotId!,
      state: snapshot.State,
      reason: snapshot.StateMessage,
      tags: plain(snapshot.Tags),
      ebsSnapshotIds: [snapshot.SnapshotId!],
      protected: false,
    }));
    return { items, next: page.NextToken };
  }),

  remove: (ec2, SnapshotId) => ec2.send(new DeleteSnapshotCommand({ SnapshotId })),
};

/** In the order in which they are removed: an EBS snapshot that an image is made of cannot go before it. */
export const DESTINATIONS: readonly Destination[] = [images, ebsSnapshots];

/** Where something in EC2 is, by its id. Nothing where that is neither an image's nor an EBS snapshot's. */
export function destinationOf(id: string): Destination | undefined {
  return DESTINATIONS.find(({ prefix }) => id.startsWith(prefix));
}

/** Nothing while EC2 does not show it. */
export async function findExported(ec2: EC2Client, destination: Destination, id: string): Promise<Exported | undefined> {
  return (await destination.list(ec2, [{ Name: destination.byId, Values: [id] }]))[0];
}

/** All that carries the owner's tags. */
export function listTagged(ec2: EC2Client, destination: Destination, owner: Owner): Promise<Exported[]> {
  return destination.list(ec2, [
    { Name: `tag:${OWNER_TAGS.stack}`, Values: [owner.stackId] },
    { Name: `tag:${OWNER_TAGS.resource}`, Values: [owner.logicalId] },
  ]);
}

/** Whether it carries ownership tags of this library, whosever they are. */
export function hasOwnershipTag({ tags }: Exported): boolean {
  return tags.some(({ key }) => key === OWNER_TAGS.stack);
}

/** Takes tags away and puts tags on. The image comes last: when it carries the tags, its EBS snapshots carry them too. */
export async function tag(
  ec2: EC2Client, { id, ebsSnapshotIds }: Exported, dropped: readonly string[], wanted: Readonly<Record<string, string>>,
): Promise<void> {
  const rounds = [[...ebsSnapshotIds], [id].filter(own => !ebsSnapshotIds.includes(own))].filter(round => round.length > 0);
  for (const Resources of rounds) {
    if (dropped.length > 0) await ec2.send(new DeleteTagsCommand({ Resources, Tags: dropped.map(Key => ({ Key })) }));
    if (Object.keys(wanted).length > 0) {
      await ec2.send(new CreateTagsCommand({ Resources, Tags: Object.entries(wanted).map(([Key, Value]) => ({ Key, Value })) }));
    }
  }
}

/** EC2's errors have names of their own. */
export function isGone(error: unknown): boolean {
  return /^Invalid(AMIID|Snapshot)\.(NotFound|Unavailable)$/.test((error as Error).name);
}

export function isInUse(error: unknown): boolean {
  return (error as Error).name === 'InvalidSnapshot.InUse';
}

function plain(tags: { Key?: string; Value?: string }[] | undefined): Tag[] {
  return (tags ?? []).map(({ Key, Value }) => ({ key: Key, value: Value }));
}
