import { GetOperationsForResourceCommand, Operation, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-lightsail';
import { CommonProperties } from '../contract';
import { Advice, Refusal, isNameTaken, isNotFound, refuse } from '../errors';
import { Tag, generatedName, originOf, ownerTags, toTags } from '../ownership';
import { Data } from '../respond';
import { States, judge } from '../wait';
import { Job, Kind, Progress } from './kind';

/** Milliseconds after which what was made must be visible, and marked. */
const APPEARS = 120_000;

/** Milliseconds for which a taken name may be that of our own resource, which is not visible yet. */
const CLASH_CLEARS = 30_000;

/** Milliseconds after which a deletion is asked for again. */
const DELETION_SHOWS = 60_000;

/** What every snapshot of Lightsail's has. */
export interface SnapshotRecord {
  readonly name?: string;
  readonly createdAt?: Date;
  readonly state?: string;
  readonly tags?: Tag[];
}

export interface SnapshotProperties extends CommonProperties {
  readonly Tags?: Readonly<Record<string, string>>;
}

/** What sets one kind of snapshot apart from another. */
export interface SnapshotCalls<P, S extends SnapshotRecord> {
  /** What it is called in messages. */
  readonly noun: string;
  readonly states: States;
  /** Name that the user gave. */
  fixedName(props: P): string | undefined;
  find(job: Job<P>, name: string): Promise<S | undefined>;
  create(job: Job<P>, name: string, tags: Tag[]): Promise<unknown>;
  /** What is done, in words, and what to do when it is refused. */
  describe(job: Job<P>): { readonly attempt: string; readonly advice: readonly Advice[] };
  delete(job: Job<P>, name: string): Promise<unknown>;
  attributes(snapshot: S): Data;
}

/** A snapshot: taken by name, waited for by state, removed by mark. */
export function snapshotKind<P extends SnapshotProperties, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>): Kind<P> {
  return {
    id: (owner, identity, props) => calls.fixedName(props) ?? generatedName(owner, identity),

    async make(job) {
      const name = job.request.id;
      const found = await calls.find(job, name);
      if (!found) return take(calls, job, name);
      const unmarked = checkOrigin(calls, job, found);
      if (unmarked) return unmarked;
      const progress = await progressOf(calls, job, found);
      if ('done' in progress) await syncTags(job, name, found.tags ?? []);
      return progress;
    },

    async watch(job) {
      const found = await calls.find(job, job.request.id);
      if (!found) throw new Refusal(`${calls.noun} '${job.request.id}' is gone: it was removed while it was being made`);
      return progressOf(calls, job, found);
    },

    async remove(job, name, only) {
      const found = await calls.find(job, name);
      const { memo } = job.request;
      if (!found) {
        const mayAppear = memo.askedAt && !memo.deletedAt && recent(job, memo.askedAt);
        return mayAppear ? { waiting: `${calls.noun} '${name}' to appear` } : { done: {} };
      }
      const origin = originOf(job.owner, found.tags);
      if (!origin) return mayBeMarkedYet(job, found) ? { waiting: `the tags of ${calls.noun} '${name}' to appear` } : { done: {} };
      if (only && origin.requestId !== only.requestId) return { done: {} };
      await removeOnce(calls, job, name);
      return { waiting: `${calls.noun} '${name}' to be gone (last state: ${found.state})` };
    },
  };
}

async function take<P extends SnapshotProperties, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>, job: Job<P>, name: string): Promise<Progress> {
  const { memo } = job.request;
  const waiting = { waiting: `${calls.noun} '${name}' to be ${calls.states.target[0]} (last state: asked for)` };
  if (memo.askedAt) {
    if (recent(job, memo.askedAt)) return waiting;
    throw new Refusal(`${calls.noun} '${name}' is gone: it was removed while it was being made`);
  }
  const { attempt, advice } = calls.describe(job);
  const tags = toTags({ ...job.props.Tags, ...ownerTags(job.owner, job.request.identity) });
  try {
    await calls.create(job, name, tags);
  } catch (error) {
    if (!isNameTaken(error)) return refuse(`${attempt} as '${name}'`, error, advice);
    memo.clashedAt ??= job.env.clock.now();
    if (job.env.clock.now() < (memo.clashedAt as number) + CLASH_CLEARS) return waiting;
    return refuse(`${attempt} as '${name}'`, error, [[isNameTaken, heldBy('another resource', job, name)]]);
  }
  memo.askedAt = job.env.clock.now();
  return waiting;
}

/** Nothing when the snapshot is what these properties stand for; a wait when that cannot be told yet. */
function checkOrigin<P, S extends SnapshotRecord>(calls: SnapshotCalls<P, S>, job: Job<P>, found: S): Progress | undefined {
  const { request, owner } = job;
  const origin = originOf(owner, found.tags);
  if (!origin) {
    if (mayBeMarkedYet(job, found)) return { waiting: `the tags of ${calls.noun} '${request.id}' to appear` };
    throw new Refusal(`the name '${request.id}' is in use. ${heldBy(`an ${calls.noun} that this stack did not make`, job, request.id)}`);
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
  const { noun, states } = calls;
  const target = states.target[0];
  switch (judge(found.state, states)) {
    case 'target': return { done: calls.attributes(found) };
    case 'pending': return { waiting: `${noun} '${found.name}' to be ${target} (last state: ${found.state})` };
    case 'failed': throw new Refusal(`${noun} '${found.name}' ended in state '${found.state}' instead of '${target}': ${await failureOf(job, found.name!)}`);
    default: throw new Refusal(`${noun} '${found.name}' is in the unknown state '${found.state}' instead of '${target}': `
      + 'look at it in the Lightsail console, and report it if it is well');
  }
}

/** Lightsail's own words: a snapshot has none, the operation that made it has. */
async function failureOf(job: Job<unknown>, name: string): Promise<string> {
  const operations: Operation[] = [];
  let pageToken: string | undefined;
  do {
    const page = await job.lightsail.send(new GetOperationsForResourceCommand({ resourceName: name, pageToken }));
    operations.push(...page.operations ?? []);
    pageToken = page.nextPageToken;
  } while (pageToken);
  const failed = operations.filter(operation => operation.status === 'Failed');
  const told = failed.map(({ operationType, errorCode, errorDetails }) => `${operationType}: ${[errorCode, errorDetails].filter(Boolean).join(': ') || 'no details'}`);
  return told.join('; ') || 'lightsail gives no details; try again, and ask AWS support if it stays so';
}

async function syncTags<P extends SnapshotProperties>(job: Job<P>, resourceName: string, tags: readonly Tag[]): Promise<void> {
  const wanted = job.props.Tags ?? {};
  const there = new Map(tags.map(tag => [tag.key!, tag.value ?? '']));
  const before = (job.request.oldProps as Partial<SnapshotProperties>).Tags ?? {};
  // a tag that was put there by hand is not in the old properties and stays
  const dropped = Object.keys(before).filter(key => !(key in wanted) && there.has(key));
  const changed = Object.entries(wanted).filter(([key, value]) => there.get(key) !== value);
  if (dropped.length > 0) await job.lightsail.send(new UntagResourceCommand({ resourceName, tagKeys: dropped }));
  if (changed.length > 0) await job.lightsail.send(new TagResourceCommand({ resourceName, tags: toTags(Object.fromEntries(changed)) }));
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

function heldBy(holder: string, job: Job<unknown>, name: string): string {
  return `'${name}' is held by ${holder} in ${job.env.region}, where one name serves every Lightsail resource type `
    + '(instance, snapshot, disk, static IP, key pair ...). that resource was left alone; choose another name, or drop it so that one is generated';
}

function mayBeMarkedYet(job: Job<unknown>, found: SnapshotRecord): boolean {
  return found.createdAt !== undefined && recent(job, found.createdAt.getTime());
}

function recent(job: Job<unknown>, since: unknown): boolean {
  return job.env.clock.now() < (since as number) + APPEARS;
}
