/** Reads cron expressions as EventBridge Scheduler understands them, so that synthesis can tell when a schedule runs. */

/** A day of the calendar. */
interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly date: number;
  /** 1 to 7, from Sunday. */
  readonly weekDay: number;
  /** Days of its month. */
  readonly length: number;
}

export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly years: readonly number[];
  /** Whether it runs on a day, given as the milliseconds of its UTC midnight. */
  isOn(midnight: number): boolean;
}

type DayTest = (day: Day) => boolean;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEK_DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The schedule of an expression such as `cron(0 4 * * ? *)`, or nothing when it is none. */
export function parseCron(expression: string): Cron | undefined {
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1].trim().split(/\s+/);
  if (fields?.length !== 6) return undefined;
  // Scheduler takes `?` for one of the two days, and always for one of them, and nowhere else
  if ([fields[2], fields[4]].filter(field => field === '?').length !== 1) return undefined;
  const minutes = numbersOf(fields[0], 0, 59);
  const hours = numbersOf(fields[1], 0, 23);
  const dates = daysOf(fields[2], part => dateTest(part) ?? listTest(part, 1, 31, day => day.date));
  const months = anyOf(fields[3], part => listTest(part, 1, 12, day => day.month, MONTHS));
  const weekDays = daysOf(fields[4], part => weekDayTest(part) ?? listTest(part, 1, 7, day => day.weekDay, WEEK_DAYS));
  const years = numbersOf(fields[5], 1970, 2199);
  if (!minutes || !hours || !dates || !months || !weekDays || !years) return undefined;
  const inYears = new Set(years);
  return {
    minutes,
    hours,
    years,
    isOn: midnight => {
      const day = dayOf(midnight);
      return inYears.has(day.year) && months(day) && dates(day) && weekDays(day);
    },
  };
}

function dayOf(midnight: number): Day {
  const at = new Date(midnight);
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    date: at.getUTCDate(),
    weekDay: at.getUTCDay() + 1,
    length: new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate(),
  };
}

/** `?` leaves it to the other field which days these are. */
function daysOf(field: string, testOf: (part: string) => DayTest | undefined): DayTest | undefined {
  return field === '?' ? () => true : anyOf(field, testOf);
}

/** A list is met when one of its parts is; a part that cannot be read makes the whole unreadable. */
function anyOf(field: string, testOf: (part: string) => DayTest | undefined): DayTest | undefined {
  const tests = field.split(',').map(testOf);
  return tests.includes(undefined) ? undefined : day => tests.some(test => test!(day));
}

/** `L`, the last day, `15W`, the weekday nearest to the 15th, and `LW`, the last weekday. */
function dateTest(part: string): DayTest | undefined {
  if (part === 'L') return day => day.date === day.length;
  const [, near] = /^(\d+|L)W$/.exec(part) ?? [];
  if (!near || near === '0' || Number(near) > 31) return undefined;
  return day => {
    const wanted = near === 'L' ? day.length : Number(near);
    if (wanted > day.length) return false;
    const weekDay = (day.weekDay - 1 + wanted - day.date + 35) % 7;
    // not into another month: then two days the other way
    const shift = weekDay === 6 ? (wanted === 1 ? 2 : -1) : weekDay === 0 ? (wanted === day.length ? -2 : 1) : 0;
    return day.date === wanted + shift;
  };
}

/** `L`, Saturday, `6L`, the last Friday of a month, and `6#2`, the second. */
function weekDayTest(part: string): DayTest | undefined {
  if (part === 'L') return day => day.weekDay === 7;
  const [, name, last, nth] = /^(\w+?)(?:(L)|#([1-5]))$/.exec(part) ?? [];
  const weekDay = name && numberOf(name, WEEK_DAYS);
  if (!weekDay || weekDay < 1 || weekDay > 7) return undefined;
  return day => day.weekDay === weekDay && (last ? day.date > day.length - 7 : Math.ceil(day.date / 7) === Number(nth));
}

function listTest(part: string, min: number, max: number, valueOf: (day: Day) => number, names?: readonly string[]): DayTest | undefined {
  const values = numbersOf(part, min, max, names);
  return values && (day => values.includes(valueOf(day)));
}

/** `*`, `5`, `1-5`, `0/15`, `1-10/3` and lists of these, as sorted numbers. Nothing for anything else. */
function numbersOf(field: string, min: number, max: number, names: readonly string[] = []): number[] | undefined {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [, range, step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    if (!range || step === '0') return undefined;
    const [from, to = step ? max : from] = range === '*' ? [min, max] : range.split('-').map(text => numberOf(text, names));
    if (range.split('-').length > 2 || from === undefined || to === undefined || from < min || to > max || from > to) return undefined;
    for (let value = from; value <= to; value += Number(step ?? 1)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function numberOf(text: string, names: readonly string[]): number | undefined {
  const index = names.indexOf(text.toUpperCase());
  if (index >= 0) return index + 1;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
