/** A stretch of nights with all that happens in it: told whole by a few numbers, so that it can be repeated. */
import { HAPPENINGS, HappeningName } from './happenings';
import { PLANS, PlanName } from './plans';
import { Random } from '../../../testbed/driver';

export interface Happening {
  /** From 0. */
  readonly night: number;
  readonly name: HappeningName;
  /** Decides what the happening leaves open: which source, when, how often. */
  readonly salt: number;
}

export interface Case {
  readonly plan: PlanName;
  readonly seed: number;
  readonly nights: number;
  readonly happenings: readonly Happening[];
}

/** What does not hold, under the name of the invariant. */
export interface Violation {
  readonly invariant: string;
  readonly what: string;
}

/** Of all nights, those in which something happens. */
const SHARE = 0.4;

/** The case of a seed. */
export function caseOf(seed: number, most: number, plans: readonly PlanName[] = Object.keys(PLANS) as PlanName[]): Case {
  const random = new Random(seed * 7919);
  for (let i = 0; i < 10; i++) random.next();
  const pick = <T>(values: readonly T[]) => values[random.whole(0, values.length - 1)];
  const plan = pick(plans);
  const nights = Math.min(most, PLANS[plan].nights ?? most);
  const names = (Object.keys(HAPPENINGS) as HappeningName[]).filter(name => !HAPPENINGS[name].unless?.(PLANS[plan]));
  const happenings: Happening[] = [];
  // the first nights are calm, so that there is something to lose
  for (let night = 2; night < nights; night++) {
    while (random.next() < SHARE) happenings.push({ night, name: pick(names), salt: random.whole(1, 1_000_000) });
  }
  return { plan, seed, nights, happenings };
}
