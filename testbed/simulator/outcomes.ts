import type { ResourceType } from './model/records';

/** How a thing that is made (or deleted) after this ends; the first that fits is used up. */
export interface Outcome {
  /** The thing's name; for an export, the snapshot's. */
  name?: string | RegExp;
  resourceType?: ResourceType;
  on?: 'create' | 'delete';
  /** How many things it is for; 1 unless told. */
  times?: number;
  /**
   * - `error`, `failed`: the failed state of its resource type; its operation is Failed (a delete that fails leaves the thing as it was)
   * - `stuck`: pending for ever (a delete: never gone)
   * - `unknown`: disks and their snapshots have a state of that name
   * - `unknown-state`: a state that the model does not have
   * - `vanish`: it is gone when it should be ready
   */
  state: 'error' | 'failed' | 'stuck' | 'unknown' | 'unknown-state' | 'vanish';
  /** The failed operation's own words. */
  errorCode?: string;
  errorDetails?: string;
}

/** Not in any enum of the model. */
export const UNKNOWN_STATE = 'archiving';

/** Nor is the state of a disk that is being deleted, which the documentation has. */
export const BEYOND_ENUMS: readonly unknown[] = [UNKNOWN_STATE, 'deleting'];

export function takeOutcome(outcomes: Outcome[], resourceType: ResourceType, name: string, on: 'create' | 'delete'): Outcome | undefined {
  const index = outcomes.findIndex(o => (o.on ?? 'create') === on
    && (o.resourceType === undefined || o.resourceType === resourceType)
    && (o.name === undefined || (typeof o.name === 'string' ? o.name === name : o.name.test(name))));
  if (index < 0) {
    return undefined;
  }
  const outcome = outcomes[index];
  const left = (outcome.times ?? 1) - 1;
  if (left <= 0) {
    outcomes.splice(index, 1);
  } else {
    outcome.times = left;
  }
  return outcome;
}
