/** Nights of backup plans: years of all plans, short stretches at random, and the deliberate defects. */
import { join } from 'node:path';
import { DEFECTS } from './defects';
import { HAPPENINGS } from './happenings';
import { PLANS, PlanName } from './plans';
import type { Failing, Job, Report } from './work';
import type { Order } from './worker';
import { Pool } from '../pool';
import { table } from '../report';

export interface BackupChaosOptions {
  readonly short: boolean;
  readonly defects: boolean;
  readonly seed?: string;
  readonly cases?: string;
  /** JSON of a case. */
  readonly replay?: string;
}

const WORKERS = 2;
const WORKER = join(__dirname, 'worker.ts');
const NIGHTS = 40;

/** Cases that a defect may take to be caught. */
const MOST = 60;

/** Failures that are told in full. */
const MOST_TOLD = 10;

export async function backupChaos(options: BackupChaosOptions): Promise<boolean> {
  if (options.defects) return mutationRuns();
  const seed = Number(options.seed ?? Date.now() % 1_000_000);
  const jobs = options.replay ? [{ mode: 'replay' as const, given: JSON.parse(options.replay) }] : jobsOf(options, seed);
  console.log(`backup plans, seed ${seed}`);
  const began = Date.now();
  let told = 0;
  const pool = new Pool<Order, Report, Failing>(Math.min(WORKERS, jobs.length), failing => {
    if (failing && ++told <= MOST_TOLD) console.log(`\n${explain(failing)}`);
  }, WORKER);
  try {
    const reports = await Promise.all(jobs.map(job => pool.do({ job })));
    const sum = (value: (report: Report) => number) => reports.reduce((total, report) => total + value(report), 0);
    console.log(`\n${byHappening(reports)}\n`);
    console.log(`${sum(({ nights }) => nights)} nights and ${sum(({ calls }) => calls)} calls in ${seconds(began)} s; seed ${seed}`);
    const failed = sum(({ failing }) => failing.length);
    console.log(`${sum(({ cases }) => cases) - failed} passed, ${failed} failed`);
    return failed === 0;
  } finally {
    pool.close();
  }
}

/** A year of each plan, and short stretches at random; in the short form only some of those. */
function jobsOf({ short, cases }: BackupChaosOptions, seed: number): Job[] {
  const plans = Object.keys(PLANS) as PlanName[];
  const count = Number(cases ?? (short ? 40 : 300));
  const years = short || cases !== undefined ? [] : plans.map((plan, i): Job => ({ mode: 'random', seeds: [seed + i], nights: 365, plans: [plan] }));
  return [
    ...years,
    ...Array.from({ length: count }, (_, i): Job => ({ mode: 'random', seeds: [seed + 1000 + i], nights: short ? 15 : NIGHTS })),
  ];
}

function byHappening(reports: readonly Report[]): string {
  const rows = Object.keys(HAPPENINGS).map(name => {
    const [came, failed] = reports.reduce(([all, bad], { tally }) => [all + (tally[name]?.[0] ?? 0), bad + (tally[name]?.[1] ?? 0)], [0, 0]);
    return [name, String(came), failed > 0 ? String(failed) : ''];
  });
  return table([['what happened', 'nights', 'failed'], ...rows]);
}

function explain({ given, violations }: Failing): string {
  return [
    `FAILED ${given.plan}, seed ${given.seed}`,
    ...violations.slice(0, 4).map(({ invariant, what }) => `  ${invariant}: ${what}`),
    `  again: npm run chaos -- --only backup --replay '${JSON.stringify(given).replace(/'/g, "'\\''")}'`,
  ].join('\n');
}

/** Makes each mistake in turn and runs the usual cases on it. True when the invariants catch all of them. */
async function mutationRuns(): Promise<boolean> {
  const began = Date.now();
  const pool = new Pool<Order, Report, Failing>(WORKERS, () => undefined, WORKER);
  const rows: string[][] = [];
  try {
    await Promise.all(DEFECTS.map(async ({ name, plans, given }) => {
      const seeds = Array.from({ length: MOST }, (_, i) => i + 1);
      const job: Job = given ? { mode: 'replay', given } : { mode: 'random', seeds, nights: 30, plans };
      const { cases, failing: [failing] } = await pool.do({ job, defect: name, stopAtFirst: true });
      const [violation] = failing?.violations ?? [];
      rows.push([name, violation?.invariant ?? 'NOT CAUGHT', failing?.given.plan ?? '', String(cases)]);
      console.log(`${rows.length} of ${DEFECTS.length}: ${name}: ${violation ? `${violation.invariant}: ${violation.what.slice(0, 160)}` : 'NOT CAUGHT'}`);
    }));
  } finally {
    pool.close();
  }
  const order = DEFECTS.map(({ name }) => name);
  rows.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const uncaught = rows.filter(([, invariant]) => invariant === 'NOT CAUGHT').length;
  console.log(`\n${table([['defect', 'caught by', 'in the plan', 'cases'], ...rows])}\n`);
  console.log(`${rows.length - uncaught} caught, ${uncaught} not caught, in ${seconds(began)} s`);
  return uncaught === 0;
}

function seconds(began: number): string {
  return ((Date.now() - began) / 1000).toFixed(0);
}
