import { DEFECTS, Defect } from './defects';
import { Pool } from './pool';
import { table } from './report';
import type { Failing, Job } from './work';

/** Random cases that a defect may take to be caught; none of those here takes a tenth of it. */
const MOST = 1500;
const SEED = 1;

/** Makes each mistake in turn and runs the usual cases on it. True when the invariants catch all of them. */
export async function runMutations(scenarios: readonly string[], workers: number): Promise<boolean> {
  const began = Date.now();
  const pool = new Pool(workers, () => undefined);
  const rows: string[][] = [];
  const defects = DEFECTS.filter(defect => scenariosOf(defect, scenarios).length > 0);
  try {
    await Promise.all(defects.map(async defect => {
      const { cases, failing } = await mutationRun(pool, defect, scenarios);
      const [violation] = failing?.violations ?? [];
      const faults = failing?.given.faults.map(({ name }) => name).join(', ');
      rows.push([defect.name, violation?.invariant ?? 'NOT CAUGHT', failing?.given.scenario ?? '', faults ?? '', String(cases)]);
      console.log(`${rows.length} of ${defects.length}: ${defect.name}: ${violation ? `${violation.invariant}: ${violation.what}` : 'NOT CAUGHT'}`);
    }));
  } finally {
    pool.close();
  }
  const order = defects.map(({ name }) => name);
  rows.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const uncaught = rows.filter(([, invariant]) => invariant === 'NOT CAUGHT').length;
  console.log(`\n${table([['defect', 'caught by', 'in', 'with', 'cases'], ...rows])}\n`);
  console.log(`${rows.length - uncaught} caught, ${uncaught} not caught, in ${((Date.now() - began) / 1000).toFixed(0)} s`);
  return uncaught === 0;
}

/** First everything when all is well, then at random. */
async function mutationRun(
  pool: Pool, defect: Defect, all: readonly string[],
): Promise<{ cases: number; failing?: Failing }> {
  const { name, given } = defect;
  const scenarios = scenariosOf(defect, all);
  const job: Job = given ? { mode: 'replay', given } : { mode: 'mutationRun', scenarios, seed: SEED, count: MOST };
  const { passed, failing } = await pool.do({ job, defect: name, stopAtFirst: true });
  return { cases: passed + failing.length, failing: failing[0] };
}

/** Those of a selection that can show a defect. */
function scenariosOf({ resourceType = 'InstanceSnapshot', given }: Defect, all: readonly string[]): string[] {
  return all.filter(name => (given ? name === given.scenario : name.startsWith(`${resourceType}/`)));
}
