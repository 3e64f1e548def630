/** What groups of instances and of disks have in common. */
import { Advice, TerminalError, isNameTaken, isNotFound, isRetryable, takenNames, toTerminalError, wasTurnedAway } from '../../aws/errors';
import { Owner, Tag, creatorOf, generatedName, ownerTags, toTags } from '../../aws/ownership';
import { GroupProperties } from '../contract';
import { knownNames, namesBefore, namesOf, quote } from './names';
import { Times, keyOf, omit, once, restore, timesIn, timesOf } from './once';
import { HandlerContext, Made, ResourceHandler } from './resource-handler';
import { CLASH_CLEARS, DELETION_SHOWS, heldBy, mayGetTags, nameInUse, notReady, recent, repeatable, syncTags } from './tagging';
import { States } from '../engine/polling';
import { Pending, pending } from '../engine/progress';
import { Data } from '../events/respond';

/** Milliseconds of a request for which a taken name may be that of our own thing, which is on its way in or out. */
const NAMES_CLEAR = 90_000;

/** What every member of a group has. */
export interface Member {
  readonly name?: string;
  readonly createdAt?: Date;
  readonly tags?: Tag[];
}

/** What a step finds: everything of the group's type in the region, by name. */
export type Listed<M> = ReadonlyMap<string, M>;

/** What sets one type of group apart from another. */
export interface GroupCalls<P extends GroupProperties, M extends Member> {
  /** What a member is called in messages. */
  readonly noun: string;
  /** Names that go into one call. */
  readonly chunk: number;
  /** Of what this request makes. */
  readonly states: States;
  /** Of what was there before it. */
  readonly existing: States;
  /** On its way out. */
  readonly leaving: readonly string[];
  stateOf(member: M): string | undefined;
  /** Throws for properties that cannot be carried out. */
  check?(context: HandlerContext<P>): void;
  list(context: HandlerContext<P>): Promise<M[]>;
  create(context: HandlerContext<P>, names: string[], tags: Tag[]): Promise<unknown>;
  /** What is done, in words, and what to do when it fails. */
  describe(context: HandlerContext<P>): { readonly attempt: string; readonly advice: readonly Advice[] };
  /** What a member in its target state has not got yet. */
  notReadyReason?(context: HandlerContext<P>, member: M): Pending | undefined;
  /** Brings in step what belongs to the members, all of which are well. */
  sync?(context: HandlerContext<P>, members: readonly M[], listed: Listed<M>): Promise<Pending | undefined>;
  /** What is in the way of a member's deletion: waited for, or a terminal error. */
  blocker?(context: HandlerContext<P>, members: readonly M[]): Pending | undefined;
  /** Puts away what must go before members do. Some of the names may have no member any more; `tried` says when they were asked for. */
  before?(context: HandlerContext<P>, members: readonly M[], names: readonly string[], tried: Times): Promise<Pending | undefined>;
  delete(context: HandlerContext<P>, member: M): Promise<unknown>;
  /** Puts away what members have left behind. */
  after?(context: HandlerContext<P>, names: readonly string[]): Promise<Pending | undefined>;
  attributes(context: HandlerContext<P>, member: M): Data | Promise<Data>;
}

/** Several things of one type: told apart by name, known by ownership tag, created and deleted in place. */
export function groupHandler<P extends GroupProperties, M extends Member>(calls: GroupCalls<P, M>): ResourceHandler<P> {
  return {
    carriedOver: ['tried'],

    id: generatedName,

    async reconcile(context) {
      const listed = await list(calls, context);
      const wanted = namesOf(context.props, context.request.id);
      const surplus = [...listed.values()].filter(member => belongs(context.owner, member, context.request.id) && !wanted.includes(member.name!));
      const waiting = checkKept(calls, context, surplus)
        ?? calls.blocker?.(context, surplus)
        ?? await complete(calls, context, listed, wanted)
        ?? await stabilize(calls, context, listed, wanted)
        ?? await deleteSurplus(calls, context, surplus, namesBefore(context), wanted)
        // what an update that was given up has asked for is surplus once it shows
        ?? appearingMember(calls, context, listed, [], omit(timesOf(context, 'tried'), wanted));
      if (waiting) return waiting;
      const data = await Promise.all(wanted.map(name => calls.attributes(context, listed.get(name)!)));
      return { done: Object.fromEntries(data.flatMap((one, index) => Object.entries(one).map(([name, value]) => [`${name}.${index}`, value]))) };
    },

    async remove(context, id, only) {
      const then = only ? { ...context, props: only.props as unknown as P } : context;
      const listed = await list(calls, context);
      const known = knownNames(then.props, id);
      const doomed = [...listed.values()].filter(member => belongs(context.owner, member, id, only));
      const earlier = only ?? context.request.made;
      const tried = { ...timesIn(earlier?.checkpoint, 'tried'), ...timesOf(context, 'tried') };
      // a name that this request did not get to may be held by what was there before, and any name by what was made since
      const isHeld = (name: string) => listed.has(name) && !doomed.includes(listed.get(name)!);
      const names = known.filter(name => !isHeld(name) && (!only || tried[keyOf(name)]));
      return await deleteSurplus(calls, then, doomed, names, [], tried) ?? appearingMember(calls, context, listed, known, tried) ?? { done: {} };
    },
  };
}

async function list<P extends GroupProperties, M extends Member>(calls: GroupCalls<P, M>, context: HandlerContext<P>): Promise<Listed<M>> {
  return new Map((await calls.list(context)).map(member => [member.name!, member]));
}

/** Asks for what is not there. Nothing when all has been asked for. */
async function complete<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, context: HandlerContext<P>, listed: Listed<M>, wanted: readonly string[],
): Promise<Pending | undefined> {
  calls.check?.(context);
  const there = wanted.map(name => listed.get(name)).filter(member => member !== undefined);
  const unsure = there.map(member => checkCreator(calls, context, member)).find(waiting => waiting);
  if (unsure) return unsure;
  const requested = timesOf(context, 'requested');
  const absent = wanted.filter(name => !listed.has(name) && !requested[keyOf(name)]);
  if (absent.length > 0) {
    const waiting = await createMembers(calls, context, absent);
    if (waiting) return waiting;
  }
  await context.eraseSecrets();
  return undefined;
}

async function createMembers<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, context: HandlerContext<P>, absent: readonly string[],
): Promise<Pending | undefined> {
  const { request, env, owner } = context;
  const secrets = await context.secrets();
  if (request.secretNames.some(name => !(name in secrets))) {
    throw new TerminalError(`${calls.noun} '${absent[0]}' is missing, and the secret properties that it was to be made with are not kept any more. deploy again`);
  }
  const tags = toTags({ ...context.props.Tags, ...ownerTags(owner, request.replacementKey) });
  const [requested, tried] = [timesOf(context, 'requested'), timesOf(context, 'tried')];
  // should an answer be lost, whoever removes them waits for them to appear
  const before = { ...tried };
  for (const name of absent) tried[keyOf(name)] = env.clock.now();
  await context.writeAhead();
  for (let at = 0; at < absent.length; at += calls.chunk) {
    const names = absent.slice(at, at + calls.chunk);
    if (at > 0 && context.isOutOfTime()) return { pending: `${calls.noun} '${names[0]}' to be asked for`, soon: true };
    try {
      await calls.create({ ...context, props: { ...context.props, ...secrets } }, names, tags);
    } catch (error) {
      if (wasTurnedAway(error)) for (const name of absent.slice(at)) restore(tried, before, keyOf(name));
      const { attempt, advice } = calls.describe(context);
      const told = `${attempt} as ${quote(names)}`;
      if (!isNameTaken(error)) return toTerminalError(told, error, advice);
      request.checkpoint.clashedAt ??= env.clock.now();
      const [blamed = names[0]] = takenNames(error);
      const clears = Math.max((request.checkpoint.clashedAt as number) + CLASH_CLEARS, request.issued + NAMES_CLEAR);
      return env.clock.now() < clears ? pending(`'${blamed}' to be free, or to appear`)
        : toTerminalError(told, error, [[isNameTaken, heldBy('another resource', context, blamed)]]);
    }
    names.forEach(name => { requested[keyOf(name)] = env.clock.now(); });
  }
  return undefined;
}

/** Nothing when a member is one of this group; a wait when that cannot be told yet, or when it is on its way out. */
function checkCreator<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, context: HandlerContext<P>, member: M,
): Pending | undefined {
  const { request, owner } = context;
  const { noun } = calls;
  const name = member.name!;
  const creator = creatorOf(owner, member.tags);
  if (!creator) {
    if (mayGetTags(context, member)) return pending(`the tags of ${noun} '${name}' to appear`);
    throw nameInUse(context, noun, member);
  }
  if (creator.requestId !== owner.requestId && calls.leaving.includes(calls.stateOf(member) ?? '')) {
    return pending(`${noun} '${name}' to be gone (last state: ${calls.stateOf(member)})`);
  }
  if (!belongs(owner, member, request.id)) {
    throw new TerminalError(`${noun} '${name}' was made from other properties, and a name cannot be had twice while the new ${noun}s come up. `
      + 'change the names together with the source, or give a number instead so that each generation gets names of its own');
  }
  return request.requestType === 'Create' ? checkKept(calls, context, [member]) : undefined;
}

/** What was there before a request made anything was kept earlier, and is not this request's to remove. */
function checkKept<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, { request, owner }: HandlerContext<P>, members: readonly M[],
): Pending | undefined {
  if (request.isWait || request.previousId === request.id) return undefined;
  const earlier = members.filter(({ tags }) => creatorOf(owner, tags)!.requestId !== owner.requestId);
  const kept = earlier.find(member => !calls.leaving.includes(calls.stateOf(member) ?? ''));
  if (kept) {
    throw new TerminalError(`${calls.noun} '${kept.name}' was kept when `
      + (request.requestType === 'Create' ? 'this construct was removed from the stack earlier. ' : 'it was replaced earlier. ')
      + 'change `revision`, and the names where they are given, to make new ones, or delete the one that is there');
  }
  return earlier[0] && pending(`${calls.noun} '${earlier[0].name}' to be gone (last state: ${calls.stateOf(earlier[0])})`);
}

/** Waits until all members are well, and brings them in step then. */
async function stabilize<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, context: HandlerContext<P>, listed: Listed<M>, wanted: readonly string[],
): Promise<Pending | undefined> {
  const requested = timesOf(context, 'requested');
  const waiting: Pending[] = [];
  for (const name of wanted) {
    const member = listed.get(name);
    const reason = member ? await notReadyReason(calls, context, member) : pending(`${calls.noun} '${name}' to be ${calls.states.target[0]} (last state: asked for)`);
    if (!member && !recent(context, requested[keyOf(name)])) throw new TerminalError(`${calls.noun} '${name}' is gone: it was removed while it was being made`);
    if (reason) waiting.push(reason);
  }
  if (waiting.length > 0) return waiting.length > 1 ? pending(`${waiting[0].pending}, and for ${waiting.length - 1} more`) : waiting[0];
  const members = wanted.map(name => listed.get(name)!);
  return await forEachInTime(context, members, member => once(context, 'tagged', member.name!, () => syncTags(context, member.name!, member.tags ?? [])))
    ?? calls.sync?.(context, members, listed);
}

/** One after the other, as far as a step has time for them: what is done is not begun anew in the next step. */
export async function forEachInTime<T>(
  context: HandlerContext<unknown>, items: readonly T[], action: (item: T) => Promise<unknown>,
): Promise<Pending | undefined> {
  for (const [index, item] of items.entries()) {
    if (index > 0 && context.isOutOfTime()) return { pending: `${items.length - index} more to be brought in step`, soon: true };
    await action(item);
  }
  return undefined;
}

async function notReadyReason<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, context: HandlerContext<P>, member: M,
): Promise<Pending | undefined> {
  const fresh = creatorOf(context.owner, member.tags)?.requestId === context.owner.requestId;
  return await notReady(context, calls.noun, member.name!, calls.stateOf(member), fresh ? calls.states : calls.existing)
    ?? calls.notReadyReason?.(context, member);
}

/** Removes members, and what belongs to them. Nothing when all is gone. */
async function deleteSurplus<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, context: HandlerContext<P>, members: readonly M[], former: readonly string[], wanted: readonly string[] = [],
  tried: Times = timesOf(context, 'tried'),
): Promise<Pending | undefined> {
  const { checkpoint } = context.request;
  // what belongs to a member is put away when the member does not show any more
  checkpoint.surplus = [...new Set([...(checkpoint.surplus ?? []) as string[], ...members.map(member => member.name!)])];
  const names = [...new Set([...checkpoint.surplus as string[], ...former])].filter(name => !wanted.includes(name));
  const held = calls.blocker?.(context, members) ?? await calls.before?.(context, members, names, tried);
  if (held) return held;
  let retryable: unknown;
  const staying = members.filter(one => !calls.leaving.includes(calls.stateOf(one) ?? ''));
  const rest = await forEachInTime(context, staying, async member => {
    try {
      await once(context, 'deleted', member.name!, () => calls.delete(context, member), DELETION_SHOWS);
    } catch (error) {
      // one that cannot go now does not keep the others
      if (isRetryable(error)) retryable = error;
      else if (!isNotFound(error)) toTerminalError(`delete ${calls.noun} '${member.name}'`, error, [], repeatable(context));
    }
  });
  if (retryable) throw retryable;
  if (rest) return rest;
  if (members.length > 0) return pending(`${calls.noun} ${quote(members.map(member => member.name!))} to be gone (last state: ${calls.stateOf(members[0])})`);
  return calls.after?.(context, names);
}

/** What was asked for and cannot be removed yet because it does not show, or not as ours. */
function appearingMember<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, context: HandlerContext<P>, listed: Listed<M>, known: readonly string[], tried: Times,
): Pending | undefined {
  const shown = new Set([...listed.keys()].map(keyOf));
  const deleted = timesOf(context, 'deleted');
  const hidden = Object.entries(tried).some(([key, at]) => !shown.has(key) && !deleted[key] && recent(context, at));
  if (hidden) return pending(`${calls.noun}s that were asked for to appear`);
  const untagged = known.find(name => {
    const member = listed.get(name);
    return member && !creatorOf(context.owner, member.tags) && mayGetTags(context, member) && !calls.leaving.includes(calls.stateOf(member) ?? '');
  });
  return untagged === undefined ? undefined : pending(`the tags of ${calls.noun} '${untagged}' to appear`);
}

function belongs(owner: Owner, member: Member, id: string, only?: Made): boolean {
  const creator = creatorOf(owner, member.tags);
  return creator !== undefined && generatedName(owner, creator.replacementKey) === id && (!only || creator.requestId === only.creatorRequestId);
}
