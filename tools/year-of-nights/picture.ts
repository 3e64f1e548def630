/** Draws what a year of nights leaves: a square for each night, as the function that decides it in each run says. */
import { RetainedSnapshot, retain } from '../../src/functions/backup/retention';
import { COLOURS, svg, text } from '../bench/charts/svg';

const DAY = 86_400_000;
const NIGHTS = 365;
/** The last night: a Tuesday. */
const LAST = Date.UTC(2026, 10, 24, 4);
/** Nights of which no snapshot was good. */
const FAILED = ['2026-11-20', '2026-11-21', '2026-11-22'];
const POLICY = { daily: 7, weekly: 4, monthly: 12, minimum: 1 };
/** The rule that a square has its colour of: the one that keeps it for the longest. */
const RULES = ['monthly', 'weekly', 'daily'] as const;
const NAMES = { daily: 'newest of its day', weekly: 'newest of its week', monthly: 'newest of its month' };

const SIZE = 13;
const STEP = 16;
const LEFT = 58;
const TOP = 74;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface Night {
  readonly date: string;
  readonly column: number;
  /** From Monday. */
  readonly row: number;
  readonly kept?: (typeof RULES)[number];
  readonly isFailed: boolean;
}

/** Each night of the year, after the prune of each of them. */
export function nights(): Night[] {
  const taken: RetainedSnapshot[] = Array.from({ length: NIGHTS }, (_, index) => {
    const takenAt = LAST - (NIGHTS - 1 - index) * DAY;
    const name = new Date(takenAt).toISOString().slice(0, 10);
    return { name, takenAt, state: FAILED.includes(name) ? 'failed' : 'good', pinned: false };
  });
  let left: RetainedSnapshot[] = [];
  let reasons = new Map<string, readonly string[]>();
  for (const snapshot of taken) {
    const decisions = retain([...left, snapshot], POLICY, 'UTC', snapshot.takenAt);
    reasons = new Map(decisions.filter(({ keep }) => keep).map(decision => [decision.name, decision.reasons]));
    left = [...left, snapshot].filter(({ name }) => reasons.has(name));
  }
  const monday = taken[0].takenAt - ((new Date(taken[0].takenAt).getUTCDay() + 6) % 7) * DAY;
  return taken.map(({ name, takenAt, state }) => {
    const place = Math.round((takenAt - monday) / DAY);
    const kept = RULES.find(rule => reasons.get(name)?.some(reason => reason.startsWith(rule)));
    return { date: name, column: Math.floor(place / 7), row: place % 7, kept, isFailed: state === 'failed' };
  });
}

export function picture(): string {
  const all = nights();
  const kept = all.filter(night => night.kept);
  const columns = all[all.length - 1].column + 1;
  const colourOf = (rule: (typeof RULES)[number]) => COLOURS[RULES.indexOf(rule)];
  const square = (x: number, y: number, attributes: string, about = '') =>
    `<rect x="${x}" y="${y}" width="${SIZE}" height="${SIZE}" rx="2" ${attributes}${about ? `><title>${about}</title></rect>` : '/>'}`;
  const look = (night: Pick<Night, 'kept' | 'isFailed'>) => {
    if (night.isFailed) return 'fill="none" stroke="#d1242f" stroke-width="1.5" stroke-dasharray="3 2"';
    return night.kept ? `fill="${colourOf(night.kept)}"` : 'fill="#8c959f" fill-opacity=".22"';
  };
  const about = ({ date, kept: rule, isFailed }: Night) => `${date}: ${isFailed ? 'no good snapshot' : rule ? `kept, ${NAMES[rule]}` : 'removed'}`;

  const months = all.filter(({ date }) => date.endsWith('-01'))
    .map(({ date, column }) => text(LEFT + column * STEP, TOP - 8, MONTHS[Number(date.slice(5, 7)) - 1], 'class="soft"'));
  const weekDays = [[0, 'Mon'], [2, 'Wed'], [4, 'Fri'], [6, 'Sun']] as const;
  const legend: readonly (readonly [string, string])[] = [
    ...[...RULES].reverse().map(rule => [look({ kept: rule, isFailed: false }), NAMES[rule]] as const),
    [look({ isFailed: false }), 'removed'],
    [look({ isFailed: true }), 'no good snapshot that night'],
  ];
  const bottom = TOP + 7 * STEP + 14;
  let x = LEFT;
  const key = legend.flatMap(([attributes, words]) => {
    const parts = [square(x, bottom, attributes), text(x + 19, bottom + 11, words)];
    x += 19 + words.length * 6.7 + 24;
    return parts;
  });
  return svg({ width: LEFT + columns * STEP + 20, height: bottom + 36 }, `A year of nights with 7 daily, 4 weekly and 12 monthly: ${kept.length} snapshots stay`, [
    ...months,
    ...weekDays.map(([row, name]) => text(20, TOP + row * STEP + 11, name, 'class="soft"')),
    ...all.map(night => square(LEFT + night.column * STEP, TOP + night.row * STEP, look(night), about(night))),
    ...key,
  ]);
}
