import * as fc from 'fast-check';
import { ChaosEnvironment } from './environment';
import { FAULT_NAMES, Fault, FaultName, PASSING, inject } from './faults';
import { INVARIANTS } from './invariants';
import { IMPATIENT } from './scenario';
import { SCENARIOS } from './scenarios';
import { CLOUDFORMATION, LIGHTSAIL, BehaviourSwitches } from './switches';
import type { Resources, Switches } from '../../testbed/driver';
import type { Options } from '../../testbed/simulator';

/** A run, from beginning to end: told whole by this, so that it can be repeated. */
export interface Case {
  /** `ResourceType/sequence`. */
  readonly scenario: string;
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly switches?: BehaviourSwitches;
}

/** What does not hold, under the name of the invariant. */
export interface Violation {
  readonly invariant: string;
  readonly what: string;
}

/** Tries that the user would have: CloudFormation gives up a deletion, the user does not. */
const TRIES = 3;

/** Runs a case to its end and says what does not hold. */
export async function run(chaos: ChaosEnvironment, given: Case): Promise<Violation[]> {
  const entry = SCENARIOS.get(given.scenario);
  if (!entry) throw new Error(`there is no scenario '${given.scenario}'`);
  await chaos.reset(entry, given.seed);
  const { environment, sim } = chaos;
  Object.assign(environment.switches, given.switches?.cloudFormation);
  Object.assign(sim.options, given.switches?.lightsail, entry.scenario.options);
  sim.outcomes.push(...(entry.scenario.outcomes ?? []).map(outcome => ({ ...outcome })));
  const faults = inject(chaos, given.faults);
  try {
    await live(chaos, faults.some(({ name }) => name === 'stuck'));
    environment.interceptor.faults.clear();
    sim.faults.length = 0;
    sim.outcomes.length = 0;
    chaos.release();
    await end(chaos);
  } catch (error) {
    return [{ invariant: 'all comes to an end', what: (error as Error).message }];
  }
  const calm = faults.every(({ name }) => PASSING.includes(name));
  const found = Object.entries(INVARIANTS).flatMap(([invariant, check]) => check({ chaos, faults, calm }).map(what => ({ invariant, what })));
  const bugs = sim.bugs.splice(0).map(({ message }) => ({ invariant: 'the simulator is right', what: message }));
  return [...found, ...bugs];
}

/** One stage after the other, as far as they can follow each other. */
async function live({ stack, entry, endings, environment }: ChaosEnvironment, stuck: boolean): Promise<void> {
  for (const { template, options } of entry.scenario.stages) {
    if (template && /ROLLBACK_COMPLETE|FAILED/.test(stack.status ?? '') && stack.status !== 'UPDATE_ROLLBACK_COMPLETE') continue;
    const before = environment.clock.now();
    const { status } = template ? await stack.deploy(stuck ? hastened(template) : template, options) : await stack.destroy();
    endings.push({ status, seconds: (environment.clock.now() - before) / 1000 });
  }
}

function hastened(template: Resources): Resources {
  return Object.fromEntries(Object.entries(template).map(([id, resource]) => {
    const { Timeout } = resource.Properties ?? {};
    return [id, Number(Timeout) > IMPATIENT.Timeout ? { ...resource, Properties: { ...resource.Properties, ...IMPATIENT } } : resource];
  }));
}

/** Whatever became of the stack, its user gets rid of it. */
async function end({ stack, environment }: ChaosEnvironment): Promise<void> {
  for (let tries = TRIES; tries > 0 && stack.status === 'UPDATE_ROLLBACK_FAILED'; tries--) await stack.continueRollback();
  for (let tries = TRIES; tries > 0 && stack.status !== 'DELETE_COMPLETE'; tries--) await stack.destroy();
  await environment.settle();
}

function oneOf<T extends object>(choices: { readonly [K in keyof T]?: readonly T[K][] }): fc.Arbitrary<Partial<T>> {
  const each = Object.entries(choices).map(([name, values]) => [name, fc.constantFrom(...values as unknown[])]);
  return fc.record(Object.fromEntries(each)) as fc.Arbitrary<Partial<T>>;
}

/** Cases at random, smaller ones first when a failing one is made small. */
export function cases(scenarios: readonly string[]): fc.Arbitrary<Case> {
  const fault: fc.Arbitrary<Fault> = fc.record({
    name: fc.constantFrom<FaultName>(...FAULT_NAMES),
    nth: fc.integer({ min: 1, max: 40 }),
    times: fc.integer({ min: 1, max: 5 }),
    seconds: fc.integer({ min: 0, max: 120 }),
  });
  const switches = fc.record({ cloudFormation: oneOf<Switches>(CLOUDFORMATION), lightsail: oneOf<Options>(LIGHTSAIL) });
  return fc.record({
    scenario: fc.constantFrom(...scenarios),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    faults: fc.array(fault, { minLength: 1, maxLength: 3 }),
    switches: fc.option(switches, { nil: undefined }),
  }, { requiredKeys: ['scenario', 'seed', 'faults'] });
}
