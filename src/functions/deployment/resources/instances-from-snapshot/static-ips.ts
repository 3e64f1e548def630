/** Static IPs of instances: allocated for them, or given. */
import {
  AllocateStaticIpCommand, AttachStaticIpCommand, DetachStaticIpCommand, GetStaticIpsCommand, Instance, ReleaseStaticIpCommand, StaticIp,
} from '@aws-sdk/client-lightsail';
import { InstanceContext } from './instances';
import { TerminalError, isNameTaken, isNotFound, toTerminalError } from '../../../aws/errors';
import { hash, creatorOf } from '../../../aws/ownership';
import { allPages } from '../../../aws/paging';
import { InstancesFromSnapshotProperties } from '../../contract';
import { Pending, pending } from '../../engine/progress';
import { commonAdvice } from '../from-snapshot';
import { Listed, forEachInTime } from '../group';
import { namesOf } from '../names';
import { once } from '../once';
import { heldBy, repeatable } from '../tagging';

/** Milliseconds after which something is asked for again that has not shown. */
const SHOWS = 60_000;

/** Static IPs of the instances, by the instances' names. */
export function staticIpNames(context: InstanceContext): Readonly<Record<string, string>> {
  const { props, request } = context;
  const names = namesOf(props, request.id);
  if (allocates(props)) return Object.fromEntries(names.map(name => [name, ownName(context, name)]));
  const given = props.StaticIpNames;
  if (!given) return {};
  if (given.length !== names.length) throw new TerminalError(`there must be a static IP for each of the ${names.length} instances, got ${given.length}`);
  return Object.fromEntries(names.map((name, index) => [name, given[index]]));
}

/** Attaches to each instance the address that it is to have. */
export async function attachStaticIps(
  context: InstanceContext, instances: readonly Instance[], listed: Listed<Instance>,
): Promise<Pending | undefined> {
  const wanted = staticIpNames(context);
  const unwanted = allocates(context.props) ? undefined : await releaseStaticIps(context, instances.map(instance => instance.name!));
  const before = context.oldProps.StaticIpNames ?? [];
  if (unwanted || (Object.keys(wanted).length === 0 && before.length === 0)) return unwanted;
  const there = await allStaticIps(context);
  const waiting: Pending[] = [];
  for (const [index, instance] of instances.entries()) {
    if (index > 0 && context.isOutOfTime()) return { pending: `static IPs of ${instances.length} instances to be attached`, soon: true };
    const name = wanted[instance.name!];
    // an instance has one at a time
    const other = [...there.values()].find(one => one.attachedTo === instance.name && one.name !== name && (name || before.includes(one.name!)));
    const missing: Pending | undefined | '' = other ? await detach(context, other.name!) : name && await attach(context, instance, name, there, listed);
    if (missing) waiting.push(missing);
  }
  return waiting[0];
}

/** Releases what was allocated for instances of these names. Nothing when all of it is gone. */
export async function releaseStaticIps(context: InstanceContext, names: readonly string[]): Promise<Pending | undefined> {
  const { lightsail, props, oldProps } = context;
  if (!allocates(props) && !allocates(oldProps)) return undefined;
  const there = await allStaticIps(context);
  const own = names.map(name => there.get(ownName(context, name))).filter(staticIp => staticIp !== undefined);
  const rest = await forEachInTime(context, own, async ({ name: staticIpName, attachedTo }) => {
    const release = attachedTo ? new DetachStaticIpCommand({ staticIpName }) : new ReleaseStaticIpCommand({ staticIpName });
    await once(context, attachedTo ? 'detached' : 'released', staticIpName!, async () => {
      try {
        await lightsail.send(release as ReleaseStaticIpCommand);
      } catch (error) {
        if (!isNotFound(error)) toTerminalError(`release static IP '${staticIpName}'`, error, [], repeatable(context));
      }
    }, SHOWS);
  });
  return rest ?? (own[0] && pending(`static IP '${own[0].name}' to be released`));
}

async function attach(
  context: InstanceContext, instance: Instance, staticIpName: string, there: ReadonlyMap<string, StaticIp>, listed: Listed<Instance>,
): Promise<Pending | undefined> {
  const { lightsail, props, env } = context;
  const instanceName = instance.name!;
  const staticIp = there.get(staticIpName);
  const waiting = pending(`static IP '${staticIpName}' to be the address of instance '${instanceName}'`);
  if (!staticIp) {
    if (!allocates(props)) {
      throw new TerminalError(`there is no static IP '${staticIpName}' in ${env.region} for instance '${instanceName}': check the name, or have one allocated`);
    }
    await once(context, 'allocated', staticIpName, () => lightsail.send(new AllocateStaticIpCommand({ staticIpName }))
      .catch(error => toTerminalError(`allocate static IP '${staticIpName}'`, error, [
        [isNameTaken, heldBy('another resource', context, staticIpName)], ...commonAdvice(context),
      ])), SHOWS);
    return waiting;
  }
  const holder = staticIp.attachedTo;
  if (holder === instanceName) {
    return instance.state?.name === 'running' && instance.publicIpAddress !== staticIp.ipAddress ? waiting : undefined;
  }
  if (holder) {
    // the generation before gives its addresses to the one that takes its place
    if (!creatorOf(context.owner, listed.get(holder)?.tags)) {
      throw new TerminalError(`static IP '${staticIpName}' is attached to '${holder}', which this construct did not make: detach it there, or name another`);
    }
    return detach(context, staticIpName);
  }
  await once(context, 'attached', staticIpName, () => lightsail.send(new AttachStaticIpCommand({ staticIpName, instanceName }))
    .catch(error => toTerminalError(`attach static IP '${staticIpName}' to instance '${instanceName}'`, error, [])), SHOWS);
  return waiting;
}

async function detach(context: InstanceContext, staticIpName: string): Promise<Pending> {
  await once(context, 'detached', staticIpName, () => context.lightsail.send(new DetachStaticIpCommand({ staticIpName })), SHOWS);
  return pending(`static IP '${staticIpName}' to be detached`);
}

/** A static IP carries no tags. So its name, which nobody else would come upon, says whose it is. */
function ownName({ owner }: InstanceContext, instanceName: string): string {
  return `${instanceName.slice(0, 240)}-${hash(8, [owner.stackId, owner.logicalId, instanceName])}`;
}

function allocates(props: Partial<InstancesFromSnapshotProperties>): boolean {
  return String(props.AllocateStaticIps) === 'true';
}

async function allStaticIps({ lightsail }: InstanceContext): Promise<ReadonlyMap<string, StaticIp>> {
  const all = await allPages(async pageToken => {
    const { staticIps, nextPageToken } = await lightsail.send(new GetStaticIpsCommand({ pageToken }));
    return { items: staticIps, next: nextPageToken };
  });
  return new Map(all.map(staticIp => [staticIp.name!, staticIp]));
}
