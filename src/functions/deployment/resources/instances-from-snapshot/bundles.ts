/** Which bundle new instances get where none is given. Ids, and what is sold, differ by region: a copied snapshot names a bundle of its source's. */
import { Bundle, GetBundlesCommand, GetInstanceSnapshotCommand, LightsailClient } from '@aws-sdk/client-lightsail';
import { InstanceContext, allInstances } from './instances';
import { TerminalError, isTransient } from '../../../aws/errors';
import { allPages } from '../../../aws/paging';

/** Bundles that a message names. */
const MOST_NAMED = 6;

/** What instances are made from, as far as it decides on their bundle. */
interface Source {
  readonly bundleId: string;
  /** Where the bundle is known by that id. */
  readonly region: string;
  readonly diskSizeInGb: number;
}

/** The bundle that is given, or the source's, or the one of this region that is like it. */
export async function bundleOf(context: InstanceContext): Promise<string> {
  const { env, lightsail, props, request } = context;
  if (props.BundleId) return props.BundleId;
  const source = await sourceOf(context);
  const all = await bundlesOf(lightsail);
  const own = all.find(({ bundleId }) => bundleId === source.bundleId);
  if (own && isSold(own)) return source.bundleId;

  const wanted = own ?? await bundleElsewhere(context, source);
  const sold = all.filter(isSold);
  const [chosen] = sold.filter(bundle => wanted && shapeOf(bundle) === shapeOf(wanted)).sort(newestFirst);
  if (!chosen) throw new TerminalError(nothingLikeIt(source, sold, wanted, env.region));
  env.log({ level: 'INFO', message: 'bundle chosen', logical_id: request.logicalId, instead_of: source.bundleId, bundle: chosen.bundleId });
  return chosen.bundleId!;
}

async function sourceOf(context: InstanceContext): Promise<Source> {
  const { env, lightsail, props } = context;
  if (props.InstanceSnapshotName) {
    const { instanceSnapshot } = await lightsail.send(new GetInstanceSnapshotCommand({ instanceSnapshotName: props.InstanceSnapshotName }));
    const { fromBundleId, fromInstanceArn = '', sizeInGb = 0 } = instanceSnapshot ?? {};
    if (fromBundleId) return { bundleId: fromBundleId, region: fromInstanceArn.split(':')[3] || env.region, diskSizeInGb: sizeInGb };
  } else {
    const instance = (await allInstances(context)).find(({ name }) => name === props.SourceInstanceName);
    const diskSizeInGb = instance?.hardware?.disks?.find(({ isSystemDisk }) => isSystemDisk)?.sizeInGb ?? 0;
    if (instance?.bundleId) return { bundleId: instance.bundleId, region: env.region, diskSizeInGb };
  }
  throw new TerminalError(`the bundle of ${props.InstanceSnapshotName ?? props.SourceInstanceName} is not known in ${env.region}: `
    + 'check the name, and give `bundleId` if it is right');
}

/** What the region of the source says of its bundle. Nothing where it may not be asked. */
async function bundleElsewhere({ env }: InstanceContext, { bundleId, region }: Source): Promise<Bundle | undefined> {
  if (region === env.region) return undefined;
  try {
    return (await bundlesOf(env.lightsail(region))).find(bundle => bundle.bundleId === bundleId);
  } catch (error) {
    if (isTransient(error)) throw error;
    return undefined;
  }
}

function bundlesOf(lightsail: LightsailClient): Promise<Bundle[]> {
  return allPages(async pageToken => {
    const { bundles, nextPageToken } = await lightsail.send(new GetBundlesCommand({ includeInactive: true, pageToken }));
    return { items: bundles, next: nextPageToken };
  });
}

function isSold({ isActive }: Bundle): boolean {
  return isActive !== false;
}

/** What two bundles have in common that may stand for each other. Prices and transfer differ by region. */
function shapeOf({ supportedPlatforms, supportedAppCategories, ramSizeInGb, cpuCount, diskSizeInGb, publicIpv4AddressCount }: Bundle): string {
  return JSON.stringify([supportedPlatforms, supportedAppCategories ?? [], ramSizeInGb, cpuCount, diskSizeInGb, publicIpv4AddressCount]);
}

function newestFirst(one: Bundle, other: Bundle): number {
  return other.bundleId!.localeCompare(one.bundleId!, 'en', { numeric: true });
}

function nothingLikeIt(source: Source, sold: readonly Bundle[], wanted: Bundle | undefined, region: string): string {
  const platform = JSON.stringify(wanted?.supportedPlatforms);
  const candidates = sold
    .filter(bundle => (bundle.diskSizeInGb ?? 0) >= source.diskSizeInGb && (!wanted || JSON.stringify(bundle.supportedPlatforms) === platform))
    .sort((one, other) => (one.price ?? 0) - (other.price ?? 0))
    .slice(0, MOST_NAMED)
    .map(({ bundleId, ramSizeInGb, cpuCount, diskSizeInGb }) => `${bundleId} (${ramSizeInGb} GB, ${cpuCount} vCPUs, disk of ${diskSizeInGb} GB)`);
  return `the source's bundle '${source.bundleId}' is not sold in ${region}, and none there is known to have the same platform, memory, processors, disk `
    + `and addresses. give \`bundleId\`: ${candidates.length > 0 ? `large enough are ${candidates.join(', ')}` : 'none of this region is large enough'}`;
}
