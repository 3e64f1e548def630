import { Blueprint, BLUEPRINTS } from '../catalogue';
import { DEFAULT_KEY_PAIR } from './placement';
import type { Context } from '../model/context';
import type { World } from '../model/model';
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

export function addInstance(world: World, region: Region, now: number, { name, zone, tags, ...plan }: InstancePlan): InstanceRecord {
  const record: InstanceRecord = {
    ...world.base('Instance', region, name, zone, tags, now),
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
export function boot(c: Pick<Context, 'world' | 'options' | 'region'>, instance: InstanceRecord, at: number): void {
  const { world, options, region } = c;
  if (instance.ipAddressType !== 'ipv6') {
    instance.privateIpAddress = world.ids.ipv4('172.26');
  }
  if (!options.runningBeforeAddress) {
    giveAddresses(world, instance);
    return;
  }
  world.events.add(at + world.durations.instanceAddress, () => {
    if (region.holds(instance)) {
      giveAddresses(world, instance);
    }
  });
}

export function giveAddresses(world: World, instance: InstanceRecord): void {
  if (instance.ipAddressType !== 'ipv6') {
    instance.privateIpAddress ??= world.ids.ipv4('172.26');
    instance.publicIpAddress ??= world.ids.ipv4('203.0');
  }
  if (instance.ipAddressType !== 'ipv4' && instance.ipv6Addresses.length === 0) {
    instance.ipv6Addresses = [world.ids.ipv6()];
  }
}

const port = (number: number): PortRecord => ({
  fromPort: number, toPort: number, protocol: 'tcp', cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'], cidrListAliases: [],
});

const defaultPorts = (blueprint: Blueprint): PortRecord[] => blueprint.platform === 'WINDOWS' ? [port(3389), port(80)] : [port(22), port(80)];
