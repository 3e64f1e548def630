/** What must hold for every history of backups and every policy. Each property takes the function, so that a defective one can be tried as well. */
import * as fc from 'fast-check';
import { keptByRestic } from './retention-oracle';
import type { RetainedSnapshot, RetentionPolicy, retain as real } from '../../../src/functions/backup/retention';

export type Retain = typeof real;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2025, 11, 20);
const RULES = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Auckland'];

interface History {
  readonly snapshots: RetainedSnapshot[];
  readonly now: number;
}

const zones = fc.constantFrom(...ZONES);
/** From minutes to months, so that there are bursts and pauses. */
const gaps = fc.oneof(
  fc.integer({ min: 1, max: 90 }).map(minutes => minutes * MINUTE),
  fc.integer({ min: 1, max: 60 }).map(hours => hours * HOUR),
  { weight: 3, arbitrary: fc.constant(DAY) },
  fc.integer({ min: 1, max: 70 }).map(days => days * DAY),
);
const states = fc.oneof({ weight: 6, arbitrary: fc.constant('good' as const) }, { weight: 1, arbitrary: fc.constantFrom('failed' as const, 'pending' as const) });
const pins = fc.integer({ min: 0, max: 9 }).map(n => n === 0);
const entries = fc.array(fc.record({ gap: gaps, state: states, pinned: pins }), { minLength: 1, maxLength: 60 });

/** Oldest first. A few of the newest may be of the future. */
const histories: fc.Arbitrary<History> = fc.tuple(entries, fc.constantFrom(0, 0, 0, DAY, -2 * DAY)).map(([list, later]) => {
  let takenAt = START;
  const snapshots = list.map(({ gap, state, pinned }, index) => ({ name: `s${index}`, takenAt: (takenAt += gap), state, pinned }));
  return { snapshots, now: takenAt + later };
});
const goodHistories = histories.map(({ snapshots }) => snapshots.map(snapshot => ({ ...snapshot, state: 'good' as const, pinned: false })));

/** One rule alone shows more than many that overlap. */
const counts: fc.Arbitrary<Partial<RetentionPolicy>> = fc.oneof(
  fc.record(Object.fromEntries(RULES.map(rule => [rule, fc.integer({ min: 0, max: 8 })])), { requiredKeys: [] }),
  fc.tuple(fc.constantFrom(...RULES), fc.integer({ min: 1, max: 4 })).map(([rule, count]) => ({ [rule]: count })),
);
const withins = fc.option(fc.integer({ min: 0, max: 40 }).map(days => days * DAY), { nil: undefined, freq: 2 });
const rulesOnly: fc.Arbitrary<RetentionPolicy> = fc.tuple(counts, withins)
  .map(([numbers, within]) => ({ ...numbers, ...(within !== undefined && { within }), minimum: 1 }));
const minimums = fc.integer({ min: 1, max: 6 });

const isPast = ({ takenAt }: RetainedSnapshot, now: number) => takenAt <= now + 5 * MINUTE;
const isCounted = (snapshot: RetainedSnapshot, now: number) => snapshot.state === 'good' && !snapshot.pinned && isPast(snapshot, now);
const hasRule = (policy: RetentionPolicy) => policy.within !== undefined || RULES.some(rule => (policy[rule] ?? 0) > 0);
const keptNames = (retain: Retain, snapshots: readonly RetainedSnapshot[], policy: RetentionPolicy, zone: string, now: number) =>
  new Set(retain(snapshots, policy, zone, now).filter(({ keep }) => keep).map(({ name }) => name));
const keptOf = (retain: Retain, snapshots: readonly RetainedSnapshot[], policy: RetentionPolicy, zone: string, now: number) => {
  const names = keptNames(retain, snapshots, policy, zone, now);
  return snapshots.filter(({ name }) => names.has(name));
};
const newestFirst = (snapshots: readonly RetainedSnapshot[]) => [...snapshots].sort((a, b) => b.takenAt - a.takenAt || (a.name < b.name ? -1 : 1));

/** The local time of an instant, by a slower way than the function's. */
function period(rule: string, { takenAt, name }: RetainedSnapshot, timeZone: string): string {
  if (rule === 'last') return name;
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23', timeZoneName: 'longOffset' });
  const { year, month, day, hour, timeZoneName } = Object.fromEntries(format.formatToParts(takenAt).map(({ type, value }) => [type, value]));
  if (rule === 'hourly') return `${year}-${month}-${day}T${hour}${timeZoneName === 'GMT' ? '+00:00' : timeZoneName.slice(3)}`;
  if (rule === 'daily') return `${year}-${month}-${day}`;
  if (rule === 'monthly') return `${year}-${month}`;
  if (rule === 'yearly') return year;
  // the week of the year is counted from the Monday before 4 January
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const monday = date - ((new Date(date).getUTCDay() + 6) % 7) * DAY;
  const weekYear = new Date(monday + 3 * DAY).getUTCFullYear();
  const january4 = Date.UTC(weekYear, 0, 4);
  const first = january4 - ((new Date(january4).getUTCDay() + 6) % 7) * DAY;
  return `${weekYear}-W${String((monday - first) / (7 * DAY) + 1).padStart(2, '0')}`;
}

function isTrue(reason: string, snapshot: RetainedSnapshot, { snapshots, now }: History, policy: RetentionPolicy, zone: string): boolean {
  const counted = newestFirst(snapshots.filter(candidate => isCounted(candidate, now)));
  const newer = counted.slice(0, counted.indexOf(snapshot));
  const [rule, key] = reason.split(' ');
  if (reason === 'pinned') return snapshot.pinned;
  if (reason === 'pending' || reason === 'failed') return snapshot.state === reason;
  if (reason === 'not of the past') return snapshot.takenAt > now + 5 * MINUTE;
  if (reason === 'the policy has no rule') return !hasRule(policy);
  if (reason === 'no rule keeps it') return true; // what is kept and what not is for the other properties
  if (!counted.includes(snapshot)) return false;
  if (reason.startsWith('no good snapshot since')) {
    return !snapshots.some(({ state, takenAt, ...rest }) => state === 'good' && takenAt >= policy.freshSince! && isPast({ state, takenAt, ...rest }, now));
  }
  if (rule === 'within') return snapshot.takenAt >= counted[0].takenAt - policy.within!;
  if (rule === 'minimum') return newer.length < policy.minimum;
  const newerPeriods = new Set(newer.map(candidate => period(rule, candidate, zone)));
  return key === period(rule, snapshot, zone) && !newerPeriods.has(key) && newerPeriods.size < policy[rule as typeof RULES[number]]!;
}

type Property = (retain: Retain) => void;
const check = <T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>, numRuns = 300) => fc.assert(property, { seed: 20_261_124, numRuns });

export const PROPERTIES = {
  'the newest good one is kept': retain => check(fc.property(histories, rulesOnly, zones, ({ snapshots, now }, policy, zone) => {
    const [newest] = newestFirst(snapshots.filter(snapshot => isCounted(snapshot, now)));
    return !newest || keptNames(retain, snapshots, policy, zone, now).has(newest.name);
  })),
  'what was kept is kept when asked again': retain => check(fc.property(histories, rulesOnly, minimums, zones, ({ snapshots, now }, rules, minimum, zone) => {
    const policy = { ...rules, minimum };
    const kept = keptOf(retain, snapshots, policy, zone, now);
    return keptNames(retain, kept, policy, zone, now).size === kept.length;
  })),
  'larger numbers keep no less': retain => check(fc.property(histories, rulesOnly, fc.constantFrom(...RULES, 'within' as const), zones, ({ snapshots, now }, policy, rule, zone) => {
    if (!hasRule(policy)) return true; // no rule keeps everything
    const more = keptNames(retain, snapshots, { ...policy, [rule]: (policy[rule] ?? 0) + (rule === 'within' ? 3 * DAY : 2) }, zone, now);
    return [...keptNames(retain, snapshots, policy, zone, now)].every(name => more.has(name));
  })),
  'neither order nor names matter': retain => check(fc.property(histories, rulesOnly, minimums, zones, fc.infiniteStream(fc.nat()), ({ snapshots, now }, rules, minimum, zone, random) => {
    const policy = { ...rules, minimum };
    const shuffled = snapshots.map(snapshot => ({ snapshot, rank: random.next().value as number })).sort((a, b) => a.rank - b.rank)
      .map(({ snapshot, rank }) => ({ ...snapshot, name: `${rank}-${snapshot.name}` }));
    const times = (list: readonly RetainedSnapshot[]) => keptOf(retain, list, policy, zone, now).map(({ takenAt }) => takenAt).sort();
    return String(times(snapshots)) === String(times(shuffled));
  })),
  'removing after each backup ends where removing once does': retain => check(fc.property(goodHistories, rulesOnly, zones, (snapshots, policy, zone) => {
    let kept: RetainedSnapshot[] = [];
    for (const snapshot of snapshots) kept = keptOf(retain, [...kept, snapshot], policy, zone, snapshot.takenAt);
    const once = keptOf(retain, snapshots, policy, zone, snapshots.at(-1)!.takenAt);
    // without a rule nothing goes, whichever way
    return kept.map(({ name }) => name).join() === once.map(({ name }) => name).join();
  })),
  'in UTC, some weeks earlier or later are the same': retain => check(fc.property(histories, rulesOnly, fc.integer({ min: -60, max: 60 }), ({ snapshots, now }, policy, weeks) => {
    const { monthly, yearly, ...rules } = policy; // these periods are no weeks
    const shifted = snapshots.map(snapshot => ({ ...snapshot, takenAt: snapshot.takenAt + weeks * 7 * DAY }));
    return [...keptNames(retain, snapshots, rules, 'UTC', now)].join() === [...keptNames(retain, shifted, rules, 'UTC', now + weeks * 7 * DAY)].join();
  })),
  'no more is kept than the numbers add up to': retain => check(fc.property(histories, counts, minimums, zones, ({ snapshots, now }, numbers, minimum, zone) => {
    const policy: RetentionPolicy = { ...numbers, minimum };
    if (!hasRule(policy)) return true;
    const aside = snapshots.filter(snapshot => !isCounted(snapshot, now)).length;
    const sum = RULES.reduce((total, rule) => total + (policy[rule] ?? 0), 0);
    return keptNames(retain, snapshots, policy, zone, now).size <= Math.max(sum, minimum) + aside;
  })),
  'a failed one changes nothing for the others': retain => check(fc.property(histories, rulesOnly, minimums, zones, fc.nat(), ({ snapshots, now }, rules, minimum, zone, random) => {
    const policy = { ...rules, minimum };
    const failed = { name: 'failed', takenAt: START + random % (now - START + 10 * DAY), state: 'failed' as const, pinned: false };
    const before = retain(snapshots, policy, zone, now);
    const [decision, ...after] = retain([failed, ...snapshots], policy, zone, now);
    return decision.keep && JSON.stringify(before) === JSON.stringify(after);
  })),
  'only what counts is ever removed, and nothing unheard of is named': retain => check(fc.property(histories, rulesOnly, minimums, zones, ({ snapshots, now }, rules, minimum, zone) => {
    const decisions = retain(snapshots, { ...rules, minimum }, zone, now);
    return decisions.length === snapshots.length
      && decisions.every(({ name, keep }, index) => name === snapshots[index].name && (keep || isCounted(snapshots[index], now)));
  })),
  'every decision has a reason, and every reason is true': retain => check(fc.property(histories, rulesOnly, minimums, zones, fc.option(fc.nat(60)), (history, rules, minimum, zone, days) => {
    const { snapshots, now } = history;
    const policy = { ...rules, minimum, ...(days !== null && { freshSince: now - days * DAY }) };
    return retain(snapshots, policy, zone, now).every(({ keep, reasons }, index) =>
      reasons.length > 0 && keep !== reasons.includes('no rule keeps it') && reasons.every(reason => isTrue(reason, snapshots[index], history, policy, zone)));
  })),
  'without a new good one nothing is removed': retain => check(fc.property(histories, rulesOnly, zones, ({ snapshots, now }, rules, zone) => {
    const newest = snapshots.filter(snapshot => snapshot.state === 'good' && isPast(snapshot, now)).reduce((latest, { takenAt }) => Math.max(latest, takenAt), -Infinity);
    const kept = (freshSince: number) => keptNames(retain, snapshots, { ...rules, freshSince }, zone, now).size;
    return kept(Number.isFinite(newest) ? newest + 1 : START) === snapshots.length
      && (!Number.isFinite(newest) || kept(newest) === keptNames(retain, snapshots, rules, zone, now).size);
  })),
  'in UTC it keeps what restic keeps': retain => check(fc.property(goodHistories, rulesOnly, (snapshots, policy) => {
    const now = snapshots.at(-1)!.takenAt;
    return [...keptNames(retain, snapshots, policy, 'UTC', now)].sort().join() === keptByRestic(snapshots, policy).sort().join();
  })),
  'another time zone never removes below the minimum': retain => check(fc.property(histories, rulesOnly, minimums, zones, zones, ({ snapshots, now }, rules, minimum, zone, other) => {
    const policy = { ...rules, minimum };
    const counted = snapshots.filter(snapshot => isCounted(snapshot, now)).length;
    const kept = keptOf(retain, keptOf(retain, snapshots, policy, zone, now), policy, other, now);
    return kept.filter(snapshot => isCounted(snapshot, now)).length >= Math.min(minimum, counted);
  })),
  'periods are those of the time zone, also when its clock changes': retain => check(fc.property(fc.constantFrom(...ZONES), fc.constantFrom(...RULES), (zone, rule) => {
    for (const change of clockChanges(zone)) {
      const snapshots = Array.from({ length: 240 }, (_, index) => ({ name: `s${index}`, takenAt: change + (index - 120) * 15 * MINUTE, state: 'good' as const, pinned: false }));
      const newest = new Map(snapshots.map(snapshot => [period(rule, snapshot, zone), snapshot.name]));
      const kept = keptNames(retain, snapshots, { [rule]: 999, minimum: 1 }, zone, change + 9 * DAY);
      if ([...newest.values()].join() !== [...kept].join()) return false;
    }
    return true;
  }), 36),
} satisfies Record<string, Property>;

/** The instants of 2026 at which a zone's clock changes, to the quarter of an hour. A zone that has none gets new year. */
function clockChanges(timeZone: string): number[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const offset = (at: number) => format.format(at).split(', ')[1];
  const newYear = Date.UTC(2026, 0, 1);
  const changes = [];
  for (let day = newYear; day < newYear + 365 * DAY; day += DAY) {
    if (offset(day) === offset(day + DAY)) continue;
    let change = day;
    while (offset(change) === offset(day)) change += 15 * MINUTE;
    changes.push(change);
  }
  return changes.length > 0 ? changes : [newYear];
}
