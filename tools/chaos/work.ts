import * as fc from 'fast-check';
import { Case, Violation, cases, run } from './case';
import { crashPoints } from './crash-points';
import { ChaosEnvironment } from './environment';
import type { Fault, FaultName } from './faults';
import { SCENARIOS, shortName } from './scenarios';
import { trace } from './trace';
import type { Call } from '../../testbed/driver';

/** A share of the work, small enough to be handed out one at a time. */
export type Job =
  /** A crash before and after every call of a scenario. */
  | { readonly mode: 'systematic'; readonly scenario: string }
  /** A crash at every call, with a crash or a lost answer at every later one: of the first crashes one share. */
  | { readonly mode: 'pairs'; readonly scenario: string; readonly share: number; readonly shares: number }
  /** One case for each seed. */
  | { readonly mode: 'random'; readonly scenarios: readonly string[]; readonly seed: number; readonly count: number }
  /** Every scenario when all is well, then cases at random that are not made smaller. */
  | { readonly mode: 'mutationRun'; readonly scenarios: readonly string[]; readonly seed: number; readonly count: number }
  | { readonly mode: 'replay'; readonly given: Case };

export interface Failing {
  readonly given: Case;
  readonly violations: readonly Violation[];
  /** Seed that finds it again, where it came of one. */
  readonly seed?: number;
}

/** How often a fault met a resource type, and how often that went wrong. */
export interface Tally {
  readonly resourceType: string;
  readonly fault: FaultName | 'none';
  readonly cases: number;
  readonly failed: number;
}

export interface Report {
  readonly passed: number;
  readonly failing: readonly Failing[];
  readonly tallies: readonly Tally[];
  readonly calls: number;
  /** Of a case that was replayed. */
  readonly trace?: readonly string[];
}

const CRASHES = ['crash before a call', 'crash after a call'] as const;

/** Milliseconds that a failing case may take to be made small. */
const SHRINKING = 30_000;

/** Does a job, and tells each case as it ends. */
export async function work(chaos: ChaosEnvironment, job: Job, ended: (failing?: Failing) => boolean): Promise<Report> {
  const failing: Failing[] = [];
  const tallies = new Map<string, Tally>();
  let passed = 0;
  let calls = 0;
  const count = (given: Case, failed: boolean) => {
    const resourceType = shortName(SCENARIOS.get(given.scenario)!.resourceType);
    for (const fault of given.faults.length > 0 ? new Set(given.faults.map(({ name }) => name)) : ['none' as const]) {
      const { cases: before, failed: failedBefore } = tallies.get(`${resourceType} ${fault}`) ?? { cases: 0, failed: 0 };
      tallies.set(`${resourceType} ${fault}`, { resourceType, fault, cases: before + 1, failed: failedBefore + (failed ? 1 : 0) });
    }
  };
  const one = async (given: Case) => {
    const violations = await run(chaos, given);
    calls += chaos.environment.calls.length;
    return violations;
  };
  const note = (given: Case, violations: readonly Violation[], seed?: number) => {
    count(given, violations.length > 0);
    if (violations.length === 0) {
      passed++;
      return ended();
    }
    const found = { given, violations, seed };
    failing.push(found);
    return ended(found);
  };

  if (job.mode === 'replay') {
    note(job.given, await one(job.given));
  } else if (job.mode === 'systematic') {
    const given: Case = { scenario: job.scenario, seed: 1, faults: [] };
    let more = note(given, await one(given));
    const total = chaos.environment.calls.length;
    for (let nth = 1; nth <= total && more; nth++) {
      for (const name of CRASHES) {
        const crashing: Case = { ...given, faults: [{ name, nth, times: 1, seconds: 0 }] };
        more = note(crashing, await one(crashing));
      }
    }
  } else if (job.mode === 'pairs') {
    const clean: Case = { scenario: job.scenario, seed: 1, faults: [] };
    let more = note(clean, await one(clean));
    for (const first of crashPoints(chaos.environment.calls).filter((_, index) => index % job.shares === job.share)) {
      await one({ ...clean, faults: [first] });
      const made = [...chaos.environment.calls];
      for (const later of [...crashPoints(made, first.nth + 1), ...lostAnswers(made, first)]) {
        const pair: Case = { ...clean, faults: [first, later] };
        more &&= note(pair, await one(pair));
      }
    }
  } else {
    const all = cases(job.scenarios);
    const mutating = job.mode === 'mutationRun';
    let more = true;
    for (const scenario of mutating ? job.scenarios : []) {
      const given: Case = { scenario, seed: 1, faults: [] };
      more &&= note(given, await one(given));
    }
    for (let seed = job.seed; seed < job.seed + job.count && more; seed++) {
      // one draw for each seed, so that a seed says it all
      const [first] = fc.sample(all, { seed, numRuns: 1 });
      const violations = await one(first);
      const small = violations.length > 0 && !mutating ? await shrunk(one, all, seed) : undefined;
      more = small ? note(small.given, small.violations, seed) : note(first, violations, seed);
    }
  }
  return { passed, failing, tallies: [...tallies.values()], calls, ...job.mode === 'replay' && { trace: trace(chaos) } };
}

/** One for each call after a crash. A call that never leaves does not count, so that after a crash before a call the numbers are lower by one. */
function lostAnswers(calls: readonly Call[], crash: Fault): Fault[] {
  return calls.slice(crash.name === 'crash before a call' ? crash.nth - 1 : crash.nth).map(({ ordinal }) => ({ name: 'connection reset, carried out', nth: ordinal, times: 1, seconds: 0 }));
}

/** The same failure with as little as it takes. */
async function shrunk(one: (given: Case) => Promise<Violation[]>, all: fc.Arbitrary<Case>, seed: number) {
  let smallest: { given: Case; violations: Violation[] } | undefined;
  await fc.check(fc.asyncProperty(all, async given => {
    const violations = await one(given);
    if (violations.length > 0) smallest = { given, violations };
    return violations.length === 0;
  }), { seed, numRuns: 1, interruptAfterTimeLimit: SHRINKING });
  return smallest;
}
