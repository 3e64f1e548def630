/** When a schedule runs: its slots in a time zone, the time between them, and those that a change of the clock skips or makes come twice. */
import { parseCron } from './cron';
import { offsetAt } from '../functions/backup/retention';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: 60 * MINUTE, day: DAY };

/** Where the years begin that stand for all: what is worked out at synthesis must not change from day to day. */
const FIRST_YEAR = 2026;
const YEARS = 8;

/** A time at which a schedule runs. */
interface Slot {
  /** In milliseconds since 1970. Of a time that does not exist on that day: nothing. */
  readonly at?: number;
  /** Local time like 2026-03-29T02:30. */
  readonly local: string;
  /** Whether the clock shows that time twice. */
  readonly twice?: boolean;
}

/** What there is to know of a schedule. */
export interface ScheduleTimes {
  /** Milliseconds of the shortest and of the longest time between two slots, clock changes included. */
  readonly shortest: number;
  readonly longest: number;
  /** Local time of the first slot that a clock change skips, and of the first that comes twice. */
  readonly skipped?: string;
  readonly doubled?: string;
  /** Slots of so many milliseconds from a fixed day on, ascending, in milliseconds since 1970. */
  slots(span: number): number[];
}

/** The times of an expression that recurs, or nothing when it cannot be read or does not recur. */
export function scheduleTimes(expression: string, timeZone: string): ScheduleTimes | undefined {
  const slotsUntil = rateSlots(expression) ?? cronSlots(expression, timeZone);
  if (!slotsUntil) return undefined;
  const timesUntil = (span: number) => slotsUntil(span).flatMap(({ at }) => (at === undefined ? [] : [at]));
  // what runs often shows everything within a year
  const isOften = slotsUntil(31 * DAY).length > 4 * 31;
  const span = (isOften ? 1 : YEARS) * 366 * DAY;
  const all = slotsUntil(span);
  const times = timesUntil(span);
  if (times.length < 2) return undefined;
  const gaps = times.slice(1).map((at, index) => at - times[index]);
  return {
    shortest: gaps.reduce((least, gap) => Math.min(least, gap)),
    longest: gaps.reduce((most, gap) => Math.max(most, gap)),
    skipped: all.find(({ at }) => at === undefined)?.local,
    doubled: all.find(({ twice }) => twice)?.local,
    slots: timesUntil,
  };
}

type Slots = (span: number) => Slot[];

/** Of `rate(1 day)`: local time plays no part. */
function rateSlots(expression: string): Slots | undefined {
  const [, count, unit] = /^rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)$/.exec(expression) ?? [];
  const step = Number(count) * UNITS[unit];
  if (!(step > 0)) return undefined;
  const start = Date.UTC(FIRST_YEAR, 0, 1);
  return span => Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => ({ at: start + index * step, local: '' }));
}

/** Nothing for an expression whose years are over: it never runs. */
function cronSlots(expression: string, timeZone: string): Slots | undefined {
  const cron = parseCron(expression);
  if (!cron) return undefined;
  const firstYear = cron.years.find(year => year >= FIRST_YEAR);
  if (firstYear === undefined) return undefined;
  const first = Date.UTC(firstYear, 0, 1);
  return span => {
    const slots: Slot[] = [];
    for (let midnight = first; midnight < first + span; midnight += DAY) {
      if (!cron.isOn(midnight)) continue;
      for (const hour of cron.hours) {
        for (const minute of cron.minutes) slots.push(slotOf(midnight + hour * 60 * MINUTE + minute * MINUTE, timeZone));
      }
    }
    return slots;
  };
}

/** The instant at which a zone's clock shows a time, which is given as if it were UTC. Scheduler runs once when that is so twice. */
function slotOf(wall: number, timeZone: string): Slot {
  const offsets = new Set([offsetAt(wall - DAY, timeZone), offsetAt(wall + DAY, timeZone)]);
  const instants = [...offsets].map(offset => wall - offset).filter(at => at + offsetAt(at, timeZone) === wall).sort((a, b) => a - b);
  return { at: instants[0], local: new Date(wall).toISOString().slice(0, 16), twice: instants.length > 1 };
}
