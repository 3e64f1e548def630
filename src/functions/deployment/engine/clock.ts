/** The clock: a state machine that calls the function until a request has been answered. Its history holds ids and seconds, nothing else. */
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Request } from './request';
import { TerminalError, describe } from '../../aws/errors';
import { hash } from '../../aws/ownership';
import type { Environment } from '../environment';

/** What an execution carries from step to step. */
export interface ClockState {
  /** ARN of the function. It stands here because the function needs the clock's ARN and the clock the function's. */
  readonly function: string;
  /** Logical id of the resource: the key of its item in the ledger. */
  readonly resource: string;
  /** Id of the request. */
  readonly request: string;
  readonly status: 'WAITING' | 'SUCCESS' | 'FAILED' | 'SUPERSEDED';
  /** Until the next step. */
  readonly seconds: number;
}

/** Errors of an input that no other try will mend. */
const UNSUITABLE = new Set(['ValidationException', 'InvalidExecutionInput', 'InvalidName']);

/** Starts the clock of a request. Starting it again, with the same name and input, changes nothing. */
export async function startClock(env: Environment, functionArn: string, request: Request): Promise<void> {
  const state: ClockState = { function: functionArn, resource: request.logicalId, request: request.requestId, status: 'WAITING', seconds: 0 };
  try {
    await env.sfn().send(new StartExecutionCommand({ stateMachineArn: env.clockArn, name: executionName(request), input: JSON.stringify(state) }));
  } catch (error) {
    const { name } = error as Error;
    if (UNSUITABLE.has(name)) throw new TerminalError(`the state machine cannot be started: ${describe(error)}`);
    if (name !== 'ExecutionAlreadyExists') throw error;
  }
}

/** At most 80 characters. It begins with the logical id, by which users find their own among many. */
export function executionName({ answersFor, requestId }: Request): string {
  const id = /^[A-Za-z0-9-]{1,36}$/.test(requestId) ? requestId : hash(36, requestId);
  return `${answersFor.slice(0, 43).replace(/[^A-Za-z0-9-]/g, '-')}-${id}`;
}
