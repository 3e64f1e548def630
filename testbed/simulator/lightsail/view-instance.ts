import { BLUEPRINTS, BUNDLES } from '../catalogue';
import { viewAddOns } from './placement';
import { shownState } from './shown';
import type { Context } from '../model/context';
import type { AttachedDisk, DiskRecord, InstanceRecord, PortRecord } from '../model/records';
import { viewTags } from '../model/tags';

/** What EC2, and so Lightsail, numbers the states with. */
const STATE_CODES: Record<string, number> = {
  'pending': 0,
  'running': 16,
  'shutting-down': 32,
  'terminated': 48,
  'stopping': 64,
  'stopped': 80,
};

export const viewState = (instance: InstanceRecord): object => ({ code: STATE_CODES[instance.state] ?? 0, name: instance.state });

export function viewInstance(c: Context, instance: InstanceRecord): object {
  const blueprint = BLUEPRINTS.get(instance.blueprintId)!;
  const bundle = BUNDLES.get(instance.bundleId)!;
  return {
    name: instance.name,
    arn: instance.arn,
    supportCode: instance.supportCode,
    createdAt: instance.createdAt / 1000,
    location: { availabilityZone: instance.zone, regionName: instance.region },
    resourceType: 'Instance',
    tags: viewTags(c, instance),
    blueprintId: instance.blueprintId,
    blueprintName: blueprint.name,
    bundleId: instance.bundleId,
    addOns: instance.addOns.length > 0 ? viewAddOns(instance.addOns) : undefined,
    isStaticIp: instance.staticIpName !== undefined,
    privateIpAddress: instance.privateIpAddress,
    publicIpAddress: instance.publicIpAddress,
    ipv6Addresses: instance.ipv6Addresses,
    ipAddressType: instance.ipAddressType,
    hardware: {
      cpuCount: bundle.cpuCount,
      // The system disk has no name, as in the documentation's example.
      disks: [
        {
          createdAt: instance.createdAt / 1000,
          sizeInGb: bundle.diskSizeInGb,
          isSystemDisk: true,
          iops: bundle.diskSizeInGb * 3,
          path: blueprint.rootDevice,
          attachedTo: instance.name,
          attachmentState: 'attached',
        },
        ...disksOf(c, instance).filter(disk => c.now >= (disk.attachedAt ?? Infinity) + c.options.instanceDisksDelay).map(disk => viewDisk(c, disk)),
      ],
      ramSizeInGb: bundle.ramSizeInGb,
    },
    networking: {
      monthlyTransfer: { gbPerMonthAllocated: bundle.transferPerMonthInGb },
      ports: instance.ports.map(viewPort),
    },
    state: shownState(c, instance) && viewState(instance),
    username: blueprint.username,
    sshKeyName: instance.keyPairName,
    // `userData` is nowhere in here: it cannot be read back.
  };
}

export const disksOf = (c: Pick<Context, 'region'>, instance: InstanceRecord): DiskRecord[] =>
  [...c.region.tables.Disk.values()].filter(disk => disk.attachedTo === instance.name && !disk.detaching);

const viewPort = (port: PortRecord): object => ({
  ...port,
  accessFrom: port.cidrs.includes('0.0.0.0/0') ? 'Anywhere (0.0.0.0/0)' : 'Custom',
  accessType: 'Public',
  commonName: '',
  accessDirection: 'inbound',
});

export function viewDisk(c: Context, disk: DiskRecord): object {
  return {
    name: disk.name,
    arn: disk.arn,
    supportCode: disk.supportCode,
    createdAt: disk.createdAt / 1000,
    location: { availabilityZone: disk.zone, regionName: disk.region },
    resourceType: 'Disk',
    tags: viewTags(c, disk),
    addOns: disk.addOns.length > 0 ? viewAddOns(disk.addOns) : undefined,
    sizeInGb: disk.sizeInGb,
    isSystemDisk: false,
    iops: 100,
    path: disk.path,
    state: shownState(c, disk),
    attachedTo: disk.attachedTo,
    isAttached: disk.attachedTo !== undefined,
    attachmentState: disk.detaching ? 'detaching' : disk.attachedTo === undefined ? 'detached' : 'attached',
  };
}

/** A disk as the snapshot of its instance shows it. */
export const viewAttachedDisk = (region: string) => (disk: AttachedDisk): object => ({
  name: disk.name,
  arn: disk.arn,
  supportCode: disk.supportCode,
  createdAt: disk.createdAt / 1000,
  location: { availabilityZone: disk.zone, regionName: region },
  resourceType: 'Disk',
  tags: disk.tags,
  sizeInGb: disk.sizeInGb,
  isSystemDisk: false,
  iops: 100,
  path: disk.path,
  state: 'in-use',
  attachedTo: disk.attachedTo,
  isAttached: true,
  attachmentState: 'attached',
});

export const rememberDisk = (disk: DiskRecord): AttachedDisk => ({
  name: disk.name,
  arn: disk.arn,
  supportCode: disk.supportCode,
  zone: disk.zone,
  createdAt: disk.createdAt,
  path: disk.path!,
  sizeInGb: disk.sizeInGb,
  attachedTo: disk.attachedTo!,
  tags: disk.tags,
});
