/** Instances and disks in one shape. */
import { Disk, GetDiskCommand, GetDisksCommand, GetInstanceCommand, GetInstancesCommand, Instance, LightsailClient } from '@aws-sdk/client-lightsail';
import { pages } from './calls';
import type { PlanSettings, SourceType } from './contract';
import type { BackupEnvironment } from './environment';
import type { Pace } from './pace';
import { selectedTypes } from './selected-types';
import type { Source } from './source';
import { orNothing } from '../aws/errors';

interface SourceApi {
  get(client: LightsailClient, name: string): Promise<Source | undefined>;
  page(client: LightsailClient, pageToken?: string): Promise<{ readonly items: Source[]; readonly next?: string }>;
}

export const SOURCES: Readonly<Record<SourceType, SourceApi>> = {
  Instance: {
    get: async (client, name) => {
      const found = await orNothing(client.send(new GetInstanceCommand({ instanceName: name })));
      return found?.instance && ofInstance(found.instance);
    },
    page: async (client, pageToken) => {
      const { instances, nextPageToken } = await client.send(new GetInstancesCommand({ pageToken }));
      return { items: (instances ?? []).map(ofInstance), next: nextPageToken };
    },
  },
  Disk: {
    get: async (client, name) => {
      const found = await orNothing(client.send(new GetDiskCommand({ diskName: name })));
      return found?.disk && ofDisk(found.disk);
    },
    page: async (client, pageToken) => {
      const { disks, nextPageToken } = await client.send(new GetDisksCommand({ pageToken }));
      return { items: (disks ?? []).map(ofDisk), next: nextPageToken };
    },
  },
};

/** All sources of the plan's types, selected or not, in the order of their names. */
export async function listSources(env: BackupEnvironment, plan: PlanSettings, pace: Pace): Promise<Source[]> {
  const sources: Source[] = [];
  for (const type of selectedTypes(plan.selection)) {
    for await (const page of pages(env, pace, token => SOURCES[type].page(env.lightsail(), token))) sources.push(...page);
  }
  return sources.sort((a, b) => compare(keyOf(a), keyOf(b)));
}

/** How a source is called in reports, and in which order sources are taken. */
export function keyOf({ type, name }: Pick<Source, 'type' | 'name'>): string {
  return `${type}/${name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

const ofInstance = (instance: Instance): Source => ({
  ...common('Instance', instance),
  state: instance.state?.name,
  hasStaticIp: instance.isStaticIp,
});

const ofDisk = (disk: Disk): Source => common('Disk', disk);

function common(type: SourceType, { name, arn, tags, createdAt }: Instance | Disk): Source {
  return { type, name: name ?? '', arn: arn ?? '', tags: tags ?? [], createdAt: createdAt?.getTime() ?? NaN };
}
