import {
  DescribeExecutionCommand, ExecutionListItem, GetExecutionHistoryCommand, ListExecutionsCommand, StartExecutionCommand, StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Environment } from './environment';
import { Owner, hash } from './ownership';
import { Request, RequestType } from './request';

/** An earlier request for the same resource. */
export interface Predecessor extends Pick<Request, 'requestId' | 'identity' | 'props' | 'issued'> {
  readonly requestType: RequestType;
  /** Physical id that it was to bring about. */
  readonly id: string;
  readonly succeeded: boolean;
  /** What it remembered last. */
  readonly memo: Record<string, unknown>;
}

/** Hands a request over. From then on the state machine sees to it; an event that comes twice finds it handed over. */
export async function start(env: Environment, request: Request): Promise<void> {
  try {
    await env.sfn().send(new StartExecutionCommand({ stateMachineArn: env.waiterArn, name: nameOf(request), input: JSON.stringify(request) }));
  } catch (error) {
    if ((error as Error).name !== 'ExecutionAlreadyExists') throw error;
  }
}

/** Whether CloudFormation has since asked for something else of the same resource, and so no longer wants this. */
export async function isOvertaken(env: Environment, request: Request): Promise<boolean> {
  for await (const execution of executions(env, request)) {
    if (execution.startDate!.getTime() < request.issued) return false;
    if (execution.name !== nameOf(request)) return true;
  }
  return false;
}

/** Stops what still runs for the same resource of before this request, and says which of those was the last to make something. */
export async function halt(env: Environment, request: Request): Promise<{ stopped: boolean; predecessor?: Predecessor }> {
  let stopped = false;
  let earlier = false;
  for await (const { name, executionArn, status } of executions(env, request)) {
    // this request's own step may come again, late, when another request is being carried out already
    if (name === nameOf(request)) earlier = true;
    if (!earlier || name === nameOf(request)) continue;
    if (status === 'RUNNING') {
      await env.sfn().send(new StopExecutionCommand({ executionArn, error: 'Superseded', cause: 'a later request for the same resource' }));
      stopped = true;
    }
    if (name!.startsWith(prefixOf(request, 'Delete'))) continue;
    const described = await env.sfn().send(new DescribeExecutionCommand({ executionArn }));
    const { requestType, requestId, id, identity, props, issued } = JSON.parse(described.input!) as Request;
    const about = { requestType, requestId, id, identity, props, issued };
    return { stopped, predecessor: { ...about, succeeded: status === 'SUCCEEDED', memo: await memoOf(env, executionArn!) } };
  }
  return { stopped };
}

/** What an execution had remembered when it last waited. */
async function memoOf(env: Environment, executionArn: string): Promise<Record<string, unknown>> {
  const { events } = await env.sfn().send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 100 }));
  const states = (events ?? []).map(event => event.stateExitedEventDetails?.output).filter(output => output !== undefined);
  return states.map(state => (JSON.parse(state) as Partial<Request>).memo).find(memo => memo !== undefined) ?? {};
}

/** Executions for the same resource, the latest first. */
async function* executions(env: Environment, request: Request): AsyncGenerator<ExecutionListItem> {
  let nextToken: string | undefined;
  do {
    const page = await env.sfn().send(new ListExecutionsCommand({ stateMachineArn: env.waiterArn, maxResults: 1000, nextToken }));
    for (const execution of page.executions ?? []) {
      if (execution.name!.startsWith(subjectOf(request))) yield execution;
    }
    nextToken = page.nextToken;
  } while (nextToken);
}

/** At most 80 characters, and each part can be told from the whole. */
function nameOf(request: Request): string {
  const id = /^[A-Za-z0-9-]{1,36}$/.test(request.requestId) ? request.requestId : hash(36, request.requestId);
  return `${prefixOf(request, request.requestType)}${id}`;
}

function prefixOf(owner: Owner, requestType: RequestType): string {
  return `${subjectOf(owner)}-${requestType}-`;
}

function subjectOf(owner: Owner): string {
  return hash(32, [owner.stackId, owner.logicalId]);
}
