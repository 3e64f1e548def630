/** What a resource handler is: how one type of resource comes, changes and goes. */
import type { LightsailClient } from '@aws-sdk/client-lightsail';
import type { Owner, Requester } from '../../aws/ownership';
import type { ResourceType } from '../contract';
import type { Progress } from '../engine/progress';
import type { Made, Request, Values } from '../engine/request';
import type { Environment } from '../environment';

/** What a resource handler works with in one step. */
export interface HandlerContext<P> {
  readonly env: Environment;
  readonly request: Request;
  readonly type: ResourceType;
  /** Whose ownership tags the resource carries, and the request that they name as its creator. */
  readonly owner: Requester;
  readonly props: P;
  readonly oldProps: Partial<P>;
  /** Client in the stack's region. */
  readonly lightsail: LightsailClient;
  /** Nothing more is to be begun in this step. */
  isOutOfTime(): boolean;
  /** Stores the checkpoint before a call whose result could not be recognised afterwards. */
  writeAhead(): Promise<void>;
  /** The secret properties, as long as they are kept. */
  secrets(): Promise<Partial<P>>;
  /** The last call that needs them was accepted. */
  eraseSecrets(): Promise<void>;
}

/** Every operation looks at what is there and does only what is missing. */
export interface ResourceHandler<P> {
  /** Names in the checkpoint that tell of calls which make things: the next request for the same thing takes them up. */
  readonly carriedOver?: readonly string[];
  /** A creation takes up what a deletion of the same physical id could not remove. */
  readonly takesUp?: true;
  /** Physical id that the properties stand for. */
  id(owner: Owner, replacementKey: string, props: P, previousId?: string): string;
  /** Creates what is missing, brings the rest in step, and says when all is as wanted. */
  reconcile(context: HandlerContext<P>): Promise<Progress>;
  /** Removes what carries the ownership tags under an id; only what one request made, where one is given. Done when nothing of it is left. */
  remove(context: HandlerContext<P>, id: string, only?: Made): Promise<Progress>;
}

export type { Made, Progress, Values };
