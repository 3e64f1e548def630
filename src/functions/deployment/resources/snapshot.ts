/** What taking, copying and removing snapshots of either type have in common: created by name, waited for by state, removed by tag. */
import { TagResourceCommand } from '@aws-sdk/client-lightsail';
import { earlierDuration, operationsOf } from './operations';
import { HandlerContext, Made, ResourceHandler } from './resource-handler';
import { CLASH_CLEARS, DELETION_SHOWS, TaggedProperties, heldBy, mayGetTags, nameInUse, notReady, recent, repeatable, syncTags } from './tagging';
import { Advice, TerminalError, describe, isDenied, isNameTaken, isNotFound, isRetryable, toTerminalError, wasTurnedAway } from '../../aws/errors';
import { Tag, creatorOf, generatedName, otherCreatorOf, ownerTags, toTags } from '../../aws/ownership';
import { States, classifyState } from '../engine/polling';
import { Pending, Progress, pending } from '../engine/progress';
import { madeBy } from '../engine/request';
import { Data } from '../events/respond';

/** What every snapshot of Lightsail's has. */
export interface SnapshotRecord {
  readonly name?: string;
  readonly arn?: string;
  readonly supportCode?: string;
  readonly createdAt?: Date;
  readonly location?: { readonly regionName?: string };
  readonly state?: string;
  readonly tags?: Tag[];
  readonly sizeInGb?: number;
  readonly fromInstanceName?: string;
  readonly fromInstanceArn?: string;
  readonly fromDiskName?: string;
  readonly isFromAutoSnapshot?: boolean;
}

/** One of Lightsail's two types of snapshot, however it came to be. */
export interface SnapshotType<S extends SnapshotRecord> {
  /** What it is called in messages. */
  readonly noun: string;
  readonly states: States;
  find(where: Where, name: string): Promise<S | undefined>;
  list(where: Where, pageToken: string | undefined): Promise<{ readonly snapshots: readonly S[]; readonly pageToken?: string }>;
  delete(where: Where, name: string): Promise<unknown>;
  /** What this type has besides the attributes of both. */
  attributes(snapshot: S): Data;
}

type Where = Pick<HandlerContext<unknown>, 'lightsail'>;

/** Operations that make a snapshot: the service's list of them has none for copies, so that a copy's may have any of these names. */
const MAKES = /^(Copy|Create)/;

/** What a request knows of its calls, in milliseconds since 1970. */
interface Calls {
  /** When the request was sent, once a call may have been made: what came of it is not older. */
  readonly triedAt?: number;
  /** When the last call was made of which no answer is known. */
  readonly callingAt?: number;
  /** When the call was accepted. */
  readonly requestedAt?: number;
  readonly deletedAt?: number;
  /** What was tagged after it was made, and when the call was accepted. */
  readonly adopted?: { readonly name: string; readonly at: number };
}

/** What sets one way to make a snapshot apart from another. */
export interface SnapshotCalls<P, S extends SnapshotRecord> extends SnapshotType<S> {
  /** Name that the user gave. */
  fixedName(props: P): string | undefined;
  create(context: HandlerContext<P>, name: string, tags: Tag[]): Promise<unknown>;
  /** Under which name, and as what type, Lightsail lists earlier operations of the same type. */
  earlier(props: P): { readonly resourceName?: string; readonly operationType: string };
  /** What failed, in words, and what to do about it or to wait for. */
  describe(context: HandlerContext<P>): FailedCall | Promise<FailedCall>;
  /** Where `create` cannot tag what it makes, which is then tagged afterwards: whether a snapshot without ownership tags may be it. */
  mayBeOwn?(props: P, found: S): boolean;
}

export interface FailedCall {
  readonly attempt: string;
  readonly advice: readonly Advice[];
  readonly waitingFor?: string;
}

export function snapshotHandler<P extends TaggedProperties, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>): ResourceHandler<P> {
  return {
    carriedOver: ['triedAt', 'callingAt', 'adopted'],

    id: (owner, replacementKey, props) => calls.fixedName(props) ?? generatedName(owner, replacementKey),

    async reconcile(context) {
      const { id: name, previousId, checkpoint } = context.request;
      // many snapshots at once are throttled, and a name that is taken says as much as a look would have said
      if (!calls.mayBeOwn && name !== previousId && checkpoint.triedAt === undefined && checkpoint.clashedAt === undefined) {
        const progress = await create(calls, context, name);
        if (checkpoint.clashedAt === undefined) return progress;
      }
      const found = await calls.find(context, name);
      if (!found) return create(calls, context, name);
      if (await isOwnUntagged(calls, context, found, madeBy(context.request))) {
        await notReady(context, calls.noun, name, found.state, calls.states);
        return adopt(calls, context, found, madeBy(context.request));
      }
      return checkCreator(calls, context, found)
        ?? await notReady(context, calls.noun, name, found.state, calls.states)
        ?? inStep(calls, context, found);
    },

    async remove(context, name, only) {
      const found = await calls.find(context, name);
      const { checkpoint, made } = context.request;
      const by = only ?? made ?? madeBy(context.request);
      if (!found) {
        const { requestedAt, callingAt = requestedAt, deletedAt = 0 }: Calls = { ...by.checkpoint, ...checkpoint };
        const mayAppear = callingAt !== undefined && callingAt > deletedAt && recent(context, callingAt);
        return mayAppear ? pending(`${calls.noun} '${name}' to appear`) : { done: {} };
      }
      if (await isOwnUntagged(calls, context, found, by)) return adopt(calls, context, found, by);
      const creator = creatorOf(context.owner, found.tags);
      if (!creator) return mayGetTags(context, found) ? pending(`the tags of ${calls.noun} '${name}' to appear`) : { done: {} };
      if (only && creator.requestId !== only.creatorRequestId) return { done: {} };
      await deleteOnce(calls, context, name);
      return pending(`${calls.noun} '${name}' to be gone (last state: ${found.state})`);
    },
  };
}

/** Attributes of a snapshot: those that both types have, and those of its own. */
export function attributesOf<S extends SnapshotRecord>(type: SnapshotType<S>, snapshot: S): Data {
  return {
    Arn: snapshot.arn ?? '',
    SupportCode: snapshot.supportCode ?? '',
    CreatedAt: snapshot.createdAt?.toISOString() ?? '',
    Region: snapshot.location?.regionName ?? '',
    State: snapshot.state ?? '',
    SizeInGb: snapshot.sizeInGb ?? 0,
    FromInstanceName: snapshot.fromInstanceName ?? '',
    FromInstanceArn: snapshot.fromInstanceArn ?? '',
    IsFromAutoSnapshot: snapshot.isFromAutoSnapshot ?? false,
    ...type.attributes(snapshot),
  };
}

async function inStep<P extends TaggedProperties, S extends SnapshotRecord>(
  calls: SnapshotCalls<P, S>, context: HandlerContext<P>, found: S,
): Promise<Progress> {
  await syncTags(context, found.name!, found.tags ?? []);
  return { done: attributesOf(calls, found) };
}

async function create<P extends TaggedProperties, S extends SnapshotRecord>(
  calls: SnapshotCalls<P, S>, context: HandlerContext<P>, name: string,
): Promise<Pending> {
  const { checkpoint, issued, replacementKey } = context.request;
  const toBeThere = pending(`${calls.noun} '${name}' to be ${calls.states.target[0]} (last state: asked for)`);
  if (checkpoint.requestedAt) {
    if (recent(context, checkpoint.requestedAt)) return toBeThere;
    throw new TerminalError(`${calls.noun} '${name}' is gone: it was removed while it was being made`);
  }
  const { triedAt, callingAt } = checkpoint;
  // CloudFormation's date, so that clocks which differ a little do not matter
  Object.assign(checkpoint, { triedAt: triedAt ?? issued, callingAt: context.env.clock.now() });
  // should the answer be lost, the name and the tags tell, or, of a copy, which has no tags yet, this
  await context.writeAhead();
  try {
    await calls.create(context, name, toTags({ ...context.props.Tags, ...ownerTags(context.owner, replacementKey) }));
  } catch (error) {
    if (wasTurnedAway(error)) Object.assign(checkpoint, { triedAt, callingAt });
    if (isRetryable(error)) throw error;
    const { attempt, advice, waitingFor } = await calls.describe(context);
    if (waitingFor) return pending(waitingFor);
    // what is there needs its source no more, which may be gone
    const isThere = !isNameTaken(error) && creatorOf(context.owner, (await calls.find(context, name))?.tags) !== undefined;
    if (!isNameTaken(error) && !isThere) return toTerminalError(`${attempt} as '${name}'`, error, advice);
    checkpoint.clashedAt ??= context.env.clock.now();
    if (context.env.clock.now() < (checkpoint.clashedAt as number) + CLASH_CLEARS) return toBeThere;
    return toTerminalError(`${attempt} as '${name}'`, error, [[isNameTaken, heldBy('another resource', context, name)]]);
  }
  checkpoint.requestedAt = context.env.clock.now();
  context.request.before ??= await earlierDuration(context, calls.earlier(context.props));
  // at once, so that it is without tags for as short as can be
  return calls.mayBeOwn ? adopt(calls, context, { name, state: calls.states.pending[0] }, madeBy(context.request)) : toBeThere;
}

/** Whether a request made this, without having come to tag it. */
async function isOwnUntagged<P, S extends SnapshotRecord>(
  calls: SnapshotCalls<P, S>, context: HandlerContext<P>, found: S, by: Made,
): Promise<boolean> {
  if (!calls.mayBeOwn) return false;
  const creator = creatorOf(context.owner, found.tags);
  // a copy may have come with the tags of its source, which this construct may have made earlier
  if (creator && (creator.requestId === by.creatorRequestId || creator.replacementKey === by.replacementKey)) return false;
  const { triedAt, requestedAt } = by.checkpoint as Calls;
  const tagged = [by.checkpoint, context.request.checkpoint].map(({ adopted }: Calls) => adopted).find(adopted => adopted?.name === found.name);
  // what was tagged, and is not any more, is somebody else's now
  if (by.complete || triedAt === undefined || (tagged && !recent(context, tagged.at))) return false;
  if (requestedAt) return true;
  // the call may have been carried out without an answer having arrived
  if (!calls.mayBeOwn(by.props as P, found)) return false;
  if (found.createdAt && found.createdAt.getTime() > triedAt) return true;
  // a copy may be dated as its source is; what has been done under the name is not
  return (await operationsOf(context, found.name!)).some(({ operationType = '', createdAt }) => MAKES.test(operationType) && createdAt!.getTime() > triedAt);
}

/** Tags what could not be tagged when it was made. */
async function adopt<P extends TaggedProperties>(
  calls: Pick<SnapshotCalls<P, never>, 'noun' | 'states'>, context: HandlerContext<P>, { name, state }: SnapshotRecord, by: Made,
): Promise<Pending> {
  const { checkpoint } = context.request;
  const toAppear = pending(`the tags of ${calls.noun} '${name}' to appear (last state: ${state})`);
  const { adopted: last }: Calls = checkpoint;
  if (last?.name === name && recent(context, last?.at)) return toAppear;
  const tags = toTags({ ...context.props.Tags, ...ownerTags({ ...context.owner, requestId: by.creatorRequestId }, by.replacementKey) });
  try {
    await context.lightsail.send(new TagResourceCommand({ resourceName: name, tags }));
  } catch (error) {
    // nobody says whether what is still being made can be tagged
    if (isDenied(error) || classifyState(state, calls.states) !== 'pending') return toTerminalError(`tag ${calls.noun} '${name}'`, error, []);
    return pending(`${calls.noun} '${name}' to take tags (last state: ${state}, last error: ${describe(error)})`);
  }
  checkpoint.adopted = { name, at: context.env.clock.now() };
  return toAppear;
}

/** Nothing when the snapshot is what these properties stand for; a wait when that cannot be told yet. */
function checkCreator<P, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>, context: HandlerContext<P>, found: S): Pending | undefined {
  const { request, owner } = context;
  const creator = creatorOf(owner, found.tags);
  if (!creator) {
    // a copy may still have the tags of its source
    const final = !calls.mayBeOwn && otherCreatorOf(owner, found.tags) !== undefined;
    if (!final && mayGetTags(context, found)) return pending(`the tags of ${calls.noun} '${request.id}' to appear`);
    throw nameInUse(context, calls.noun, found);
  }
  if (creator.replacementKey !== request.replacementKey) {
    throw new TerminalError(`${calls.noun} '${request.id}' was made from other properties, and a fixed name cannot hold two snapshots. `
      + 'change the name together with them, or drop it so that each snapshot gets a name of its own');
  }
  if (request.requestType === 'Create' && !request.isWait && creator.requestId !== owner.requestId) {
    throw new TerminalError(`${calls.noun} '${request.id}' was kept when this construct was removed from the stack earlier. `
      + 'change `revision`, and the name where it is given, to take a new one, or refer to the one that is there by its name');
  }
  return undefined;
}

async function deleteOnce<P, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>, context: HandlerContext<P>, name: string): Promise<void> {
  const { checkpoint } = context.request;
  const now = context.env.clock.now();
  if (checkpoint.deletedAt && now < (checkpoint.deletedAt as number) + DELETION_SHOWS) return;
  try {
    await calls.delete(context, name);
  } catch (error) {
    if (!isNotFound(error)) toTerminalError(`delete ${calls.noun} '${name}'`, error, [], repeatable(context));
  }
  checkpoint.deletedAt = now;
}
