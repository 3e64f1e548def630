import { Advice, TerminalError, isNameTaken, isNotFound, isRetryable, toTerminalError, takenNames } from '../../aws/errors';
import { Owner, Tag, generatedName, hash, creatorOf, ownerTags, toTags } from '../../aws/ownership';
import { GroupProperties, MAX_MEMBERS } from '../contract';
import { HandlerContext, ResourceHandler, MadeBy, Progress } from './resource-handler';
import { CLASH_CLEARS, DELETION_SHOWS, pendingReason, heldBy, mayGetTags, recent, repeatable, syncTags } from './tagging';
import { wholeNumber } from './values';
import { States } from '../engine/polling';
import { Data } from '../events/respond';

/** Milliseconds of a request for which a taken name may be that of our own thing, which is on its way in or out. */
const NAMES_CLEAR = 90_000;

/**
 * Milliseconds in which calls are made that need what does not travel: an event is delivered three times, with pauses of a minute and of
 * two, and each time the function has a minute.
 */
const BEGINS = 400_000;

/** What every member of a fleet has. */
export interface Member {
  readonly name?: string;
  readonly createdAt?: Date;
  readonly tags?: Tag[];
}

/** What a step finds: everything of the fleet's type in the region, by name. */
export type Listed<M> = ReadonlyMap<string, M>;

/** What sets one kind of fleet apart from another. What an operation still waits for, it returns in words. */
export interface GroupCalls<P extends GroupProperties, M extends Member> {
  /** What a member is called in messages. */
  readonly noun: string;
  /** Names that go into one call. */
  readonly chunk: number;
  /** Of what this request makes. */
  readonly states: States;
  /** Of what was there before it. */
  readonly settled: States;
  /** On its way out. */
  readonly leaving: readonly string[];
  stateOf(member: M): string | undefined;
  /** Refuses properties that cannot be carried out. */
  check?(context: HandlerContext<P>): void;
  list(context: HandlerContext<P>): Promise<M[]>;
  create(context: HandlerContext<P>, names: string[], tags: Tag[]): Promise<unknown>;
  /** What is done, in words, and what to do when it is refused. */
  describe(context: HandlerContext<P>): { readonly attempt: string; readonly advice: readonly Advice[] };
  /** What a member in its target state has not got yet. */
  notReadyReason?(context: HandlerContext<P>, member: M): string | undefined;
  /** Brings in step what belongs to the members, all of which are well. */
  sync?(context: HandlerContext<P>, members: readonly M[], listed: Listed<M>): Promise<string | undefined>;
  /** What is in the way of a member's deletion: waited for, or refused. */
  blocker?(context: HandlerContext<P>, members: readonly M[]): string | undefined;
  /** Puts away what must go before members do. Some of the names may have no member any more. */
  before?(context: HandlerContext<P>, members: readonly M[], names: readonly string[]): Promise<string | undefined>;
  delete(context: HandlerContext<P>, member: M): Promise<unknown>;
  /** Puts away what members have left behind. */
  after?(context: HandlerContext<P>, names: readonly string[]): Promise<string | undefined>;
  attributes(context: HandlerContext<P>, member: M): Data | Promise<Data>;
}

/** Many things of one kind: told apart by name, known by mark, made and dropped in place. */
export function groupHandler<P extends GroupProperties, M extends Member>(calls: GroupCalls<P, M>): ResourceHandler<P> {
  async function make(context: HandlerContext<P>): Promise<Progress> {
    const listed = await list(calls, context);
    const wanted = namesOf(context.props, context.request.id);
    const surplus = [...listed.values()].filter(member => belongs(context.owner, member, context.request.id) && !wanted.includes(member.name!));
    const waiting = calls.blocker?.(context, surplus)
      ?? await complete(calls, context, listed, wanted)
      ?? await stabilize(calls, context, listed, wanted)
      ?? await deleteSurplus(calls, context, surplus, namesBefore(context), wanted);
    if (waiting) return { waiting };
    const data = await Promise.all(wanted.map(name => calls.attributes(context, listed.get(name)!)));
    return { done: Object.fromEntries(data.flatMap((attributes, index) => Object.entries(attributes).map(([name, value]) => [`${name}.${index}`, value]))) };
  }

  return {
    id: generatedName,

    async begin(context) {
      const waiting = await complete(calls, context, await list(calls, context), namesOf(context.props, context.request.id));
      return waiting ? { waiting } : { done: {} };
    },

    make,

    // what follows on the members being there may have been left to whoever goes on waiting
    watch: make,

    async remove(context, id, only) {
      const then = only?.props ? { ...context, props: only.props as unknown as P } : context;
      const listed = await list(calls, context);
      const known = knownNames(then.props, id);
      const doomed = [...listed.values()].filter(member => belongs(context.owner, member, id, only));
      const asked = { ...only?.checkpoint?.asked as Times, ...timesOf(context, 'asked') };
      // a name that this request did not get to may be held by what was there before
      const names = known.filter(name => !only || asked[keyOf(name)]);
      const waiting = await deleteSurplus(calls, then, doomed, names) ?? appearingMember(calls, context, listed, known, asked);
      return waiting ? { waiting } : { done: {} };
    },
  };
}

async function list<P extends GroupProperties, M extends Member>(calls: GroupCalls<P, M>, context: HandlerContext<P>): Promise<Listed<M>> {
  return new Map((await calls.list(context)).map(member => [member.name!, member]));
}

/** Asks for what is not there. Nothing when all has been asked for. */
async function complete<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, context: HandlerContext<P>, listed: Listed<M>, wanted: readonly string[],
): Promise<string | undefined> {
  calls.check?.(context);
  const there = wanted.map(name => listed.get(name)).filter(member => member !== undefined);
  const unsure = there.map(member => checkCreator(calls, context, member)).find(waiting => waiting);
  if (unsure) return unsure;
  const asked = timesOf(context, 'asked');
  const absent = wanted.filter(name => !listed.has(name) && !asked[keyOf(name)]);
  if (absent.length === 0) return undefined;

  const { request, env, owner } = context;
  const withheld = request.withheld.some(name => !(name in (context.props as object)));
  if (withheld && !request.relay && env.clock.now() < request.issued + BEGINS) return `${calls.noun} '${absent[0]}' to be asked for`;
  // what does not travel has been used up, and a relay never had it
  if (request.relay || withheld) {
    throw new TerminalError(`${calls.noun} '${absent[0]}' is gone: it was removed while it was being made, and what it was made with is not kept. deploy again`);
  }
  const tags = toTags({ ...context.props.Tags, ...ownerTags(owner, request.replacementKey) });
  for (let at = 0; at < absent.length; at += calls.chunk) {
    const names = absent.slice(at, at + calls.chunk);
    try {
      await calls.create(context, names, tags);
    } catch (error) {
      const { attempt, advice } = calls.describe(context);
      const told = `${attempt} as ${quote(names)}`;
      if (!isNameTaken(error)) return toTerminalError(told, error, advice);
      request.checkpoint.clashedAt ??= env.clock.now();
      const [blamed = names[0]] = takenNames(error);
      const clears = Math.max((request.checkpoint.clashedAt as number) + CLASH_CLEARS, request.issued + NAMES_CLEAR);
      return env.clock.now() < clears ? `'${blamed}' to be free, or to appear` : toTerminalError(told, error, [[isNameTaken, heldBy('another resource', context, blamed)]]);
    }
    names.forEach(name => { asked[keyOf(name)] = env.clock.now(); });
  }
  return undefined;
}

/** Nothing when a member is one of this fleet; a wait when that cannot be told yet, or when it is on its way out. */
function checkCreator<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, context: HandlerContext<P>, member: M,
): string | undefined {
  const { request, owner } = context;
  const { noun } = calls;
  const name = member.name!;
  const creator = creatorOf(owner, member.tags);
  if (!creator) {
    if (mayGetTags(context, member)) return `the tags of ${noun} '${name}' to appear`;
    throw new TerminalError(`the name '${name}' is in use. ${heldBy(`an existing ${noun} that this stack did not make`, context, name)}`);
  }
  if (creator.requestId !== owner.requestId && calls.leaving.includes(calls.stateOf(member) ?? '')) {
    return `${noun} '${name}' to be gone (last state: ${calls.stateOf(member)})`;
  }
  if (!belongs(owner, member, request.id)) {
    throw new TerminalError(`${noun} '${name}' was made from other properties, and a name cannot be had twice while the new ${noun}s come up. `
      + 'change the names together with the source, or give a number instead so that each generation gets names of its own');
  }
  if (request.requestType === 'Create' && !request.relay && creator.requestId !== owner.requestId) {
    throw new TerminalError(`${noun} '${name}' was kept when this construct was removed from the stack earlier. `
      + 'change `revision`, and the names where they are given, to make new ones, or delete the one that is there');
  }
  return undefined;
}

/** Waits until all members are well, and brings them in step then. */
async function stabilize<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, context: HandlerContext<P>, listed: Listed<M>, wanted: readonly string[],
): Promise<string | undefined> {
  const asked = timesOf(context, 'asked');
  const waiting: string[] = [];
  for (const name of wanted) {
    const member = listed.get(name);
    const lacking = member ? await notReadyReasonOf(calls, context, member) : `${calls.noun} '${name}' to be ${calls.states.target[0]} (last state: asked for)`;
    if (!member && !recent(context, asked[keyOf(name)])) throw new TerminalError(`${calls.noun} '${name}' is gone: it was removed while it was being made`);
    if (lacking) waiting.push(lacking);
  }
  if (waiting.length > 0) return waiting.length > 1 ? `${waiting[0]}, and for ${waiting.length - 1} more` : waiting[0];
  const members = wanted.map(name => listed.get(name)!);
  for (const member of members) await syncTags(context, member.name!, member.tags ?? []);
  return calls.sync?.(context, members, listed);
}

async function notReadyReasonOf<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, context: HandlerContext<P>, member: M,
): Promise<string | undefined> {
  const fresh = creatorOf(context.owner, member.tags)?.requestId === context.owner.requestId;
  return await pendingReason(context, calls.noun, member.name!, calls.stateOf(member), fresh ? calls.states : calls.settled)
    ?? calls.notReadyReason?.(context, member);
}

/** Removes members, and what belongs to them. Nothing when all is gone. */
async function deleteSurplus<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, context: HandlerContext<P>, members: readonly M[], former: readonly string[], wanted: readonly string[] = [],
): Promise<string | undefined> {
  const { checkpoint } = context.request;
  // what belongs to a member is put away when the member does not show any more
  checkpoint.dropped = [...new Set([...(checkpoint.dropped ?? []) as string[], ...members.map(member => member.name!)])];
  const names = [...new Set([...checkpoint.dropped as string[], ...former])].filter(name => !wanted.includes(name));
  const held = calls.blocker?.(context, members) ?? await calls.before?.(context, members, names);
  if (held) return held;
  let trouble: unknown;
  for (const member of members.filter(one => !calls.leaving.includes(calls.stateOf(one) ?? ''))) {
    try {
      await once(context, 'deleted', member.name!, () => calls.delete(context, member), DELETION_SHOWS);
    } catch (error) {
      // one that cannot go now does not keep the others
      if (isRetryable(error)) trouble = error;
      else if (!isNotFound(error)) toTerminalError(`delete ${calls.noun} '${member.name}'`, error, [], repeatable(context));
    }
  }
  if (trouble) throw trouble;
  if (members.length > 0) return `${calls.noun} ${quote(members.map(member => member.name!))} to be gone (last state: ${calls.stateOf(members[0])})`;
  return calls.after?.(context, names);
}

/** What was asked for and cannot be removed yet because it does not show, or not as ours. */
function appearingMember<P extends GroupProperties, M extends Member>(
  calls: GroupCalls<P, M>, context: HandlerContext<P>, listed: Listed<M>, known: readonly string[], asked: Times,
): string | undefined {
  const shown = new Set([...listed.keys()].map(keyOf));
  const deleted = timesOf(context, 'deleted');
  const hidden = Object.entries(asked).some(([key, at]) => !shown.has(key) && !deleted[key] && recent(context, at));
  if (hidden) return `${calls.noun}s that were asked for to appear`;
  const unmarked = known.find(name => {
    const member = listed.get(name);
    return member && !creatorOf(context.owner, member.tags) && mayGetTags(context, member) && !calls.leaving.includes(calls.stateOf(member) ?? '');
  });
  return unmarked && `the tags of ${calls.noun} '${unmarked}' to appear`;
}

function belongs(owner: Owner, member: Member, id: string, only?: MadeBy): boolean {
  const creator = creatorOf(owner, member.tags);
  return creator !== undefined && generatedName(owner, creator.replacementKey) === id && (!only || creator.requestId === only.requestId);
}

/** Names that the members are to have. */
export function namesOf(props: GroupProperties, id: string): string[] {
  if (props.Names) {
    const twice = props.Names.find((name, index) => props.Names!.indexOf(name) !== index);
    if (twice !== undefined) throw new TerminalError(`names must differ from each other, got '${twice}' more than once`);
    if (props.Names.length === 0 || props.Names.includes('')) throw new TerminalError(`names must not be empty, got ${JSON.stringify(props.Names)}`);
    return [...props.Names];
  }
  const count = wholeNumber('Count', props.Count ?? 1, 1, MAX_MEMBERS);
  return Array.from({ length: count }, (_, index) => `${id}-${index + 1}`);
}

/** The same where nothing can be refused. */
export function knownNames(props: GroupProperties, id: string): string[] {
  try {
    return namesOf(props, id);
  } catch {
    return [];
  }
}

/** Names that the members had before a change in place. */
function namesBefore({ request }: HandlerContext<GroupProperties>): string[] {
  const inPlace = request.requestType === 'Update' && request.previousId === request.id;
  return inPlace ? knownNames(request.oldProps as unknown as GroupProperties, request.id) : [];
}

/** When something was done, by the short form of a name: the checkpoint travels in answers, which are short themselves. */
type Times = Record<string, number>;

function timesOf({ request }: HandlerContext<unknown>, what: string): Times {
  return (request.checkpoint[what] ??= {}) as Times;
}

/** When something was done to what has a name, if it was. */
export function timeOf(context: HandlerContext<unknown>, what: string, name: string): number | undefined {
  return timesOf(context, what)[keyOf(name)];
}

function keyOf(name: string): string {
  return hash(8, name);
}

/** Does something to a named thing, and not again within a time (for the rest of the request, where there is none). */
export async function once(
  context: HandlerContext<unknown>, what: string, name: string, action: () => Promise<unknown>, again = Infinity,
): Promise<void> {
  const times = timesOf(context, what);
  const now = context.env.clock.now();
  const last = times[keyOf(name)];
  if (last !== undefined && now < last + again) return;
  await action();
  times[keyOf(name)] = now;
}

export function quote(names: readonly string[]): string {
  return names.map(name => `'${name}'`).join(', ');
}
