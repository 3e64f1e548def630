import { FAILED_ID, Request, Values, accept, addressee } from './accept';
import { checkStack, isResponseUrl } from './checks';
import { respond } from './respond';
import { TerminalError, describe } from '../../aws/errors';
import { isOvertaken, phaseOf, restart, start } from '../engine/executions';
import { Crash, Done, begin, fail, giveUp, step } from '../engine/step';
import { Environment, InvocationContext } from '../environment';

/** Milliseconds after which an event is so late that a later one may have been carried out before it. */
const LATE = 5_000;

/** Milliseconds of an invocation that are kept for its end. */
const MARGIN = 10_000;

/** Milliseconds after which an event has been delivered for the last time: after a failure Lambda waits for one minute, and then for two. */
const LAST_DELIVERY = 175_000;

/** It is not this request's turn: a later delivery, or nobody, has to make its calls. */
class TooEarly extends Error {}

/** A request under way, as the state machine hands it over. */
interface Step {
  readonly request: Request & { readonly crash?: Crash };
  /** How often this step has crashed. */
  readonly retries: number;
}

/** The function: CloudFormation calls it with events, the state machine with requests under way. */
export function createHandler(env: Environment) {
  return async (input: unknown, context: InvocationContext): Promise<Request | Done | undefined> => {
    if (isStep(input)) {
      const { crash, ...request } = input.request;
      return crash ? giveUp(env, request, crash) : step(env, { ...request, retries: input.retries });
    }
    await receive(env, (input ?? {}) as Values, context);
    return undefined;
  };
}

function isStep(input: unknown): input is Step {
  return typeof input === 'object' && input !== null && 'retries' in input;
}

async function receive(env: Environment, event: Values, context: InvocationContext): Promise<void> {
  const to = addressee(event);
  if (!isResponseUrl(to.responseUrl, env.testResponseHost)) {
    env.log({ notice: 'an event without a ResponseURL of AWS\'s is not answered', requestId: to.requestId });
    return;
  }
  let request: Request;
  try {
    checkStack(event.StackId, env.stackId);
    request = accept(event, context.invokedFunctionArn, env.clock.now());
  } catch (error) {
    return decline(env, event, error);
  }
  try {
    await patiently(env, context, () => handOver(env, request, event.ResourceProperties as Values));
  } catch (error) {
    // another try would end the same
    if (error instanceof TerminalError) return decline(env, event, error);
    if (!hasSecrets(request) || request.since < request.issued + LAST_DELIVERY) throw error;
    if (error instanceof TooEarly) return;
    fail(request, 'make', `the request could not be begun: ${(error as Error).message}`, env.clock.now());
    await patiently(env, context, () => restart(env, request));
  }
}

/** Answers what was not begun. */
async function decline(env: Environment, event: Values, error: unknown): Promise<void> {
  const to = addressee(event);
  const id = typeof event.PhysicalResourceId === 'string' && event.PhysicalResourceId ? event.PhysicalResourceId : `${FAILED_ID}${to.requestId}`;
  const nothingMade = event.RequestType === 'Delete' && id.startsWith(FAILED_ID);
  const reason = error instanceof TerminalError ? error.message : `the event cannot be read: ${describe(error)}`;
  await respond(env, to, { Status: nothingMade ? 'SUCCESS' : 'FAILED', PhysicalResourceId: id, Reason: reason });
}

async function handOver(env: Environment, request: Request, given: Values): Promise<void> {
  if (env.clock.now() > request.issued + LATE && await isOvertaken(env, request)) {
    env.log({ notice: 'a later request has come first', requestId: request.requestId, logicalId: request.logicalId });
    return;
  }
  await start(env, request);
  if (hasSecrets(request)) await makeHere(env, request, given);
}

/** Makes the calls that the state machine cannot, while it waits for what comes of them. It is told first, so that it can be stopped. */
async function makeHere(env: Environment, request: Request, given: Values): Promise<void> {
  const phase = await phaseOf(env, request);
  if (phase === undefined) return;
  if (phase !== 'make') throw new TooEarly(`the state machine is at ${phase}`);
  await begin(env, request, given);
  if (request.failure !== undefined) await restart(env, request);
}

/** Whether calls are to be made here, with what must not travel. */
function hasSecrets({ withheld, requestType, relay }: Request): boolean {
  return withheld.length > 0 && requestType !== 'Delete' && !relay;
}

/** Repeats until it works, or until Lambda has to begin anew: it delivers a failed event twice more, minutes apart. */
async function patiently(env: Environment, context: InvocationContext, action: () => Promise<void>): Promise<void> {
  for (let pause = 500; ; pause *= 2) {
    try {
      return await action();
    } catch (error) {
      if (error instanceof TerminalError || context.getRemainingTimeInMillis() < MARGIN + pause * 2) throw error;
      await env.clock.sleep(pause * (0.5 + env.random()));
    }
  }
}
