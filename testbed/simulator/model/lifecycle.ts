import { notNow } from '../errors';
import { Outcome, takeOutcome, UNKNOWN_STATE } from '../outcomes';
import type { Context } from './context';
import type { OperationPlan } from './operations';
import type { ResourceType, OperationRecord, ResourceRecord } from './records';
import type { Region } from './region';

type Growing = ResourceRecord & { state: string };

const READY: Partial<Record<ResourceType, string>> = {
  Instance: 'running',
  InstanceSnapshot: 'available',
  Disk: 'available',
  DiskSnapshot: 'completed',
  ExportSnapshotRecord: 'Succeeded',
};

/** An instance has no failed state: it comes up terminated. */
const FAILED: Partial<Record<ResourceType, string>> = {
  Instance: 'terminated',
  InstanceSnapshot: 'error',
  Disk: 'error',
  DiskSnapshot: 'error',
  ExportSnapshotRecord: 'Failed',
};

/** Snapshots stay as they are until they are gone. A disk's state is documented, and in no enum. */
const LEAVING: Partial<Record<ResourceType, string>> = { Instance: 'shutting-down', Disk: 'deleting' };

export type Ending = Pick<OperationPlan, 'doneAt' | 'failure'>;

/** How a thing that is being made ends, and what follows from it. */
export interface Growth {
  duration: number;
  /** What an outcome is matched with; the thing's own name unless told. */
  outcomeName?: string;
  onReady?: (at: number) => void;
  /** It did not become what it should. */
  onFailed?: (at: number) => void;
  /** Whatever the end, even when the thing has been deleted meanwhile. */
  onEnd?: (at: number) => void;
}

/** Plans the end of a thing that has just been made; returns the end of its operation. */
export function grow(c: Context, record: Growing, growth: Growth): Ending {
  const { model, region } = c;
  const outcome = takeOutcome(model.outcomes, record.resourceType, growth.outcomeName ?? record.name, 'create');
  if (outcome?.state === 'stuck') {
    // What is stuck holds nothing else up: its source can be deleted.
    growth.onEnd?.(c.now);
    return { doneAt: Infinity };
  }
  const readyAt = c.now + growth.duration;
  model.events.add(readyAt, at => {
    if (region.holds(record) && !record.deleting) {
      end(region, record, outcome);
      if (outcome) {
        growth.onFailed?.(at);
      } else {
        growth.onReady?.(at);
      }
    }
    growth.onEnd?.(at);
  });
  return {
    doneAt: Math.max(c.now, readyAt - c.options.operationLead),
    failure: outcome && failure(outcome, record.name),
  };
}

function end(region: Region, record: Growing, outcome: Outcome | undefined): void {
  switch (outcome?.state) {
    case undefined:
      record.state = READY[record.resourceType]!;
      break;
    case 'vanish':
      region.remove(record);
      break;
    case 'unknown-state':
      record.state = UNKNOWN_STATE;
      break;
    case 'unknown':
      record.state = 'unknown';
      break;
    default:
      record.state = FAILED[record.resourceType]!;
  }
}

const failure = (outcome: Outcome, name: string): OperationRecord['failure'] => ({
  errorCode: outcome.errorCode ?? 'InternalError',
  errorDetails: outcome.errorDetails ?? `${name} could not be created`,
});

/** Starts to delete a thing: it stays, with its name, until the duration is over. */
export function remove(c: Context, record: ResourceRecord, duration: number, onGone?: (at: number) => void): Ending {
  const { model, region } = c;
  if (record.deleting) {
    if (c.options.deleteTwiceRefused) {
      throw notNow(c.options, `${record.name} is already being deleted`);
    }
    return {};
  }
  const outcome = takeOutcome(model.outcomes, record.resourceType, record.name, 'delete');
  const before = (record as Growing).state;
  record.deleting = true;
  const leaving = LEAVING[record.resourceType];
  if (leaving) {
    (record as Growing).state = leaving;
  }
  if (outcome?.state === 'stuck') {
    return { doneAt: Infinity };
  }
  const goneAt = c.now + duration;
  model.events.add(goneAt, at => {
    if (!region.holds(record)) {
      return;
    }
    if (outcome) {
      record.deleting = false;
      (record as Growing).state = before;
    } else {
      region.remove(record);
      onGone?.(at);
    }
  });
  // a deletion answers that it has succeeded before anything is gone
  return outcome ? {
    doneAt: Math.max(c.now, goneAt - c.options.operationLead),
    failure: {
      errorCode: outcome.errorCode ?? 'InternalError',
      errorDetails: outcome.errorDetails ?? `${record.name} could not be deleted`,
    },
  } : {};
}

/** Keeps the thing from being deleted until the returned function is called. */
export function use(...records: ResourceRecord[]): () => void {
  records.forEach(record => record.users++);
  return () => records.forEach(record => record.users--);
}

/** Refuses a delete that comes too early. */
export function assertRemovable(c: Context, record: Growing): void {
  if (record.state === 'pending' && c.options.deletePendingRefused) {
    throw notNow(c.options, `You can't delete ${record.name} right now. It is in the state: pending`);
  }
  if (record.users > 0 && c.options.deleteInUseRefused) {
    throw notNow(c.options, `You can't delete ${record.name} right now. It is in use by an operation`);
  }
}
