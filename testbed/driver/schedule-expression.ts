/** When a schedule is due: `cron(…)`, `rate(…)` and `at(…)` as EventBridge Scheduler takes them. */
import { instantsOf, wallTime } from './zones';

/** The first time after an instant, or undefined where there is none. */
export type Due = (after: number) => number | undefined;

const MINUTE = 60_000;
const DAY = 24 * 3600_000;

/** How far ahead a cron expression is looked for. */
const MOST_DAYS = 366 * 5;

/** @param since what a rate counts from */
export function parseSchedule(expression: string, zone: string, since: number): Due {
  const [, form, inner] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  if (form === 'cron') return cron(inner, zone);
  if (form === 'rate') return rate(inner, since);
  if (form === 'at') return at(inner, zone);
  throw new Error(`Invalid Schedule Expression ${expression}.`);
}

function at(inner: string, zone: string): Due {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner)) throw new Error(`Invalid Schedule Expression at(${inner}).`);
  const [due] = instantsOf(zone, Date.parse(`${inner}Z`)) as (number | undefined)[];
  return after => (due !== undefined && due > after ? due : undefined);
}

function rate(inner: string, since: number): Due {
  const [, value, unit] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(inner) ?? [];
  if (!unit) throw new Error(`Invalid Schedule Expression rate(${inner}).`);
  const period = Number(value) * { minute: MINUTE, hour: 60 * MINUTE, day: DAY }[unit]!;
  return after => since + period * (Math.floor((after - since) / period) + 1);
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function cron(inner: string, zone: string): Due {
  const fields = inner.trim().split(/\s+/);
  if (fields.length !== 6) throw new Error(`Invalid Schedule Expression cron(${inner}).`);
  if ((fields[2] === '?') === (fields[4] === '?')) throw new Error(`Invalid Schedule Expression cron(${inner}): one of the two days is ?`);
  const [minutes, hours, dates, months, weekdays, years] = [
    values(fields[0], 0, 59),
    values(fields[1], 0, 23),
    values(fields[2], 1, 31),
    values(fields[3], 1, 12, MONTHS, 1),
    values(fields[4], 1, 7, DAYS, 1),
    values(fields[5], 1970, 2199),
  ];
  const times = [...hours].flatMap(hour => [...minutes].map(minute => (hour * 60 + minute) * MINUTE)).sort((a, b) => a - b);
  const isDay = (midnight: number) => {
    const date = new Date(midnight);
    if (!years.has(date.getUTCFullYear()) || !months.has(date.getUTCMonth() + 1)) return false;
    return dates.has(date.getUTCDate()) && weekdays.has(date.getUTCDay() + 1);
  };
  return after => {
    // the day before as well: after a clock change a later wall time may be an earlier instant
    const first = Math.floor(wallTime(zone, after) / DAY) * DAY - DAY;
    for (let midnight = first; midnight < first + MOST_DAYS * DAY; midnight += DAY) {
      if (!isDay(midnight)) continue;
      // a time that is skipped has no instant; of one that comes twice only the first counts
      const due = times.flatMap(time => instantsOf(zone, midnight + time).slice(0, 1)).filter(instant => instant > after).sort((a, b) => a - b);
      if (due.length > 0) return due[0];
    }
    return undefined;
  };
}

/** Numbers, names, lists, ranges and steps. */
function values(field: string, low: number, high: number, names: readonly string[] = [], base = 0): Set<number> {
  const number = (text: string) => {
    const named = names.indexOf(text.toUpperCase());
    const value = named >= 0 ? named + base : Number(text);
    if (!/^\d+$/.test(text) && named < 0) throw new Error(`Invalid Schedule Expression: ${text} is not known to this testbed`);
    if (value < low || value > high) throw new Error(`Invalid Schedule Expression: ${text} is not ${low} to ${high}`);
    return value;
  };
  const found = new Set<number>();
  for (const item of field.split(',')) {
    const [range, step = '1'] = item.split('/');
    const [from, to] = range === '*' || range === '?' ? [low, high] : range.includes('-') ? range.split('-').map(number) : [number(range), NaN];
    const last = Number.isNaN(to) ? (item.includes('/') ? high : from) : to;
    for (let value = from; value <= last; value += Number(step)) found.add(value);
  }
  return found;
}
