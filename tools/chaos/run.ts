/**
 * Puts every resource type through everything that CloudFormation, Lambda, Step Functions and Lightsail may do to it, in virtual time.
 *
 *   npm run chaos                  the full systematic set and 20,000 random cases
 *   npm run chaos -- --short       what fits into a minute
 *   npm run chaos -- --defects     deliberate defects, each of which must be caught
 *   npm run chaos -- --pairs       a crash at every call with a crash or a lost answer at every later one, but for crashes that are the same: half an hour
 *   --seed <n>                     where the random cases begin @default by the clock
 *   --cases <n>                    how many of those, and no systematic set; 0: that set alone
 *   --only backup                  the nights of backup plans, with the same options
 *   --only <resource type>         one resource type, such as InstanceSnapshot, or one scenario of it
 *   --replay <case>                one case, as a failure prints it
 */
import { parseArgs } from 'node:util';
import { backupChaos } from './backup/run';
import { FAULT_NAMES } from './faults';
import { runMutations } from './mutation-run';
import { Pool } from './pool';
import { byTypeAndFault, explain, sum } from './report';
import { SCENARIOS } from './scenarios';
import { Job } from './work';
import '../support/temp-folder';

const WORKERS = 2;
const CHUNK = 100;

/** Failures that are told in full. */
const MOST_TOLD = 20;

const { values: given } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    defects: { type: 'boolean', default: false },
    pairs: { type: 'boolean', default: false },
    seed: { type: 'string' },
    cases: { type: 'string' },
    only: { type: 'string', default: '' },
    replay: { type: 'string' },
  },
});

/** A few that between them have every phase, and a wait resource: what the short run looks at call by call. */
const SHORT = /^(InstanceSnapshot|SnapshotCopy|InstancesFromSnapshot)\/(create, delete|create, cancelled|replace)$|^SnapshotExport\/waits: create$/;

async function main(): Promise<boolean> {
  if (given.only === 'backup') return backupChaos(given);
  const scenarios = [...SCENARIOS.keys()].filter(name => name.startsWith(given.only));
  if (scenarios.length === 0) throw new Error(`nothing is called ${given.only}; there are ${[...SCENARIOS.keys()].join(', ')}`);
  if (given.defects) return runMutations(scenarios, WORKERS);

  const seed = Number(given.seed ?? Date.now() % 1_000_000_000);
  const count = Number(given.cases ?? (given.short ? 800 : 20_000));
  const jobs = given.replay ? [{ mode: 'replay', given: JSON.parse(given.replay) } satisfies Job] : jobsOf(scenarios, seed, count);
  console.log(`seed ${seed}: ${scenarios.length} scenarios, ${given.replay ? 'one case' : `${count} random cases`}`);

  const began = Date.now();
  let done = 0;
  let failed = 0;
  const progress = (end = '\n') => process.stdout.write(`${process.stdout.isTTY ? '\r' : ''}${done} cases, ${failed} failed, ${seconds(began)} s${end}`);
  const pool = new Pool(Math.min(WORKERS, jobs.length), failing => {
    done++;
    if (failing && ++failed <= MOST_TOLD) console.log(`\n${explain(failing, given.only)}`);
  });
  const timer = setInterval(() => progress(process.stdout.isTTY ? '' : '\n'), process.stdout.isTTY ? 500 : 15_000);
  try {
    const reports = await Promise.all(jobs.map(job => pool.do({ job })));
    const report = sum(reports);
    for (const line of reports.flatMap(({ trace = [] }) => trace)) console.log(line);
    progress();
    console.log(`\n${byTypeAndFault(report.tallies, FAULT_NAMES)}\n`);
    console.log(`${report.calls} outside calls in ${seconds(began)} s; seed ${seed}`);
    console.log(`${report.passed} passed, ${report.failing.length} failed`);
    return report.failing.length === 0;
  } finally {
    clearInterval(timer);
    pool.close();
  }
}

/** What pairs of faults are put to: the plain lives, and the longest wait. */
const PAIRED = /\/(create, delete|create, cancelled|replace|waits: create)$/;

/** So that no worker is left with the longest scenario alone. */
const SHARES = [0, 1, 2, 3];

function jobsOf(scenarios: readonly string[], seed: number, count: number): Job[] {
  if (given.pairs) return scenarios.filter(name => PAIRED.test(name)).flatMap(scenario => SHARES.map((share): Job => ({ mode: 'pairs', scenario, share, shares: SHARES.length })));
  const systematic = given.cases && count > 0 ? [] : scenarios.filter(name => !given.short || SHORT.test(name));
  return [
    ...systematic.map((scenario): Job => ({ mode: 'systematic', scenario })),
    ...Array.from({ length: Math.ceil(count / CHUNK) }, (_, chunk): Job =>
      ({ mode: 'random', scenarios, seed: seed + chunk * CHUNK, count: Math.min(CHUNK, count - chunk * CHUNK) })),
  ];
}

function seconds(began: number): string {
  return ((Date.now() - began) / 1000).toFixed(0);
}

// what was written goes out before the end, also into a pipe
void main().then(passed => process.stdout.write('', () => process.exit(passed ? 0 : 1)), error => {
  console.error(error);
  process.exit(2);
});
