/** Properties of the retention, each shown to catch a defect that is planted in the source, and examples worked out by hand. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { transformSync } from 'esbuild';
import { PROPERTIES, Retain } from './retention-properties';
import { retain, RetainedSnapshot, RetentionPolicy } from '../../../src/functions/backup/retention';

interface Defect {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** The properties that must fail with it. */
  readonly caughtBy: readonly (keyof typeof PROPERTIES)[];
}

const DEFECTS: readonly Defect[] = [
  {
    name: 'counts are durations',
    from: 'if (newest.size >= count) break;',
    to: 'if (counted[0].takenAt - snapshot.takenAt > count * 86_400_000) break;',
    caughtBy: ['in UTC it keeps what restic keeps'],
  },
  {
    name: 'days are those of UTC',
    from: 'const midnight = Math.floor(instant / DAY) * DAY;',
    to: 'if (instant) return 0; const midnight = 0;',
    caughtBy: ['every decision has a reason, and every reason is true', 'periods are those of the time zone, also when its clock changes'],
  },
  {
    name: 'the day of a clock change has one offset',
    from: 'return offset === ask(midnight + DAY) ? offset : readOffset(format.format(instant));',
    to: 'return offset;',
    caughtBy: ['periods are those of the time zone, also when its clock changes'],
  },
  {
    name: 'the first of a period is kept',
    from: 'if (!newest.has(period)) newest.set(period, snapshot);',
    to: 'newest.set(period, snapshot);',
    caughtBy: ['removing after each backup ends where removing once does', 'in UTC it keeps what restic keeps', 'the newest good one is kept'],
  },
  {
    name: 'what is as old as the limit goes',
    from: 'snapshot.takenAt >= oldest',
    to: 'snapshot.takenAt > oldest',
    caughtBy: ['in UTC it keeps what restic keeps'],
  },
  {
    name: 'one period too many',
    from: 'if (newest.size >= count) break;',
    to: 'if (newest.size > count) break;',
    caughtBy: ['no more is kept than the numbers add up to'],
  },
  { name: 'the gate is left out', from: 'if (stop)', to: 'if (false)', caughtBy: ['without a new good one nothing is removed'] },
  {
    name: 'what is pinned does not make fresh',
    from: "state === 'good' && takenAt >= freshSince",
    to: "!reasonsOf && state === 'good' && takenAt >= freshSince",
    caughtBy: ['without a new good one nothing is removed'],
  },
  { name: 'pins are ignored', from: "if (pinned) reasons.push('pinned');", to: '', caughtBy: ['only what counts is ever removed, and nothing unheard of is named'] },
  { name: 'failed ones count', from: "if (state !== 'good') reasons.push(state);", to: '', caughtBy: ['a failed one changes nothing for the others'] },
  { name: 'those of the future count', from: 'return takenAt <= now + CLOCK_TOLERANCE;', to: 'return true;', caughtBy: ['the newest good one is kept', 'only what counts is ever removed, and nothing unheard of is named'] },
  { name: 'the minimum is left out', from: 'others.splice(0, Math.max(0, minimum - kept))', to: 'others.splice(0, 0)', caughtBy: ['another time zone never removes below the minimum'] },
  { name: 'the order of the listing is trusted', from: '.sort(newestFirst)', to: '', caughtBy: ['neither order nor names matter'] },
  { name: 'weeks begin on Sunday', from: 'Math.floor((day + 3) / 7) * 7;', to: 'Math.floor((day + 4) / 7) * 7;', caughtBy: ['in UTC it keeps what restic keeps'] },
  {
    name: 'weeks are counted from 1970 in groups of their own',
    from: 'weekly: (_: RetainedSnapshot, time: () => LocalTime) => isoWeekOf(time().text.slice(0, 10)),',
    to: 'weekly: ({ takenAt }: RetainedSnapshot) => String(Math.floor(takenAt / 2e9)),',
    caughtBy: ['in UTC, some weeks earlier or later are the same'],
  },
  {
    name: 'a kept one is kept only while others are there',
    from: 'const minimum = Math.max(1, policy.minimum);',
    to: 'const minimum = Math.max(1, policy.minimum - Math.floor(counted.length / 2) % 2);',
    caughtBy: ['what was kept is kept when asked again'],
  },
  { name: 'a larger number counts less', from: 'policy[rule] ?? 0);', to: '(policy[rule] ?? 0) % 8);', caughtBy: ['larger numbers keep no less'] },
  { name: 'a decision without a reason', from: "['no rule keeps it']", to: '[]', caughtBy: ['every decision has a reason, and every reason is true'] },
];

const SOURCE = readFileSync(join(__dirname, '..', '..', '..', 'src', 'functions', 'backup', 'retention.ts'), 'utf8');

/** The function with a defect in it. */
function load({ name, from, to }: Pick<Defect, 'name' | 'from' | 'to'>): Retain {
  const parts = SOURCE.split(from);
  if (parts.length !== 2) throw new Error(`the source holds ${parts.length - 1} times what the defect '${name}' replaces: ${from}`);
  const { code } = transformSync(parts.join(to), { loader: 'ts', format: 'cjs' });
  const module = { exports: {} as { retain: Retain } };
  new Function('module', 'exports', code)(module, module.exports);
  return module.exports.retain;
}

describe('properties', () => {
  test.each(Object.entries(PROPERTIES))('%s', (_, property) => property(retain));

  test.each(DEFECTS.flatMap(defect => defect.caughtBy.map(property => ({ ...defect, property }))))('"$property" catches: $name', ({ property, ...defect }) => {
    const defective = load(defect);
    expect(() => PROPERTIES[property](defective)).toThrow(/Property failed/);
  });

  test('each property catches a defect', () => {
    const catching = new Set(DEFECTS.flatMap(({ caughtBy }) => caughtBy));
    expect(Object.keys(PROPERTIES).filter(name => !catching.has(name as keyof typeof PROPERTIES))).toEqual([]);
  });
});

const good = (takenAt: string, name = takenAt): RetainedSnapshot => ({ name, takenAt: Date.parse(takenAt), state: 'good', pinned: false });
const kept = (snapshots: readonly RetainedSnapshot[], policy: Partial<RetentionPolicy>, zone = 'UTC', now = Infinity) =>
  retain(snapshots, { minimum: 1, ...policy }, zone, now).filter(({ keep }) => keep).map(({ name }) => name);
const everyHour = (from: string, to: string) =>
  Array.from({ length: (Date.parse(to) - Date.parse(from)) / 3_600_000 }, (_, hour) => good(new Date(Date.parse(from) + hour * 36e5).toISOString()));

describe('examples', () => {
  test("Berlin's long day has 25 hours, and its short one 23", () => {
    expect(kept(everyHour('2026-10-24T22:00Z', '2026-10-25T23:00Z'), { hourly: 30 }, 'Europe/Berlin')).toHaveLength(25);
    expect(kept(everyHour('2026-03-28T23:00Z', '2026-03-29T22:00Z'), { daily: 9 }, 'Europe/Berlin')).toEqual(['2026-03-29T21:00:00.000Z']);
    expect(kept(everyHour('2026-03-28T22:00Z', '2026-03-29T23:00Z'), { daily: 9 }, 'Europe/Berlin')).toEqual([
      '2026-03-28T22:00:00.000Z', '2026-03-29T21:00:00.000Z', '2026-03-29T22:00:00.000Z',
    ]);
  });

  test('the hour that comes twice in Berlin is two hours', () => {
    const snapshots = [good('2026-10-25T00:30Z'), good('2026-10-25T01:30Z')];
    expect(retain(snapshots, { hourly: 9, minimum: 1 }, 'Europe/Berlin', Infinity).map(({ reasons }) => reasons)).toEqual([
      ['hourly 2026-10-25T02+02:00'], ['hourly 2026-10-25T02+01:00'],
    ]);
  });

  test("Lord Howe's clock goes back by half an hour: the half hour that comes again is an hour of its own", () => {
    // 02:00 at +11:00 is 01:30 at +10:30, at 15:00 UTC
    const snapshots = [good('2026-04-04T14:45Z'), good('2026-04-04T15:05Z'), good('2026-04-04T15:35Z')];
    expect(retain(snapshots, { hourly: 9, minimum: 1 }, 'Australia/Lord_Howe', Infinity).map(({ reasons }) => reasons)).toEqual([
      ['hourly 2026-04-05T01+11:00'], ['hourly 2026-04-05T01+10:30'], ['hourly 2026-04-05T02+10:30'],
    ]);
  });

  test('the last days of December can belong to the first week of the next year, and the first of January to the last week of the one before', () => {
    const weekOf = (time: string) => retain([good(time)], { weekly: 1, minimum: 1 }, 'UTC', Infinity)[0].reasons;
    expect(weekOf('2024-12-30T04:00Z')).toEqual(['weekly 2025-W01']);
    expect(weekOf('2027-01-03T04:00Z')).toEqual(['weekly 2026-W53']);
    expect(weekOf('2027-01-04T04:00Z')).toEqual(['weekly 2027-W01']);
    expect(kept([good('2024-12-30T04:00Z'), good('2025-01-05T04:00Z'), good('2025-01-06T04:00Z')], { weekly: 5 })).toEqual(['2025-01-05T04:00Z', '2025-01-06T04:00Z']);
  });

  test('a pause of three weeks removes nothing', () => {
    const week = Array.from({ length: 7 }, (_, day) => good(`2026-11-0${day + 1}T04:00Z`));
    expect(kept(week, { daily: 7 }, 'UTC', Date.parse('2026-11-28T04:00Z'))).toHaveLength(7);
    expect(kept([...week, good('2026-11-28T04:00Z')], { daily: 7 })).toHaveLength(7);
  });

  test('of two that were taken at the same time, the first by name is kept', () => {
    expect(kept([good('2026-11-24T04:00Z', 'b'), good('2026-11-24T04:00Z', 'a')], { last: 1 })).toEqual(['a']);
  });

  test('within is counted from the newest good one, and holds both ends', () => {
    const snapshots = [good('2026-11-20T04:00Z'), good('2026-11-20T03:59Z'), good('2026-11-22T04:00Z'), { ...good('2026-11-23T04:00Z'), state: 'failed' as const }];
    expect(kept(snapshots, { within: 2 * 86_400_000 })).toEqual(['2026-11-20T04:00Z', '2026-11-22T04:00Z', '2026-11-23T04:00Z']);
  });

  test('five minutes in the future are the tolerance', () => {
    const snapshots = [good('2026-11-24T04:05Z'), good('2026-11-24T04:05:00.001Z'), good('2026-11-24T03:00Z')];
    expect(retain(snapshots, { last: 1, minimum: 1 }, 'UTC', Date.parse('2026-11-24T04:00Z'))).toEqual([
      { name: '2026-11-24T04:05Z', keep: true, reasons: ['last 2026-11-24T04:05Z'] },
      { name: '2026-11-24T04:05:00.001Z', keep: true, reasons: ['not of the past'] },
      { name: '2026-11-24T03:00Z', keep: false, reasons: ['no rule keeps it'] },
    ]);
  });

  test('one without a date is kept, and makes nothing fresh', () => {
    const snapshots = [{ ...good('2026-11-24T04:00Z'), takenAt: NaN }, good('2026-11-23T04:00Z'), good('2026-11-22T04:00Z')];
    expect(kept(snapshots, { last: 1 })).toEqual(['2026-11-24T04:00Z', '2026-11-23T04:00Z']);
    expect(kept(snapshots, { last: 1, freshSince: Date.parse('2026-11-24T00:00Z') })).toHaveLength(3);
  });

  test('without a rule, with zeros only, or with nothing given, everything or nothing', () => {
    const snapshots = [good('2026-11-23T04:00Z'), good('2026-11-24T04:00Z')];
    expect(kept(snapshots, {})).toHaveLength(2);
    expect(kept(snapshots, { daily: 0, last: -1 })).toHaveLength(2);
    expect(kept(snapshots, { within: 0 })).toEqual(['2026-11-24T04:00Z']);
    expect(retain([], { daily: 1, minimum: 1 }, 'UTC', 0)).toEqual([]);
  });

  test('a time zone that is none is an error', () => {
    expect(() => kept([good('2026-11-24T04:00Z')], { daily: 1 }, 'Europe/Nowhere')).toThrow(/Europe\/Nowhere/);
  });

  test('5,000 snapshots take less than 100 ms', () => {
    const snapshots = everyHour('2026-01-01T00:00Z', '2026-07-28T08:00Z');
    expect(snapshots).toHaveLength(5000);
    const times = Array.from({ length: 5 }, () => {
      // of the processor: what else a machine does is no matter of ours
      const started = process.cpuUsage();
      kept(snapshots, { last: 9999, hourly: 9999, daily: 9999, weekly: 9999, monthly: 9999, yearly: 9999 }, 'Europe/Berlin');
      const { user, system } = process.cpuUsage(started);
      return (user + system) / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(100);
  });
});
