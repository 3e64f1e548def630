import type { LightsailClient } from '@aws-sdk/client-lightsail';
import { Maker, Owner } from '../../aws/ownership';
import { Environment } from '../environment';
import { Request, Values } from '../events/accept';
import { Data } from '../events/respond';

/** What a kind works with. */
export interface HandlerContext<P> {
  readonly env: Environment;
  readonly request: Request;
  /** Whose mark the resource carries. */
  readonly owner: Maker;
  readonly props: P;
  /** Client in the stack's region. */
  readonly lightsail: LightsailClient;
  /** What an earlier request for the same resource remembered, by the physical id that it was to bring about. */
  recall(id: string, requestId?: string): Promise<MadeBy | undefined>;
}

/** What an abandoned request remembers besides: when the step began (milliseconds since 1970) that it did not end, if there was one. */
export const INTERRUPTED = 'interrupted';

/** Either there, or on the way and worth another look. What cannot be reached is thrown as a refusal. */
export type Progress = { readonly done: Data } | { readonly waiting: string };

/** A request, of which nothing is to remain: only what it made is removed. */
export interface MadeBy {
  readonly requestId: string;
  /** What it was to make, from what, and since when, as far as that is known. */
  readonly replacementKey?: string;
  readonly props?: Values;
  readonly issued?: number;
  /** Whether it came to its end, and saw its marks before it did. */
  readonly complete?: boolean;
  /** What it had remembered when it ended, as far as that is known. */
  readonly checkpoint?: Readonly<Record<string, unknown>>;
}

/** How one kind of resource comes, changes and goes. Every operation looks at what is there and does only what is missing. */
export interface ResourceHandler<P> {
  /** Physical id that the properties stand for. */
  id(owner: Owner, replacementKey: string, props: P): string;
  /** Makes the calls that need properties which do not travel. Done when `make` can go on without these. */
  begin?(context: HandlerContext<P>): Promise<Progress>;
  /** Creates what is missing, brings the rest in step, and says when all is as wanted. */
  make(context: HandlerContext<P>): Promise<Progress>;
  /** Says when what another request made is as wanted. */
  watch(context: HandlerContext<P>): Promise<Progress>;
  /** Removes what carries the owner's mark under an id. Done when nothing of it is left. */
  remove(context: HandlerContext<P>, id: string, only?: MadeBy): Promise<Progress>;
}
