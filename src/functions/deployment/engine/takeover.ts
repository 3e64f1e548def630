/** Whose turn it is: what an event that arrives makes of the ledger's item. Pure, and decided in one conditional write. */
import type { LedgerItem, Owner } from './ledger';
import { Request, isComplete, madeBy } from './request';
import { HANDLERS } from '../resources';

/** Request ids that are remembered. */
const MAX_SEEN = 8;

/** Milliseconds for which a Create of the same second, or without a date, may be the late one of what CloudFormation has deleted since. */
const LATE_CREATE = 600_000;

/** Milliseconds for which a request that did not come to its end is remembered beside later ones: a stack's longest wait, and as much again. */
const REMEMBERED = 24 * 3600_000;

/** Milliseconds after which CloudFormation listens to a request no more. */
const LONGEST_REQUEST = 3600_000;

export type Takeover =
  | { readonly as: 'owner'; readonly item: LedgerItem }
  /** The event has come before. */
  | { readonly as: 'duplicate'; readonly item: LedgerItem }
  /** CloudFormation has since asked for something else, or does not listen any more. */
  | { readonly as: 'late' };

export function takeOver(item: LedgerItem | undefined, accepted: Request, now: number): Takeover {
  const requests = Object.values(item?.requests ?? {});
  const request = { ...accepted, id: rememberedId(accepted, requests) };
  const { requestId, requestType, issued, dated } = request;
  if (item?.seen.includes(requestId)) return { as: 'duplicate', item };
  if (now > issued + LONGEST_REQUEST) return { as: 'late' };
  const owner: Owner = { requestId, requestType, id: request.id, issued: dated ? issued : undefined, receivedAt: now, first: isFirst(item, request) };
  const before = item?.requests[item.owner.requestId];
  // CloudFormation calls a wait resource when the one before it has been answered
  const continues = request.isWait && before?.creatorRequestId === request.creatorRequestId;
  if (item && !continues && !isLater(owner, item.owner)) return { as: 'late' };
  if (item && !continues && isGivenUp(item, request)) return { as: 'late' };
  const kept = requests.flatMap(one => keptOf(one, request, one === before, now));
  const made = requestType === 'Delete' ? madeOf(request.id, requests) : notRemoved(before, request);
  const answered = requests.find(one => one.id === request.id && (isComplete(one) || one.answered));
  const successor = { ...before ? succeeding(before, request) : request, answered: answered && answerOf(answered) };
  return {
    as: 'owner',
    item: {
      id: request.logicalId,
      owner,
      // whoever takes over waits for the step that it finds at work
      lease: item?.lease,
      seen: [...item?.seen ?? [], requestId].slice(-MAX_SEEN),
      requests: { ...Object.fromEntries(kept.map(one => [one.requestId, one])), [requestId]: { ...successor, ...made && { made } } },
      unreadable: item?.unreadable,
    },
  };
}

/** What an update is to find may have been found by a request before: a rollback goes back to that. */
function rememberedId({ requestType, isWait, type, id, replacementKey, props, ...owner }: Request, requests: readonly Request[]): string {
  if (requestType !== 'Update' || isWait) return id;
  const standsFor = (known: string) => HANDLERS[type].id(owner, replacementKey, props as never, known) === known;
  return requests.find(one => isComplete(one) && standsFor(one.id))?.id ?? id;
}

/** Nothing is known of a resource, but that one of another id was deleted, or that a deletion found nothing. */
function isFirst(item: LedgerItem | undefined, { id }: Request): boolean {
  if (item === undefined) return true;
  const { owner, expires } = item;
  return (expires !== undefined && owner.id !== id) || (owner.requestType === 'Delete' && owner.first);
}

/** Events arrive in any order. CloudFormation dates them by the second, in which it may give up a creation and send the deletion. */
function isLater(one: Owner, other: Owner): boolean {
  if (one.issued !== undefined && other.issued !== undefined && one.issued !== other.issued) return one.issued > other.issued;
  if (one.requestType !== 'Create') return true;
  if (other.requestType === 'Create') return true;
  // a Create behind a deletion that found nothing is the one that the deletion was for, come late
  return other.requestType === 'Delete' && (!other.first || one.receivedAt > other.receivedAt + LATE_CREATE);
}

/** Whether CloudFormation has since given up what it had asked for. Events without a date come in any order, and what they name tells. */
function isGivenUp({ owner, requests, expires }: LedgerItem, { requestType, isWait, id, previousId, creatorRequestId, dated }: Request): boolean {
  // what it has asked to be deleted it neither updates nor waits for
  if (requestType !== 'Delete' && owner.requestType === 'Delete' && owner.id === (isWait ? id : previousId)) return true;
  if (!isWait) return false;
  if (expires !== undefined) return true;
  if (dated || !requests[owner.requestId]) return false;
  // a wait resource is created right after the request that it names, and updated for that one or, in a rollback, for one that was complete
  const named = Object.values(requests).find(one => one.creatorRequestId === creatorRequestId);
  return requestType === 'Create' || (named !== undefined && !isComplete(named));
}

/** What made the thing that is to be deleted. A deletion that failed is the only one that still knows it. */
function madeOf(id: string, requests: readonly Request[]): Request['made'] {
  // an orphan may have the same id, and is removed by itself
  const [one] = requests.filter(request => request.id === id && !request.orphan).sort((a, b) => Number(a.requestType === 'Delete') - Number(b.requestType === 'Delete'));
  return one?.requestType === 'Delete' ? one.made : one && madeBy(one);
}

/** What CloudFormation has given up to have removed, and has created again under the same id. */
function notRemoved(before: Request | undefined, { requestType, type, id }: Request): Request['made'] {
  return HANDLERS[type].takesUp && requestType === 'Create' && before?.requestType === 'Delete' && before.id === id ? before.made : undefined;
}

/** Attributes of something, as they were when it was last well. */
function answerOf(one: Request): Request['answered'] {
  return isComplete(one) ? { ...one.answered, ...one.outcome?.Data } : one.answered;
}

/** Whether an earlier request stays beside the new one, and as what. */
function keptOf(one: Request, request: Request, isBefore: boolean, now: number): Request[] {
  if (one.requestType === 'Delete') return [];
  if (one.orphan) return [one];
  if (isBefore && isOrphan(one, request)) return [{ ...one, orphan: true, responseUrl: '' }];
  // what takes up where another stopped holds all that is known of it
  if (one.id === request.id || (request.isWait && one.creatorRequestId === request.creatorRequestId)) return [];
  // the clean-up after a replacement removes the old one, and what stands for the new one stays
  if (request.requestType === 'Delete') return [{ ...one, responseUrl: '' }];
  // should this be a rollback, what it rolls back is removed next, and this alone tells what that made
  if (isBefore || request.isWait || (isComplete(one) && one.id === request.previousId)) return [{ ...one, responseUrl: '' }];
  // CloudFormation knows it, and will have it removed: what is not tagged yet is found by this alone
  return isComplete(one) || wasRolledBack(one) || now > one.issued + REMEMBERED ? [] : [{ ...one, responseUrl: '' }];
}

/** Had CloudFormation heard of what the request before made, it would know it by that id. */
function isOrphan(before: Request, request: Request): boolean {
  if (before.requestType === 'Delete' || before.isWait || request.isWait || before.id === request.previousId) return false;
  // what a creation finds was kept when it left the stack
  if (request.requestType === 'Create') return false;
  return request.requestType === 'Update' || before.requestType === 'Create' || before.outcome?.Status !== 'SUCCESS';
}

/** What a request takes up from the one before. */
function succeeding(before: Request, request: Request): Request {
  // a wait resource goes on where the request that it belongs to stopped
  if (request.isWait) {
    return before.creatorRequestId === request.creatorRequestId
      ? { ...request, checkpoint: before.checkpoint, before: before.before, secretNames: before.secretNames } : request;
  }
  if (before.requestType === 'Delete') return request;
  const took = request.id === request.previousId ? undefined : before.took;
  if (before.id !== request.id) return { ...request, before: took };
  if (request.requestType === 'Delete') return request;
  const unfinished = !isComplete(before) && !wasRolledBack(before);
  return unfinished ? { ...request, checkpoint: carriedOver(before) } : request;
}

/** What failed has removed what it made. A wait resource leaves that to CloudFormation. */
function wasRolledBack({ outcome, isWait }: Request): boolean {
  return outcome?.Status === 'FAILED' && !isWait;
}

/** What an unfinished request knows of calls that made the very thing which its successor goes on with. */
function carriedOver({ type, checkpoint }: Request): Record<string, unknown> {
  const names = HANDLERS[type].carriedOver ?? [];
  return Object.fromEntries(Object.entries(checkpoint).filter(([name]) => names.includes(name)));
}
