import { TagResourceCommand } from '@aws-sdk/client-lightsail';
import { operationsOf } from './operations';
import { HandlerContext, ResourceHandler, MadeBy, Progress } from './resource-handler';
import { CLASH_CLEARS, DELETION_SHOWS, TaggedProperties, pendingReason, heldBy, mayGetTags, recent, repeatable, syncTags } from './tagging';
import { Advice, TerminalError, describe, isDenied, isNameTaken, isNotFound, isRetryable, isThrottled, toTerminalError } from '../../aws/errors';
import { Tag, generatedName, creatorOf, ownerTags, toTags } from '../../aws/ownership';
import { States, classifyState } from '../engine/polling';
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

/** Operations that make a snapshot: the service's list of them has none for copies, so that a copy's may have any of these names. */
const MAKES = /^(Copy|Create)/;

type Times = { readonly askedAt?: number; readonly deletedAt?: number };

type Where = Pick<HandlerContext<unknown>, 'lightsail'>;

/** What sets one kind of snapshot apart from another. */
export interface SnapshotCalls<P, S extends SnapshotRecord> extends SnapshotType<S> {
  /** Name that the user gave. */
  fixedName(props: P): string | undefined;
  create(context: HandlerContext<P>, name: string, tags: Tag[]): Promise<unknown>;
  /** What was refused, in words, and what to do, or to wait for, about it. */
  describe(context: HandlerContext<P>): Refused | Promise<Refused>;
  /** Where `create` cannot mark what it makes, which is then marked afterwards: whether a snapshot without a mark may be it. */
  mayBeOurs?(props: P, found: S): boolean;
}

export interface Refused {
  readonly attempt: string;
  readonly advice: readonly Advice[];
  readonly waiting?: string;
}

/** A snapshot: taken by name, waited for by state, removed by mark. */
export function snapshotHandler<P extends TaggedProperties, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>): ResourceHandler<P> {
  return {
    id: (owner, replacementKey, props) => calls.fixedName(props) ?? generatedName(owner, replacementKey),

    async make(context) {
      const { id: name, previousId, checkpoint } = context.request;
      // many snapshots at once are throttled, and a name that is taken says as much as a look would have said
      if (!calls.mayBeOurs && name !== previousId && checkpoint.triedAt === undefined) {
        const progress = await take(calls, context, name);
        if (checkpoint.clashedAt === undefined) return progress;
      }
      const found = await calls.find(context, name);
      if (!found) return take(calls, context, name);
      if (await mayBeOwn(calls, context, found, context.request)) {
        await progressOf(calls, context, found);
        return claim(calls, context, found, context.request);
      }
      const unmarked = checkCreator(calls, context, found);
      if (unmarked) return unmarked;
      const progress = await progressOf(calls, context, found);
      if ('done' in progress) await syncTags(context, name, found.tags ?? []);
      return progress;
    },

    async watch(context) {
      const found = await calls.find(context, context.request.id);
      if (!found) throw new TerminalError(`${calls.noun} '${context.request.id}' is gone: it was removed while it was being made`);
      const progress = await progressOf(calls, context, found);
      return await mayBeOwn(calls, context, found, context.request) ? claim(calls, context, found, context.request) : progress;
    },

    async remove(context, name, only) {
      const found = await calls.find(context, name);
      const { checkpoint, requestId, replacementKey } = context.request;
      if (!found) {
        const { askedAt, deletedAt = 0 }: Times = { ...only?.checkpoint, ...checkpoint };
        const mayAppear = askedAt !== undefined && askedAt > deletedAt && recent(context, askedAt);
        return mayAppear ? { waiting: `${calls.noun} '${name}' to appear` } : { done: {} };
      }
      const by = only ?? { requestId, replacementKey, checkpoint };
      if (await mayBeOwn(calls, context, found, by)) return claim(calls, context, found, by);
      const creator = creatorOf(context.owner, found.tags);
      if (!creator) return mayGetTags(context, found) ? { waiting: `the tags of ${calls.noun} '${name}' to appear` } : { done: {} };
      if (only && creator.requestId !== only.requestId) return { done: {} };
      await removeOnce(calls, context, name);
      return { waiting: `${calls.noun} '${name}' to be gone (last state: ${found.state})` };
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

async function take<P extends TaggedProperties, S extends SnapshotRecord>(
  calls: SnapshotCalls<P, S>, context: HandlerContext<P>, name: string,
): Promise<Progress> {
  const { checkpoint } = context.request;
  const waiting = { waiting: `${calls.noun} '${name}' to be ${calls.states.target[0]} (last state: asked for)` };
  if (checkpoint.askedAt) {
    if (recent(context, checkpoint.askedAt)) return waiting;
    throw new TerminalError(`${calls.noun} '${name}' is gone: it was removed while it was being made`);
  }
  const tags = toTags({ ...context.props.Tags, ...ownerTags(context.owner, context.request.replacementKey) });
  const { triedAt } = checkpoint;
  // that of the request, so that clocks which differ a little do not matter; a relay, which is issued later, gets it with the checkpoint
  checkpoint.triedAt ??= context.request.issued;
  try {
    await calls.create(context, name, tags);
  } catch (error) {
    // what was turned away at the door was not carried out
    if (isThrottled(error)) checkpoint.triedAt = triedAt;
    if (isRetryable(error)) throw error;
    const { attempt, advice, waiting: first } = await calls.describe(context);
    if (first) return { waiting: first };
    if (!isNameTaken(error)) return toTerminalError(`${attempt} as '${name}'`, error, advice);
    checkpoint.clashedAt ??= context.env.clock.now();
    if (context.env.clock.now() < (checkpoint.clashedAt as number) + CLASH_CLEARS) return waiting;
    return toTerminalError(`${attempt} as '${name}'`, error, [[isNameTaken, heldBy('another resource', context, name)]]);
  }
  checkpoint.askedAt = context.env.clock.now();
  // at once, so that it is without a mark for as short as can be
  return calls.mayBeOurs ? claim(calls, context, { name, state: calls.states.pending[0] }, context.request) : waiting;
}

/** Whether a request made this, without having come to mark it. */
async function mayBeOwn<P, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>, context: HandlerContext<P>, found: S, by: MadeBy): Promise<boolean> {
  if (!calls.mayBeOurs) return false;
  const creator = creatorOf(context.owner, found.tags);
  // a copy may have come with the marks of its source, which this construct may have made earlier
  if (creator && (creator.requestId === by.requestId || creator.replacementKey === by.replacementKey)) return false;
  // of what was marked, and is not, somebody else has the name now
  if (by.complete) return false;
  if (by.checkpoint?.askedAt) return true;
  // the call may have been carried out without an answer having arrived; only a step that crashed may have called and not know it
  const mayHaveCalled = by !== context.request || by.checkpoint?.triedAt !== undefined;
  const issued = (by.checkpoint?.triedAt as number | undefined) ?? by.issued;
  if (!mayHaveCalled || issued === undefined || !calls.mayBeOurs((by.props ?? context.props) as P, found)) return false;
  if (found.createdAt && found.createdAt.getTime() > issued) return true;
  // a copy may be dated as its source is; what has been done under the name is not
  return (await operationsOf(context, found.name!)).some(({ operationType = '', createdAt }) => MAKES.test(operationType) && createdAt!.getTime() > issued);
}

/** Marks what could not be marked when it was made. */
async function claim<P extends TaggedProperties>(
  calls: Pick<SnapshotCalls<P, never>, 'noun' | 'states'>, context: HandlerContext<P>, { name, state }: SnapshotRecord, by: MadeBy,
): Promise<Progress> {
  const { checkpoint } = context.request;
  const waiting = `the tags of ${calls.noun} '${name}' to appear (last state: ${state})`;
  const last = checkpoint.claim as { readonly name: string; readonly at: number } | undefined;
  if (last?.name === name && recent(context, last?.at)) return { waiting };
  const tags = toTags({ ...context.props.Tags, ...ownerTags({ ...context.owner, requestId: by.requestId }, by.replacementKey ?? '') });
  try {
    await context.lightsail.send(new TagResourceCommand({ resourceName: name, tags }));
  } catch (error) {
    // nobody says whether what is still being made can be tagged
    if (isDenied(error) || classifyState(state, calls.states) !== 'pending') return toTerminalError(`tag ${calls.noun} '${name}'`, error, []);
    return { waiting: `${calls.noun} '${name}' to take tags (last state: ${state}, last trouble: ${describe(error)})` };
  }
  checkpoint.claim = { name, at: context.env.clock.now() };
  return { waiting };
}

/** Nothing when the snapshot is what these properties stand for; a wait when that cannot be told yet. */
function checkCreator<P, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>, context: HandlerContext<P>, found: S): Progress | undefined {
  const { request, owner } = context;
  const creator = creatorOf(owner, found.tags);
  if (!creator) {
    if (mayGetTags(context, found)) return { waiting: `the tags of ${calls.noun} '${request.id}' to appear` };
    throw new TerminalError(`the name '${request.id}' is in use. ${heldBy(`an existing ${calls.noun} that this stack did not make`, context, request.id)}`);
  }
  if (creator.replacementKey !== request.replacementKey) {
    throw new TerminalError(`${calls.noun} '${request.id}' was made from other properties, and a fixed name cannot hold two snapshots. `
      + 'change the name together with them, or drop it so that each snapshot gets a name of its own');
  }
  if (request.requestType === 'Create' && creator.requestId !== owner.requestId) {
    throw new TerminalError(`${calls.noun} '${request.id}' was kept when this construct was removed from the stack earlier. `
      + 'change `revision` to take a new one, or refer to the one that is there by its name');
  }
  return undefined;
}

async function progressOf<P, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>, context: HandlerContext<P>, found: S): Promise<Progress> {
  const waiting = await pendingReason(context, calls.noun, found.name!, found.state, calls.states);
  return waiting ? { waiting } : { done: attributesOf(calls, found) };
}

async function removeOnce<P, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>, context: HandlerContext<P>, name: string): Promise<void> {
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
