import { invalidInput, notNow, quotaExceeded } from '../errors';
import { setFree } from './instances';
import { assertDiskQuota, readAddOns, validateZone } from './placement';
import { disksOf, viewDisk } from './view-instance';
import type { Context, Handler } from '../model/context';
import { grow, remove } from '../model/lifecycle';
import { reserveNames, get } from '../model/lookup';
import { startOperation, viewOperations } from '../model/operations';
import { pageOf } from '../model/paging';
import type { DiskRecord, Tag } from '../model/records';
import { readTags } from '../model/tags';

const MIN_SIZE = 8;
const MAX_SIZE = 16_384;

export function validateDiskSize(sizeInGb: number, minSize = MIN_SIZE): void {
  if (sizeInGb < Math.max(MIN_SIZE, minSize) || sizeInGb > MAX_SIZE) {
    throw invalidInput(`The size of a block storage disk must be between ${Math.max(MIN_SIZE, minSize)} and ${MAX_SIZE} GB`);
  }
}

export interface DiskPlan {
  name: string;
  zone: string;
  sizeInGb: number;
  tags: Tag[];
  addOns?: DiskRecord['addOns'];
  attachedTo?: string;
  path?: string;
  fromSnapshot?: string;
}

export function addDisk(c: Context, { name, zone, tags, ...plan }: DiskPlan): DiskRecord {
  const disk: DiskRecord = {
    ...c.model.base('Disk', c.region, name, zone, tags, c.now),
    addOns: [],
    ...plan,
    state: 'pending',
    autoSnapshots: [],
  };
  c.region.add(disk);
  c.resources.push({ arn: disk.arn, tags });
  return disk;
}

export const CreateDisk: Handler = c => {
  const { diskName, availabilityZone, sizeInGb } = c.input;
  validateZone(c, availabilityZone);
  validateDiskSize(sizeInGb);
  const plan = { name: diskName, zone: availabilityZone, sizeInGb, tags: readTags(c, c.input.tags), addOns: readAddOns(c) };
  assertDiskQuota(c, [sizeInGb]);
  reserveNames(c, [diskName]);
  return diskOperation(c, addDisk(c, plan));
};

/** The operation of a disk that has just been made. */
export const diskOperation = (c: Context, disk: DiskRecord): object => viewOperations(c, startOperation(c, {
  resourceName: disk.name,
  resourceType: 'Disk',
  operationType: c.operation,
  operationDetails: disk.fromSnapshot,
  zone: disk.zone,
  ...grow(c, disk, { duration: c.model.durations.disk }),
}));

export const GetDisk: Handler = c => ({ disk: viewDisk(c, get(c, 'Disk', c.input.diskName)) });

export const GetDisks: Handler = c => {
  const { items, nextPageToken } = pageOf(c, 'Disk');
  return { disks: items.map(disk => viewDisk(c, disk)), nextPageToken };
};

export const DeleteDisk: Handler = c => {
  const disk = get(c, 'Disk', c.input.diskName);
  if (disk.addOns.length > 0 && !c.input.forceDeleteAddOns) {
    throw invalidInput(`${disk.name} has add-ons enabled. Disable them first, or set forceDeleteAddOns`);
  }
  if (disk.attachedTo !== undefined) {
    throw notNow(c.options, `You can't perform this operation because the disk is still attached to a Lightsail instance: ${disk.attachedTo}`);
  }
  if (!disk.deleting && (disk.state !== 'available' && disk.state !== 'error')) {
    throw notNow(c.options, `You can't delete this disk right now. The state of this disk is: ${disk.state}`);
  }
  const ending = remove(c, disk, c.model.durations.deleteDisk);
  return viewOperations(c, startOperation(c, {
    resourceName: disk.name, resourceType: 'Disk', operationType: c.operation, zone: disk.zone, ...ending,
  }));
};

export const AttachDisk: Handler = c => {
  const disk = get(c, 'Disk', c.input.diskName);
  const instance = get(c, 'Instance', c.input.instanceName);
  const path: string = c.input.diskPath;
  if (disk.state !== 'available' || disk.deleting) {
    throw notNow(c.options, `You can't attach this disk right now. The state of this disk is: ${disk.state}`);
  }
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    throw notNow(c.options, `You can't attach a disk right now. The state of this instance is: ${instance.state}`);
  }
  if (disk.zone !== instance.zone) {
    throw invalidInput(`The disk ${disk.name} is in ${disk.zone}, the instance ${instance.name} in ${instance.zone}`);
  }
  const attached = disksOf(c, instance);
  if (attached.some(other => other.path === path)) {
    throw invalidInput(`The disk path is already in use on ${instance.name}: ${path}`);
  }
  if (attached.length >= c.options.quotas.disksPerInstance) {
    throw quotaExceeded('disks attached to an instance', c.options.quotas.disksPerInstance);
  }
  disk.state = 'pending';
  disk.attachedTo = instance.name;
  disk.path = path;
  return transition(c, disk, c.model.durations.attachDisk, () => {
    // The instance may have been deleted meanwhile, which has set the disk free.
    if (disk.attachedTo !== undefined && !disk.detaching) Object.assign(disk, { state: 'in-use', attachedAt: c.now + c.model.durations.attachDisk });
  }, instance.name);
};

export const DetachDisk: Handler = c => {
  const disk = get(c, 'Disk', c.input.diskName);
  const instance = disk.attachedTo === undefined ? undefined : c.region.tables.Instance.get(disk.attachedTo);
  if (!instance) {
    throw invalidInput(`The disk ${disk.name} is not attached`);
  }
  if (disk.state !== 'in-use' || instance.state !== 'stopped') {
    throw notNow(c.options, `You can't detach this disk right now. The state of this disk is: ${disk.state}`);
  }
  return transition(c, disk, c.model.durations.detachDisk, () => setFree(disk), instance.name);
};

function transition(c: Context, disk: DiskRecord, duration: number, finish: () => void, instanceName: string): object {
  c.model.events.add(c.now + duration, finish);
  return viewOperations(c, startOperation(c, {
    resourceName: disk.name,
    resourceType: 'Disk',
    operationType: c.operation,
    operationDetails: instanceName,
    zone: disk.zone,
    doneAt: c.now + duration,
  }));
}
