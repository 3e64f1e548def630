import { Blueprint, BLUEPRINTS } from '../catalogue';
import { DEFAULT_KEY_PAIR } from './placement';
import type { Context } from '../model/context';
import type { Model } from '../model/model';
import type { InstanceRecord, PortRecord, Tag } from '../model/records';
import type { Region } from '../model/region';

export interface InstancePlan {
  name: string;
  zone: string;
  blueprintId: string;
  bundleId: string;
  tags: Tag[];
  ipAddressType: InstanceRecord['ipAddressType'];
  keyPairName?: string;
  userData?: string;
  addOns: InstanceRecord['addOns'];
  fromSnapshot?: string;
}

export function addInstance(model: Model, region: Region, now: number, { name, zone, tags, ...plan }: InstancePlan): InstanceRecord {
  const record: InstanceRecord = {
    ...model.base('Instance', region, name, zone, tags, now),
    keyPairName: DEFAULT_KEY_PAIR,
    ...plan,
    state: 'pending',
    ipv6Addresses: [],
    autoSnapshots: [],
    ports: defaultPorts(BLUEPRINTS.get(plan.blueprintId)!),
  };
  region.add(record);
  return record;
}

/** The instance has come up: it gets its private address at once, and the public ones some time later. */
export function boot(c: Pick<Context, 'model' | 'options' | 'region'>, instance: InstanceRecord, at: number): void {
  const { model, options, region } = c;
  if (instance.ipAddressType !== 'ipv6') {
    instance.privateIpAddress = model.ids.ipv4('172.26');
  }
  if (!options.runningBeforeAddress) {
    giveAddresses(model, instance);
    return;
  }
  model.events.add(at + model.durations.instanceAddress, () => {
    if (region.holds(instance)) {
      giveAddresses(model, instance);
    }
  });
}

export function giveAddresses(model: Model, instance: InstanceRecord): void {
  if (instance.ipAddressType !== 'ipv6') {
    instance.privateIpAddress ??= model.ids.ipv4('172.26');
    instance.publicIpAddress ??= model.ids.ipv4('203.0');
  }
  if (instance.ipAddressType !== 'ipv4' && instance.ipv6Addresses.length === 0) {
    instance.ipv6Addresses = [model.ids.ipv6()];
  }
}

const port = (number: number): PortRecord => ({
  fromPort: number, toPort: number, protocol: 'tcp', cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'], cidrListAliases: [],
});

const defaultPorts = (blueprint: Blueprint): PortRecord[] => blueprint.platform === 'WINDOWS' ? [port(3389), port(80)] : [port(22), port(80)];
