/** Takes over snapshots that are the plan's, or shall be: copies without tags, and what the plan's rules name. */
import { TagResourceCommand } from '@aws-sdk/client-lightsail';
import type { Round } from './round';
import { describe } from '../../aws/errors';
import { toTags } from '../../aws/ownership';
import { OutOfTimeError } from '../calls';
import { PlanSettings, SourceType, TAGS } from '../contract';
import { hasTag, planNames, planTag, slotOfName, snapshotName, tagValue, toSlot } from '../names';
import { matchesPattern } from '../pattern';
import { Snapshot, SNAPSHOTS } from '../snapshots';

export interface Adoption {
  readonly snapshot: Snapshot;
  readonly type: SourceType;
  readonly slot: string;
  readonly isCopy: boolean;
}

/** Whether the plan takes over a snapshot that does not carry its tag. What carries another plan's or a stack's never is. */
export function adoptionOf(plan: PlanSettings, region: string, type: SourceType, snapshot: Snapshot): Adoption | undefined {
  if (snapshot.tags.some(({ key }) => key!.startsWith('cdk-lightsail-snapshots:') && key !== TAGS.keep)) return undefined;
  if (region !== plan.homeRegion) {
    const slot = slotOfCopy(plan, type, snapshot);
    return slot === undefined ? undefined : { snapshot, type, slot, isCopy: true };
  }
  const isMeant = plan.adopt?.some(({ name, tag }) =>
    (name !== undefined || tag !== undefined)
    && (name === undefined || matchesPattern(name, snapshot.name))
    && (tag === undefined || hasTag(snapshot.tags, tag)));
  if (!isMeant || snapshot.state !== 'good' || Number.isNaN(snapshot.createdAt)) return undefined;
  return { snapshot, type, slot: toSlot(snapshot.createdAt), isCopy: false };
}

/** A copy is called as its original, and that name can be computed. */
function slotOfCopy(plan: PlanSettings, type: SourceType, { name, fromName }: Snapshot): string | undefined {
  const slot = slotOfName(name);
  if (slot === undefined || fromName === undefined) return undefined;
  return planNames(plan).some(planName => snapshotName(plan, type, fromName, slot, planName) === name) ? slot : undefined;
}

/** Gives the plan's tags. Returns the snapshot with them when it is the plan's now, or would be in a dry run. */
export async function adopt(round: Round, adoption: Adoption): Promise<Snapshot | undefined> {
  const { env, plan, region } = round;
  const { snapshot } = adoption;
  const tags = toTags(await tagsOf(round, adoption));
  const adopted = { ...snapshot, tags: [...snapshot.tags, ...tags] };
  if (plan.dryRun) {
    round.note(`${region}: would take over ${snapshot.name}`);
    return adopted;
  }
  const { value, failure, error } = await round.call(() => env.lightsail(region).send(new TagResourceCommand({ resourceName: snapshot.name, tags })));
  if (value) {
    round.adopted++;
    return adopted;
  }
  if (!failure) throw new OutOfTimeError('the time of this round is up');
  // it is still pending, or gone: the next run sees it again
  if (failure !== 'busy' && failure !== 'notFound') round.problem(`${region}: ${snapshot.name} could not be taken over: ${describe(error)}`);
  return undefined;
}

/** A copy gets what its original says: of what it was taken, which the copy may not tell, and until when a run on demand keeps it. */
async function tagsOf(round: Round, { snapshot, type, slot, isCopy }: Adoption): Promise<Record<string, string>> {
  const original = isCopy ? await round.read(() => SNAPSHOTS[type].get(round.env.lightsail(), snapshot.name)) : undefined;
  const source = (original && (tagValue(original.tags, TAGS.source) ?? original.fromArn)) ?? snapshot.fromArn;
  const keepUntil = tagValue(original?.tags, TAGS.keepUntil);
  return {
    [TAGS.plan]: planTag(round.plan),
    [TAGS.slot]: slot,
    [TAGS.type]: isCopy ? 'copy' : 'original',
    ...source && { [TAGS.source]: source },
    ...keepUntil && { [TAGS.keepUntil]: keepUntil },
  };
}
