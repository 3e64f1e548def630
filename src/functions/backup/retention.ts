/** Decides which snapshots of one source in one region a plan keeps: the grandfather-father-son rule. Pure, and imports nothing but a type. */
import type { RetentionSettings } from './contract';

/** A snapshot of a plan, as the rule sees it. */
export interface RetainedSnapshot {
  readonly name: string;
  /** The slot that it was taken for, in milliseconds since 1970. */
  readonly takenAt: number;
  readonly state: 'good' | 'pending' | 'failed';
  /** Whether a tag says that it must stay. */
  readonly pinned: boolean;
}

/** What a plan keeps. A number is a count of periods that hold a snapshot, not a duration: a pause in the backups removes nothing. */
export interface RetentionPolicy extends RetentionSettings {
  /** In milliseconds since 1970. Nothing is removed unless a good snapshot was taken since. */
  readonly freshSince?: number;
}

/** What becomes of a snapshot, and why. */
export interface RetentionDecision {
  readonly name: string;
  readonly keep: boolean;
  /** At least one. */
  readonly reasons: string[];
}

/** A snapshot may be this much younger than now: clocks differ. In milliseconds. */
export const CLOCK_TOLERANCE = 5 * 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The time of a wall clock, as the ISO text of a UTC time, and how far the clock is ahead of UTC. */
interface LocalTime {
  readonly text: string;
  readonly offset: number;
}

/** For each rule that counts: what makes two snapshots belong to the same period. */
const RULES = {
  last: ({ name }: RetainedSnapshot) => name,
  hourly: (_: RetainedSnapshot, time: () => LocalTime) => hourOf(time()),
  daily: (_: RetainedSnapshot, time: () => LocalTime) => time().text.slice(0, 10),
  weekly: (_: RetainedSnapshot, time: () => LocalTime) => isoWeekOf(time().text.slice(0, 10)),
  monthly: (_: RetainedSnapshot, time: () => LocalTime) => time().text.slice(0, 7),
  yearly: (_: RetainedSnapshot, time: () => LocalTime) => time().text.slice(0, 4),
};
const RULE_NAMES = Object.keys(RULES) as (keyof typeof RULES)[];

/**
 * Decides which snapshots are kept.
 *
 * @param snapshots those of one source in one region that carry the plan's tag, in any order
 * @param timeZone IANA name of the zone in which days, weeks, months and years begin
 * @param now in milliseconds since 1970
 * @returns a decision for each snapshot, in the order of the input
 */
export function retain(snapshots: readonly RetainedSnapshot[], policy: RetentionPolicy, timeZone: string, now: number): RetentionDecision[] {
  const reasons = new Map(snapshots.map(snapshot => [snapshot, setAside(snapshot, now)]));
  const counted = snapshots.filter(snapshot => reasons.get(snapshot)!.length === 0).sort(newestFirst);
  const keep = (snapshot: RetainedSnapshot, reason: string) => reasons.get(snapshot)!.push(reason);

  const times = new Map<RetainedSnapshot, LocalTime>();
  const timeOf = (snapshot: RetainedSnapshot) => getOrCreate(times, snapshot, () => localTime(snapshot.takenAt, timeZone));
  for (const rule of RULE_NAMES) {
    const periods = newestOfEach(counted, snapshot => RULES[rule](snapshot, () => timeOf(snapshot)), policy[rule] ?? 0);
    for (const [period, snapshot] of periods) keep(snapshot, `${rule} ${period}`);
  }
  if (policy.within !== undefined && counted.length > 0) {
    const oldest = counted[0].takenAt - policy.within;
    for (const snapshot of counted) if (snapshot.takenAt >= oldest) keep(snapshot, `within ${policy.within / HOUR} h of the newest`);
  }

  const minimum = Math.max(1, policy.minimum);
  const kept = counted.filter(snapshot => reasons.get(snapshot)!.length > 0).length;
  const others = counted.filter(snapshot => reasons.get(snapshot)!.length === 0);
  others.splice(0, Math.max(0, minimum - kept)).forEach(snapshot => keep(snapshot, `minimum of ${minimum}`));

  const stop = reasonToKeepAll(snapshots, policy, now);
  if (stop) others.forEach(snapshot => keep(snapshot, stop));

  return snapshots.map(snapshot => {
    const given = reasons.get(snapshot)!;
    return { name: snapshot.name, keep: given.length > 0, reasons: given.length > 0 ? given : ['no rule keeps it'] };
  });
}

/** Why a snapshot is kept without being counted, if it is. */
function setAside({ pinned, state, takenAt }: RetainedSnapshot, now: number): string[] {
  const reasons = [];
  if (pinned) reasons.push('pinned');
  if (state !== 'good') reasons.push(state);
  if (!isPast(takenAt, now)) reasons.push('not of the past');
  return reasons;
}

/** Also false for what has no date. */
function isPast(takenAt: number, now: number): boolean {
  return takenAt <= now + CLOCK_TOLERANCE;
}

function newestFirst(a: RetainedSnapshot, b: RetainedSnapshot): number {
  return b.takenAt - a.takenAt || (a.name < b.name ? -1 : Number(a.name > b.name));
}

/** The newest snapshot of each of the latest `count` periods that hold one. */
function newestOfEach(counted: readonly RetainedSnapshot[], periodOf: (snapshot: RetainedSnapshot) => string, count: number) {
  const newest = new Map<string, RetainedSnapshot>();
  for (const snapshot of counted) {
    if (newest.size >= count) break;
    const period = periodOf(snapshot);
    if (!newest.has(period)) newest.set(period, snapshot);
  }
  return newest;
}

/** Why nothing at all may be removed, if so. */
function reasonToKeepAll(snapshots: readonly RetainedSnapshot[], policy: RetentionPolicy, now: number): string | undefined {
  const { within, freshSince } = policy;
  if (within === undefined && RULE_NAMES.every(rule => !((policy[rule] ?? 0) > 0))) return 'the policy has no rule';
  if (freshSince === undefined) return undefined;
  // a pinned one counts here: it shows that snapshots are still being made
  const fresh = snapshots.some(({ state, takenAt }) => state === 'good' && takenAt >= freshSince && isPast(takenAt, now));
  return fresh ? undefined : `no good snapshot since ${iso(freshSince)}`;
}

function localTime(instant: number, timeZone: string): LocalTime {
  const offset = offsetAt(instant, timeZone);
  return { text: iso(instant + offset), offset };
}

function getOrCreate<K, V>(known: Map<K, V>, key: K, create: () => V): V {
  let value = known.get(key);
  if (value === undefined) known.set(key, value = create());
  return value;
}

/** What was asked of `Intl`, and the weeks of days. They stay for the next source, whose snapshots are of the same slots. */
const formats = new Map<string, Intl.DateTimeFormat>();
const offsetsOfDays = new Map<string, Map<number, number>>();
const weeksOfDays = new Map<string, string>();

/**
 * How far a zone's clock is ahead of UTC, in milliseconds.
 *
 * `Intl` takes microseconds to say so, which is long for 10,000 sources: it is asked once for each UTC day, and for each snapshot only on
 * a day whose two ends differ. No zone changes its clock twice within 24 hours.
 */
export function offsetAt(instant: number, timeZone: string): number {
  const format = getOrCreate(formats, timeZone, () => new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }));
  const offsets = getOrCreate(offsetsOfDays, timeZone, () => new Map<number, number>());
  const ask = (at: number) => getOrCreate(offsets, at, () => readOffset(format.format(at)));
  const midnight = Math.floor(instant / DAY) * DAY;
  const offset = ask(midnight);
  return offset === ask(midnight + DAY) ? offset : readOffset(format.format(instant));
}

/** Of "11/24/2026, GMT+05:30". "GMT" alone is UTC. */
function readOffset(text: string): number {
  const [, sign, hours, minutes, seconds = '0'] = /GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(text) ?? [text, '+', '0', '0'];
  return Number(`${sign}1`) * (Number(hours) * HOUR + Number(minutes) * 60_000 + Number(seconds) * 1000);
}

/** Like 2026-10-25T02+01:00. The offset tells the two hours apart that a clock change makes of one. */
function hourOf({ text, offset }: LocalTime): string {
  return `${text.slice(0, 13)}${offset < 0 ? '-' : '+'}${iso(Math.abs(offset)).slice(11, 16)}`;
}

/** Like 2026-W48, of a day like 2026-11-24. The year of a week is the one that has its Thursday. */
function isoWeekOf(date: string): string {
  return getOrCreate(weeksOfDays, date, () => {
    const day = Date.parse(`${date}T00:00Z`) / DAY;
    const thursday = Math.floor((day + 3) / 7) * 7; // 1 January 1970 was one
    const year = iso(thursday * DAY).slice(0, 4);
    const week = Math.floor((thursday - Date.parse(`${year}-01-01T00:00Z`) / DAY) / 7) + 1;
    return `${year}-W${String(week).padStart(2, '0')}`;
  });
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
