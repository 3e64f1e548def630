import { Blueprint, BLUEPRINTS, Bundle, bundleIn, REGIONS } from '../catalogue';
import { invalidInput, notFound, QUOTA_TEXTS } from '../errors';
import type { Context } from '../model/context';
import type { AddOnRecord, IpAddressType } from '../model/records';

export const DEFAULT_KEY_PAIR = 'LightsailDefaultKeyPair';

const MAX_USER_DATA = 16 * 1024;

export function validateZone(c: Context, zone: string): void {
  if (!REGIONS.get(c.region.name)?.zones.includes(zone)) {
    throw invalidInput(`The specified Availability Zone does not exist in this Region: ${zone}`);
  }
}

export function findBlueprint(id: string): Blueprint {
  const blueprint = BLUEPRINTS.get(id);
  if (!blueprint?.isActive) {
    throw invalidInput(`The specified blueprint does not exist in this Region: ${id}`);
  }
  return blueprint;
}

/** The bundle, if an instance of this blueprint and at least this disk may have it. */
export function findBundle(c: Context, id: string, blueprint: Blueprint, minDiskSizeInGb = 0): Bundle {
  const bundle = bundleIn(c.region.name, id);
  if (!bundle?.isActive) {
    throw invalidInput('The specified bundle does not exist in this region');
  }
  if (bundle.platform !== blueprint.platform) {
    throw invalidInput(`The bundle ${id} does not support the platform of the blueprint ${blueprint.blueprintId}`);
  }
  if (bundle.power < blueprint.minPower) {
    throw invalidInput(`The blueprint ${blueprint.blueprintId} needs a larger bundle than ${id}`);
  }
  if (bundle.diskSizeInGb < minDiskSizeInGb) {
    throw invalidInput(`The bundle ${id} has a disk of ${bundle.diskSizeInGb} GB, which is smaller than the source's ${minDiskSizeInGb} GB`);
  }
  return bundle;
}

export function readIpAddressType(c: Context, bundle: Bundle): IpAddressType {
  const type: IpAddressType = c.input.ipAddressType ?? 'dualstack';
  if (c.options.ipv6TypeMustMatchBundle && bundle.ipv6Only !== (type === 'ipv6')) {
    throw invalidInput(`The bundle ${bundle.bundleId} does not support the IP address type ${type}`);
  }
  // Where the type need not match, the bundle decides: it has no public IPv4 address to give.
  return bundle.ipv6Only ? 'ipv6' : type;
}

export function readKeyPair(c: Context): string {
  const name: string = c.input.keyPairName ?? DEFAULT_KEY_PAIR;
  if (name !== DEFAULT_KEY_PAIR && !c.region.tables.KeyPair.has(name)) {
    throw notFound(c.options, 'KeyPair', name);
  }
  return name;
}

export function readUserData(c: Context): string | undefined {
  const userData: string | undefined = c.input.userData ?? undefined;
  if (userData !== undefined && Buffer.byteLength(userData) > MAX_USER_DATA) {
    throw invalidInput(`The user data is limited to ${MAX_USER_DATA} bytes`);
  }
  return userData;
}

export function assertInstanceQuota(c: Context, more: number, { ramSizeInGb }: Bundle): void {
  const { instances, planRamInGb } = c.options.quotas;
  if (c.region.tables.Instance.size + more > instances) {
    throw invalidInput(QUOTA_TEXTS.instances(instances), 'LimitExceeded');
  }
  if (ramSizeInGb > planRamInGb) {
    throw invalidInput(QUOTA_TEXTS.plan(), 'LimitExceeded');
  }
}

export function assertDiskQuota(c: Context, moreInGb: number[]): void {
  const there = [...c.region.tables.Disk.values()].map(({ sizeInGb }) => sizeInGb);
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  if (moreInGb.length > 0 && there.length + moreInGb.length > c.options.quotas.disks) {
    throw invalidInput(QUOTA_TEXTS.disks(), 'LimitExceeded');
  }
  if (sum(there) + sum(moreInGb) > c.options.quotas.allDisksInGb) {
    throw invalidInput(QUOTA_TEXTS.allDisks(), 'LimitExceeded');
  }
}

interface AddOnRequest {
  addOnType: string;
  autoSnapshotAddOnRequest?: { snapshotTimeOfDay?: string } | null;
}

export function readAddOn({ addOnType, autoSnapshotAddOnRequest }: AddOnRequest): AddOnRecord {
  if (addOnType !== 'AutoSnapshot') {
    throw invalidInput(`The add-on ${addOnType} is for Lightsail for Research resources only`);
  }
  const time = autoSnapshotAddOnRequest?.snapshotTimeOfDay ?? '06:00';
  if (!time.endsWith(':00')) {
    throw invalidInput(`The snapshot time of day must be on the hour: ${time}`);
  }
  return { name: 'AutoSnapshot', status: 'Enabled', snapshotTimeOfDay: time };
}

export const readAddOns = (c: Context): AddOnRecord[] => ((c.input.addOns ?? []) as AddOnRequest[]).map(readAddOn);

export const viewAddOns = (addOns: AddOnRecord[]): object[] =>
  addOns.map(addOn => ({ ...addOn, nextSnapshotTimeOfDay: addOn.snapshotTimeOfDay }));
