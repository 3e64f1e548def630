import type { Context } from './context';
import type { OperationRecord } from './records';

export interface OperationPlan {
  resourceName: string;
  resourceType: string;
  operationType: string;
  operationDetails?: string;
  zone: string;
  /** When it ends; at once, unless told. */
  doneAt?: number;
  failure?: OperationRecord['failure'];
}

/** Writes down an operation; how far it has come is worked out when somebody asks. */
export function startOperation(c: Context, plan: OperationPlan): OperationRecord {
  const operation: OperationRecord = {
    id: c.model.ids.uuid(),
    seq: c.model.nextSeq(),
    region: c.region.name,
    createdAt: c.now,
    ...plan,
    doneAt: plan.doneAt ?? c.now,
  };
  c.region.addOperation(operation);
  return operation;
}

export function viewOperation(c: Context, operation: OperationRecord): object {
  const done = c.now >= operation.doneAt;
  const failure = done ? operation.failure : undefined;
  const status = failure ? 'Failed' : done ? c.options.operationDoneStatus : 'Started';
  return {
    id: operation.id,
    resourceName: operation.resourceName,
    resourceType: operation.resourceType,
    createdAt: operation.createdAt / 1000,
    location: { availabilityZone: operation.zone, regionName: operation.region },
    isTerminal: done,
    operationDetails: operation.operationDetails,
    operationType: operation.operationType,
    status,
    statusChangedAt: (done ? operation.doneAt : operation.createdAt) / 1000,
    ...failure,
  };
}

export const viewOperations = (c: Context, ...operations: OperationRecord[]): object =>
  ({ operations: operations.map(operation => viewOperation(c, operation)) });
