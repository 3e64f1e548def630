import { TagResourceCommand } from '@aws-sdk/client-lightsail';
import { operationsOf } from './operations';
import { Job, Kind, MadeBy, Progress } from './resource-handler';
import { CLASH_CLEARS, DELETION_SHOWS, TaggedProperties, awaited, heldBy, mayBeMarkedYet, recent, syncTags } from './tagging';
import { Advice, Refusal, describe, isDenied, isNameTaken, isNotFound, isPassing, isThrottled, refuse } from '../../aws/errors';
import { Tag, generatedName, originOf, ownerTags, toTags } from '../../aws/ownership';
import { States, judge } from '../engine/polling';
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

type Where = Pick<Job<unknown>, 'lightsail'>;

/** What sets one kind of snapshot apart from another. */
export interface SnapshotCalls<P, S extends SnapshotRecord> extends SnapshotType<S> {
  /** Name that the user gave. */
  fixedName(props: P): string | undefined;
  create(job: Job<P>, name: string, tags: Tag[]): Promise<unknown>;
  /** What was refused, in words, and what to do, or to wait for, about it. */
  describe(job: Job<P>): Refused | Promise<Refused>;
  /** Where `create` cannot mark what it makes, which is then marked afterwards: whether a snapshot without a mark may be it. */
  mayBeOurs?(props: P, found: S): boolean;
}

export interface Refused {
  readonly attempt: string;
  readonly advice: readonly Advice[];
  readonly waiting?: string;
}

/** A snapshot: taken by name, waited for by state, removed by mark. */
export function snapshotKind<P extends TaggedProperties, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>): Kind<P> {
  return {
    id: (owner, identity, props) => calls.fixedName(props) ?? generatedName(owner, identity),

    async make(job) {
      const { id: name, previousId, memo } = job.request;
      // many snapshots at once are throttled, and a name that is taken says as much as a look would have said
      if (!calls.mayBeOurs && name !== previousId && memo.triedAt === undefined) {
        const progress = await take(calls, job, name);
        if (memo.clashedAt === undefined) return progress;
      }
      const found = await calls.find(job, name);
      if (!found) return take(calls, job, name);
      if (await isUnclaimed(calls, job, found, job.request)) {
        await progressOf(calls, job, found);
        return claim(calls, job, found, job.request);
      }
      const unmarked = checkOrigin(calls, job, found);
      if (unmarked) return unmarked;
      const progress = await progressOf(calls, job, found);
      if ('done' in progress) await syncTags(job, name, found.tags ?? []);
      return progress;
    },

    async watch(job) {
      const found = await calls.find(job, job.request.id);
      if (!found) throw new Refusal(`${calls.noun} '${job.request.id}' is gone: it was removed while it was being made`);
      const progress = await progressOf(calls, job, found);
      return await isUnclaimed(calls, job, found, job.request) ? claim(calls, job, found, job.request) : progress;
    },

    async remove(job, name, only) {
      const found = await calls.find(job, name);
      const { memo, requestId, identity } = job.request;
      if (!found) {
        const { askedAt, deletedAt = 0 }: Times = { ...only?.memo, ...memo };
        const mayAppear = askedAt !== undefined && askedAt > deletedAt && recent(job, askedAt);
        return mayAppear ? { waiting: `${calls.noun} '${name}' to appear` } : { done: {} };
      }
      const by = only ?? { requestId, identity, memo };
      if (await isUnclaimed(calls, job, found, by)) return claim(calls, job, found, by);
      const origin = originOf(job.owner, found.tags);
      if (!origin) return mayBeMarkedYet(job, found) ? { waiting: `the tags of ${calls.noun} '${name}' to appear` } : { done: {} };
      if (only && origin.requestId !== only.requestId) return { done: {} };
      await removeOnce(calls, job, name);
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

async function take<P extends TaggedProperties, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>, job: Job<P>, name: string): Promise<Progress> {
  const { memo } = job.request;
  const waiting = { waiting: `${calls.noun} '${name}' to be ${calls.states.target[0]} (last state: asked for)` };
  if (memo.askedAt) {
    if (recent(job, memo.askedAt)) return waiting;
    throw new Refusal(`${calls.noun} '${name}' is gone: it was removed while it was being made`);
  }
  const tags = toTags({ ...job.props.Tags, ...ownerTags(job.owner, job.request.identity) });
  const { triedAt } = memo;
  // that of the request, so that clocks which differ a little do not matter; a relay, which is issued later, gets it with the memo
  memo.triedAt ??= job.request.issued;
  try {
    await calls.create(job, name, tags);
  } catch (error) {
    // what was turned away at the door was not carried out
    if (isThrottled(error)) memo.triedAt = triedAt;
    if (isPassing(error)) throw error;
    const { attempt, advice, waiting: first } = await calls.describe(job);
    if (first) return { waiting: first };
    if (!isNameTaken(error)) return refuse(`${attempt} as '${name}'`, error, advice);
    memo.clashedAt ??= job.env.clock.now();
    if (job.env.clock.now() < (memo.clashedAt as number) + CLASH_CLEARS) return waiting;
    return refuse(`${attempt} as '${name}'`, error, [[isNameTaken, heldBy('another resource', job, name)]]);
  }
  memo.askedAt = job.env.clock.now();
  // at once, so that it is without a mark for as short as can be
  return calls.mayBeOurs ? claim(calls, job, { name, state: calls.states.pending[0] }, job.request) : waiting;
}

/** Whether a request made this, without having come to mark it. */
async function isUnclaimed<P, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>, job: Job<P>, found: S, by: MadeBy): Promise<boolean> {
  if (!calls.mayBeOurs) return false;
  const origin = originOf(job.owner, found.tags);
  // a copy may have come with the marks of its source, which this construct may have made earlier
  if (origin && (origin.requestId === by.requestId || origin.identity === by.identity)) return false;
  // of what was marked, and is not, somebody else has the name now
  if (by.complete) return false;
  if (by.memo?.askedAt) return true;
  // the call may have been carried out without an answer having arrived; only a step that crashed may have called and not know it
  const mayHaveCalled = by !== job.request || by.memo?.triedAt !== undefined;
  const issued = (by.memo?.triedAt as number | undefined) ?? by.issued;
  if (!mayHaveCalled || issued === undefined || !calls.mayBeOurs((by.props ?? job.props) as P, found)) return false;
  if (found.createdAt && found.createdAt.getTime() > issued) return true;
  // a copy may be dated as its source is; what has been done under the name is not
  return (await operationsOf(job, found.name!)).some(({ operationType = '', createdAt }) => MAKES.test(operationType) && createdAt!.getTime() > issued);
}

/** Marks what could not be marked when it was made. */
async function claim<P extends TaggedProperties>(
  calls: Pick<SnapshotCalls<P, never>, 'noun' | 'states'>, job: Job<P>, { name, state }: SnapshotRecord, by: MadeBy,
): Promise<Progress> {
  const { memo } = job.request;
  const waiting = `the tags of ${calls.noun} '${name}' to appear (last state: ${state})`;
  const last = memo.claim as { readonly name: string; readonly at: number } | undefined;
  if (last?.name === name && recent(job, last?.at)) return { waiting };
  const tags = toTags({ ...job.props.Tags, ...ownerTags({ ...job.owner, requestId: by.requestId }, by.identity ?? '') });
  try {
    await job.lightsail.send(new TagResourceCommand({ resourceName: name, tags }));
  } catch (error) {
    // nobody says whether what is still being made can be tagged
    if (isDenied(error) || judge(state, calls.states) !== 'pending') return refuse(`tag ${calls.noun} '${name}'`, error, []);
    return { waiting: `${calls.noun} '${name}' to take tags (last state: ${state}, last trouble: ${describe(error)})` };
  }
  memo.claim = { name, at: job.env.clock.now() };
  return { waiting };
}

/** Nothing when the snapshot is what these properties stand for; a wait when that cannot be told yet. */
function checkOrigin<P, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>, job: Job<P>, found: S): Progress | undefined {
  const { request, owner } = job;
  const origin = originOf(owner, found.tags);
  if (!origin) {
    if (mayBeMarkedYet(job, found)) return { waiting: `the tags of ${calls.noun} '${request.id}' to appear` };
    throw new Refusal(`the name '${request.id}' is in use. ${heldBy(`an existing ${calls.noun} that this stack did not make`, job, request.id)}`);
  }
  if (origin.identity !== request.identity) {
    throw new Refusal(`${calls.noun} '${request.id}' was made from other properties, and a fixed name cannot hold two snapshots. `
      + 'change the name together with them, or drop it so that each snapshot gets a name of its own');
  }
  if (request.requestType === 'Create' && origin.requestId !== owner.requestId) {
    throw new Refusal(`${calls.noun} '${request.id}' was kept when this construct was removed from the stack earlier. `
      + 'change `revision` to take a new one, or refer to the one that is there by its name');
  }
  return undefined;
}

async function progressOf<P, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>, job: Job<P>, found: S): Promise<Progress> {
  const waiting = await awaited(job, calls.noun, found.name!, found.state, calls.states);
  return waiting ? { waiting } : { done: attributesOf(calls, found) };
}

async function removeOnce<P, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>, job: Job<P>, name: string): Promise<void> {
  const { memo } = job.request;
  const now = job.env.clock.now();
  if (memo.deletedAt && now < (memo.deletedAt as number) + DELETION_SHOWS) return;
  try {
    await calls.delete(job, name);
  } catch (error) {
    if (!isNotFound(error)) refuse(`delete ${calls.noun} '${name}'`, error, []);
  }
  memo.deletedAt = now;
}
