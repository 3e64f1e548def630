import { invalidInput, notNow, quotaExceeded } from '../errors';
import type { Context, Handler } from '../model/context';
import { remove } from '../model/lifecycle';
import { reserveNames, get } from '../model/lookup';
import { startOperation, viewOperations } from '../model/operations';
import { pageOf } from '../model/paging';
import type { StaticIpRecord } from '../model/records';

export const AllocateStaticIp: Handler = c => {
  const name: string = c.input.staticIpName;
  const limit = c.options.quotas.staticIps;
  if (c.region.tables.StaticIp.size >= limit) {
    throw quotaExceeded('static IP addresses in this Region', limit);
  }
  reserveNames(c, [name]);
  const staticIp: StaticIpRecord = {
    ...c.model.base('StaticIp', c.region, name, 'all', [], c.now),
    ipAddress: c.model.ids.ipv4('198.51'),
  };
  c.region.add(staticIp);
  c.resources.push({ arn: staticIp.arn, tags: [] });
  return operation(c, staticIp);
};

export const GetStaticIp: Handler = c => ({ staticIp: viewStaticIp(get(c, 'StaticIp', c.input.staticIpName)) });

export const GetStaticIps: Handler = c => {
  const { items, nextPageToken } = pageOf(c, 'StaticIp');
  return { staticIps: items.map(viewStaticIp), nextPageToken };
};

/** The instance shows the new address when the operation is done, not before. */
export const AttachStaticIp: Handler = c => {
  const staticIp = get(c, 'StaticIp', c.input.staticIpName);
  const instance = get(c, 'Instance', c.input.instanceName);
  if (instance.ipAddressType === 'ipv6') {
    throw invalidInput(`The instance ${instance.name} has no public IPv4 address to replace`);
  }
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    throw notNow(c.options, `You can't attach a static IP right now. The state of this instance is: ${instance.state}`);
  }
  if (staticIp.attachedTo !== undefined && staticIp.attachedTo !== instance.name) {
    throw invalidInput(`The static IP ${staticIp.name} is already attached to ${staticIp.attachedTo}`);
  }
  const other = instance.staticIpName;
  if (other !== undefined && other !== staticIp.name) {
    throw invalidInput(`The instance ${instance.name} already has the static IP ${other}`);
  }
  staticIp.attachedTo = instance.name;
  c.model.events.add(c.now + c.model.durations.staticIp, () => {
    if (c.region.holds(instance) && staticIp.attachedTo === instance.name) {
      instance.staticIpName = staticIp.name;
      instance.publicIpAddress = staticIp.ipAddress;
    }
  });
  return operation(c, staticIp, instance.name);
};

export const DetachStaticIp: Handler = c => {
  const staticIp = get(c, 'StaticIp', c.input.staticIpName);
  if (staticIp.attachedTo === undefined) {
    throw invalidInput(`The static IP ${staticIp.name} is not attached`);
  }
  return operation(c, staticIp, detach(c, staticIp));
};

export const ReleaseStaticIp: Handler = c => {
  const staticIp = get(c, 'StaticIp', c.input.staticIpName);
  const ending = remove(c, staticIp, c.model.durations.staticIp);
  detach(c, staticIp);
  return viewOperations(c, startOperation(c, {
    resourceName: staticIp.name, resourceType: staticIp.resourceType, operationType: c.operation, zone: staticIp.zone, ...ending,
  }));
};

/** The instance gets another address of its own. */
function detach(c: Context, staticIp: StaticIpRecord): string | undefined {
  const name = staticIp.attachedTo;
  const instance = name === undefined ? undefined : c.region.tables.Instance.get(name);
  staticIp.attachedTo = undefined;
  if (instance) {
    instance.staticIpName = undefined;
    instance.publicIpAddress = c.model.ids.ipv4('203.0');
  }
  return name;
}

const operation = (c: Context, staticIp: StaticIpRecord, operationDetails?: string): object => viewOperations(c, startOperation(c, {
  resourceName: staticIp.name,
  resourceType: staticIp.resourceType,
  operationType: c.operation,
  operationDetails,
  zone: staticIp.zone,
  doneAt: c.now + c.model.durations.staticIp,
}));

const viewStaticIp = (staticIp: StaticIpRecord): object => ({
  name: staticIp.name,
  arn: staticIp.arn,
  supportCode: staticIp.supportCode,
  createdAt: staticIp.createdAt / 1000,
  location: { availabilityZone: staticIp.zone, regionName: staticIp.region },
  resourceType: staticIp.resourceType,
  ipAddress: staticIp.ipAddress,
  attachedTo: staticIp.attachedTo,
  isAttached: staticIp.attachedTo !== undefined,
});
