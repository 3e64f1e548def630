import type { Fault } from './faults';
import type { Call } from '../../testbed/driver';

/** Whether something outside the function is changed by a call. */
function changes({ service, operation }: Call): boolean {
  return !(service === 'ec2' ? /^Describe/ : /^(Get|Describe|List|Query)/).test(operation);
}

/**
 * The crashes that differ. One before the first call of an invocation, and one after each call that changes something: nothing outlives a crash
 * but what was changed before it, so that every other one is the same as the last of these before it, but for milliseconds.
 */
export function crashPoints(calls: readonly Call[], from = 1): Fault[] {
  return calls.slice(from - 1).flatMap((call): Fault[] => [
    ...call.nth === 1 ? [crash('crash before a call', call)] : [],
    ...changes(call) ? [crash('crash after a call', call)] : [],
  ]);
}

function crash(name: 'crash before a call' | 'crash after a call', { ordinal }: Call): Fault {
  return { name, nth: ordinal, times: 1, seconds: 0 };
}
