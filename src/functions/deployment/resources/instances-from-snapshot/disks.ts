import { DeleteDiskCommand, Disk, DiskMap, Instance, TagResourceCommand } from '@aws-sdk/client-lightsail';
import { Refusal, isNotFound, refuse } from '../../../aws/errors';
import { Origin, hash, originOf, ownerTags, toTags } from '../../../aws/ownership';
import { InstancesFromSnapshotProperties, OWNER_TAGS } from '../../contract';
import { allDisks } from '../disks-from-snapshot';
import { knownNames, namesOf, once, quoted, timeOf } from '../group';
import { Job } from '../resource-handler';
import { DELETION_SHOWS, syncTags } from '../tagging';

type InstanceJob = Job<InstancesFromSnapshotProperties>;
type Given = Partial<InstancesFromSnapshotProperties>;

/** Milliseconds by which what is made together may seem to be made apart. */
const SKEW = 60_000;

/** Which disks of the source new instances get as well, and under which names. */
export function diskMapping(props: InstancesFromSnapshotProperties, id: string, names: readonly string[]): Record<string, DiskMap[]> | undefined {
  if (!props.DiskPaths?.length) return undefined;
  const all = namesOf(props, id);
  const wrong = props.DiskNames?.find(given => given.length > 0 && given.length !== all.length);
  if (wrong) throw new Refusal(`there must be a new name of each disk for each of the ${all.length} instances, got ${wrong.length}: ${quoted(wrong)}`);
  return Object.fromEntries(names.map(name => [name, props.DiskPaths!.map((originalDiskPath, index) => ({
    originalDiskPath,
    newDiskName: props.DiskNames?.[index]?.[all.indexOf(name)] ?? usualName(name, originalDiskPath),
  }))]));
}

/** Names of the disks, other than its system disk, that are attached to an instance. */
export function attachedNames({ hardware }: Instance): string[] {
  return (hardware?.disks ?? []).filter(disk => !disk.isSystemDisk && disk.name).map(disk => disk.name!);
}

/**
 * Marks the disks that came with instances, and keeps their tags in step: Lightsail does not mark them, and an instance that fails or is
 * deleted leaves them behind. Of those that are leaving, some may be gone already.
 */
export async function keepDisks(job: InstanceJob, instances: readonly Instance[], leaving?: readonly string[]): Promise<string | undefined> {
  const { props, owner, request } = job;
  if (!props.DiskPaths?.length) return undefined;
  const carriers: Carrier[] = instances.map(({ name, createdAt, tags }) => (
    { name: name!, since: createdAt!.getTime(), origin: originOf(owner, tags)! }
  ));
  const own = { identity: request.identity, requestId: owner.requestId };
  for (const name of leaving ?? []) {
    const since = timeOf(job, 'asked', name);
    if (since && !carriers.some(one => one.name === name)) carriers.push({ name, since, origin: own });
  }
  if (carriers.length === 0) return undefined;
  const disks = await allDisks(job);
  let waiting: string | undefined;
  for (const carrier of carriers) {
    const came = disks.filter(disk => cameWith(job, carrier, disk));
    for (const disk of came) waiting = await keep(job, carrier, disk) ?? waiting;
    const left = props.DiskPaths.length - came.filter(disk => disk.attachedTo).length;
    const isNew = carrier.origin.requestId === owner.requestId;
    if (!leaving && isNew && left > 0) waiting ??= `${left} more disks of instance '${carrier.name}' to be attached`;
  }
  return waiting;
}

/** Deletes the disks that came with instances of these names, which are gone. One that has since been attached elsewhere stays. */
export async function removeDisks(job: InstanceJob, names: readonly string[]): Promise<string | undefined> {
  const { props, owner, lightsail } = job;
  if (!props.DiskPaths?.length || names.length === 0) return undefined;
  const instances = names.map(name => hash(8, name));
  const left = (await allDisks(job)).filter(disk => {
    const origin = originOf(owner, disk.tags);
    return origin?.with && instances.includes(origin.with) && (!disk.attachedTo || names.includes(disk.attachedTo));
  });
  for (const { name: diskName, addOns = [] } of left) {
    await once(job, 'deletedDisks', diskName!, () => lightsail.send(new DeleteDiskCommand({ diskName, forceDeleteAddOns: addOns.length > 0 }))
      .catch(error => (isNotFound(error) ? undefined : refuse(`delete disk '${diskName}'`, error, []))), DELETION_SHOWS);
  }
  return left.length > 0 ? `disk ${quoted(left.map(disk => disk.name!))} to be gone` : undefined;
}

/** An instance, or what is left of one. */
interface Carrier {
  readonly name: string;
  readonly since: number;
  readonly origin: Origin;
}

async function keep(job: InstanceJob, { name, origin }: Carrier, disk: Disk): Promise<string | undefined> {
  const { owner, props } = job;
  const mark = hash(8, name);
  if (originOf(owner, disk.tags)?.with === mark) {
    await syncTags(job, disk.name!, disk.tags ?? []);
    return undefined;
  }
  const marks = ownerTags({ ...owner, requestId: origin.requestId }, origin.identity);
  const tags = toTags({ ...props.Tags, ...marks, [OWNER_TAGS.origin]: `${marks[OWNER_TAGS.origin]}/${mark}` });
  await once(job, 'marked', disk.name!, () => job.lightsail.send(new TagResourceCommand({ resourceName: disk.name, tags })), DELETION_SHOWS);
  return `the tags of disk '${disk.name}' to appear`;
}

/** The names are taken from when the instance is made: what has one of them and is not attached elsewhere came with it. */
function cameWith({ props, request }: InstanceJob, { name, since }: Carrier, { name: diskName, attachedTo, createdAt }: Disk): boolean {
  const given = [props, request.oldProps as Given].flatMap(({ DiskNames = [] }) => DiskNames.flat());
  if (attachedTo) return attachedTo === name && (given.includes(diskName!) || usualNames(props, name).includes(diskName!));
  const own = knownNames(props, request.id).indexOf(name);
  const names = [...usualNames(props, name), ...(props.DiskNames ?? []).map(list => list[own])];
  return names.includes(diskName!) && createdAt !== undefined && createdAt.getTime() > since - SKEW;
}

function usualNames(props: InstancesFromSnapshotProperties, instanceName: string): string[] {
  return props.DiskPaths!.map(path => usualName(instanceName, path));
}

/** Made from the names of the instance and of the device: `web-1-xvdf`. */
function usualName(instanceName: string, path: string): string {
  return `${instanceName}-${path.split('/').pop()}`;
}
