/** The function: CloudFormation calls it with events, the clock with the ids of requests under way. */
import { accept, responseTarget } from './accept';
import { checkStack, isResponseUrl } from './checks';
import { Outcome, respond } from './respond';
import { secretsExpire } from './secrets';
import { PERMISSIONS_ARRIVE, TerminalError, describe, isDenied, isTransient } from '../../aws/errors';
import { ClockState, startClock } from '../engine/clock';
import { Ledger } from '../engine/ledger';
import { FAILED_ID, NOT_BEGUN_ID, Request, Values } from '../engine/request';
import { giveUp, step } from '../engine/step';
import { takeOver } from '../engine/takeover';
import type { Environment, InvocationContext } from '../environment';

/** Milliseconds of an invocation that are kept for its end. */
const MARGIN = 10_000;

/** Milliseconds after which a request of which no step has begun is answered: Lambda delivers an event that failed after one minute, and after two. */
const NEVER_BEGAN = 200_000;

/** Milliseconds for which an event's invocation waits for the first step. */
const FIRST_STEP = 25_000;

/** What the state machine hands over. */
interface ClockInput {
  readonly clock: ClockState;
  /** Steps have kept failing. */
  readonly gaveUp: boolean;
}

export function createHandler(env: Environment) {
  return async (input: unknown, invocation: InvocationContext): Promise<ClockState | undefined> => {
    try {
      if (isClock(input)) return await (input.gaveUp ? giveUp : step)(env, input.clock, invocation);
      await receive(env, (input ?? {}) as Values, invocation);
      return undefined;
    } catch (error) {
      const { resource, request } = isClock(input) ? input.clock : { resource: undefined, request: undefined };
      env.log({ level: 'ERROR', message: 'the invocation failed', error_type: (error as Error).name, request_id: request, logical_id: resource });
      // what is thrown stands in the history of an execution, or in a log: a fixed text, which holds nothing that the user gave
      throw Object.assign(new Error('the invocation failed, and is repeated'), { name: 'InvocationFailed' });
    }
  };
}

function isClock(input: unknown): input is ClockInput {
  return typeof input === 'object' && input !== null && 'clock' in input;
}

async function receive(env: Environment, event: Values, invocation: InvocationContext): Promise<void> {
  const to = responseTarget(event);
  if (!isResponseUrl(to.responseUrl, env.testResponseHost)) {
    env.log({ level: 'ERROR', message: 'an event without a ResponseURL of AWS\'s is not answered', request_id: to.requestId });
    return;
  }
  let request: ReturnType<typeof accept>;
  try {
    checkStack(event.StackId, env.stackId);
    request = accept(event, env.clock.now());
  } catch (error) {
    return respondFailed(env, event, error instanceof TerminalError ? error.message : `the event cannot be read: ${describe(error)}`);
  }
  // a wait resource made nothing, and neither did a request of which no step began
  if (request.requestType === 'Delete' && (request.isWait || await neverBegan(env, request))) {
    await respond(env, to, { Status: 'SUCCESS', PhysicalResourceId: request.id });
    return;
  }
  try {
    await retryUntilDeadline(env, request, invocation, () => handOver(env, request, invocation));
  } catch (error) {
    if (error instanceof TerminalError) return respondFailed(env, event, error.message);
    // the clock was started, so that a step may still begin: the next delivery decides
    if (error instanceof NotBegun) throw error;
    const late = env.clock.now() > request.issued + NEVER_BEGAN;
    if (!late && !(isFinal(error) && env.clock.now() > request.issued + PERMISSIONS_ARRIVE)) throw error;
    await respondFailed(env, event, `the request cannot be handed over: ${describe(error)}. mend that (SECURITY.md lists what the roles must be allowed `
      + 'to do), and deploy again');
  }
}

/** Answers FAILED what was not begun. */
async function respondFailed(env: Environment, event: Values, reason: string): Promise<void> {
  const to = responseTarget(event);
  const id = typeof event.PhysicalResourceId === 'string' ? event.PhysicalResourceId : '';
  // a creation that failed was rolled back, or its reason named what is left: its deletion must not fail for want of a ledger
  const isOfFailed = event.RequestType === 'Delete' && [FAILED_ID, NOT_BEGUN_ID].some(prefix => id.startsWith(prefix));
  await respond(env, to, { Status: isOfFailed ? 'SUCCESS' : 'FAILED', PhysicalResourceId: id || `${NOT_BEGUN_ID}${to.requestId}`, Reason: reason });
}

/** Takes over the resource and starts the clock. Done when a step has begun: from then on the clock sees to the answer. */
async function handOver(env: Environment, request: ReturnType<typeof accept>, invocation: InvocationContext): Promise<void> {
  const { secrets, ...entry } = request;
  const ledger = new Ledger(env);
  const { logicalId, requestId } = entry;
  const logLate = () => env.log({ level: 'INFO', message: 'a later request has come first', request_id: requestId, logical_id: logicalId });
  let late = false;
  let superseded: Request | undefined;
  const item = await ledger.update(logicalId, found => {
    const takeover = takeOver(found, entry, env.clock.now());
    late = takeover.as === 'late';
    superseded = takeover.as === 'owner' ? found?.requests[found.owner.requestId] : undefined;
    return takeover.as === 'owner' ? takeover.item : undefined;
  });
  const own = item?.requests[requestId];
  if (late || !item || !own || item.owner.requestId !== requestId) return logLate();
  if (item.unreadable !== undefined) {
    env.log({ level: 'WARN', message: 'another version of the library left an entry that this one cannot read; it was kept', logical_id: logicalId });
  }
  // nobody goes on with what another request began
  if (superseded?.secretNames.length && superseded.creatorRequestId !== own.creatorRequestId) {
    await ledger.eraseSecrets(logicalId, superseded.creatorRequestId, secretsExpire(superseded));
  }
  if (own.begun || own.outcome) return;
  if (entry.secretNames.length > 0) await ledger.keepSecrets(logicalId, own.creatorRequestId, secrets, secretsExpire(entry));
  await startClock(env, invocation.invokedFunctionArn, entry);
  await firstStep(env, ledger, entry, invocation);
}

/** Waits until the clock has called. If it never does, nobody but this event's deliveries knows where to answer. */
async function firstStep(env: Environment, ledger: Ledger, request: Request, invocation: InvocationContext): Promise<void> {
  const until = env.clock.now() + FIRST_STEP;
  for (let pause = 500; env.clock.now() + pause < until && invocation.getRemainingTimeInMillis() > MARGIN + pause; pause *= 1.5) {
    await env.clock.sleep(pause);
    const item = await ledger.read(request.logicalId);
    const own = item?.requests[request.requestId];
    if (!own || own.begun || own.outcome || item!.owner.requestId !== request.requestId) return;
  }
  if (env.clock.now() > request.issued + NEVER_BEGAN) await failNeverBegun(ledger, request);
  throw new NotBegun();
}

/** Whether what is to be deleted was answered FAILED without a step, and none has begun since. */
async function neverBegan(env: Environment, { id, logicalId }: Request): Promise<boolean> {
  if (!id.startsWith(NOT_BEGUN_ID)) return false;
  const outcome = { Status: 'FAILED', PhysicalResourceId: id } as const;
  try {
    return await endUnlessBegun(new Ledger(env), logicalId, id.slice(NOT_BEGUN_ID.length), outcome);
  } catch (error) {
    env.log({ level: 'WARN', message: 'the ledger cannot be read', error_type: (error as Error).name, logical_id: logicalId });
    return true;
  }
}

/** Decides an outcome in the ledger, so that a step which begins after all only ends. False where one has begun. */
async function endUnlessBegun(ledger: Ledger, logicalId: string, requestId: string, outcome: Outcome): Promise<boolean> {
  const item = await ledger.update(logicalId, found => {
    const own = found?.requests[requestId];
    return found && own && !own.begun && !own.outcome ? { ...found, requests: { ...found.requests, [requestId]: { ...own, outcome, responseUrl: '' } } } : undefined;
  });
  return !item?.requests[requestId]?.begun;
}

/** Fails what no step has begun. One that begins after all only ends. */
async function failNeverBegun(ledger: Ledger, { logicalId, requestId, previousId }: Request): Promise<void> {
  const failure = new TerminalError('the state machine that waits was started and has not called the function. see its latest executions for the cause: most often its role '
    + 'may not invoke the function (a permissions boundary or a service control policy must allow lambda:InvokeFunction). mend that, and deploy again');
  const outcome = { Status: 'FAILED', PhysicalResourceId: previousId ?? `${NOT_BEGUN_ID}${requestId}`, Reason: failure.message } as const;
  if (await endUnlessBegun(ledger, logicalId, requestId, outcome)) throw failure;
}

class NotBegun extends Error {
  override readonly name = 'NotBegun';
}

/** What another try will not mend, once permissions have arrived. */
function isFinal(error: unknown): boolean {
  return isDenied(error) || !isTransient(error);
}

/** Repeats until it works, or until Lambda has to begin anew: it delivers a failed event twice more, minutes apart. */
async function retryUntilDeadline(env: Environment, request: Request, invocation: InvocationContext, action: () => Promise<void>): Promise<void> {
  for (let pause = 500; ; pause *= 2) {
    try {
      return await action();
    } catch (error) {
      const told = isFinal(error) && env.clock.now() > request.issued + PERMISSIONS_ARRIVE;
      const over = invocation.getRemainingTimeInMillis() < MARGIN + pause * 2;
      if (error instanceof TerminalError || error instanceof NotBegun || told || over) throw error;
      await env.clock.sleep(pause * (0.5 + env.random()));
    }
  }
}
