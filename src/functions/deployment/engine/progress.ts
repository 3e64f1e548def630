/** What can come of looking at a resource: the one way of saying "not done yet" in the whole engine. */
import type { Data } from '../events/respond';

/** On the way, and worth another look. */
export interface Pending {
  /** What is being waited for, in words. */
  readonly pending: string;
  /** There is more to do at once than fits into a step. */
  readonly soon?: boolean;
}

/** As wanted. What cannot be reached is thrown as a terminal error. */
export interface Done {
  readonly done: Data;
  /** Physical id, where only the work itself could tell it. */
  readonly id?: string;
}

export type Progress = Pending | Done;

export function isPending(progress: object): progress is Pending {
  return 'pending' in progress;
}

export function pending(what: string): Pending {
  return { pending: what };
}
