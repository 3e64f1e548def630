/** A step's hold of a request: the lease, what resource handlers work with, and what is stored under the request that made it. */
import type { Ledger, LedgerItem, Lease } from './ledger';
import type { Request, Values } from './request';
import { hideSecrets } from '../../aws/text';
import type { Environment } from '../environment';
import { secretsExpire } from '../events/secrets';
import type { HandlerContext } from '../resources';

/** Milliseconds of a step after which no more is begun in it. */
const STEP = 25_000;

/** Another request owns the resource by now, or another step does. */
export class Superseded extends Error {}

export class Run {
  private readonly began: number;
  private readonly forgotten = new Set<string>();
  private secrets?: Values;

  constructor(
    private readonly env: Environment,
    private readonly ledger: Ledger,
    private readonly item: LedgerItem,
    readonly request: Request,
    private readonly lease: Lease,
  ) {
    this.began = env.clock.now();
  }

  /** What superseded requests made that CloudFormation never heard of. */
  orphans(): Request[] {
    return Object.values(this.item.requests).filter(({ orphan, requestId }) => orphan && !this.forgotten.has(requestId));
  }

  forget({ requestId }: Request): void {
    this.forgotten.add(requestId);
  }

  context(): HandlerContext<never> {
    return this.contextFor(this.request);
  }

  /** To work on what a request made, be it this one or one before it. */
  contextFor({ type, props }: Request): HandlerContext<never> {
    const { env, request, lease } = this;
    const { stackId, logicalId, creatorRequestId: requestId } = request;
    return {
      env,
      request,
      type,
      owner: { stackId, logicalId, requestId },
      props: props as never,
      oldProps: Object.fromEntries(Object.entries({ ...request.props, ...request.oldProps }).filter(([, value]) => value !== null)) as never,
      lightsail: env.lightsail(),
      isOutOfTime: () => env.clock.now() > Math.min(this.began + STEP, lease.until - STEP),
      writeAhead: () => this.writeAhead(),
      secrets: async () => {
        this.secrets ??= await this.ledger.secrets(logicalId, requestId) ?? {};
        return this.secrets as never;
      },
      eraseSecrets: async () => {
        if (request.secretNames.length === 0) return;
        await this.ledger.eraseSecrets(logicalId, requestId, secretsExpire(request));
        request.secretNames = [];
      },
    };
  }

  /** Lightsail may say what it was given. */
  hide(text: string): string {
    return hideSecrets(text, Object.fromEntries(Object.entries(this.secrets ?? {}).map(([name, value]) => [name, String(value)])));
  }

  /** Stores what is about to be done. */
  async writeAhead(): Promise<void> {
    if (!await this.write(this.lease)) throw new Superseded();
  }

  /** Stores what came of the step and ends the lease. Nothing when another request owns the resource: it finds what this one made all the same. */
  store(): Promise<Request | undefined> {
    return this.write(undefined);
  }

  private async write(lease: Lease | undefined): Promise<Request | undefined> {
    const { request } = this;
    const item = await this.ledger.update(this.item.id, found => {
      const own = found?.requests[request.requestId];
      // an outcome that was decided meanwhile stands
      if (!found || !own || own.outcome) return undefined;
      // to begin a call needs ownership and the lease; what came of one is stored in any case
      if (lease && (found.owner.requestId !== request.requestId || found.lease?.token !== lease.token)) return undefined;
      const requests = Object.fromEntries(Object.entries(found.requests).filter(([id]) => !this.forgotten.has(id)));
      const { orphan } = own;
      requests[request.requestId] = { ...request, crashes: lease ? request.crashes : 0, ...orphan && { orphan, responseUrl: '', outcome: undefined } };
      const held = found.lease?.token === this.lease.token ? lease : found.lease;
      return { ...found, lease: held, requests };
    });
    const isOwner = item?.owner.requestId === request.requestId;
    const held = lease === undefined || item?.lease?.token === lease.token;
    const stored = isOwner && held ? item.requests[request.requestId] : undefined;
    // no call is begun any more when the outcome was decided meanwhile
    return lease && stored?.outcome ? undefined : stored;
  }
}
