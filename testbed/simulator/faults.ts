import { AwsError, isModelled, modelled } from './errors';

/** A failure that the simulator is told to show, whatever the request says. */
export interface Fault {
  service?: 'lightsail' | 'ec2';
  operation?: string | RegExp;
  /** Looks at the request's input, before it is validated. */
  when?: (input: any, region: string) => boolean;
  /** How many calls it strikes; without it, all. */
  times?: number;
  /** How many matching calls pass before it strikes. */
  after?: number;
  /** It strikes only while the simulator's clock is before this. */
  until?: number;
  effect: FaultEffect;
}

export type FaultEffect =
  | 'throttle'
  | '500'
  /** The connection is cut before anything is done. */
  | 'reset'
  /** The call is carried out, and the connection cut before its answer. */
  | 'reset-after'
  | 'accountSetup'
  | 'regionSetup'
  | 'accessDenied'
  /** The call is answered (or hit by the next fault) so many real milliseconds later. */
  | { slow: number }
  | { error: string; code?: string; message?: string; tip?: string; docs?: string; status?: number };

export interface FaultCall {
  service: 'lightsail' | 'ec2';
  operation: string;
  region: string;
  input: unknown;
  now: number;
}

/** The effects that hit this call: any number of delays, and at most one failure, the first in the list. */
export function strike(faults: Fault[], call: FaultCall): FaultEffect[] {
  const effects: FaultEffect[] = [];
  for (const fault of faults) {
    if (!matches(fault, call)) {
      continue;
    }
    if (fault.after) {
      fault.after -= 1;
      continue;
    }
    if (fault.times !== undefined) {
      fault.times -= 1;
    }
    effects.push(fault.effect);
    if (!isSlow(fault.effect)) {
      break;
    }
  }
  return effects;
}

export const isSlow = (effect: FaultEffect): effect is { slow: number } => typeof effect === 'object' && 'slow' in effect;

function matches(fault: Fault, call: FaultCall): boolean {
  return (fault.times === undefined || fault.times > 0)
    && (fault.service === undefined || fault.service === call.service)
    && (fault.until === undefined || call.now < fault.until)
    && (fault.operation === undefined
      || (typeof fault.operation === 'string' ? fault.operation === call.operation : fault.operation.test(call.operation)))
    && (fault.when === undefined || fault.when(call.input, call.region));
}

/** The error that a fault spells out; what it leaves out is as the model has it. */
export function customError(effect: FaultEffect): AwsError {
  if (typeof effect !== 'object' || !('error' in effect)) {
    throw new Error(`simulator: no such effect: ${JSON.stringify(effect)}`);
  }
  const { error, message = error, status, code, docs, tip } = effect;
  const known = isModelled(error) ? modelled(error, message, { code, docs, tip }) : new AwsError(error, message, 400, { code, docs, tip });
  return status === undefined ? known : new AwsError(error, message, status, known.fields);
}
