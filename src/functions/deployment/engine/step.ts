import { TerminalError, describe, isBusy, isDenied, isThrottled, isTransient } from '../../aws/errors';
import { hideSecrets } from '../../aws/text';
import { noLightsail, regionWithoutLightsail } from '../../aws/unresolved';
import { FUNCTION_TIMEOUT, PROGRESS } from '../contract';
import { Environment } from '../environment';
import { halt, recall } from './executions';
import { nextWait, retryWait } from './polling';
import { PassedOn, Phase, Request, Values, failedId } from '../events/accept';
import { Answer, Data, respond } from '../events/respond';
import { HandlerContext, HANDLERS, Progress } from '../resources';

/** Milliseconds for which a refused permission may be one that has not arrived yet. */
const PERMISSIONS_ARRIVE = 120_000;

/** Milliseconds for which an abandoned request may not be seen yet. */
const PREDECESSOR_APPEARS = 60_000;

/** Milliseconds that an invocation may still act after its execution was stopped. */
const INVOCATION_ENDS = (FUNCTION_TIMEOUT + 5) * 1000;

/** The end of an execution. */
export interface Done {
  readonly done: Answer['Status'];
}

/** What the state machine knows of a step that has kept crashing. */
export interface Crash {
  readonly Error?: string;
  readonly Cause?: string;
}

/** Takes a request as far as it goes now: to its answer, or to the next wait. Every step can be repeated. */
export async function step(env: Environment, request: Request): Promise<Request | Done> {
  if (request.answer) return give(env, request, request.answer);
  // what crashed may have made something, and the steps after this one would not know
  if (request.retries > 0) request.checkpoint.triedAt ??= request.issued;
  while (request.phases.length > 0) {
    const phase = request.phases[0];
    const progress = await attempt(env, request, () => PHASES[phase](env, request));
    if ('overtaken' in progress) {
      log(env, request, 'a later request has come first');
      return { done: 'FAILED' };
    }
    if ('waiting' in progress) {
      const limit = phase === 'undo' ? request.answerBy : request.deadline;
      const now = env.clock.now();
      if (now < limit) return pause(env, request, progress, limit);
      if (phase === 'make' && request.continued) return conclude(request, {}, false);
      fail(request, phase, overdue(request, phase, progress.waiting, now), now);
    } else if ('failed' in progress) {
      fail(request, phase, progress.failed, env.clock.now());
    } else if (request.phases.length === 1) {
      return conclude(request, progress.done);
    } else {
      next(env, request, request.phases.slice(1));
    }
  }
  return conclude(request, {});
}

/** Makes the calls that need what does not travel. Throws, to be called again, while that cannot be done yet. */
export async function begin(env: Environment, request: Request, given: Values): Promise<void> {
  const progress = await attempt(env, request, async () => HANDLERS[request.type].begin?.(context(env, request, given)) ?? { done: {} });
  // Lightsail may say what it was given
  const secrets = Object.fromEntries(request.withheld.filter(name => given[name]).map(name => [name, String(given[name])]));
  const hidden = (text: string) => hideSecrets(text, secrets);
  if ('failed' in progress) fail(request, 'make', hidden(progress.failed), env.clock.now());
  if ('waiting' in progress) throw new Error(`still waiting for ${hidden(progress.waiting)}`);
}

/** Answers a request whose steps have kept crashing. */
export async function giveUp(env: Environment, request: Request, crash: Crash): Promise<Done> {
  request.failure ??= `the handler kept failing${request.note && ` while waiting for ${request.note}`}: ${crash.Error} ${crash.Cause ?? ''}. `
    + 'its log group tells more; deploy again when the cause is mended';
  // what a step remembers goes with it: any that crashed may have made something
  request.checkpoint.triedAt ??= request.issued;
  return give(env, request, request.answer ?? conclude(request, {}).answer);
}

/** Nobody waits for the answer any more. */
interface Overtaken {
  readonly overtaken: true;
}

/** Still under way, or met with trouble that passes. */
interface Waiting {
  readonly waiting: string;
  readonly trouble?: boolean;
  /** The service has more to do than it can. */
  readonly throttled?: boolean;
}

type Attempt<P> = P | { readonly failed: string } | Waiting;

async function attempt<P>(env: Environment, request: Request, action: () => Promise<P>): Promise<Attempt<P>> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof TerminalError) return { failed: error.message };
    const region = regionWithoutLightsail(error, env.clock.now() - request.issued);
    if (region) return request.phases[0] === 'make' ? { failed: noLightsail(region).message } : NOTHING_TO_REMOVE as P;
    const subject = request.phases[0] === 'tidy' && request.leftover ? request.leftover.id : request.id;
    const arriving = isDenied(error) && env.clock.now() < request.issued + PERMISSIONS_ARRIVE;
    if (arriving || isTransient(error) || isBusy(error)) return { waiting: `${subject} (last trouble: ${describe(error)})`, trouble: true, throttled: isThrottled(error) };
    return { failed: describe(error) };
  }
}

/** Of a region in which nothing can have been made. */
const NOTHING_TO_REMOVE: Progress = { done: {} };

const PHASES: Record<Phase, (env: Environment, request: Request) => Promise<Progress | Overtaken>> = {
  async fence(env, request) {
    const now = env.clock.now();
    const ending = { waiting: 'an abandoned request to end' };
    const mayAct = () => now < (request.checkpoint.stoppedAt as number ?? -Infinity) + INVOCATION_ENDS;
    if (mayAct()) return ending;
    const { overtaken, stoppedAt, predecessor } = await halt(env, request);
    if (overtaken) return { overtaken };
    if (stoppedAt !== undefined) request.checkpoint.stoppedAt = stoppedAt;
    if (mayAct()) return ending;
    // the list of executions runs behind; what it does show may be the request before the abandoned one
    const missing = request.requestType === 'Delete' ? !predecessor : request.mayUndo && (!predecessor || predecessor.replacementKey === request.replacementKey);
    if (missing && now < request.since + PREDECESSOR_APPEARS) return { waiting: 'an abandoned request to appear' };
    if (!predecessor) return { done: {} };
    if (request.id !== request.previousId) request.before = predecessor.took;
    // had CloudFormation heard of what the predecessor made, it would know it by that id
    const unheard = predecessor.id !== request.previousId
      && (request.requestType === 'Update' || predecessor.requestType === 'Create' || !predecessor.succeeded);
    if (unheard) request.leftover = predecessor;
    return { done: {} };
  },

  async tidy(env, request) {
    return request.leftover ? HANDLERS[request.type].remove(context(env, request), request.leftover.id, request.leftover) : { done: {} };
  },

  async make(env, request) {
    const kind = HANDLERS[request.type];
    const about = context(env, request);
    return request.relay ? kind.watch(about) : kind.make(about);
  },

  async remove(env, request) {
    return HANDLERS[request.type].remove(context(env, request), request.id);
  },

  async undo(env, request) {
    const { changedBy, replacementKey, props, checkpoint } = request;
    const made = request.relay ? { requestId: changedBy, replacementKey, props, checkpoint } : request;
    return HANDLERS[request.type].remove(context(env, request), request.id, made);
  },
};

function context(env: Environment, request: Request, props: Values = request.props): HandlerContext<never> {
  const owner = { stackId: request.stackId, logicalId: request.maker, requestId: request.requestId };
  return {
    env,
    request,
    owner,
    props: props as never,
    lightsail: env.lightsail(),
    recall: (id, requestId) => recall(env, owner, id, requestId),
  };
}

function next(env: Environment, request: Request, phases: Phase[]) {
  request.phases = phases;
  request.since = env.clock.now();
}

/** What was begun is removed again before the failure is told. A wait resource rolls back only what the deployment that it belongs to made. */
export function fail(request: Request, phase: Phase, failure: string, now: number) {
  request.failure = request.failure ? `${request.failure}. ${request.id} was to be removed again: ${failure}` : failure;
  request.phases = phase === 'make' && !request.wasComplete ? ['undo'] : [];
  request.since = now;
}

function overdue(request: Request, phase: Phase, waiting: string, now: number): string {
  const seconds = request.waitedBefore + Math.round((now - request.issued) / 1000);
  const advice = phase === 'make' ? 'give `timeout` more time if this is what it takes' : 'try again when it has come to an end';
  return `gave up after ${inWords(seconds)} of waiting for ${waiting}. ${advice}`;
}

function inWords(seconds: number): string {
  const parts = [[Math.floor(seconds / 3600), 'h'], [Math.floor(seconds / 60) % 60, 'min'], [seconds % 60, 's']];
  return parts.filter(([count]) => count).map(part => part.join(' ')).join(' ') || '0 s';
}

function pause(env: Environment, request: Request, { waiting, trouble = false, throttled = false }: Waiting, limit: number): Request {
  const now = env.clock.now();
  const rest = Math.ceil((limit - now) / 1000);
  request.troubles = trouble ? request.troubles + 1 : 0;
  request.troubled ||= throttled;
  const { before, troubled, phases: [phase] } = request;
  const seconds = (now - request.since) / 1000;
  const wait = trouble ? retryWait(request.troubles, env.random()) : nextWait({ phase, seconds, before, troubled }, env.random());
  request.wait = Math.max(1, Math.min(wait, rest));
  request.note = waiting;
  log(env, request, 'waiting', { seconds: request.wait });
  return request;
}

function conclude(request: Request, attributes: Data, done = true): Request & { readonly answer: Answer } {
  const wanted = Object.entries(attributes).filter(([name]) => request.attributes.includes(name));
  if (request.continued && request.failure === undefined && request.requestType !== 'Delete') {
    const passedOn: PassedOn = { done, by: request.changedBy, checkpoint: done ? {} : request.checkpoint };
    wanted.push([PROGRESS, JSON.stringify(passedOn)]);
  }
  const answer: Answer = request.failure === undefined
    ? { Status: 'SUCCESS', PhysicalResourceId: request.id, Data: Object.fromEntries(wanted) }
    : { Status: 'FAILED', PhysicalResourceId: request.previousId ?? failedId(request), Reason: request.failure };
  return { ...request, answer, wait: 0 };
}

async function give(env: Environment, request: Request, answer: Answer): Promise<Done> {
  const status = await respond(env, request, answer);
  log(env, request, status);
  return { done: status };
}

/** Neither names nor reasons: they may hold what the user gave. */
function log(env: Environment, request: Request, outcome: string, more: Record<string, unknown> = {}) {
  const { type, requestType, requestId, logicalId, phases } = request;
  env.log({ notice: outcome, type, requestType, requestId, logicalId, phase: phases[0], ...more });
}
