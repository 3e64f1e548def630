/** What instances and disks from a snapshot have in common: their source, add-ons and advice. */
import { AddOn, AddOnRequest, AddOnType, DisableAddOnCommand, EnableAddOnCommand } from '@aws-sdk/client-lightsail';
import { Member } from './group';
import { once } from './once';
import { HandlerContext } from './resource-handler';
import { flag } from './values';
import { Advice, toTerminalError } from '../../aws/errors';
import { GroupProperties, InstancesFromSnapshotProperties, SourceProperties } from '../contract';

/** Properties that instances and disks have in common; those of the former alone are missing for the latter. */
type Given = GroupProperties & SourceProperties & Pick<InstancesFromSnapshotProperties, 'StopOnIdle'>;

/** Which automatic snapshot, where it is one. */
export function automaticSource(props: Given) {
  return {
    restoreDate: props.RestoreDate,
    useLatestRestorableAutoSnapshot: flag('UseLatestRestorableAutoSnapshot', props.UseLatestRestorableAutoSnapshot) || undefined,
  };
}

export const says = (...words: RegExp[]) => (error: unknown) => words.every(word => word.test((error as Error).message));

/** What to do about errors that instances and disks have in common. */
export function commonAdvice({ env, props }: HandlerContext<Given>): Advice[] {
  return [
    [
      says(/availability zone/i),
      `choose a zone of ${env.region} that lightsail has: 'aws lightsail get-regions --include-availability-zones' lists them`,
    ],
    [says(/Lightsail for Research/i), 'stopping when idle is for instances of Lightsail for Research: drop `stopOnIdle`'],
    [says(/automatic snapshot/i), props.RestoreDate
      ? "lightsail keeps the last seven: see their dates with 'aws lightsail get-auto-snapshots'"
      : 'turn automatic snapshots on and wait for the first, or take a manual one'],
  ];
}

/** The add-ons that are asked for, as calls want them. */
export function addOnRequests({ AutoSnapshotTime, StopOnIdle }: Partial<Given>): AddOnRequest[] {
  const requests: AddOnRequest[] = [];
  if (AutoSnapshotTime) requests.push({ addOnType: 'AutoSnapshot', autoSnapshotAddOnRequest: { snapshotTimeOfDay: AutoSnapshotTime } });
  if (StopOnIdle) {
    const stopInstanceOnIdleRequest = { threshold: String(StopOnIdle.Threshold), duration: String(StopOnIdle.Duration) };
    requests.push({ addOnType: 'StopInstanceOnIdle', stopInstanceOnIdleRequest });
  }
  return requests;
}

/** Turns on and off what changed. An add-on that was turned on by hand stays. */
export async function syncAddOns(context: HandlerContext<Given>, member: Member & { readonly addOns?: AddOn[] }): Promise<void> {
  const { lightsail, props } = context;
  const resourceName = member.name!;
  const wanted = addOnRequests(props);
  const dropped = addOnRequests(context.oldProps)
    .map(({ addOnType }) => addOnType!)
    .filter(type => !wanted.some(({ addOnType }) => addOnType === type) && find(member, type));
  for (const addOnRequest of wanted.filter(one => !isOn(member, one))) {
    await change(context, `enable${addOnRequest.addOnType}`, `turn the add-on ${addOnRequest.addOnType} of '${resourceName}' on`, resourceName,
      () => lightsail.send(new EnableAddOnCommand({ resourceName, addOnRequest })));
  }
  for (const addOnType of dropped) {
    await change(context, `disable${addOnType}`, `turn the add-on ${addOnType} of '${resourceName}' off`, resourceName,
      () => lightsail.send(new DisableAddOnCommand({ resourceName, addOnType })));
  }
}

/** Once in a request: an add-on takes its time until it shows. */
function change(context: HandlerContext<Given>, what: string, attempt: string, name: string, call: () => Promise<unknown>): Promise<void> {
  return once(context, what, name, () => call().catch(error => toTerminalError(attempt, error, commonAdvice(context))));
}

function find({ addOns = [] }: { readonly addOns?: AddOn[] }, type: AddOnType): AddOn | undefined {
  return addOns.find(({ name }) => name === type);
}

function isOn(member: { readonly addOns?: AddOn[] }, { addOnType, autoSnapshotAddOnRequest, stopInstanceOnIdleRequest }: AddOnRequest): boolean {
  const there = find(member, addOnType!);
  return there !== undefined
    && (!autoSnapshotAddOnRequest || there.snapshotTimeOfDay === autoSnapshotAddOnRequest.snapshotTimeOfDay)
    && there.threshold === stopInstanceOnIdleRequest?.threshold
    && there.duration === stopInstanceOnIdleRequest?.duration;
}
