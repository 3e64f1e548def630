import { notNow } from '../errors';
import type { Context, Handler } from '../model/context';
import { get } from '../model/lookup';
import { viewOperations, startOperation } from '../model/operations';
import type { InstanceRecord } from '../model/records';

export const StopInstance: Handler = c => {
  const instance = inState(c, 'running', 'stop');
  const doneAt = c.now + c.model.durations.stopInstance;
  instance.state = 'stopping';
  c.model.events.add(doneAt, () => {
    if (instance.state === 'stopping' && !instance.deleting) {
      instance.state = 'stopped';
      // only a static address stays with an instance that does not run
      if (instance.staticIpName === undefined) instance.publicIpAddress = undefined;
    }
  });
  return operation(c, instance, doneAt);
};

export const StartInstance: Handler = c => {
  const instance = inState(c, 'stopped', 'start');
  if (c.options.startWhileSnapshotPending === 'refused' && hasPendingSnapshot(c, instance)) {
    throw notNow(c.options, `You can't start ${instance.name} right now. A snapshot of it is in progress`);
  }
  const doneAt = c.now + c.model.durations.startInstance;
  instance.state = 'pending';
  c.model.events.add(doneAt, () => {
    if (instance.state === 'pending' && !instance.deleting) {
      instance.state = 'running';
      if (instance.ipAddressType !== 'ipv6') instance.publicIpAddress ??= c.model.ids.ipv4('203.0');
    }
  });
  return operation(c, instance, doneAt);
};

function inState(c: Context, state: string, verb: string): InstanceRecord {
  const instance = get(c, 'Instance', c.input.instanceName);
  if (instance.deleting || instance.state !== state) {
    throw notNow(c.options, `You can't ${verb} ${instance.name} right now. The state of this instance is: ${instance.state}`);
  }
  return instance;
}

const hasPendingSnapshot = (c: Context, instance: InstanceRecord): boolean =>
  [...c.region.tables.InstanceSnapshot.values()].some(({ state, fromInstanceArn }) => state === 'pending' && fromInstanceArn === instance.arn);

const operation = (c: Context, { name, resourceType, zone }: InstanceRecord, doneAt: number): object =>
  viewOperations(c, startOperation(c, { resourceName: name, resourceType: resourceType, operationType: c.operation, zone, doneAt }));
