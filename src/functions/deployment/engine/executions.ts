import {
  DescribeExecutionCommand, ExecutionListItem, GetExecutionHistoryCommand, ListExecutionsCommand, StartExecutionCommand, StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { TerminalError, describe } from '../../aws/errors';
import { Owner, hash } from '../../aws/ownership';
import type { Environment } from '../environment';
import { Phase, Request, RequestType } from '../events/accept';
import { INTERRUPTED, MadeBy } from '../resources/resource-handler';

/** An earlier request for the same resource. */
export interface Predecessor extends Pick<Request, 'requestId' | 'replacementKey' | 'props' | 'issued'> {
  readonly requestType: RequestType;
  /** Physical id that it was to bring about. */
  readonly id: string;
  readonly succeeded: boolean;
  /** Seconds that it took to make something, if it did. */
  readonly took?: number;
  /** What it remembered last. */
  readonly checkpoint: Record<string, unknown>;
}

/** Errors of a request that is too long, which no other try will mend. */
const UNSUITABLE = new Set(['ValidationException', 'InvalidExecutionInput', 'InvalidName']);

/** Hands a request over. From then on the state machine sees to it; an event that comes twice finds it handed over. */
export async function start(env: Environment, request: Request): Promise<void> {
  try {
    await env.sfn().send(new StartExecutionCommand({ stateMachineArn: env.waiterArn, name: nameOf(request), input: JSON.stringify(request) }));
  } catch (error) {
    const { name } = error as Error;
    if (UNSUITABLE.has(name)) throw new TerminalError(`the request cannot be handed to the state machine: ${describe(error)}`);
    if (name !== 'ExecutionAlreadyExists') throw error;
  }
}

/** What a request that was handed over is at: nothing when it has ended, or was stopped. */
export async function phaseOf(env: Environment, request: Request): Promise<Phase | undefined> {
  const executionArn = arnOf(env, request);
  if ((await env.sfn().send(new DescribeExecutionCommand({ executionArn }))).status !== 'RUNNING') return undefined;
  if (request.phases.length === 1) return request.phases[0];
  const { events } = await env.sfn().send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 20 }));
  const latest = (events ?? []).map(event => event.stateExitedEventDetails?.output).find(output => output !== undefined);
  return ((JSON.parse(latest ?? '{}') as Partial<Request>).phases ?? request.phases)[0];
}

/** Hands a request over once more, as one that is to be undone. */
export async function restart(env: Environment, request: Request): Promise<void> {
  await start(env, { ...request, restarted: true });
  await env.sfn().send(new StopExecutionCommand({ executionArn: arnOf(env, request), error: 'Superseded', cause: 'what was begun is undone' }));
}

/** Whether CloudFormation has since asked for something else of the same resource, and so no longer wants this. */
export async function isOvertaken(env: Environment, request: Request): Promise<boolean> {
  for await (const execution of executions(env, request)) {
    if (execution.startDate!.getTime() < request.issued) return false;
    if (!execution.name!.startsWith(nameOf(request)) && isSentAfter(await inputOf(env, execution), request)) return true;
  }
  return false;
}

/** What a look at the other requests for a resource has come to. */
export interface Halted {
  /** CloudFormation has since asked for something else: this request's own step has come again, or come too late. */
  readonly overtaken: boolean;
  /** When the last of them was stopped, by this step or by one that crashed before it could say so. */
  readonly stoppedAt?: number;
  /** The last of those sent before that was to make something. */
  readonly predecessor?: Predecessor;
}

/** Stops what was asked for the same resource before this request, though it may have begun after it. */
export async function halt(env: Environment, request: Request): Promise<Halted> {
  let stoppedAt: number | undefined;
  for await (const execution of executions(env, request)) {
    const { name, executionArn, status } = execution;
    if (name === nameOf(request)) continue;
    const other = await inputOf(env, execution);
    if (isSentAfter(other, request)) return { overtaken: true };
    if (status === 'RUNNING') {
      await env.sfn().send(new StopExecutionCommand({ executionArn, error: 'Superseded', cause: 'a later request for the same resource' }));
      stoppedAt = env.clock.now();
    } else if (status === 'ABORTED') {
      stoppedAt ??= execution.stopDate!.getTime();
    }
    const { requestType, requestId, id, previousId, replacementKey, props, issued } = other;
    if (requestType === 'Delete') continue;
    const made = status === 'SUCCEEDED' && id !== previousId;
    const took = made ? (execution.stopDate!.getTime() - execution.startDate!.getTime()) / 1000 : undefined;
    const complete = status === 'SUCCEEDED' && !other.continued;
    const about = { requestType, requestId, id, replacementKey, props, issued, took, complete };
    return { overtaken: false, stoppedAt, predecessor: { ...about, succeeded: status === 'SUCCEEDED', checkpoint: await memoOf(env, executionArn!) } };
  }
  return { overtaken: false, stoppedAt };
}

/** Events arrive in any order. CloudFormation dates them by the second, in which it may give up a creation and send the deletion. */
function isSentAfter(one: Request, other: Request): boolean {
  return one.issued > other.issued || (one.issued === other.issued && one.requestType !== 'Create' && other.requestType === 'Create');
}

async function inputOf(env: Environment, { executionArn }: ExecutionListItem): Promise<Request> {
  return JSON.parse((await env.sfn().send(new DescribeExecutionCommand({ executionArn }))).input!) as Request;
}

/** What an earlier request for a resource remembered last, by the physical id that it was to bring about. */
export async function recall(env: Environment, owner: Owner, id: string, requestId?: string): Promise<MadeBy | undefined> {
  for await (const execution of executions(env, owner)) {
    if (execution.name!.startsWith(prefixOf(owner, 'Delete'))) continue;
    const made = await inputOf(env, execution);
    if (made.id !== id || (requestId !== undefined && made.requestId !== requestId)) continue;
    return { requestId: made.requestId, replacementKey: made.replacementKey, checkpoint: await memoOf(env, execution.executionArn!) };
  }
  return undefined;
}

/** What an execution had remembered when it last waited, and when the step began of which it cannot remember the outcome. */
async function memoOf(env: Environment, executionArn: string): Promise<Record<string, unknown>> {
  const { events } = await env.sfn().send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 100 }));
  const exits = (events ?? []).flatMap(({ type, timestamp, stateExitedEventDetails: exit }) => {
    if (exit?.output === undefined) return [];
    return [{ waited: type === 'WaitStateExited', at: timestamp, state: JSON.parse(exit.output) as Partial<Request> & object }];
  });
  const last = exits.find(({ state }) => state.checkpoint !== undefined);
  if (!last) return {};
  const unfinished = !last.state.answer && (last.waited || 'crash' in last.state);
  return { ...last.state.checkpoint, ...(unfinished && { [INTERRUPTED]: exits.find(({ waited }) => waited)?.at?.getTime() }) };
}

/** Executions for the same resource, the latest first. */
async function* executions(env: Environment, owner: Owner): AsyncGenerator<ExecutionListItem> {
  let nextToken: string | undefined;
  do {
    const page = await env.sfn().send(new ListExecutionsCommand({ stateMachineArn: env.waiterArn, maxResults: 1000, nextToken }));
    for (const execution of page.executions ?? []) {
      if (execution.name!.startsWith(subjectOf(owner))) yield execution;
    }
    nextToken = page.nextToken;
  } while (nextToken);
}

/** At most 80 characters, and each part can be told from the whole. */
function nameOf(request: Request): string {
  const id = /^[A-Za-z0-9-]{1,36}$/.test(request.requestId) ? request.requestId : hash(36, request.requestId);
  return `${prefixOf(request, request.requestType)}${id}${request.restarted ? '-2' : ''}`;
}

function arnOf(env: Environment, request: Request): string {
  return `${env.waiterArn.replace(':stateMachine:', ':execution:')}:${nameOf(request)}`;
}

function prefixOf(owner: Owner, requestType: RequestType): string {
  return `${subjectOf(owner)}-${requestType}-`;
}

function subjectOf(owner: Owner): string {
  return hash(32, [owner.stackId, owner.logicalId]);
}
