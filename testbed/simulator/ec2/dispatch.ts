import { AwsError } from '../errors';
import { customError, FaultEffect } from '../faults';
import { ec2Error } from './errors';
import { DeregisterImage, DescribeImages } from './images';
import { DeleteSnapshot, DescribeSnapshots } from './snapshots';
import { CreateTags, DeleteTags } from './tags';
import { xmlAnswer } from './xml';
import type { Context, Handler } from '../model/context';
import type { Answer } from '../protocol/answer';

const HANDLERS: ReadonlyMap<string, Handler> = new Map(Object.entries({
  CreateTags, DeleteSnapshot, DeleteTags, DeregisterImage, DescribeImages, DescribeSnapshots,
}));

export function readAction(parameters: URLSearchParams): string {
  const action = parameters.get('Action');
  if (!action || !HANDLERS.has(action)) {
    // Whether EC2 has it or not: the simulator does not.
    throw ec2Error('InvalidAction', `The action ${action} is not valid for this web service.`);
  }
  return action;
}

export function handleEc2(c: Context): Answer {
  if (c.input.DryRun) {
    throw ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  }
  return xmlAnswer(c.operation, HANDLERS.get(c.operation)!(c));
}

/** The error that a fault shows, under EC2's names. */
export function ec2Fault(effect: FaultEffect, operation: string, accountArn: string): AwsError {
  switch (effect) {
    case 'throttle':
      return ec2Error('RequestLimitExceeded', 'Request limit exceeded.', 503);
    case 'accessDenied':
      return ec2Error(
        'UnauthorizedOperation',
        `You are not authorized to perform this operation. User: ${accountArn} is not authorized to perform: ec2:${operation}`,
        403,
      );
    case '500':
    case 'accountSetup':
    case 'regionSetup':
      return ec2Error('InternalError', 'An internal error has occurred', 500);
    default:
      return customError(effect);
  }
}
