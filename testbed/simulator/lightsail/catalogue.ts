import { Blueprint, BLUEPRINTS, Bundle, bundlesIn, REGIONS } from '../catalogue';
import type { Handler } from '../model/context';
import { page } from '../model/paging';

export const GetRegions: Handler = c => ({
  regions: [...REGIONS.values()].map(({ zones, ...region }) => ({
    ...region,
    availabilityZones: c.input.includeAvailabilityZones ? viewZones(zones) : [],
    relationalDatabaseAvailabilityZones: c.input.includeRelationalDatabaseAvailabilityZones ? viewZones(zones) : [],
  })),
});

const viewZones = (zones: string[]): object[] => zones.map(zoneName => ({ zoneName, state: 'available' }));

export const GetBundles: Handler = c => {
  const bundles = c.input.appCategory ? [] : bundlesIn(c.region.name);
  const { items, nextPageToken } = page(c, bundles.filter(({ isActive }) => isActive || c.input.includeInactive), ({ bundleId }) => bundleId);
  return { bundles: items.map(viewBundle), nextPageToken };
};

const viewBundle = ({ platform, ipv6Only, ...bundle }: Bundle): object =>
  ({ ...bundle, supportedPlatforms: [platform], publicIpv4AddressCount: ipv6Only ? 0 : 1 });

export const GetBlueprints: Handler = c => {
  const blueprints = c.input.appCategory ? [] : [...BLUEPRINTS.values()];
  const { items, nextPageToken } = page(
    c, blueprints.filter(({ isActive }) => isActive || c.input.includeInactive), ({ blueprintId }) => blueprintId,
  );
  return { blueprints: items.map(viewBlueprint), nextPageToken };
};

const viewBlueprint = ({ username, rootDevice, exportable, ...blueprint }: Blueprint): object => ({
  ...blueprint,
  description: `${blueprint.name} ${blueprint.version}`,
  versionCode: '1',
  productUrl: 'https://aws.amazon.com/marketplace/',
  licenseUrl: 'https://aws.amazon.com/agreement/',
});
