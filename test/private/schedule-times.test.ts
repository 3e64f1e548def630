/** When schedules run: against a walk through every quarter of an hour with `Intl`, and by examples. */
import * as events from 'aws-cdk-lib/aws-events';
import * as fc from 'fast-check';
import { parseCron } from '../../src/private/cron';
import { scheduleTimes } from '../../src/private/schedule-times';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);

/** Slots of the first days, as one finds them who looks at the clock on the wall. A time that comes twice counts once. */
function walk(zone: string, days: number, isMet: (wall: Record<string, string>) => boolean): number[] {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, year: 'numeric', month: 'numeric', day: 'numeric', weekday: 'short', hour: 'numeric', minute: 'numeric', hourCycle: 'h23',
  });
  const seen = new Set<string>();
  const slots = [];
  for (let at = START - DAY; at < START + (days + 1) * DAY; at += HOUR / 4) {
    const wall = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const text = Object.values(wall).join(' ');
    if (wall.year < '2026' || seen.has(text) || !isMet(wall)) continue;
    seen.add(text);
    slots.push(at);
  }
  return slots;
}

const NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

test('times are those that the clock on the wall shows', () => {
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Santiago');
  const minutes = fc.constantFrom(0, 15, 30, 45);
  const weekDays = fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 }), { nil: undefined });
  fc.assert(fc.property(zones, minutes, fc.integer({ min: 0, max: 23 }), weekDays, fc.boolean(), (zone, minute, hour, days, named) => {
    const week = days?.map(day => (named ? NAMES[day - 1] : String(day))).join() ?? '*';
    const times = scheduleTimes(`cron(${minute} ${hour} ? * ${week} *)`, zone)!;
    const expected = walk(zone, 365, wall => Number(wall.minute) === minute && Number(wall.hour) === hour
      && (!days || days.includes(NAMES.indexOf(wall.weekday.toUpperCase()) + 1)));
    const until = START + 360 * DAY;
    expect(times.slots(365 * DAY).filter(at => at < until)).toEqual(expected.filter(at => at < until));
  }), { numRuns: 8, seed: 20_261_124 });
});

/** Days of 2026 on which an expression of days runs. */
function daysOf(dayOfMonth: string, month: string, dayOfWeek: string): string[] | undefined {
  const cron = parseCron(`cron(0 4 ${dayOfMonth} ${month} ${dayOfWeek} *)`);
  return cron && Array.from({ length: 365 }, (_, day) => START + day * DAY).filter(cron.isOn).map(at => new Date(at).toISOString().slice(5, 10));
}

test.each([
  ['1,15', '2', '?', ['02-01', '02-15']],
  ['L', '2-4', '?', ['02-28', '03-31', '04-30']],
  ['*/10', '6', '?', ['06-01', '06-11', '06-21']],
  ['28/1', 'FEB', '?', ['02-28']],
  // 1 August is a Saturday, and the weekday before is in July; 15 and 16 are a weekend
  ['1W', '8', '?', ['08-03']],
  ['15W', '8', '?', ['08-14']],
  ['16W', '8', '?', ['08-17']],
  ['31W', '1', '?', ['01-30']],
  ['31W', '5', '?', ['05-29']],
  ['31W', '2', '?', []],
  ['LW', '5', '?', ['05-29']],
  ['?', '1', 'MON#2', ['01-12']],
  ['?', '1', '6#5', ['01-30']],
  ['?', '2', '6#5', []],
  ['?', '1', '6L', ['01-30']],
  ['?', '1', 'L', ['01-03', '01-10', '01-17', '01-24', '01-31']],
  ['?', '11', 'tue-thu', ['11-03', '11-04', '11-05', '11-10', '11-11', '11-12', '11-17', '11-18', '11-19', '11-24', '11-25', '11-26']],
])('day %s of month %s, weekday %s', (dayOfMonth, month, dayOfWeek, expected) => {
  expect(daysOf(dayOfMonth, month, dayOfWeek)).toEqual(expected);
});

test.each(['32', '0', '5-3', 'x', '1-2-3', '1/0', '', '32W', '0W', '1,x'])("'%s' is no day of a month", day => {
  expect(daysOf(day, '*', '?')).toBeUndefined();
});

test.each(['8', '0', 'XYZ', '8L', '2#6', '2#0'])("'%s' is no day of a week", day => {
  expect(daysOf('?', '*', day)).toBeUndefined();
});

test.each(['cron(0 4 * * * *)', 'cron(0 4 1 * MON *)', 'cron(0 4 ? * ? *)', 'cron(0 ? * * ? *)', 'cron(? 4 * * ? *)', 'cron(0 4 * ? ? *)', 'cron(0 4 * * ? ?)', 'cron(0 4 1,? * MON *)', 'cron(0 4 ?/2 * ? *)'])(
  'Scheduler refuses %s: of the two days one must be "?", and nothing else may be', expression => {
    expect(scheduleTimes(expression, 'UTC')).toBeUndefined();
  });

test('what is over never runs', () => {
  expect(scheduleTimes('cron(0 4 * * ? 2020)', 'UTC')).toBeUndefined();
  expect(scheduleTimes('cron(0 4 * * ? 2020-2030)', 'UTC')!.longest).toBe(DAY);
});

test.each<events.CronOptions>([
  { minute: '0', hour: '4' }, { minute: '0', hour: '4', day: '1' }, { minute: '0', hour: '4', weekDay: 'MON' }, { minute: '0', hour: '4', month: '1-6', year: '2026-2030' },
])('the CDK makes expressions that can be read: %j', options => {
  expect(scheduleTimes(events.Schedule.cron(options).expressionString, 'UTC')).toBeDefined();
});

test.each(['cron(0 4 * * ?)', 'cron(0 4 * * ? * *)', '0 4 * * ? *', 'cron(60 4 * * ? *)', 'cron(0 24 * * ? *)', 'cron(0 4 * 13 ? *)', 'cron(0 4 * * ? 1969)', 'rate(0 days)', 'rate(1 week)'])(
  '%s is no schedule', expression => {
    expect(scheduleTimes(expression, 'UTC')).toBeUndefined();
  });

test.each([
  ['cron(0 4 * * ? *)', 'UTC', 24, 24],
  ['cron(0 4 * * ? *)', 'Europe/Berlin', 23, 25],
  ['cron(30 2 * * ? *)', 'Europe/Berlin', 24, 47],
  ['cron(0 0,12 * * ? *)', 'UTC', 12, 12],
  ['cron(0 4 1 * ? *)', 'UTC', 28 * 24, 31 * 24],
  ['cron(0 4 29 2 ? *)', 'UTC', 1461 * 24, 1461 * 24],
  ['rate(36 hours)', 'Europe/Berlin', 36, 36],
  ['rate(1 day)', 'UTC', 24, 24],
])('%s in %s: %d to %d hours between two runs', (expression, zone, shortest, longest) => {
  const times = scheduleTimes(expression, zone)!;
  expect([times.shortest / HOUR, times.longest / HOUR]).toEqual([shortest, longest]);
});

test('a time that a change of the clock skips or makes come twice', () => {
  const told = ({ skipped, doubled }: { skipped?: string; doubled?: string } = {}) => [skipped, doubled];
  expect(told(scheduleTimes('cron(30 2 * * ? *)', 'Europe/Berlin'))).toEqual(['2026-03-29T02:30', '2026-10-25T02:30']);
  expect(told(scheduleTimes('cron(0 2 * * ? *)', 'Australia/Lord_Howe'))).toEqual(['2026-10-04T02:00', undefined]);
  expect(told(scheduleTimes('cron(45 1 * * ? *)', 'Australia/Lord_Howe'))).toEqual([undefined, '2026-04-05T01:45']);
  expect(told(scheduleTimes('cron(0 0 * * ? *)', 'America/Santiago'))).toEqual(['2026-09-06T00:00', undefined]);
  expect(told(scheduleTimes('cron(0 4 * * ? *)', 'Europe/Berlin'))).toEqual([undefined, undefined]);
});

test('no zone changes its clock at 04:00', () => {
  const changing = Intl.supportedValuesOf('timeZone').filter(zone => {
    const { skipped, doubled } = scheduleTimes('cron(0 4 * * ? 2026-2027)', zone)!;
    return skipped ?? doubled;
  });
  expect(changing).toEqual([]);
});
