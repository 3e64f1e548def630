import type { Call } from './call';

/** What goes wrong with a call on its way. */
export type Mishap =
  /** Answered with this status instead, and with this error where the service has any. */
  | { readonly status: number; readonly error?: string; readonly message?: string }
  /** Never leaves: the connection breaks. */
  | 'reset'
  /** Never leaves: the name of the host does not resolve. */
  | 'unresolved'
  /** Is carried out, and its answer is lost. */
  | 'lost'
  /** Is carried out, and the answer never comes. */
  | 'hang';

export interface Fault {
  /** `lightsail`, `ec2`, `sfn` or `put`. @default - any */
  readonly service?: Call['service'];
  /** Such as `StartExecution`. @default - any */
  readonly operation?: string;
  readonly where?: (call: Call) => boolean;
  readonly mishap: Mishap;
  /** @default 1 */
  readonly times?: number;
  /** Calls that pass before the first one is hit. */
  readonly skip?: number;
}

/** Faults that are still to come. */
export class Faults {
  private waiting: { fault: Fault; skip: number; times: number }[] = [];

  add(fault: Fault): void {
    this.waiting.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
  }

  clear(): void {
    this.waiting = [];
  }

  take(call: Call): Mishap | undefined {
    for (const entry of this.waiting) {
      const { service, operation, where, mishap } = entry.fault;
      if (service && service !== call.service) continue;
      if (operation && operation !== call.operation) continue;
      if (entry.times === 0 || (where && !where(call))) continue;
      if (entry.skip > 0) {
        entry.skip--;
        continue;
      }
      entry.times--;
      return mishap;
    }
    return undefined;
  }
}
