import { ChaosEnvironment } from './environment';
import type { CrashPoint, Delivery, Mishap } from '../../testbed/driver';
import type { FaultEffect, Options, Outcome, ResourceRecord } from '../../testbed/simulator';

/** How a fault is dosed. Each takes what it needs of this; less is simpler, so that a failing case can be made small. */
export interface Dose {
  /** Place of the first call that is hit, from 1. */
  readonly nth: number;
  /** How often. */
  readonly times: number;
  /** Since the beginning, or for how long. */
  readonly seconds: number;
}

export interface Fault extends Dose {
  readonly name: FaultName;
}

export type FaultName = keyof typeof FAULTS;

type Inject = (chaos: ChaosEnvironment, dose: Dose) => void;

/** A call on its way fails. */
const onCall = (mishap: Mishap, about: object = {}): Inject => ({ environment }, { nth, times }) => (
  environment.fault({ mishap, skip: nth - 1, times, ...about })
);

/** Lightsail fails, from the n-th call on and for so long. */
const inLightsail = (effect: FaultEffect): Inject => ({ sim, environment }, { nth, seconds }) => {
  sim.faults.push({ effect, after: nth - 1, until: environment.clock.now() + seconds * 1000 });
};

/** What is made, or removed, comes out otherwise. */
const ending = (outcome: Outcome, times = 1): Inject => ({ sim, entry }) => {
  const [resourceType] = entry.resourceType.makes;
  if (resourceType) sim.outcomes.push({ resourceType, times, errorCode: 'E1', errorDetails: 'made to fail', ...outcome });
};

/** Something happens to what the function made, at some time. */
const behindOurBack = (change: (record: ResourceRecord, chaos: ChaosEnvironment) => void): Inject => (chaos, { seconds, nth }) => {
  chaos.environment.clock.in(seconds * 1000, () => {
    const made = chaos.exposed();
    if (made.length === 0) return;
    const record = made[nth % made.length];
    chaos.tampered.set(record.name, chaos.environment.clock.now());
    change(record, chaos);
  }, 'somebody else acts');
};

const delivered = (delays: (dose: Dose) => readonly number[]): Inject => ({ environment }, dose) => {
  const before: Delivery = environment.lambda.delivery;
  let events = 0;
  environment.lambda.delivery = event => (++events === 1 + dose.nth % 4 ? delays(dose) : before(event));
};

const option = <K extends keyof Options>(name: K, value: (dose: Dose) => Options[K]): Inject => ({ sim }, dose) => {
  sim.options[name] = value(dose);
};

const SHORT = (dose: Dose) => (dose.seconds % 20) * 1000;

/** All that goes wrong, one line each; crashes are set all at once, by `inject`. */
export const FAULTS = {
  'crash before a call': () => undefined,
  'crash after a call': () => undefined,
  'function timeout': onCall('hang', { times: 1 }),
  'event twice': delivered(({ seconds }) => [0, seconds * 1000]),
  'event late': delivered(({ seconds }) => [Math.min(seconds, 90) * 1000]),
  'event late and twice': delivered(({ seconds, times }) => [Math.min(seconds, 90) * 1000, times * 90_000]),
  'invocation throttled': ({ environment }, { seconds, times }) => {
    environment.clock.in(seconds * 1000, () => { environment.lambda.invocationErrors = Array(times).fill('Lambda.TooManyRequestsException'); }, 'Lambda is throttled');
  },
  'throttling storm': inLightsail('throttle'),
  'lightsail 500': inLightsail('500'),
  'account is set up (428)': inLightsail('accountSetup'),
  'region is set up (428)': inLightsail('regionSetup'),
  'access denied at first': ({ sim, environment }, { seconds }) => {
    sim.faults.push({ effect: 'accessDenied', until: environment.clock.now() + Math.min(seconds, 60) * 1000 });
  },
  'service 503': onCall({ status: 503, error: 'ServiceUnavailable' }, { where: (call: { service: string }) => call.service !== 'put' }),
  'connection reset, not carried out': onCall('reset'),
  'connection reset, carried out': onCall('lost'),
  'slow answers': ({ environment }, { seconds }) => { environment.interceptor.latency = { before: [0, seconds * 10], after: [10, 10 + seconds * 10] }; },
  'not found after create': option('eventualConsistency', SHORT),
  'tags show late': option('tagsVisibleDelay', SHORT),
  'operation fails': ending({ state: 'error' }),
  'unknown state': ending({ state: 'unknown-state' }),
  'stuck': ending({ state: 'stuck' }),
  'vanishes': ending({ state: 'vanish' }),
  'deletion fails': (chaos, dose) => {
    // what is not shown any more and comes back later cannot be told from what is gone
    chaos.sim.options.deletingIsHidden = false;
    ending({ state: 'error', on: 'delete' })(chaos, dose);
  },
  'removed behind our back': behindOurBack((record, chaos) => chaos.remove(record)),
  'tagged behind our back': behindOurBack(record => { record.tags = [...record.tags, { key: 'by-hand', value: 'yes' }]; }),
  'broken behind our back': behindOurBack(record => { if ('state' in record) record.state = 'error'; }),
  'its name taken behind our back': behindOurBack((record, chaos) => {
    // what is not confirmed yet may be taken for what was asked for: a copy is tagged only afterwards
    if (chaos.isConfirmed(record)) chaos.replace(record);
  }),
  'ResponseURL 5xx': onCall({ status: 503 }, { service: 'put', skip: 0 }),
  'ResponseURL 403': onCall({ status: 403 }, { service: 'put', skip: 0, times: 1 }),
  'StartExecution throttled': onCall({ status: 400, error: 'ThrottlingException' }, { operation: 'StartExecution', skip: 0 }),
  'StartExecution carried out, answer lost': onCall('lost', { operation: 'StartExecution', skip: 0, times: 1 }),
  'ledger throttled': onCall({ status: 400, error: 'ProvisionedThroughputExceededException' }, { service: 'dynamodb' }),
  'ledger 500': onCall({ status: 500, error: 'InternalServerError' }, { service: 'dynamodb' }),
  'ledger write carried out, answer lost': onCall('lost', { operation: 'PutItem' }),
  'ledger write not carried out': onCall('reset', { operation: 'PutItem' }),
  'clock repeats a step whose answer was lost': ({ environment }, { nth }) => { environment.lambda.repeated = nth; },
  'no date in the URL': ({ environment }) => { environment.responseUrls.urlStyle = 'v2'; },
  'slow operations': ({ sim }, { seconds }) => {
    const names = Object.keys(sim.durations) as (keyof typeof sim.durations)[];
    for (const name of names) sim.durations[name] = Math.round(sim.durations[name] * (1 + seconds / 60));
  },
} satisfies Record<string, Inject>;

/** What is over some time: nothing may come of it but that everything takes longer. */
export const PASSING: readonly FaultName[] = [
  'crash before a call', 'crash after a call', 'function timeout', 'event twice', 'event late', 'event late and twice', 'invocation throttled',
  'throttling storm', 'lightsail 500', 'account is set up (428)', 'region is set up (428)', 'access denied at first', 'service 503',
  'connection reset, not carried out', 'connection reset, carried out', 'slow answers', 'not found after create', 'tags show late',
  'tagged behind our back', 'ResponseURL 5xx', 'StartExecution throttled', 'StartExecution carried out, answer lost', 'ledger throttled', 'ledger 500', 'ledger write carried out, answer lost', 'ledger write not carried out',
  'clock repeats a step whose answer was lost', 'no date in the URL',
];

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** An event that crashes three times is lost, and nobody can answer it: Lambda delivers it twice more. */
const CRASHES: readonly FaultName[] = ['crash before a call', 'crash after a call', 'function timeout'];
const MOST_CRASHES = 2;

/** Lets these go wrong, as far as the outside is as good as its word. */
export function inject(chaos: ChaosEnvironment, faults: readonly Fault[]): Fault[] {
  const crashes = faults.filter(({ name }) => CRASHES.includes(name)).slice(0, MOST_CRASHES);
  const injected = faults.filter(fault => !CRASHES.includes(fault.name) || crashes.includes(fault));
  const points = crashes.filter(({ name }) => name !== 'function timeout')
    .map(({ name, nth }): CrashPoint => ({ ordinal: nth, when: name === 'crash before a call' ? 'before' : 'after' }));
  chaos.environment.crashAt(...points);
  for (const { name, ...dose } of injected) (FAULTS[name] as Inject)(chaos, dose);
  return injected;
}
