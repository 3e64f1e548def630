/** What should be, worked out from the specification alone: nothing here is the code under test. */
import type { PlanSettings, RetentionSettings, Selection } from '../../../src/functions/backup/contract';
import { wallTime } from '../../../testbed/driver/zones';
import type { DiskSnapshotRecord, InstanceSnapshotRecord, Tag } from '../../../testbed/simulator';

export type SnapshotRecord = InstanceSnapshotRecord | DiskSnapshotRecord;

const PREFIX = 'cdk-lightsail-snapshots:';
const TOLERANCE = 300_000;
const DAY = 24 * 3600_000;

export const tagOf = (tags: readonly Tag[], key: string): string | undefined => {
  const found = tags.find(tag => tag.key === PREFIX + key);
  return found && (found.value ?? '');
};

export const planTags = ({ homeRegion, name, previousNames = [] }: PlanSettings): string[] => [name, ...previousNames].map(each => `${homeRegion}/${each}`);

export const isOwn = (plan: PlanSettings, tags: readonly Tag[]): boolean => planTags(plan).includes(tagOf(tags, 'plan') ?? '');

/** Milliseconds since 1970. */
export function slotTime(slot: string): number {
  const [, date, hour, minute, second] = /^(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)?$/.exec(slot) ?? [];
  return Date.parse(`${date}T${hour}:${minute}:${second ?? '00'}Z`);
}

export interface Row {
  readonly name: string;
  readonly source: string;
  readonly takenAt: number;
  readonly state: 'good' | 'pending' | 'failed';
  readonly pinned: boolean;
  /** Milliseconds since 1970. */
  readonly keepUntil?: number;
  readonly deleting: boolean;
}

/** A snapshot of the plan, as the rules see it. */
export function rowOf({ name, tags, state, createdAt, deleting, ...record }: SnapshotRecord, now: number): Row {
  const slot = slotTime(tagOf(tags, 'slot') ?? '');
  const until = tagOf(tags, 'keep-until');
  return {
    name,
    source: tagOf(tags, 'source') ?? ('fromDiskArn' in record ? record.fromDiskArn : undefined) ?? record.fromInstanceArn ?? '',
    takenAt: createdAt > now + TOLERANCE || Number.isNaN(slot) ? createdAt : slot,
    state: state === 'available' || state === 'completed' ? 'good' : state === 'error' ? 'failed' : 'pending',
    pinned: tagOf(tags, 'keep') !== undefined,
    ...until !== undefined && { keepUntil: Date.parse(until) },
    deleting,
  };
}

type Key = (row: Row, zone: string) => string;

const local = (row: Row, zone: string) => new Date(wallTime(zone, row.takenAt));

/** Thursday decides to which year a week belongs, so a week is told by its Thursday. */
const thursday = (date: Date) => new Date(Math.floor(date.getTime() / DAY) * DAY + (4 - (date.getUTCDay() || 7)) * DAY);

const KEYS: Readonly<Record<'last' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly', Key>> = {
  last: row => row.name,
  hourly: (row, zone) => `${local(row, zone).toISOString().slice(0, 13)} ${(local(row, zone).getTime() - row.takenAt) / 60_000}`,
  daily: (row, zone) => local(row, zone).toISOString().slice(0, 10),
  weekly: (row, zone) => thursday(local(row, zone)).toISOString().slice(0, 10),
  monthly: (row, zone) => local(row, zone).toISOString().slice(0, 7),
  yearly: (row, zone) => local(row, zone).toISOString().slice(0, 4),
};

type Policy = RetentionSettings & { readonly freshSince?: number };

/** Names that a plan may delete of one source in one region. */
export function prunable(rows: readonly Row[], policy: Policy | undefined, zone: string, now: number): Set<string> {
  if (!policy) return new Set();
  const scheduled = rows.filter(({ keepUntil }) => keepUntil === undefined);
  const good = scheduled.filter(({ state, takenAt }) => state === 'good' && takenAt <= now + TOLERANCE)
    .sort((a, b) => b.takenAt - a.takenAt || (a.name < b.name ? -1 : 1));
  if (good.length === 0) return new Set();
  const rules = (Object.keys(KEYS) as (keyof typeof KEYS)[]).filter(name => (policy[name] ?? 0) > 0);
  const isFresh = policy.freshSince === undefined || good[0].takenAt >= policy.freshSince;
  const gone = new Set<string>();
  if (isFresh && (rules.length > 0 || policy.within !== undefined)) {
    const counted = good.filter(({ pinned }) => !pinned);
    const kept = new Set<string>();
    for (const rule of rules) {
      const met = new Set<string>();
      for (const row of counted) {
        const key = KEYS[rule](row, zone);
        if (met.has(key)) continue;
        if (met.size === policy[rule]) break;
        met.add(key);
        kept.add(row.name);
      }
    }
    for (const row of counted) if (policy.within !== undefined && row.takenAt >= good[0].takenAt - policy.within) kept.add(row.name);
    for (const row of counted) if (kept.size < Math.max(1, policy.minimum)) kept.add(row.name);
    for (const row of counted) if (!kept.has(row.name)) gone.add(row.name);
  }
  for (const row of scheduled) {
    if (isFresh && row.state === 'failed' && !row.pinned && row.takenAt < good[0].takenAt) gone.add(row.name);
  }
  for (const row of rows) {
    if (row.keepUntil !== undefined && row.keepUntil < now && row.state !== 'pending' && !row.pinned) gone.add(row.name);
  }
  return gone;
}

/** What is selected, by the selection's own words. */
export function selects(selection: Selection, source: { readonly type: string; readonly name: string; readonly tags: readonly Tag[] }): boolean {
  if ('and' in selection) return selection.and.every(inner => selects(inner, source));
  if ('or' in selection) return selection.or.some(inner => selects(inner, source));
  if ('not' in selection) return !selects(selection.not, source);
  if ('type' in selection) return selection.type === source.type;
  if ('names' in selection) return selection.names.includes(source.name);
  const { key, value } = selection.tag;
  return source.tags.some(tag => tag.key === key && (value === undefined || like(value, tag.value ?? '')));
}

/** What a selection gives by name, as `type/name`. Names without a type are left out. */
export function givenNames(selection: Selection, type?: string): string[] {
  if ('or' in selection) return selection.or.flatMap(inner => givenNames(inner, type));
  if ('and' in selection) {
    const [own = type] = selection.and.flatMap(inner => ('type' in inner ? [inner.type] : []));
    return selection.and.flatMap(inner => givenNames(inner, own));
  }
  return 'names' in selection && type ? selection.names.map(name => `${type}/${name}`) : [];
}

function like(pattern: string, text: string): boolean {
  const [first, ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  let from = first.length;
  if (!text.startsWith(first)) return false;
  for (const part of rest.slice(0, -1)) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  const last = rest[rest.length - 1];
  return text.length - last.length >= from && text.endsWith(last);
}
