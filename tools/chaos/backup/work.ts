/** Shares of the work, small enough to be handed out one at a time. */
import { Case, Violation, caseOf } from './case';
import { live } from './live';
import type { PlanName } from './plans';
import type { BackupTestEnvironment } from '../../../testbed/backup/environment';

export type Job =
  | { readonly mode: 'random'; readonly seeds: readonly number[]; readonly nights: number; readonly plans?: readonly PlanName[] }
  | { readonly mode: 'replay'; readonly given: Case };

export interface Failing {
  readonly given: Case;
  readonly violations: readonly Violation[];
}

export interface Report {
  readonly cases: number;
  readonly nights: number;
  readonly calls: number;
  readonly failing: readonly Failing[];
  /** How often each happening came, and how often a case in which it came went wrong. */
  readonly tally: Readonly<Record<string, readonly [number, number]>>;
}

/** Milliseconds that a failing case may take to be made small. */
const SHRINKING = 20_000;

/** @param shrinks whether a failing case is made small */
export async function work(environment: BackupTestEnvironment, job: Job, ended: (failing?: Failing) => boolean, shrinks: boolean): Promise<Report> {
  const failing: Failing[] = [];
  const tally: Record<string, [number, number]> = {};
  let [cases, nights, calls] = [0, 0, 0];
  const given = job.mode === 'replay' ? [job.given] : job.seeds.map(seed => caseOf(seed, job.nights, job.plans));
  for (const one of given) {
    const lived = await live(environment, one);
    cases++;
    nights += lived.nights;
    calls += lived.calls;
    const bad = lived.violations.length > 0;
    for (const { name, night } of one.happenings) {
      if (night > lived.nights) continue;
      const [all, failed] = tally[name] ?? [0, 0];
      tally[name] = [all + 1, failed + (bad && night >= lived.nights - 1 ? 1 : 0)];
    }
    const found = bad ? await small(environment, one, lived.violations, shrinks) : undefined;
    if (found) failing.push(found);
    if (!ended(found)) break;
  }
  return { cases, nights, calls, failing, tally };
}

/** The same failure with as little as it takes: no nights after it, and no happening that it does not need. */
async function small(environment: BackupTestEnvironment, given: Case, violations: readonly Violation[], shrinks: boolean): Promise<Failing> {
  const [{ invariant, what }] = violations;
  const last = Number(/^night (\d+)/.exec(what)?.[1] ?? given.nights - 1);
  let smallest: Failing = { given: { ...given, nights: last + 1, happenings: given.happenings.filter(({ night }) => night <= last) }, violations };
  const until = Date.now() + (shrinks ? SHRINKING : 0);
  for (let i = 0; i < smallest.given.happenings.length && Date.now() < until;) {
    const happenings = smallest.given.happenings.filter((_, index) => index !== i);
    const attempt = { ...smallest.given, happenings };
    const lived = await live(environment, attempt);
    if (lived.violations[0]?.invariant === invariant) smallest = { given: attempt, violations: lived.violations };
    else i++;
  }
  return smallest;
}
