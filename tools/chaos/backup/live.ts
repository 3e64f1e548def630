/** Lives through the nights of a case. */
import type { Case, Violation } from './case';
import { check, lookBefore } from './checks';
import { guard } from './guard';
import { HAPPENINGS } from './happenings';
import { PLANS } from './plans';
import { Year } from './year';
import type { backupDefinition } from '../../../src/private/backup-definition';
import { BackupTestEnvironment } from '../../../testbed/backup/environment';
import type { BackupEngine } from '../../../testbed/backup/function';
import { Definition, Random } from '../../../testbed/driver';
import { parseSchedule } from '../../../testbed/driver/schedule-expression';
import { DEFAULT_DURATIONS, Options, defaultOptions } from '../../../testbed/simulator';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Mid-February: both clock changes of a year are some weeks ahead. */
const START = Date.UTC(2026, 1, 10, 12);

export interface Lived {
  readonly violations: readonly Violation[];
  readonly nights: number;
  readonly calls: number;
}

/** The functions, and the state machine that calls them. */
export interface Engine extends BackupEngine {
  readonly backupDefinition: typeof backupDefinition;
}

export function startEnvironment(engine: Engine): Promise<BackupTestEnvironment> {
  return BackupTestEnvironment.start({ engine, definition: arn => engine.backupDefinition('aws', arn) as Definition, start: START });
}

/** What is not established about Lightsail: each way it may be. */
function switchesOf(seed: number): Partial<Options> {
  const random = new Random(seed * 31 + 7);
  for (let i = 0; i < 5; i++) random.next();
  const flip = () => random.next() < 0.5;
  return {
    pageSize: flip() ? 20 : 7,
    emptyPages: flip(),
    listOrder: (['name', 'oldest', 'newest'] as const)[random.whole(0, 2)],
    notFoundAs: flip() ? 'NotFoundException' : 'InvalidInputException',
    notNowAs: flip() ? 'OperationFailureException' : 'InvalidInputException',
    tagPendingRefused: flip(),
    copyCreatedAt: flip() ? 'copy' : 'source',
    createdAtBefore: 'shown',
    deletePendingRefused: flip(),
    deleteTwiceRefused: flip(),
    deletingIsHidden: flip(),
    startWhileSnapshotPending: flip() ? 'allowed' : 'refused',
  };
}

function calm(environment: BackupTestEnvironment, switches: Partial<Options>): void {
  const { interceptor, sim, lambda, scheduler } = environment;
  interceptor.faults.clear();
  interceptor.crash = undefined;
  interceptor.latency = { after: 150 };
  sim.faults.length = 0;
  sim.outcomes.length = 0;
  Object.assign(sim.durations, DEFAULT_DURATIONS);
  Object.assign(sim.options, defaultOptions(), switches);
  lambda.invocationErrors = [];
  environment.startErrors = [];
  environment.deniesNames = false;
  scheduler.deliveries = () => 1;
  scheduler.lateness = () => 0;
}

/** Forgets what nobody looks at any more. */
function forget({ interceptor, executions, lambda, sim, scheduler }: BackupTestEnvironment): void {
  interceptor.calls.length = 0;
  lambda.invocations.length = 0;
  sim.calls.length = 0;
  scheduler.deadLetters.length = 0;
  scheduler.delivered.length = 0;
  executions.children.length = 0;
  for (const { history } of executions.all) history.length = 0;
}

/** @param nightEnds is told before what happened in a night is forgotten */
export async function live(
  environment: BackupTestEnvironment, given: Case, stopAtFirst = true, nightEnds: () => void = () => undefined,
): Promise<Lived> {
  await environment.reset(given.seed, START);
  const { clock } = environment;
  const switches = switchesOf(given.seed);
  calm(environment, switches);
  const year = new Year(environment, given);
  environment.watchers.push(guard(year));
  year.begin();
  const { expression, settings } = PLANS[given.plan];
  const due = parseSchedule(expression, settings.timeZone, START);
  const length = settings.period < 24 * 3600 ? 50 * MINUTE : (settings.startWindow + settings.completionWindow) * 1000 + 3 * HOUR;
  let calls = 0;
  let night = 0;
  let slot = clock.now() + 15 * MINUTE;
  try {
    for (; night < given.nights; night++) {
      slot = due(slot)!;
      await environment.until(slot - 10 * MINUTE);
      await year.beginNight(night, slot);
      const happenings = given.happenings.filter(happening => happening.night === night);
      year.hasFaults = happenings.length > 1;
      for (const { name, salt } of happenings) {
        const random = new Random(salt);
        for (let i = 0; i < 5; i++) random.next();
        await HAPPENINGS[name].begin(year, random);
      }
      const before = lookBefore(year);
      await environment.until(slot + length);
      calm(environment, switches);
      year.beforeDelete = undefined;
      await check(year, before, happenings.map(({ name }) => name));
      calls += environment.interceptor.calls.length;
      nightEnds();
      forget(environment);
      if (year.violations.length > 0 && stopAtFirst) break;
      await year.endNight();
    }
  } catch (error) {
    year.say('all comes to an end', (error as Error).stack ?? String(error));
  }
  return { violations: year.violations, nights: night, calls };
}
