import { invalidInput, modelled } from '../errors';
import { readAddOn } from './placement';
import type { Context, Handler } from '../model/context';
import { getAny } from '../model/lookup';
import { startOperation, viewOperations } from '../model/operations';
import type { AutoSnapshotRecord, DiskRecord, InstanceRecord } from '../model/records';

export const GetAutoSnapshots: Handler = c => {
  const owner = ownerOf(c);
  return {
    resourceName: owner.name,
    resourceType: owner.resourceType,
    // Not paged, and without tags: an automatic snapshot is no resource of its own.
    autoSnapshots: owner.autoSnapshots.map(viewAutoSnapshot),
  };
};

const viewAutoSnapshot = ({ date, createdAt, status, disks }: AutoSnapshotRecord): object => ({
  date,
  createdAt: createdAt / 1000,
  status,
  fromAttachedDisks: disks.map(({ path, sizeInGb }) => ({ path, sizeInGb })),
});

export const DeleteAutoSnapshot: Handler = c => {
  const owner = ownerOf(c);
  const snapshot = owner.autoSnapshots.find(({ date }) => date === c.input.date);
  if (!snapshot) {
    throw modelled('NotFoundException', `The automatic snapshot of ${owner.name} does not exist: ${c.input.date}`);
  }
  const goneAt = c.now + c.model.durations.deleteAutoSnapshot;
  c.model.events.add(goneAt, () => {
    const index = owner.autoSnapshots.indexOf(snapshot);
    if (index >= 0) {
      owner.autoSnapshots.splice(index, 1);
    }
  });
  return operation(c, owner, goneAt);
};

export const EnableAddOn: Handler = c => {
  const owner = ownerOf(c);
  const addOn = readAddOn(c.input.addOnRequest);
  addOn.status = 'Enabling';
  const doneAt = c.now + c.model.durations.addOn;
  owner.addOns = [addOn];
  c.model.events.add(doneAt, () => {
    addOn.status = 'Enabled';
  });
  return operation(c, owner, doneAt);
};

export const DisableAddOn: Handler = c => {
  const owner = ownerOf(c);
  const addOn = owner.addOns.find(({ name }) => name === c.input.addOnType);
  if (!addOn) {
    throw invalidInput(`The add-on ${c.input.addOnType} is not enabled on ${owner.name}`);
  }
  addOn.status = 'Disabling';
  const doneAt = c.now + c.model.durations.addOn;
  c.model.events.add(doneAt, () => {
    owner.addOns = owner.addOns.filter(other => other !== addOn);
  });
  return operation(c, owner, doneAt);
};

const ownerOf = (c: Context): InstanceRecord | DiskRecord => getAny(c, ['Instance', 'Disk'], c.input.resourceName);

const operation = (c: Context, owner: InstanceRecord | DiskRecord, doneAt: number): object => viewOperations(c, startOperation(c, {
  resourceName: owner.name, resourceType: owner.resourceType, operationType: c.operation, zone: owner.zone, doneAt,
}));
