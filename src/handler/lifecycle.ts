import { FUNCTION_TIMEOUT, PROGRESS } from './contract';
import { Environment } from './environment';
import { Refusal, describe, isBusy, isDenied, isTransient } from './errors';
import { Job, KIND_OF, Progress } from './kinds';
import { FAILED_ID, Phase, Request, Values } from './request';
import { Answer, Data, respond } from './respond';
import { nextWait } from './wait';
import { halt } from './waiter';

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
  while (request.phases.length > 0) {
    const phase = request.phases[0];
    const progress = await attempt(env, request, phase);
    if ('waiting' in progress) {
      const limit = phase === 'undo' ? request.answerBy : request.deadline;
      const now = env.clock.now();
      if (now < limit) return pause(env, request, progress.waiting, limit);
      if (phase === 'make' && request.continued) return conclude(request, {});
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

/** Answers a request whose steps have kept crashing. */
export async function giveUp(env: Environment, request: Request, crash: Crash): Promise<Done> {
  request.failure ??= `the handler kept failing${request.note && ` while waiting for ${request.note}`}: ${crash.Error} ${crash.Cause ?? ''}. `
    + 'its log group tells more; deploy again when the cause is mended';
  return give(env, request, request.answer ?? conclude(request, {}).answer);
}

type Attempt = Progress | { readonly failed: string };

async function attempt(env: Environment, request: Request, phase: Phase, props: Values = request.props): Promise<Attempt> {
  try {
    return await PHASES[phase](env, request, props);
  } catch (error) {
    if (error instanceof Refusal) return { failed: error.message };
    const arriving = isDenied(error) && env.clock.now() < request.issued + PERMISSIONS_ARRIVE;
    if (arriving || isTransient(error) || isBusy(error)) return { waiting: `${request.id} (last trouble: ${describe(error)})` };
    return { failed: describe(error) };
  }
}

const PHASES: Record<Phase, (env: Environment, request: Request, props: Values) => Promise<Progress>> = {
  async fence(env, request) {
    const { stopped, predecessor } = await halt(env, request);
    const now = env.clock.now();
    if (stopped) request.memo.stoppedAt = now;
    if (request.memo.stoppedAt && now < (request.memo.stoppedAt as number) + INVOCATION_ENDS) return { waiting: 'an abandoned request to end' };
    if (!predecessor) {
      const mayAppear = request.requestType === 'Delete' && now < request.since + PREDECESSOR_APPEARS;
      return mayAppear ? { waiting: 'an abandoned request to appear' } : { done: {} };
    }
    // had CloudFormation heard of what the predecessor made, it would know it by that id
    const unheard = predecessor.id !== request.previousId
      && (request.requestType === 'Update' || predecessor.requestType === 'Create' || !predecessor.succeeded);
    if (unheard) request.leftover = predecessor;
    return { done: {} };
  },

  async tidy(env, request) {
    return request.leftover ? KIND_OF[request.type].remove(job(env, request), request.leftover.id, request.leftover) : { done: {} };
  },

  async make(env, request, props) {
    const kind = KIND_OF[request.type];
    const about = job(env, request, props);
    return request.relay ? kind.watch(about) : kind.make(about);
  },

  async remove(env, request) {
    return KIND_OF[request.type].remove(job(env, request), request.id);
  },

  async undo(env, request) {
    return KIND_OF[request.type].remove(job(env, request), request.id, request.relay ? undefined : request);
  },
};

function job(env: Environment, request: Request, props: Values = request.props): Job<never> {
  return {
    env,
    request,
    owner: { stackId: request.stackId, logicalId: request.maker, requestId: request.requestId },
    props: props as never,
    lightsail: env.lightsail(),
  };
}

function next(env: Environment, request: Request, phases: Phase[]) {
  request.phases = phases;
  request.since = env.clock.now();
}

/** What was begun is removed again before the failure is told. A relay has begun nothing; its subject goes if this is its first wait. */
function fail(request: Request, phase: Phase, failure: string, now: number) {
  request.failure = request.failure ? `${request.failure}. ${request.id} was to be removed again: ${failure}` : failure;
  request.phases = phase === 'make' && !(request.relay && request.id === request.previousId) ? ['undo'] : [];
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

function pause(env: Environment, request: Request, waiting: string, limit: number): Request {
  const now = env.clock.now();
  const rest = Math.ceil((limit - now) / 1000);
  request.wait = Math.max(1, Math.min(nextWait((now - request.since) / 1000, env.random()), rest));
  request.note = waiting;
  log(env, request, 'waiting', { seconds: request.wait });
  return request;
}

function conclude(request: Request, attributes: Data): Request & { readonly answer: Answer } {
  const wanted = Object.entries(attributes).filter(([name]) => request.attributes.includes(name));
  if (request.continued) wanted.push([PROGRESS, JSON.stringify(request.memo)]);
  const answer: Answer = request.failure === undefined
    ? { Status: 'SUCCESS', PhysicalResourceId: request.id, Data: Object.fromEntries(wanted) }
    : { Status: 'FAILED', PhysicalResourceId: request.previousId ?? `${FAILED_ID}${request.requestId}`, Reason: request.failure };
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
