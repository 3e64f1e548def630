/*
 * A few rows of what GetRegions, GetBundles and GetBlueprints answer: enough sorts to trip over, not the whole price list.
 */

interface RegionRow {
  name: string;
  displayName: string;
  continentCode: string;
  zones: string;
}

const row = (name: string, displayName: string, continentCode: string, zones = 'abc'): RegionRow => ({ name, displayName, continentCode, zones });

const REGION_ROWS: RegionRow[] = [
  row('us-east-1', 'Virginia', 'NA', 'abcdef'),
  row('us-east-2', 'Ohio', 'NA'),
  row('us-west-1', 'California', 'NA', 'ac'),
  row('us-west-2', 'Oregon', 'NA', 'abcd'),
  row('ca-central-1', 'Montreal', 'NA', 'ab'),
  row('sa-east-1', 'Sao Paulo', 'SA'),
  row('eu-central-1', 'Frankfurt', 'EU'),
  row('eu-north-1', 'Stockholm', 'EU'),
  row('eu-south-2', 'Spain', 'EU'),
  row('eu-west-1', 'Ireland', 'EU'),
  row('eu-west-2', 'London', 'EU'),
  row('eu-west-3', 'Paris', 'EU'),
  row('ap-east-1', 'Hong Kong', 'AS'),
  row('ap-northeast-1', 'Tokyo', 'AS', 'acd'),
  row('ap-northeast-2', 'Seoul', 'AS', 'ac'),
  row('ap-south-1', 'Mumbai', 'AS', 'ab'),
  row('ap-southeast-1', 'Singapore', 'AS'),
  row('ap-southeast-2', 'Sydney', 'OC'),
  row('ap-southeast-3', 'Jakarta', 'AS'),
  row('ap-southeast-5', 'Malaysia', 'AS'),
];

export interface RegionFacts {
  name: string;
  displayName: string;
  description: string;
  continentCode: string;
  zones: string[];
}

export const REGIONS: ReadonlyMap<string, RegionFacts> = new Map(REGION_ROWS.map(({ name, displayName, continentCode, zones }) => [name, {
  name,
  displayName,
  continentCode,
  description: `This region is recommended to serve users near ${displayName}`,
  zones: [...zones].map(letter => name + letter),
}]));

export interface Bundle {
  bundleId: string;
  name: string;
  instanceType: string;
  price: number;
  cpuCount: number;
  ramSizeInGb: number;
  diskSizeInGb: number;
  transferPerMonthInGb: number;
  power: number;
  platform: 'LINUX_UNIX' | 'WINDOWS';
  ipv6Only: boolean;
  isActive: boolean;
}

type Size = Pick<Bundle, 'name' | 'instanceType' | 'price' | 'cpuCount' | 'ramSizeInGb' | 'diskSizeInGb' | 'transferPerMonthInGb' | 'power'>;

const size = (
  name: string, instanceType: string, price: number, cpuCount: number, ramSizeInGb: number, diskSizeInGb: number, transferInTb: number, power: number,
): Size => ({ name, instanceType, price, cpuCount, ramSizeInGb, diskSizeInGb, transferPerMonthInGb: transferInTb * 1024, power });

const NANO = size('Nano', 'nano', 5, 2, 0.5, 20, 1, 298);
const MICRO = size('Micro', 'micro', 7, 2, 1, 40, 2, 500);
const SMALL = size('Small', 'small', 12, 2, 2, 60, 3, 1000);
const MEDIUM = size('Medium', 'medium', 24, 2, 4, 80, 4, 2000);
const LARGE = size('Large', 'large', 44, 2, 8, 160, 5, 3000);

/** Where the ids of bundles end otherwise than in 0. */
const ID_ENDS: Readonly<Record<string, number>> = { 'ap-south-1': 1, 'ap-east-1': 1, 'ap-southeast-2': 2 };

/** Where generation 2 is still sold. Which Regions these are is our own choice; that they differ is not. */
const SELLS_GENERATION_2 = new Set(['eu-west-3', 'sa-east-1']);

const bundle = (bundleId: string, of: Size, more: Partial<Bundle> = {}): Bundle =>
  ({ bundleId, platform: 'LINUX_UNIX', ipv6Only: false, isActive: true, ...of, ...more });

/** As most Regions have them. */
const USUAL_BUNDLES: Bundle[] = [
  bundle('nano_3_0', NANO),
  bundle('micro_3_0', MICRO),
  bundle('small_3_0', SMALL),
  bundle('medium_3_0', MEDIUM),
  bundle('large_3_0', LARGE),
  bundle('nano_ipv6_3_0', NANO, { price: 3.5, ipv6Only: true }),
  bundle('micro_ipv6_3_0', MICRO, { price: 5, ipv6Only: true }),
  bundle('small_ipv6_3_0', SMALL, { price: 10, ipv6Only: true }),
  bundle('micro_win_3_0', MICRO, { price: 14, platform: 'WINDOWS' }),
  bundle('medium_win_3_0', MEDIUM, { price: 44, platform: 'WINDOWS' }),
  bundle('nano_2_0', NANO, { price: 3.5, isActive: false }),
  bundle('small_2_0', SMALL, { price: 10, isActive: false }),
];

/** A Region's own, by id. Jakarta, as the newest here, sells no Windows. */
const BUNDLES_BY_REGION: ReadonlyMap<string, ReadonlyMap<string, Bundle>> = new Map([...REGIONS.keys()].map(region => {
  const sold = USUAL_BUNDLES.filter(({ platform }) => region !== 'ap-southeast-3' || platform !== 'WINDOWS');
  return [region, new Map(sold.map(usual => {
    const bundleId = usual.bundleId.replace(/0$/, String(ID_ENDS[region] ?? 0));
    return [bundleId, { ...usual, bundleId, isActive: usual.isActive || SELLS_GENERATION_2.has(region) }];
  }))];
}));

export const bundlesIn = (region: string): Bundle[] => [...BUNDLES_BY_REGION.get(region)!.values()];

export const bundleIn = (region: string, id: string): Bundle | undefined => BUNDLES_BY_REGION.get(region)!.get(id);

/** What a bundle of any Region has. */
export const BUNDLES: ReadonlyMap<string, Bundle> = new Map([...BUNDLES_BY_REGION.values()].flatMap(bundles => [...bundles]));

export interface Blueprint {
  blueprintId: string;
  name: string;
  group: string;
  type: 'os' | 'app';
  version: string;
  minPower: number;
  platform: 'LINUX_UNIX' | 'WINDOWS';
  username: string;
  rootDevice: string;
  /** What cannot be exported to EC2. */
  exportable: boolean;
  isActive: boolean;
}

const blueprint = (blueprintId: string, name: string, type: 'os' | 'app', version: string, username: string, more: Partial<Blueprint> = {}):
[string, Blueprint] => [blueprintId, {
  blueprintId,
  name,
  group: blueprintId.replace(/(_\d+)+$/, ''),
  type,
  version,
  username,
  minPower: 0,
  platform: 'LINUX_UNIX',
  rootDevice: '/dev/sda1',
  exportable: true,
  isActive: true,
  ...more,
}];

export const BLUEPRINTS: ReadonlyMap<string, Blueprint> = new Map([
  blueprint('amazon_linux_2023', 'Amazon Linux 2023', 'os', '2023', 'ec2-user', { rootDevice: '/dev/xvda' }),
  blueprint('ubuntu_24_04', 'Ubuntu', 'os', '24.04 LTS', 'ubuntu'),
  blueprint('debian_12', 'Debian', 'os', '12', 'admin', { rootDevice: '/dev/xvda' }),
  blueprint('windows_server_2022', 'Windows Server 2022', 'os', '2022', 'Administrator', { platform: 'WINDOWS', minPower: 500 }),
  blueprint('wordpress', 'WordPress', 'app', '6.8', 'bitnami'),
  blueprint('lamp_8_bitnami', 'LAMP (PHP 8)', 'app', '8.3', 'bitnami'),
  blueprint('cpanel_whm_linux', 'cPanel & WHM for Linux', 'app', '120.0', 'ec2-user', { minPower: 1000, exportable: false }),
  blueprint('django', 'Django', 'app', '5.2', 'bitnami', { exportable: false }),
  blueprint('ghost_bitnami', 'Ghost', 'app', '5.120', 'bitnami', { minPower: 500, exportable: false }),
  blueprint('centos_7_2009_01', 'CentOS', 'os', '7 2009-01', 'centos', { isActive: false }),
]);
