import { DeleteDiskCommand, Disk, DiskMap, Instance, TagResourceCommand } from '@aws-sdk/client-lightsail';
import { InstancesFromSnapshotProperties, OWNER_TAGS } from '../contract';
import { Refusal, isNotFound, refuse } from '../errors';
import { hash, originOf, ownerTags, toTags } from '../ownership';
import { allDisks } from './disks-from-snapshot';
import { namesOf, once, quoted } from './fleet';
import { Job } from './kind';
import { DELETION_SHOWS, syncTags } from './marks';

type InstanceJob = Job<InstancesFromSnapshotProperties>;
type Given = Partial<InstancesFromSnapshotProperties>;

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
 * Marks the disks that came with instances, and keeps their tags in step: Lightsail does not mark them, and an instance that is deleted
 * leaves them behind.
 */
export async function keepDisks(job: InstanceJob, instances: readonly Instance[], leaving = false): Promise<string | undefined> {
  const { props, owner, lightsail } = job;
  if (!props.DiskPaths?.length || instances.length === 0) return undefined;
  const attached = (await allDisks(job)).filter(disk => disk.attachedTo);
  let waiting: string | undefined;
  for (const instance of instances) {
    const origin = originOf(owner, instance.tags)!;
    const came = attached.filter(disk => disk.attachedTo === instance.name && mayHaveComeWith(job, instance.name!, disk));
    for (const disk of came) {
      if (originOf(owner, disk.tags)?.with === hash(8, instance.name)) {
        await syncTags(job, disk.name!, disk.tags ?? []);
        continue;
      }
      const marks = ownerTags({ ...owner, requestId: origin.requestId }, origin.identity);
      const tags = toTags({ ...props.Tags, ...marks, [OWNER_TAGS.origin]: `${marks[OWNER_TAGS.origin]}/${hash(8, instance.name)}` });
      await once(job, 'marked', disk.name!, () => lightsail.send(new TagResourceCommand({ resourceName: disk.name, tags })), DELETION_SHOWS);
      waiting = `the tags of disk '${disk.name}' to appear`;
    }
    const isNew = origin.requestId === owner.requestId;
    const left = props.DiskPaths.length - came.length;
    if (isNew && left > 0 && !leaving) waiting ??= `${left} more disks of instance '${instance.name}' to be attached`;
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

function mayHaveComeWith({ props, request }: InstanceJob, instanceName: string, disk: Disk): boolean {
  const given = [props, request.oldProps as Given].flatMap(({ DiskNames = [] }) => DiskNames.flat());
  return [...given, ...props.DiskPaths!.map(path => usualName(instanceName, path))].includes(disk.name!);
}

/** Made from the names of the instance and of the device: `web-1-xvdf`. */
function usualName(instanceName: string, path: string): string {
  return `${instanceName}-${path.split('/').pop()}`;
}
