/** Slots, and the names and tags of snapshots that follow from them. They are a contract for ever: pinned by a test. */
import { MAX_SNAPSHOT_NAME, NAME_HASH_LENGTH, PlanSettings, SLOT, SourceType, TAGS } from './contract';
import { matchesPattern } from './pattern';
import { hash, Tag } from '../aws/ownership';

/** A slot's text, of a time in milliseconds: `2026-11-24T0300`, or with seconds `2026-11-24T030000`. */
export function toSlot(time: number, precision: 'minutes' | 'seconds' = 'minutes'): string {
  return new Date(time).toISOString().slice(0, precision === 'minutes' ? 16 : 19).replace(/:/g, '');
}

/** Milliseconds since 1970 of a slot, or nothing when the text is no slot. */
export function slotTime(slot: string | undefined): number | undefined {
  if (!slot || !SLOT.test(slot)) return undefined;
  const [date, time] = slot.split('T');
  const parsed = Date.parse(`${date}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4) || '00'}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** Milliseconds since 1970 after which a run creates nothing. */
export function endOfWindows(plan: PlanSettings, slot: string): number {
  return slotTime(slot)! + (plan.startWindow + plan.completionWindow) * 1000;
}

/** Name of the snapshot of a source for a slot, and of its copies. A step that is repeated finds by it what it created. */
export function snapshotName(plan: PlanSettings, type: SourceType, source: string, slot: string, planName = plan.name): string {
  const suffix = `-${planName}-${slot}-${hash(NAME_HASH_LENGTH, [plan.account, plan.homeRegion, planName, type, source, slot])}`;
  return source.slice(0, MAX_SNAPSHOT_NAME - suffix.length) + suffix;
}

/** The slot in a snapshot's name. */
export function slotOfName(name: string): string | undefined {
  return /-(\d{4}-\d\d-\d\dT\d{4}(?:\d\d)?)-[0-9a-f]+$/.exec(name)?.[1];
}

/** All names of the plan, the present one first. */
export function planNames(plan: PlanSettings): readonly string[] {
  return [plan.name, ...plan.previousNames ?? []];
}

/** Value of the plan's tag. */
export function planTag(plan: PlanSettings, planName = plan.name): string {
  return `${plan.homeRegion}/${planName}`;
}

export function tagValue(tags: readonly Tag[] | undefined, key: string): string | undefined {
  const found = tags?.find(tag => tag.key === key);
  return found && (found.value ?? '');
}

/** Whether the tags say that a snapshot is the plan's. */
export function isOwn(plan: PlanSettings, tags: readonly Tag[] | undefined): boolean {
  const value = tagValue(tags, TAGS.plan);
  return value !== undefined && planNames(plan).some(name => planTag(plan, name) === value);
}

/** Whether there is such a tag. Without a value the key is enough. */
export function hasTag(tags: readonly Tag[] | undefined, { key, value }: { readonly key: string; readonly value?: string }): boolean {
  const found = tagValue(tags, key);
  return found !== undefined && (value === undefined || matchesPattern(value, found));
}
