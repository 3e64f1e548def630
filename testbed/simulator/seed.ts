import { REGIONS } from './catalogue';
import type { EbsSnapshotRecord, ImageRecord } from './ec2/records';
import { makeDaily } from './lightsail/auto-windows';
import { takenFrom } from './lightsail/instance-snapshots';
import { addInstance, giveAddresses } from './lightsail/make-instance';
import { Model } from './model/model';
import type {
  AddOnRecord, AutoSnapshotRecord, DiskRecord, DiskSnapshotRecord, ExportRecord, InstanceRecord, InstanceSnapshotRecord, KeyPairRecord,
  OperationRecord, ResourceRecord, StaticIpRecord, Tag,
} from './model/records';
import { Region } from './model/region';

interface Common {
  name: string;
  tags?: Tag[];
  /** Milliseconds; now, unless told. */
  createdAt?: number;
}

export interface InstanceSeed extends Common {
  zone?: string;
  state?: string;
  blueprintId?: string;
  bundleId?: string;
  ipAddressType?: InstanceRecord['ipAddressType'];
  keyPairName?: string;
  userData?: string;
  disks?: { name: string; sizeInGb?: number; path?: string; tags?: Tag[] }[];
  /** `true`: automatic snapshots at 06:00. */
  addOns?: AddOnRecord[] | true;
}

export interface DiskSeed extends Common {
  zone?: string;
  state?: string;
  sizeInGb?: number;
  path?: string;
  attachedTo?: string;
  addOns?: AddOnRecord[] | true;
}

export type InstanceSnapshotSeed = Common & Partial<Pick<InstanceSnapshotRecord,
'state' | 'fromInstanceArn' | 'fromBlueprintId' | 'fromBundleId' | 'fromAttachedDisks' | 'isFromAutoSnapshot' | 'sizeInGb'>> & {
  /** An instance that exists, or the name of one that did. */
  fromInstanceName?: string;
};

export type DiskSnapshotSeed = Common & Partial<Pick<DiskSnapshotRecord,
'state' | 'fromDiskName' | 'fromDiskArn' | 'fromInstanceName' | 'fromInstanceArn' | 'isFromAutoSnapshot' | 'sizeInGb'>>;

export type ImageSeed = Partial<Pick<ImageRecord, 'imageId' | 'name' | 'state' | 'createdAt' | 'deregistrationProtection' | 'tags'>> & {
  /** Sizes of the disks in GB, the system disk first. */
  sizes?: number[];
};

export type EbsSnapshotSeed = Partial<Pick<EbsSnapshotRecord,
'snapshotId' | 'volumeId' | 'volumeSize' | 'description' | 'state' | 'createdAt' | 'tags'>>;

const AUTO_SNAPSHOTS: AddOnRecord = { name: 'AutoSnapshot', status: 'Enabled', snapshotTimeOfDay: '06:00' };

const addOnsOf = (addOns: AddOnRecord[] | true = []): AddOnRecord[] => addOns === true ? [{ ...AUTO_SNAPSHOTS }] : addOns;

/** One Region as a test sees it: what is there now, and the means to put things there that nobody called for. */
export class RegionView {
  private readonly region: Region;

  constructor(private readonly model: Model, private readonly regionName: string) {
    if (!REGIONS.has(regionName)) {
      throw new Error(`simulator: there is no such Region: ${regionName}`);
    }
    this.region = model.region(regionName);
  }

  /** Takes a thing away without anybody having called. */
  vanish(record: ResourceRecord): void {
    this.region.remove(record);
  }

  /** Puts a thing there without anybody having called. */
  appear(record: ResourceRecord): void {
    this.region.add(record as never);
  }

  get instances(): ReadonlyMap<string, InstanceRecord> {
    return this.settled().tables.Instance;
  }

  get instanceSnapshots(): ReadonlyMap<string, InstanceSnapshotRecord> {
    return this.settled().tables.InstanceSnapshot;
  }

  get disks(): ReadonlyMap<string, DiskRecord> {
    return this.settled().tables.Disk;
  }

  get diskSnapshots(): ReadonlyMap<string, DiskSnapshotRecord> {
    return this.settled().tables.DiskSnapshot;
  }

  get staticIps(): ReadonlyMap<string, StaticIpRecord> {
    return this.settled().tables.StaticIp;
  }

  get keyPairs(): ReadonlyMap<string, KeyPairRecord> {
    return this.settled().tables.KeyPair;
  }

  /** By the record's own name. */
  get exports(): ReadonlyMap<string, ExportRecord> {
    return this.settled().tables.ExportSnapshotRecord;
  }

  /** By id, in the order in which they were started. */
  get operations(): ReadonlyMap<string, OperationRecord> {
    return this.settled().operations;
  }

  /** AMIs by id. */
  get images(): ReadonlyMap<string, ImageRecord> {
    return this.settled().ec2.images;
  }

  /** EBS snapshots by id. */
  get ebsSnapshots(): ReadonlyMap<string, EbsSnapshotRecord> {
    return this.settled().ec2.snapshots;
  }

  /** Everything that has a name, whatever its resource type. */
  get all(): ReadonlyMap<string, ResourceRecord> {
    return this.settled().names;
  }

  addInstance(seed: InstanceSeed): InstanceRecord {
    this.assertFree(seed.name);
    const instance = addInstance(this.model, this.region, seed.createdAt ?? this.model.now(), {
      name: seed.name,
      zone: seed.zone ?? this.zone,
      blueprintId: seed.blueprintId ?? 'amazon_linux_2023',
      bundleId: seed.bundleId ?? 'nano_3_0',
      tags: seed.tags ?? [],
      ipAddressType: seed.ipAddressType ?? 'dualstack',
      addOns: addOnsOf(seed.addOns),
      userData: seed.userData,
      ...seed.keyPairName ? { keyPairName: seed.keyPairName } : {},
    });
    instance.state = seed.state ?? 'running';
    if (instance.state !== 'pending') {
      giveAddresses(this.model, instance);
    }
    seed.disks?.forEach((disk, i) => this.addDisk({
      ...disk,
      zone: instance.zone,
      attachedTo: instance.name,
      path: disk.path ?? `/dev/xvd${'fghijklmnop'[i]}`,
    }));
    if (this.model.options.dailyAutoSnapshots) {
      makeDaily(this.model, this.region, instance);
    }
    return this.visible(instance);
  }

  addDisk(seed: DiskSeed): DiskRecord {
    this.assertFree(seed.name);
    const disk: DiskRecord = {
      ...this.base('Disk', seed, seed.zone ?? this.zone),
      state: seed.state ?? (seed.attachedTo ? 'in-use' : 'available'),
      sizeInGb: seed.sizeInGb ?? 8,
      path: seed.path ?? (seed.attachedTo ? '/dev/xvdf' : undefined),
      attachedTo: seed.attachedTo,
      attachedAt: seed.attachedTo ? -Infinity : undefined,
      addOns: addOnsOf(seed.addOns),
      autoSnapshots: [],
    };
    this.region.add(disk);
    return disk;
  }

  addInstanceSnapshot({ name, tags, createdAt, state, ...seed }: InstanceSnapshotSeed): InstanceSnapshotRecord {
    this.assertFree(name);
    const fromInstanceName = seed.fromInstanceName ?? 'gone';
    const instance = this.region.tables.Instance.get(fromInstanceName);
    const snapshot: InstanceSnapshotRecord = {
      ...this.base('InstanceSnapshot', { name, tags, createdAt }, 'all'),
      state: state ?? 'available',
      fromInstanceArn: this.arn('Instance'),
      fromBlueprintId: 'amazon_linux_2023',
      fromBundleId: 'nano_3_0',
      fromAttachedDisks: [],
      isFromAutoSnapshot: false,
      sizeInGb: 20,
      ...instance ? takenFrom({ region: this.region }, instance) : {},
      ...seed,
      fromInstanceName,
    };
    this.region.add(snapshot);
    return snapshot;
  }

  addDiskSnapshot({ name, tags, createdAt, state, ...seed }: DiskSnapshotSeed): DiskSnapshotRecord {
    this.assertFree(name);
    const disk = seed.fromDiskName ? this.region.tables.Disk.get(seed.fromDiskName) : undefined;
    const ofDisk = seed.fromInstanceName === undefined;
    const snapshot: DiskSnapshotRecord = {
      ...this.base('DiskSnapshot', { name, tags, createdAt }, 'all'),
      state: state ?? 'completed',
      readyAt: 0,
      sizeInGb: disk?.sizeInGb ?? 8,
      isFromAutoSnapshot: false,
      ...ofDisk ? { fromDiskName: 'gone', fromDiskArn: disk?.arn ?? this.arn('Disk') } : { fromInstanceArn: this.arn('Instance') },
      ...seed,
    };
    this.region.add(snapshot);
    return snapshot;
  }

  /** An automatic snapshot of an instance or a disk; one in progress succeeds after `durations.autoSnapshot`. */
  addAutoSnapshot({ resource, date, status = 'Success' }: { resource: string; date: string; status?: AutoSnapshotRecord['status'] }): void {
    const instance = this.region.tables.Instance.get(resource);
    const owner = instance ?? this.region.tables.Disk.get(resource);
    if (!owner) {
      throw new Error(`simulator: no instance or disk to snapshot automatically: ${resource}`);
    }
    const snapshot: AutoSnapshotRecord = {
      date,
      createdAt: Date.parse(`${date}T06:00:00Z`),
      status,
      sizeInGb: instance ? takenFrom({ region: this.region }, instance).sizeInGb : (owner as DiskRecord).sizeInGb,
      disks: instance ? takenFrom({ region: this.region }, instance).fromAttachedDisks : [],
    };
    owner.autoSnapshots.push(snapshot);
    owner.autoSnapshots.sort((a, b) => a.date < b.date ? -1 : 1);
    owner.autoSnapshots.splice(0, owner.autoSnapshots.length - this.model.options.quotas.autoSnapshots);
    if (status === 'InProgress') {
      this.model.events.add(this.model.now() + this.model.durations.autoSnapshot, () => {
        snapshot.status = 'Success';
      });
    }
  }

  addStaticIp(seed: Common & { attachedTo?: string }): StaticIpRecord {
    this.assertFree(seed.name);
    const staticIp: StaticIpRecord = {
      ...this.base('StaticIp', seed, 'all'),
      ipAddress: this.model.ids.ipv4('198.51'),
      attachedTo: seed.attachedTo,
    };
    this.region.add(staticIp);
    const instance = seed.attachedTo && this.region.tables.Instance.get(seed.attachedTo);
    if (instance) {
      instance.staticIpName = seed.name;
      instance.publicIpAddress = staticIp.ipAddress;
    }
    return staticIp;
  }

  addKeyPair(seed: Common): KeyPairRecord {
    this.assertFree(seed.name);
    const keyPair: KeyPairRecord = { ...this.base('KeyPair', seed, 'all'), fingerprint: this.model.ids.hex(40) };
    this.region.add(keyPair);
    return keyPair;
  }

  /** An AMI with an EBS snapshot for each disk. */
  addImage({ imageId = this.model.ids.ec2('ami'), ...seed }: ImageSeed = {}): ImageRecord {
    const createdAt = seed.createdAt ?? this.model.now();
    const image: ImageRecord = {
      imageId,
      name: seed.name ?? imageId,
      description: '',
      state: seed.state ?? 'available',
      createdAt,
      seq: this.model.nextSeq(),
      visibleAt: 0,
      architecture: 'x86_64',
      rootDeviceName: '/dev/xvda',
      mappings: (seed.sizes ?? [20]).map((volumeSize, i) => ({
        deviceName: i === 0 ? '/dev/xvda' : `/dev/xvd${'fghijklmnop'[i - 1]}`,
        snapshotId: this.addEbsSnapshot({ volumeSize, createdAt, tags: seed.tags ?? [] }).snapshotId,
        volumeSize,
      })),
      deregistrationProtection: seed.deregistrationProtection ?? 'disabled',
      tags: seed.tags ?? [],
    };
    this.region.ec2.images.set(imageId, image);
    return image;
  }

  addEbsSnapshot(seed: EbsSnapshotSeed = {}): EbsSnapshotRecord {
    const snapshot: EbsSnapshotRecord = {
      snapshotId: this.model.ids.ec2('snap'),
      volumeId: 'vol-ffffffff',
      volumeSize: 8,
      description: '',
      state: 'completed',
      createdAt: this.model.now(),
      tags: [],
      ...seed,
      seq: this.model.nextSeq(),
      visibleAt: 0,
      inUseUntil: 0,
    };
    this.region.ec2.snapshots.set(snapshot.snapshotId, snapshot);
    return snapshot;
  }

  private get zone(): string {
    return REGIONS.get(this.regionName)!.zones[0];
  }

  private settled(): Region {
    this.model.settle();
    return this.region;
  }

  private base<K extends 'Disk' | 'InstanceSnapshot' | 'DiskSnapshot' | 'StaticIp' | 'KeyPair'>(resourceType: K, seed: Common, zone: string) {
    const record = this.model.base(resourceType, this.region, seed.name, zone, seed.tags ?? [], this.model.now());
    return this.visible({ ...record, createdAt: seed.createdAt ?? this.model.now() });
  }

  /** What is seeded has been there for long. */
  private visible<R extends ResourceRecord>(record: R): R {
    record.visibleAt = 0;
    record.requestedAt = 0;
    record.tagsVisibleAt = 0;
    return record;
  }

  private arn(resourceType: string): string {
    return `arn:aws:lightsail:${this.regionName}:${this.model.account}:${resourceType}/${this.model.ids.uuid()}`;
  }

  private assertFree(name: string): void {
    if (this.settled().names.has(name)) {
      throw new Error(`simulator: the name is taken: ${name}`);
    }
  }
}
