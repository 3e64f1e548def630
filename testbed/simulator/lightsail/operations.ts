import { notFound } from '../errors';
import type { Handler } from '../model/context';
import { viewOperation } from '../model/operations';
import { page } from '../model/paging';

export const GetOperation: Handler = c => {
  const operation = c.region.operations.get(c.input.operationId);
  if (!operation) {
    throw notFound(c.options, 'Operation', c.input.operationId);
  }
  return { operation: viewOperation(c, operation) };
};

/** Oldest first, as documented. */
export const GetOperations: Handler = c => {
  const { items, nextPageToken } = page(c, [...c.region.operations.values()], operation => operation.seq);
  return { operations: items.map(operation => viewOperation(c, operation)), nextPageToken };
};

export const GetOperationsForResource: Handler = c => {
  const name: string = c.input.resourceName;
  const operations = c.region.operationsByResource.get(name);
  if (!operations && !c.region.names.has(name)) {
    throw notFound(c.options, 'Resource', name);
  }
  const { items, nextPageToken } = page(c, operations ?? [], operation => -operation.seq);
  return { operations: items.map(operation => viewOperation(c, operation)), nextPageToken };
};
