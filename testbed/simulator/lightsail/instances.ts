import { invalidInput, notNow } from '../errors';
import { addInstance, boot } from './make-instance';
import {
  assertInstanceQuota, findBlueprint, findBundle, readAddOns, readIpAddressType, readKeyPair, readUserData, validateZone,
} from './placement';
import { disksOf, viewInstance, viewState } from './view-instance';
import type { Context, Handler } from '../model/context';
import { grow, remove } from '../model/lifecycle';
import { reserveNames, get } from '../model/lookup';
import { startOperation, viewOperations } from '../model/operations';
import { pageOf } from '../model/paging';
import type { DiskRecord, InstanceRecord } from '../model/records';
import { readTags } from '../model/tags';

export const CreateInstances: Handler = c => {
  const { instanceNames, availabilityZone, blueprintId, bundleId } = c.input;
  const names = readInstanceNames(c);
  validateZone(c, availabilityZone);
  const bundle = findBundle(c, bundleId, findBlueprint(blueprintId));
  const plan = {
    zone: availabilityZone,
    blueprintId,
    bundleId,
    ipAddressType: readIpAddressType(c, bundle),
    keyPairName: readKeyPair(c),
    userData: readUserData(c),
    tags: readTags(c, c.input.tags),
  };
  readAddOns(c);
  assertInstanceQuota(c, instanceNames.length, bundle);
  reserveNames(c, names);
  return viewOperations(c, ...names.map(name => {
    const instance = addInstance(c.model, c.region, c.now, { ...plan, name, addOns: readAddOns(c) });
    c.resources.push({ arn: instance.arn, tags: instance.tags });
    return startOperation(c, {
      resourceName: name,
      resourceType: 'Instance',
      operationType: 'CreateInstance',
      zone: availabilityZone,
      ...grow(c, instance, { duration: c.model.durations.instance, onReady: at => boot(c, instance, at) }),
    });
  }));
};

export function readInstanceNames(c: Context): string[] {
  const names: string[] = c.input.instanceNames;
  if (names.length === 0) {
    throw invalidInput('At least one instance name is needed');
  }
  return names;
}

export const GetInstance: Handler = c => ({ instance: viewInstance(c, get(c, 'Instance', c.input.instanceName)) });

export const GetInstances: Handler = c => {
  const { items, nextPageToken } = pageOf(c, 'Instance');
  return { instances: items.map(instance => viewInstance(c, instance)), nextPageToken };
};

export const GetInstanceState: Handler = c => ({ state: viewState(get(c, 'Instance', c.input.instanceName)) });

export const DeleteInstance: Handler = c => {
  const instance = get(c, 'Instance', c.input.instanceName);
  if (instance.addOns.length > 0 && !c.input.forceDeleteAddOns) {
    throw invalidInput(`${instance.name} has add-ons enabled. Disable them first, or set forceDeleteAddOns`);
  }
  if (instance.state === 'pending' && c.options.deletePendingInstanceRefused) {
    throw notNow(c.options, `You can't delete ${instance.name} right now. It is in the state: pending`);
  }
  const ending = remove(c, instance, c.model.durations.deleteInstance, at => letGo(c, instance, at));
  const detachedAt = c.now + c.model.durations.deleteInstance + c.model.durations.detachLater;
  // the instance's operation is over at once, and those of its disks go on
  return viewOperations(c, startOperation(c, {
    resourceName: instance.name,
    resourceType: 'Instance',
    operationType: 'DeleteInstance',
    zone: instance.zone,
    ...ending,
  }), ...disksOf(c, instance).map(disk => startOperation(c, {
    resourceName: disk.name,
    resourceType: 'Disk',
    operationType: 'DetachDisk',
    operationDetails: instance.name,
    zone: disk.zone,
    doneAt: detachedAt,
  })));
};

/** What was attached to it is free, its disks some time later; its automatic snapshots are gone when it is. */
export function letGo(c: Context, instance: InstanceRecord, at: number): void {
  for (const disk of disksOf(c, instance)) {
    disk.detaching = true;
    c.model.events.add(at + c.model.durations.detachLater, () => setFree(disk));
  }
  const staticIp = instance.staticIpName && c.region.tables.StaticIp.get(instance.staticIpName);
  if (staticIp) {
    staticIp.attachedTo = undefined;
  }
}

export function setFree(disk: DiskRecord): void {
  Object.assign(disk, { state: 'available', attachedTo: undefined, attachedAt: undefined, path: undefined, detaching: undefined });
}

/** The instance, if a snapshot of it may be taken now. */
export function snapshotable(c: Context, name: string): InstanceRecord {
  const instance = get(c, 'Instance', name);
  if (instance.deleting || (instance.state !== 'running' && instance.state !== 'stopped')) {
    throw notNow(c.options, `You can't create a snapshot of ${name} right now. The state of this instance is: ${instance.state}`);
  }
  if (instance.autoSnapshots.some(snapshot => snapshot.status === 'InProgress')) {
    throw notNow(c.options, `You can't create a snapshot of ${name} right now. An automatic snapshot is in progress`);
  }
  return instance;
}
