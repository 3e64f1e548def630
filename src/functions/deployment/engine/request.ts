/** A request of CloudFormation's as the ledger keeps it: what it asks for, how far it has come, and what came of it. */
import type { Requester } from '../../aws/ownership';
import type { ResourceType } from '../contract';
import type { Data, Outcome } from '../events/respond';

export type RequestType = 'Create' | 'Update' | 'Delete';

export type Values = Readonly<Record<string, unknown>>;

/**
 * What there is to do for a request, in order.
 *
 * - removeOrphans: remove what superseded requests made and CloudFormation never heard of
 * - reconcile: create what is missing, bring the rest in step, and wait until all is well
 * - remove: delete and wait until it is gone
 * - rollBack: remove what this request made and could not finish
 */
export type Phase = 'removeOrphans' | 'reconcile' | 'remove' | 'rollBack';

/** What a request made, or may have made, as far as it is known. */
export interface Made {
  /** The request whose id stands in the creator tags. */
  readonly creatorRequestId: string;
  readonly id: string;
  readonly replacementKey: string;
  readonly props: Values;
  /** When CloudFormation sent the request, in milliseconds since 1970. */
  readonly issued: number;
  /** Answered SUCCESS, with all ownership tags seen. */
  readonly complete: boolean;
  readonly checkpoint: Readonly<Record<string, unknown>>;
}

export interface Request extends Requester {
  readonly requestType: RequestType;
  readonly type: ResourceType;
  /** Waits for what another resource's request made, on behalf of that request, after that one's hour is over. */
  readonly isWait: boolean;
  /** A wait resource goes on where this one's time is up. */
  readonly continued: boolean;
  /** The request whose id stands in the creator tags: this one, or the one that a wait resource waits for. */
  readonly creatorRequestId: string;
  /** Logical id of the resource that is answered; a wait resource's own. */
  readonly answersFor: string;
  /** Physical id: of what is to be made, or removed. */
  id: string;
  /** Hash of the create-only properties. */
  readonly replacementKey: string;
  /** Physical id that CloudFormation knows so far. */
  readonly previousId?: string;
  /** Properties, without secret ones. */
  readonly props: Values;
  /** Old values of the properties that changed; null where there was none. */
  readonly oldProps: Values;
  /** Names of the secret properties that were given: they are kept in an item of their own, until they are not needed any more. */
  secretNames: readonly string[];
  readonly attributes: readonly string[];
  /** Milliseconds since 1970: when CloudFormation asked, until when the work may take, until when the answer must be there. */
  readonly issued: number;
  readonly deadline: number;
  readonly answerBy: number;
  /** Whether `issued` is CloudFormation's own date, which alone can be compared with another request's. */
  readonly dated: boolean;
  /** Seconds that other resources had waited before this request began. */
  readonly waitedBefore: number;
  /** Where the answer goes; erased when it has been given. */
  responseUrl: string;

  phases: Phase[];
  /** When the present phase began. */
  since: number;
  /** A step has begun. */
  begun: boolean;
  /** Seconds that the same took when it was last made, as far as that is known. */
  before?: number;
  /** Seconds that it took to make. */
  took?: number;
  /** How many steps in a row have ended without storing what came of them. */
  crashes: number;
  /** How many steps in a row have met with a transient error, and whether any ever has. */
  failuresInARow: number;
  slowed: boolean;
  /** What is being waited for, in words. */
  waitingFor: string;
  /** What the resource handler has to remember between steps. */
  checkpoint: Record<string, unknown>;
  /** What an earlier request made that this one removes, or, where that failed and it is created again, may take up: its own physical id's. */
  made?: Made;
  /** Attributes that an earlier request answered of the same physical id. */
  answered?: Data;
  /** Since when a host of Lightsail's has not resolved, in milliseconds since 1970. */
  unresolvedSince?: number;
  /** Superseded before CloudFormation heard of what it made, which is to be removed. */
  orphan?: boolean;
  /** Why the request will be answered FAILED. */
  failure?: string;
  /** What the answer is. It stands before it is given, so that giving it again gives the same. */
  outcome?: Outcome;
}

/** Begins the physical id of a creation that failed: the deletion that follows then knows that nothing was confirmed. */
export const FAILED_ID = 'failed-';

/** The same where no step has begun, so that nothing can have been made. */
export const NOT_BEGUN_ID = 'not-begun-';

/** What of a request its successor removes, or takes up. */
export function madeBy(request: Request): Made {
  const { creatorRequestId, id, replacementKey, props, issued, made } = request;
  // what it has not come to take up is to be removed with it
  const checkpoint = { ...made?.checkpoint, ...request.checkpoint };
  return { creatorRequestId, id, replacementKey, props, issued, checkpoint, complete: isComplete(request) };
}

/** Whether all that the request asked for was there when it was answered. A resource that is continued is answered before that. */
export function isComplete({ outcome, phases, requestType }: Request): boolean {
  return requestType !== 'Delete' && outcome?.Status === 'SUCCESS' && phases.length === 0;
}
