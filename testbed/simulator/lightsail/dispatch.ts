import { HANDLERS } from '.';
import { AwsError, modelled, throttled } from '../errors';
import { customError, FaultEffect } from '../faults';
import type { Context } from '../model/context';
import { isLightsailOperation } from '../protocol/schema';
import { assertAnswer, validateRequest } from '../protocol/validate';

const TARGET = 'Lightsail_20161128.';

/** The operation of the `X-Amz-Target` header. */
export function readTarget(header: unknown): string {
  const target = typeof header === 'string' ? header : '';
  const operation = target.startsWith(TARGET) ? target.slice(TARGET.length) : '';
  if (HANDLERS.has(operation)) {
    return operation;
  }
  if (isLightsailOperation(operation)) {
    // Not an AWS answer: the simulator does not have it, and whoever calls it should notice.
    throw new AwsError('NotSimulated', `The simulator does not have the operation ${operation}`, 501);
  }
  throw new AwsError('UnknownOperationException', `Unknown operation: ${target}`, 404);
}

export function readJson(body: string): any {
  let input: unknown;
  try {
    input = JSON.parse(body || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request is not valid JSON', 400);
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new AwsError('SerializationException', 'The request is not a JSON object', 400);
  }
  // A null member is no member; few requests have one.
  return body.includes('null') ? withoutNulls(input) : input;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null).map(([key, member]) => [key, withoutNulls(member)]));
}

export function handleLightsail(c: Context): object {
  validateRequest(c.operation, c.input, c.options);
  const answer = HANDLERS.get(c.operation)!(c);
  assertAnswer(c.operation, answer);
  return answer;
}

/** The error that a fault shows. */
export function lightsailFault(effect: FaultEffect, operation: string, accountArn: string): AwsError {
  switch (effect) {
    case 'throttle':
      return throttled();
    case 'accountSetup':
      return modelled('AccountSetupInProgressException', 'Your Lightsail account is being set up');
    case 'regionSetup':
      return modelled('RegionSetupInProgressException', 'Lightsail is being set up in this Region');
    case 'accessDenied':
      return modelled(
        'AccessDeniedException',
        `User: ${accountArn} is not authorized to perform: lightsail:${operation} because no identity-based policy allows the action`,
      );
    case '500':
      return modelled('ServiceException', 'An internal error has occurred');
    default:
      return customError(effect);
  }
}
