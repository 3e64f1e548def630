/** The disks that come with instances from their snapshot. */
import { DeleteDiskCommand, Disk, DiskMap, Instance, TagResourceCommand } from '@aws-sdk/client-lightsail';
import { InstanceContext } from './instances';
import { TerminalError, isNotFound, toTerminalError } from '../../../aws/errors';
import { Creator, hash, creatorOf, ownerTags, toTags } from '../../../aws/ownership';
import { InstancesFromSnapshotProperties, OWNER_TAGS } from '../../contract';
import { Pending, pending } from '../../engine/progress';
import { LEAVING, allDisks, isAttached } from '../disks-from-snapshot';
import { forEachInTime } from '../group';
import { knownNames, namesOf, quote } from '../names';
import { Times, keyOf, once } from '../once';
import { DELETION_SHOWS, repeatable, syncTags } from '../tagging';

/** Milliseconds by which what is made together may seem to be made apart. */
const SKEW = 60_000;

/** Which disks of the source new instances get as well, and under which names. */
export function diskMapping(props: InstancesFromSnapshotProperties, id: string, names: readonly string[]): Record<string, DiskMap[]> | undefined {
  if (!props.DiskPaths?.length) return undefined;
  const all = namesOf(props, id);
  const wrong = props.DiskNames?.find(given => given.length > 0 && given.length !== all.length);
  if (wrong) throw new TerminalError(`there must be a new name of each disk for each of the ${all.length} instances, got ${wrong.length}: ${quote(wrong)}`);
  return Object.fromEntries(names.map(name => [name, props.DiskPaths!.map((originalDiskPath, index) => ({
    originalDiskPath,
    newDiskName: props.DiskNames?.[index]?.[all.indexOf(name)] ?? usualName(name, originalDiskPath),
  }))]));
}

/** Names of the disks, other than its system disk, that are attached to an instance. What shows them first is the list of all disks. */
export async function attachedNames(context: InstanceContext, { name, hardware }: Instance): Promise<string[]> {
  const all = context.props.DiskPaths?.length ? (await disksOnce(context)).filter(disk => disk.attachedTo === name) : hardware?.disks ?? [];
  return all.filter(disk => !disk.isSystemDisk && disk.name).map(disk => disk.name!);
}

const lists = new WeakMap<InstanceContext, Promise<Disk[]>>();

/** Looks once for all instances of a step. */
function disksOnce(context: InstanceContext): Promise<Disk[]> {
  if (!lists.has(context)) lists.set(context, allDisks(context));
  return lists.get(context)!;
}

/**
 * Tags the disks that came with instances, and keeps their tags in step: Lightsail does not tag them, and an instance that fails or is
 * deleted leaves them behind. Of those that are leaving, some may be gone already.
 */
export async function keepDisks(context: InstanceContext, instances: readonly Instance[], leaving?: Leaving): Promise<Pending | undefined> {
  const { props, owner, request } = context;
  if (!props.DiskPaths?.length) return undefined;
  const carriers: Carrier[] = instances.map(({ name, createdAt, tags }) => (
    { name: name!, since: createdAt!.getTime(), creator: creatorOf(owner, tags)! }
  ));
  const own = { replacementKey: request.replacementKey, requestId: owner.requestId };
  for (const name of leaving?.names ?? []) {
    const since = leaving?.tried[keyOf(name)];
    if (since && !carriers.some(one => one.name === name)) carriers.push({ name, since, creator: own });
  }
  if (carriers.length === 0) return undefined;
  const disks = await allDisks(context);
  let waiting: Pending | undefined;
  for (const [index, carrier] of carriers.entries()) {
    const came = disks.filter(disk => cameWith(context, carrier, disk));
    if (index > 0 && context.isOutOfTime()) return { pending: `disks of instance '${carrier.name}' to be tagged`, soon: true };
    for (const disk of came) waiting = await keep(context, carrier, disk) ?? waiting;
    const left = props.DiskPaths.length - came.filter(disk => disk.attachedTo).length;
    const isNew = carrier.creator.requestId === owner.requestId;
    if (!leaving && isNew && left > 0) waiting ??= pending(`${left} more disks of instance '${carrier.name}' to be attached`);
  }
  return waiting;
}

/** Deletes the disks that came with instances of these names, which are gone. One that has since been attached elsewhere stays. */
export async function removeDisks(context: InstanceContext, names: readonly string[]): Promise<Pending | undefined> {
  const { props, owner, lightsail } = context;
  if (!props.DiskPaths?.length || names.length === 0) return undefined;
  const instances = names.map(name => hash(8, name));
  const left = (await allDisks(context)).filter(disk => {
    const creator = creatorOf(owner, disk.tags);
    return creator?.with && instances.includes(creator.with) && (!disk.attachedTo || names.includes(disk.attachedTo));
  });
  const rest = await forEachInTime(context, left.filter(disk => !isAttached(disk) && disk.state! !== LEAVING), ({ name: diskName, addOns = [] }) => (
    once(context, 'deletedDisks', diskName!, () => lightsail.send(new DeleteDiskCommand({ diskName, forceDeleteAddOns: addOns.length > 0 }))
      .catch(error => (isNotFound(error) ? undefined : toTerminalError(`delete disk '${diskName}'`, error, [], repeatable(context)))), DELETION_SHOWS)
  ));
  if (rest) return rest;
  return left.length > 0 ? pending(`disk ${quote(left.map(disk => disk.name!))} to be gone (last state: ${left[0].state}, ${left[0].attachmentState})`) : undefined;
}

/** Instances that are removed, some of which may be gone, and when they were asked for. */
interface Leaving {
  readonly names: readonly string[];
  readonly tried: Times;
}

/** An instance, or what is left of one. */
interface Carrier {
  readonly name: string;
  readonly since: number;
  readonly creator: Creator;
}

async function keep(context: InstanceContext, { name, creator }: Carrier, disk: Disk): Promise<Pending | undefined> {
  const { owner, props } = context;
  const instanceKey = hash(8, name);
  if (creatorOf(owner, disk.tags)?.with === instanceKey) {
    await once(context, 'tagged', disk.name!, () => syncTags(context, disk.name!, disk.tags ?? []));
    return undefined;
  }
  const ownership = ownerTags({ ...owner, requestId: creator.requestId }, creator.replacementKey);
  const tags = toTags({ ...props.Tags, ...ownership, [OWNER_TAGS.creator]: `${ownership[OWNER_TAGS.creator]}/${instanceKey}` });
  await once(context, 'ownershipTagged', disk.name!, () => context.lightsail.send(new TagResourceCommand({ resourceName: disk.name, tags })), DELETION_SHOWS);
  return pending(`the tags of disk '${disk.name}' to appear`);
}

/** The names are taken from when the instance is made: what has one of them and is not attached elsewhere came with it. */
function cameWith({ props, oldProps, request }: InstanceContext, { name, since }: Carrier, { name: diskName, attachedTo, createdAt }: Disk): boolean {
  const given = [props, oldProps].flatMap(({ DiskNames = [] }) => DiskNames.flat());
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
