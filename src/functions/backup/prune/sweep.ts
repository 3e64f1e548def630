/** Lists the snapshots of a region once for the whole plan: the API has no filter. Rows are small, for there may be 220,000. */
import { Adoption, adoptionOf } from './adopt';
import { OutOfTimeError, pages } from '../calls';
import { LISTING_MINUTES, PlanSettings, SourceType, TAGS } from '../contract';
import type { BackupEnvironment } from '../environment';
import { isOwn, slotTime, tagValue } from '../names';
import type { Pace } from '../pace';
import { CLOCK_TOLERANCE } from '../retention';
import { selectedTypes } from '../selected-types';
import { Snapshot, SNAPSHOTS } from '../snapshots';

/** From this part of its time on, a listing is said to be near its limit. */
const NEAR_LIMIT = 0.75;

/** A snapshot of the plan. */
export interface Row {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly takenAt: number;
  readonly state: Snapshot['state'];
  readonly pinned: boolean;
  /** Of a run on demand: milliseconds since 1970. */
  readonly keepUntil?: number;
  readonly deferred?: string;
}

/** The plan's snapshots of one source. */
export interface Group {
  readonly type: SourceType;
  readonly arn: string;
  readonly fromName: string;
  readonly rows: Row[];
}

export interface Sweep {
  /** By the source's ARN: another source of the same name never pushes out what the first one left. */
  readonly groups: Map<string, Group>;
  readonly adoptions: Adoption[];
  readonly notes: string[];
}

/** Throws when the listing does not come to its end: nothing works with a part of it. */
export async function sweep(env: BackupEnvironment, plan: PlanSettings, region: string, pace: Pace): Promise<Sweep> {
  const found: Sweep = { groups: new Map(), adoptions: [], notes: [] };
  const began = env.clock.now();
  const limit = LISTING_MINUTES * 60_000;
  let seen = 0;
  for (const type of selectedTypes(plan.selection)) {
    for await (const page of pages(env, pace, token => SNAPSHOTS[type].page(env.lightsail(region), token))) {
      seen += page.length;
      if (env.clock.now() - began > limit) {
        throw new OutOfTimeError(`${region} has too many snapshots: after ${seen} the list had not ended within ${LISTING_MINUTES} minutes`);
      }
      for (const snapshot of page) sort(env, plan, region, type, snapshot, found);
    }
  }
  const took = env.clock.now() - began;
  if (took > limit * NEAR_LIMIT) {
    found.notes.push(`${region}: the list of its ${seen} snapshots took ${Math.round(took / 60_000)} of ${LISTING_MINUTES} minutes; beyond that nothing is pruned. `
      + 'Delete snapshots that nobody needs, keep fewer, or raise callsPerSecond');
  }
  return found;
}

function sort(env: BackupEnvironment, plan: PlanSettings, region: string, type: SourceType, snapshot: Snapshot, { groups, adoptions }: Sweep): void {
  if (isOwn(plan, snapshot.tags)) {
    addRow(groups, type, sourceArn(snapshot), snapshot.fromName ?? '', rowOf(snapshot, env.clock.now()));
    return;
  }
  const adoption = adoptionOf(plan, region, type, snapshot);
  if (adoption) adoptions.push(adoption);
}

export function addRow(groups: Map<string, Group>, type: SourceType, arn: string, fromName: string, row: Row): void {
  const group = groups.get(arn);
  if (group) group.rows.push(row);
  else groups.set(arn, { type, arn, fromName, rows: [row] });
}

/** What a snapshot was taken of: a tag says so on copies and on what was taken over. Empty when nothing does. */
export function sourceArn({ tags, fromArn = '' }: Snapshot): string {
  return tagValue(tags, TAGS.source) ?? fromArn;
}

export function rowOf({ name, tags, createdAt, state }: Pick<Snapshot, 'name' | 'tags' | 'createdAt' | 'state'>, now: number): Row {
  const keepUntil = tagValue(tags, TAGS.keepUntil);
  const deferred = tagValue(tags, TAGS.deferred);
  const slot = slotTime(tagValue(tags, TAGS.slot));
  return {
    name,
    // whatever says that it is of the future makes it so: such a one is neither fresh nor pruned
    takenAt: createdAt > now + CLOCK_TOLERANCE ? createdAt : slot ?? createdAt,
    state,
    pinned: tagValue(tags, TAGS.keep) !== undefined,
    ...keepUntil !== undefined && { keepUntil: Date.parse(keepUntil) },
    ...deferred !== undefined && { deferred },
  };
}
