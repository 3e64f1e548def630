import { DEFAULT_DURATIONS, Durations } from '../durations';
import type { ExportHook } from '../lightsail/export-hook';
import { defaultOptions, Options } from '../options';
import { Outcome } from '../outcomes';
import { Events } from './events';
import { Ids } from './ids';
import type { ResourceType, ResourceRecord, Tag } from './records';
import { Region } from './region';

/** Everything that exists, and everything that decides what becomes of it. */
export class Model {
  readonly ids = new Ids();
  readonly events = new Events();
  readonly durations: Durations = { ...DEFAULT_DURATIONS };
  readonly options: Options = defaultOptions();
  readonly outcomes: Outcome[] = [];
  /** Hooks under way: answers wait for them. */
  readonly hooks = new Set<Promise<void>>();
  onExport?: ExportHook;
  private readonly regions = new Map<string, Region>();
  private seq = 0;

  constructor(readonly account: string, readonly clock: () => number) {}

  /** Forgets what happened and what exists; keeps durations, options and hooks. */
  reset(): void {
    this.events.clear();
    this.ids.reset();
    this.outcomes.length = 0;
    this.regions.clear();
    this.hooks.clear();
    this.seq = 0;
  }

  now(): number {
    return this.clock();
  }

  /** Lets happen what is due by now. */
  settle(now = this.clock()): void {
    this.events.settle(now);
  }

  region(name: string): Region {
    let region = this.regions.get(name);
    if (!region) {
      region = new Region(name);
      this.regions.set(name, region);
    }
    return region;
  }

  nextSeq(): number {
    return ++this.seq;
  }

  /** By how much the creation that a record tells trails the call. */
  private datedAfter(resourceType: ResourceType): number {
    if (resourceType === 'InstanceSnapshot') return this.durations.instanceSnapshotDated;
    return resourceType === 'DiskSnapshot' ? this.durations.diskSnapshotDated : 0;
  }

  /** The members that every kind of thing has. */
  base<K extends ResourceType>(
    resourceType: K, region: Region, name: string, zone: string, tags: Tag[], now: number,
  ): ResourceRecord & { resourceType: K } {
    return {
      resourceType,
      name,
      arn: `arn:aws:lightsail:${region.name}:${this.account}:${resourceType}/${this.ids.uuid()}`,
      supportCode: `${SUPPORT_ACCOUNT}/${this.ids.ec2(SUPPORT_PREFIX[resourceType])}`,
      region: region.name,
      zone,
      createdAt: now + this.datedAfter(resourceType),
      requestedAt: now,
      seq: this.nextSeq(),
      tags,
      tagsBefore: [],
      tagsVisibleAt: now + this.options.tagsVisibleDelay,
      visibleAt: now + this.options.eventualConsistency,
      deleting: false,
      users: 0,
    };
  }
}

/** Lightsail's own account, which owns the things behind the things. */
const SUPPORT_ACCOUNT = '621291663362';

const SUPPORT_PREFIX: Record<ResourceType, string> = {
  Instance: 'i',
  InstanceSnapshot: 'ami',
  Disk: 'vol',
  DiskSnapshot: 'snap',
  StaticIp: 'eipalloc',
  KeyPair: 'key',
  ExportSnapshotRecord: 'export',
};
