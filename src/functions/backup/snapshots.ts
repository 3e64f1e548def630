/** Snapshots of instances and disks in one shape. */
import {
  CreateDiskSnapshotCommand, CreateInstanceSnapshotCommand, DeleteDiskSnapshotCommand, DeleteInstanceSnapshotCommand, DiskSnapshot,
  GetDiskSnapshotCommand, GetDiskSnapshotsCommand, GetInstanceSnapshotCommand, GetInstanceSnapshotsCommand, InstanceSnapshot, LightsailClient,
} from '@aws-sdk/client-lightsail';
import type { SourceType } from './contract';
import { orNothing } from '../aws/errors';
import type { Tag } from '../aws/ownership';

export interface Snapshot {
  readonly name: string;
  readonly state: 'good' | 'pending' | 'failed';
  readonly tags: readonly Tag[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly fromName?: string;
  readonly fromArn?: string;
}

interface SnapshotApi {
  get(client: LightsailClient, name: string): Promise<Snapshot | undefined>;
  page(client: LightsailClient, pageToken?: string): Promise<{ readonly items: Snapshot[]; readonly next?: string }>;
  create(client: LightsailClient, name: string, source: string, tags: Tag[]): Promise<unknown>;
  delete(client: LightsailClient, name: string): Promise<unknown>;
}

export const SNAPSHOTS: Readonly<Record<SourceType, SnapshotApi>> = {
  Instance: {
    get: async (client, name) => {
      const found = await orNothing(client.send(new GetInstanceSnapshotCommand({ instanceSnapshotName: name })));
      return found?.instanceSnapshot && ofInstance(found.instanceSnapshot);
    },
    page: async (client, pageToken) => {
      const { instanceSnapshots, nextPageToken } = await client.send(new GetInstanceSnapshotsCommand({ pageToken }));
      return { items: (instanceSnapshots ?? []).map(ofInstance), next: nextPageToken };
    },
    create: (client, name, source, tags) =>
      client.send(new CreateInstanceSnapshotCommand({ instanceSnapshotName: name, instanceName: source, tags })),
    delete: (client, name) => client.send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName: name })),
  },
  Disk: {
    get: async (client, name) => {
      const found = await orNothing(client.send(new GetDiskSnapshotCommand({ diskSnapshotName: name })));
      return found?.diskSnapshot && ofDisk(found.diskSnapshot);
    },
    page: async (client, pageToken) => {
      const { diskSnapshots, nextPageToken } = await client.send(new GetDiskSnapshotsCommand({ pageToken }));
      return { items: (diskSnapshots ?? []).map(ofDisk), next: nextPageToken };
    },
    create: (client, name, source, tags) => client.send(new CreateDiskSnapshotCommand({ diskSnapshotName: name, diskName: source, tags })),
    delete: (client, name) => client.send(new DeleteDiskSnapshotCommand({ diskSnapshotName: name })),
  },
};

function ofInstance(snapshot: InstanceSnapshot): Snapshot {
  return { ...common(snapshot), fromName: snapshot.fromInstanceName, fromArn: snapshot.fromInstanceArn };
}

/** A snapshot of a system disk names the instance that it was taken of, and no disk. */
function ofDisk(snapshot: DiskSnapshot): Snapshot {
  return {
    ...common(snapshot),
    fromName: snapshot.fromDiskName ?? snapshot.fromInstanceName,
    fromArn: snapshot.fromDiskArn ?? snapshot.fromInstanceArn,
  };
}

function common(snapshot: InstanceSnapshot | DiskSnapshot) {
  return {
    name: snapshot.name ?? '',
    state: stateOf(snapshot.state),
    tags: snapshot.tags ?? [],
    createdAt: snapshot.createdAt?.getTime() ?? NaN,
  };
}

/** Only an error is a failure: a record may have no state yet, and "unknown" may pass. */
function stateOf(state: string | undefined): Snapshot['state'] {
  if (state === 'available' || state === 'completed') return 'good';
  return state === 'error' ? 'failed' : 'pending';
}
