/** One step of a request: it takes the lease, does what is missing, stores what came of it, and says how long to wait for the next one. */
import type { ClockState } from './clock';
import { Ledger, LedgerItem } from './ledger';
import { nextWait, retryWait } from './polling';
import { Pending, Progress, isPending } from './progress';
import { FAILED_ID, Phase, Request, Values, madeBy } from './request';
import { Run, Superseded } from './run';
import { PERMISSIONS_ARRIVE, TerminalError, describe, isBusy, isDenied, isThrottled, isTransient } from '../../aws/errors';
import { isWithoutLightsail, noLightsail, unresolvedRegion } from '../../aws/unresolved';
import { REQUEST_ID } from '../contract';
import type { Environment, InvocationContext } from '../environment';
import { Data, Outcome, respond } from '../events/respond';
import { HANDLERS } from '../resources';

/** Steps that may crash in a row. Each costs the rest of its lease. */
const MOST_CRASHES = 4;

/** Milliseconds after the end of a lease in which a call made within it may still be on its way. */
const LEASE_MARGIN = 5_000;

/** Share of a deletion's time after which the resource itself is removed before the orphans that are left. */
const ORPHANS_SHARE = 0.75;

/** Seconds for which an item is kept after its resource was deleted: Lambda may deliver an event for six hours. */
const TOMBSTONE = 25 * 3600;

/** Takes a request as far as it goes now: to its answer, or to the next wait. Every step can be repeated. */
export async function step(env: Environment, state: ClockState, invocation: InvocationContext): Promise<ClockState> {
  const ledger = new Ledger(env);
  const end = env.clock.now() + invocation.getRemainingTimeInMillis();
  const token = String(env.random());
  let blockedUntil = 0;
  const item = await ledger.update(state.resource, found => {
    const own = ownedBy(found, state);
    blockedUntil = found?.lease && found.lease.token !== token ? found.lease.until + LEASE_MARGIN : 0;
    if (!found || !own || own.outcome || env.clock.now() < blockedUntil) return undefined;
    // a lease that nobody gave back is that of a step which crashed
    const crashes = found.lease && found.lease.token !== token && own.begun ? own.crashes + 1 : own.crashes;
    return { ...found, lease: { token, until: end }, requests: { ...found.requests, [own.requestId]: { ...own, begun: true, crashes } } };
  });
  const request = ownedBy(item, state);
  if (!item || !request) return superseded(env, state);
  if (request.outcome) return send(env, ledger, state, request);
  if (item.lease?.token !== token) {
    const now = env.clock.now();
    // to answer, nothing is changed that another step could be changing
    if (now >= request.answerBy) {
      const answered = isHandedOver(request) ? withOutcome(request, {}) : failed(request, overdue(request, 'the step before to end', now));
      return storeOutcome(env, ledger, state, answered);
    }
    return wait(state, Math.min(blockedUntil, request.answerBy) - now);
  }
  const run = new Run(env, ledger, item, request, { token, until: end });
  if (request.crashes > MOST_CRASHES) return afterCrashes(env, ledger, state, request, run);
  try {
    return await advance(env, ledger, state, run);
  } catch (error) {
    if (error instanceof Superseded) return superseded(env, state);
    throw error;
  }
}

/** Steps have kept failing: what was made is removed again, or, where that keeps failing too, the answer says what is left. */
export async function giveUp(env: Environment, state: ClockState): Promise<ClockState> {
  const ledger = new Ledger(env);
  const request = ownedBy(await ledger.read(state.resource), state);
  if (!request) return superseded(env, state);
  if (request.outcome) return send(env, ledger, state, request);
  return afterCrashes(env, ledger, state, request);
}

async function afterCrashes(env: Environment, ledger: Ledger, state: ClockState, request: Request, run?: Run): Promise<ClockState> {
  const again = request.failure !== undefined;
  fail(request, request.phases[0], again
    ? `the function kept failing: look for ${request.id} in Lightsail, and remove what is left`
    : 'the function kept failing: its log group tells more. deploy again when the cause is mended', env.clock.now());
  request.crashes = 0;
  if (again || request.phases.length === 0) return storeOutcome(env, ledger, state, withOutcome(request, {}), run);
  await (run ? run.store() : store(ledger, request));
  return wait(state, 1000);
}

/** Through the phases, until there is something to wait for. */
async function advance(env: Environment, ledger: Ledger, state: ClockState, run: Run): Promise<ClockState> {
  const { request } = run;
  while (request.phases.length > 0) {
    const [phase] = request.phases;
    const progress = await attempt(env, run, phase);
    const now = env.clock.now();
    if ('done' in progress) {
      if (phase === 'reconcile') finish(request, progress, now);
      request.phases = request.phases.slice(1);
      request.since = now;
      if (request.phases.length === 0) return storeOutcome(env, ledger, state, withOutcome(request, progress.done), run);
      continue;
    }
    const limit = limitOf(request);
    if (isPending(progress) && now < limit) return pause(env, state, run, progress, limit);
    if (request.phases[1] === 'remove') {
      // what cannot be removed of an earlier request does not keep the resource itself
      request.phases = ['remove', 'removeOrphans'];
      request.since = now;
      continue;
    }
    if (isPending(progress) && isHandedOver(request)) return storeOutcome(env, ledger, state, withOutcome(request, {}), run);
    await failAhead(run, phase, isPending(progress) ? overdue(request, progress.pending, now) : progress.failed, now);
  }
  return storeOutcome(env, ledger, state, withOutcome(request, {}), run);
}

/** Whether a wait resource goes on with what the time is up for. */
function isHandedOver({ continued, begun, phases: [phase] }: Request): boolean {
  return continued && begun && phase === 'reconcile';
}

/** An error that passes. */
interface Transient extends Pending {
  readonly transient: true;
  /** The service has more to do than it can. */
  readonly throttled: boolean;
}

type Attempt = Progress | { readonly failed: string } | Transient;

async function attempt(env: Environment, run: Run, phase: Phase): Promise<Attempt> {
  const { request } = run;
  try {
    const progress = await PHASES[phase](run);
    request.unresolvedSince = undefined;
    return progress;
  } catch (error) {
    if (error instanceof Superseded) throw error;
    if (error instanceof TerminalError) return { failed: run.hide(error.message) };
    const region = unresolvedRegion(error);
    if (region) request.unresolvedSince ??= env.clock.now();
    if (region && isWithoutLightsail(region, env.clock.now() - request.unresolvedSince!)) {
      if (phase === 'reconcile') return { failed: noLightsail(region).message };
      // nothing can have been made in it, but what was there once
      if (!request.made?.complete) return { done: {} };
    }
    const arriving = isDenied(error) && env.clock.now() < request.issued + PERMISSIONS_ARRIVE;
    const told = run.hide(describe(error));
    const subject = phase === 'removeOrphans' ? run.orphans()[0] ?? request : request;
    if (arriving || isTransient(error) || isBusy(error)) {
      return { pending: `${subject.id} (last error: ${told})`, transient: true, throttled: isThrottled(error) };
    }
    return { failed: told };
  }
}

const PHASES: Record<Phase, (run: Run) => Promise<Progress>> = {
  async removeOrphans(run) {
    for (const orphan of run.orphans()) {
      const progress = await HANDLERS[orphan.type].remove(run.contextFor(orphan), orphan.id, madeBy(orphan));
      if (isPending(progress)) return progress;
      run.forget(orphan);
    }
    return { done: {} };
  },

  reconcile: run => HANDLERS[run.request.type].reconcile(run.context()),

  async remove(run) {
    const { type, id, made, props } = run.request;
    if (!isRetained(props)) return HANDLERS[type].remove(run.context(), id);
    // what was kept earlier, and only taken up again, stays
    return made ? HANDLERS[type].remove(run.context(), id, made) : { done: {} };
  },

  rollBack: run => HANDLERS[run.request.type].remove(run.context(), run.request.id, madeBy(run.request)),
};

/** CloudFormation has something removed that is to be kept only when it rolls back the request that made it. */
function isRetained({ Retain }: Values): boolean {
  return String(Retain) === 'true';
}

function finish(request: Request, { id }: { readonly id?: string }, now: number) {
  if (id !== undefined) request.id = id;
  if (request.id !== request.previousId) request.took = request.waitedBefore + (now - request.issued) / 1000;
}

/** Until when a phase may wait. */
function limitOf({ phases: [phase, next], issued, deadline, answerBy }: Request): number {
  if (phase === 'reconcile') return deadline;
  return next === 'remove' ? issued + (answerBy - issued) * ORPHANS_SHARE : answerBy;
}

/** What was begun is removed again before the failure is told. What a wait resource waits for was confirmed, so that CloudFormation removes it. */
function fail(request: Request, phase: Phase | undefined, failure: string, now: number) {
  const again = phase === 'rollBack' ? ' again' : '';
  request.failure = request.failure ? `${request.failure}. ${request.id} was to be removed${again}: ${failure}` : failure;
  request.phases = phase === 'reconcile' && !request.isWait ? ['rollBack'] : [];
  request.since = now;
}

/** The failure stands before anything is removed: after a crash, what was removed is not made anew. */
async function failAhead(run: Run, phase: Phase, failure: string, now: number): Promise<void> {
  fail(run.request, phase, failure, now);
  if (run.request.phases.length === 0) return;
  try {
    await run.writeAhead();
  } catch (error) {
    // what came of the step's calls is known to whoever owns the resource by now
    await run.store();
    throw error;
  }
}

function overdue(request: Request, pending: string, now: number): string {
  const seconds = request.waitedBefore + Math.round((now - request.issued) / 1000);
  const advice = request.phases[0] === 'reconcile' ? 'give `timeout` more time if this is what it takes' : 'try again when it has come to an end';
  return `gave up after ${inWords(seconds)} of waiting for ${pending}. ${advice}`;
}

function inWords(seconds: number): string {
  const parts = [[Math.floor(seconds / 3600), 'h'], [Math.floor(seconds / 60) % 60, 'min'], [seconds % 60, 's']];
  return parts.filter(([count]) => count).map(part => part.join(' ')).join(' ') || '0 s';
}

async function pause(
  env: Environment, state: ClockState, run: Run, { pending, soon, ...error }: Pending & Partial<Transient>, limit: number,
): Promise<ClockState> {
  const { request } = run;
  const now = env.clock.now();
  const { transient = false, throttled = false } = error;
  request.failuresInARow = transient ? request.failuresInARow + 1 : 0;
  request.slowed ||= throttled;
  request.waitingFor = pending;
  const { before, slowed, phases: [phase] } = request;
  const waited = { phase, seconds: (now - request.since) / 1000, before, slowed };
  const seconds = transient ? retryWait(request.failuresInARow, env.random()) : nextWait(waited, env.random());
  if (!await run.store()) return superseded(env, state);
  log(env, request, 'waiting', { phase, seconds: soon ? 1 : seconds });
  return wait(state, Math.min(soon ? 1000 : seconds * 1000, limit - now));
}

function wait(state: ClockState, milliseconds: number): ClockState {
  return { ...state, status: 'WAITING', seconds: Math.max(1, Math.ceil(milliseconds / 1000)) };
}

function failed(request: Request, failure: string): Request {
  request.failure = failure;
  return withOutcome(request, {});
}

/** The answer, and that there is nothing left to do. */
function withOutcome(request: Request, attributes: Data): Request {
  const wanted = Object.entries(attributes).filter(([name]) => request.attributes.includes(name));
  // wait resources behind this one find the request by it, and are called whenever it is another one
  if (request.continued && request.requestType !== 'Delete') wanted.push([REQUEST_ID, request.creatorRequestId]);
  request.outcome = request.failure === undefined
    ? { Status: 'SUCCESS', PhysicalResourceId: request.id, Data: Object.fromEntries(wanted) }
    : { Status: 'FAILED', PhysicalResourceId: request.previousId ?? `${FAILED_ID}${request.requestId}`, Reason: request.failure };
  return request;
}

/** The outcome stands before the answer is given: whoever gives it again gives the same. */
async function storeOutcome(env: Environment, ledger: Ledger, state: ClockState, request: Request, run?: Run): Promise<ClockState> {
  const stored = await (run ? run.store() : store(ledger, request));
  return stored ? send(env, ledger, state, stored) : superseded(env, state);
}

/** Stores an outcome without a lease, unless there is one. */
async function store(ledger: Ledger, request: Request): Promise<Request | undefined> {
  const item = await ledger.update(request.logicalId, found => {
    const own = found?.owner.requestId === request.requestId ? found.requests[request.requestId] : undefined;
    if (!found || !own || own.outcome) return undefined;
    const { phases, since, crashes, failure, outcome } = request;
    return { ...found, requests: { ...found.requests, [request.requestId]: { ...own, phases, since, crashes, failure, outcome } } };
  });
  return item?.owner.requestId === request.requestId ? item.requests[request.requestId] : undefined;
}

async function send(env: Environment, ledger: Ledger, state: ClockState, request: Request): Promise<ClockState> {
  const { outcome, logicalId, creatorRequestId, secretNames } = request;
  if (request.responseUrl) {
    await respond(env, request, outcome as Outcome);
    log(env, request, outcome!.Status);
    if (secretNames.length > 0 && !request.continued) await ledger.eraseSecrets(logicalId, creatorRequestId, env.clock.now() + TOMBSTONE * 1000);
    await ledger.update(logicalId, item => (ownedBy(item, state) ? afterResponse(item!, request, env.clock.now()) : undefined));
  }
  return { ...state, status: outcome!.Status, seconds: 0 };
}

/** The item when a request has been answered: without its address, and without all that a deleted resource leaves. */
function afterResponse(item: LedgerItem, request: Request, now: number): LedgerItem {
  const { [request.requestId]: own, ...rest } = item.requests;
  const isGone = request.requestType === 'Delete' && request.outcome?.Status === 'SUCCESS';
  const others = Object.fromEntries(Object.entries(rest).filter(([, { id }]) => !isGone || id !== request.id));
  if (!isGone) return { ...item, requests: { ...others, [request.requestId]: { ...own, responseUrl: '' } } };
  return Object.keys(others).length > 0 ? { ...item, requests: others } : { ...item, requests: {}, expires: Math.ceil(now / 1000) + TOMBSTONE };
}

/** The request of an execution, while it is its turn. */
function ownedBy(item: LedgerItem | undefined, { request }: ClockState): Request | undefined {
  return item?.owner.requestId === request ? item.requests[request] : undefined;
}

/** CloudFormation has since asked for something else, and listens to this request no more. */
function superseded(env: Environment, state: ClockState): ClockState {
  env.log({ level: 'INFO', message: 'superseded', request_id: state.request, logical_id: state.resource });
  return { ...state, status: 'SUPERSEDED', seconds: 0 };
}

/** Neither names nor reasons: they may hold what the user gave. */
function log(env: Environment, request: Request, message: string, more: Record<string, unknown> = {}) {
  const { type, requestType, requestId, answersFor } = request;
  env.log({ level: 'INFO', message, resource_type: type, request_type: requestType, request_id: requestId, logical_id: answersFor, ...more });
}
