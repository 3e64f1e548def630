import { Advice, Refusal, isNameTaken, isNotFound, isPassing, refuse } from '../../aws/errors';
import { Owner, Tag, generatedName, hash, originOf, ownerTags, toTags } from '../../aws/ownership';
import { FleetProperties, MAX_MEMBERS } from '../contract';
import { Job, Kind, MadeBy, Progress } from './resource-handler';
import { CLASH_CLEARS, DELETION_SHOWS, awaited, heldBy, mayBeMarkedYet, recent, syncTags } from './tagging';
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
export interface FleetCalls<P extends FleetProperties, M extends Member> {
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
  check?(job: Job<P>): void;
  list(job: Job<P>): Promise<M[]>;
  create(job: Job<P>, names: string[], tags: Tag[]): Promise<unknown>;
  /** What is done, in words, and what to do when it is refused. */
  describe(job: Job<P>): { readonly attempt: string; readonly advice: readonly Advice[] };
  /** What a member in its target state has not got yet. */
  lacks?(job: Job<P>, member: M): string | undefined;
  /** Brings in step what belongs to the members, all of which are well. */
  sync?(job: Job<P>, members: readonly M[], listed: Listed<M>): Promise<string | undefined>;
  /** What is in the way of a member's deletion: waited for, or refused. */
  hindrance?(job: Job<P>, members: readonly M[]): string | undefined;
  /** Puts away what must go before members do. Some of the names may have no member any more. */
  before?(job: Job<P>, members: readonly M[], names: readonly string[]): Promise<string | undefined>;
  delete(job: Job<P>, member: M): Promise<unknown>;
  /** Puts away what members have left behind. */
  after?(job: Job<P>, names: readonly string[]): Promise<string | undefined>;
  attributes(job: Job<P>, member: M): Data | Promise<Data>;
}

/** Many things of one kind: told apart by name, known by mark, made and dropped in place. */
export function fleetKind<P extends FleetProperties, M extends Member>(calls: FleetCalls<P, M>): Kind<P> {
  async function make(job: Job<P>): Promise<Progress> {
    const listed = await list(calls, job);
    const wanted = namesOf(job.props, job.request.id);
    const surplus = [...listed.values()].filter(member => belongs(job.owner, member, job.request.id) && !wanted.includes(member.name!));
    const waiting = calls.hindrance?.(job, surplus)
      ?? await complete(calls, job, listed, wanted)
      ?? await settle(calls, job, listed, wanted)
      ?? await drop(calls, job, surplus, namesBefore(job), wanted);
    if (waiting) return { waiting };
    const data = await Promise.all(wanted.map(name => calls.attributes(job, listed.get(name)!)));
    return { done: Object.fromEntries(data.flatMap((attributes, index) => Object.entries(attributes).map(([name, value]) => [`${name}.${index}`, value]))) };
  }

  return {
    id: generatedName,

    async begin(job) {
      const waiting = await complete(calls, job, await list(calls, job), namesOf(job.props, job.request.id));
      return waiting ? { waiting } : { done: {} };
    },

    make,

    // what follows on the members being there may have been left to whoever goes on waiting
    watch: make,

    async remove(job, id, only) {
      const then = only?.props ? { ...job, props: only.props as unknown as P } : job;
      const listed = await list(calls, job);
      const known = knownNames(then.props, id);
      const doomed = [...listed.values()].filter(member => belongs(job.owner, member, id, only));
      const asked = { ...only?.memo?.asked as Times, ...timesOf(job, 'asked') };
      // a name that this request did not get to may be held by what was there before
      const names = known.filter(name => !only || asked[keyOf(name)]);
      const waiting = await drop(calls, then, doomed, names) ?? latecomer(calls, job, listed, known, asked);
      return waiting ? { waiting } : { done: {} };
    },
  };
}

async function list<P extends FleetProperties, M extends Member>(calls: FleetCalls<P, M>, job: Job<P>): Promise<Listed<M>> {
  return new Map((await calls.list(job)).map(member => [member.name!, member]));
}

/** Asks for what is not there. Nothing when all has been asked for. */
async function complete<P extends FleetProperties, M extends Member>(
  calls: FleetCalls<P, M>, job: Job<P>, listed: Listed<M>, wanted: readonly string[],
): Promise<string | undefined> {
  calls.check?.(job);
  const there = wanted.map(name => listed.get(name)).filter(member => member !== undefined);
  const unsure = there.map(member => checkOrigin(calls, job, member)).find(waiting => waiting);
  if (unsure) return unsure;
  const asked = timesOf(job, 'asked');
  const absent = wanted.filter(name => !listed.has(name) && !asked[keyOf(name)]);
  if (absent.length === 0) return undefined;

  const { request, env, owner } = job;
  const withheld = request.withheld.some(name => !(name in (job.props as object)));
  if (withheld && !request.relay && env.clock.now() < request.issued + BEGINS) return `${calls.noun} '${absent[0]}' to be asked for`;
  // what does not travel has been used up, and a relay never had it
  if (request.relay || withheld) {
    throw new Refusal(`${calls.noun} '${absent[0]}' is gone: it was removed while it was being made, and what it was made with is not kept. deploy again`);
  }
  const tags = toTags({ ...job.props.Tags, ...ownerTags(owner, request.identity) });
  for (let at = 0; at < absent.length; at += calls.chunk) {
    const names = absent.slice(at, at + calls.chunk);
    try {
      await calls.create(job, names, tags);
    } catch (error) {
      const { attempt, advice } = calls.describe(job);
      const told = `${attempt} as ${quoted(names)}`;
      if (!isNameTaken(error)) return refuse(told, error, advice);
      request.memo.clashedAt ??= env.clock.now();
      const holder = names.length > 1 ? 'one of these is held by another resource' : heldBy('another resource', job, names[0]);
      const clears = Math.max((request.memo.clashedAt as number) + CLASH_CLEARS, request.issued + NAMES_CLEAR);
      return env.clock.now() < clears ? `${quoted(names)} to be free, or to appear` : refuse(told, error, [[isNameTaken, holder]]);
    }
    names.forEach(name => { asked[keyOf(name)] = env.clock.now(); });
  }
  return undefined;
}

/** Nothing when a member is one of this fleet; a wait when that cannot be told yet, or when it is on its way out. */
function checkOrigin<P extends FleetProperties, M extends Member>(calls: FleetCalls<P, M>, job: Job<P>, member: M): string | undefined {
  const { request, owner } = job;
  const { noun } = calls;
  const name = member.name!;
  const origin = originOf(owner, member.tags);
  if (!origin) {
    if (mayBeMarkedYet(job, member)) return `the tags of ${noun} '${name}' to appear`;
    throw new Refusal(`the name '${name}' is in use. ${heldBy(`an existing ${noun} that this stack did not make`, job, name)}`);
  }
  if (origin.requestId !== owner.requestId && calls.leaving.includes(calls.stateOf(member) ?? '')) {
    return `${noun} '${name}' to be gone (last state: ${calls.stateOf(member)})`;
  }
  if (!belongs(owner, member, request.id)) {
    throw new Refusal(`${noun} '${name}' was made from other properties, and a name cannot be had twice while the new ${noun}s come up. `
      + 'change the names together with the source, or give a number instead so that each generation gets names of its own');
  }
  if (request.requestType === 'Create' && !request.relay && origin.requestId !== owner.requestId) {
    throw new Refusal(`${noun} '${name}' was kept when this construct was removed from the stack earlier. `
      + 'change `revision`, and the names where they are given, to make new ones, or delete the one that is there');
  }
  return undefined;
}

/** Waits until all members are well, and brings them in step then. */
async function settle<P extends FleetProperties, M extends Member>(
  calls: FleetCalls<P, M>, job: Job<P>, listed: Listed<M>, wanted: readonly string[],
): Promise<string | undefined> {
  const asked = timesOf(job, 'asked');
  const waiting: string[] = [];
  for (const name of wanted) {
    const member = listed.get(name);
    const lacking = member ? await lackOf(calls, job, member) : `${calls.noun} '${name}' to be ${calls.states.target[0]} (last state: asked for)`;
    if (!member && !recent(job, asked[keyOf(name)])) throw new Refusal(`${calls.noun} '${name}' is gone: it was removed while it was being made`);
    if (lacking) waiting.push(lacking);
  }
  if (waiting.length > 0) return waiting.length > 1 ? `${waiting[0]}, and for ${waiting.length - 1} more` : waiting[0];
  const members = wanted.map(name => listed.get(name)!);
  for (const member of members) await syncTags(job, member.name!, member.tags ?? []);
  return calls.sync?.(job, members, listed);
}

async function lackOf<P extends FleetProperties, M extends Member>(calls: FleetCalls<P, M>, job: Job<P>, member: M): Promise<string | undefined> {
  const fresh = originOf(job.owner, member.tags)?.requestId === job.owner.requestId;
  return await awaited(job, calls.noun, member.name!, calls.stateOf(member), fresh ? calls.states : calls.settled) ?? calls.lacks?.(job, member);
}

/** Removes members, and what belongs to them. Nothing when all is gone. */
async function drop<P extends FleetProperties, M extends Member>(
  calls: FleetCalls<P, M>, job: Job<P>, members: readonly M[], former: readonly string[], wanted: readonly string[] = [],
): Promise<string | undefined> {
  const { memo } = job.request;
  // what belongs to a member is put away when the member does not show any more
  memo.dropped = [...new Set([...(memo.dropped ?? []) as string[], ...members.map(member => member.name!)])];
  const names = [...new Set([...memo.dropped as string[], ...former])].filter(name => !wanted.includes(name));
  const held = calls.hindrance?.(job, members) ?? await calls.before?.(job, members, names);
  if (held) return held;
  let trouble: unknown;
  for (const member of members.filter(one => !calls.leaving.includes(calls.stateOf(one) ?? ''))) {
    try {
      await once(job, 'deleted', member.name!, () => calls.delete(job, member), DELETION_SHOWS);
    } catch (error) {
      // one that cannot go now does not keep the others
      if (isPassing(error)) trouble = error;
      else if (!isNotFound(error)) refuse(`delete ${calls.noun} '${member.name}'`, error, []);
    }
  }
  if (trouble) throw trouble;
  if (members.length > 0) return `${calls.noun} ${quoted(members.map(member => member.name!))} to be gone (last state: ${calls.stateOf(members[0])})`;
  return calls.after?.(job, names);
}

/** What was asked for and cannot be removed yet because it does not show, or not as ours. */
function latecomer<P extends FleetProperties, M extends Member>(
  calls: FleetCalls<P, M>, job: Job<P>, listed: Listed<M>, known: readonly string[], asked: Times,
): string | undefined {
  const shown = new Set([...listed.keys()].map(keyOf));
  const deleted = timesOf(job, 'deleted');
  const hidden = Object.entries(asked).some(([key, at]) => !shown.has(key) && !deleted[key] && recent(job, at));
  if (hidden) return `${calls.noun}s that were asked for to appear`;
  const unmarked = known.find(name => {
    const member = listed.get(name);
    return member && !originOf(job.owner, member.tags) && mayBeMarkedYet(job, member) && !calls.leaving.includes(calls.stateOf(member) ?? '');
  });
  return unmarked && `the tags of ${calls.noun} '${unmarked}' to appear`;
}

function belongs(owner: Owner, member: Member, id: string, only?: MadeBy): boolean {
  const origin = originOf(owner, member.tags);
  return origin !== undefined && generatedName(owner, origin.identity) === id && (!only || origin.requestId === only.requestId);
}

/** Names that the members are to have. */
export function namesOf(props: FleetProperties, id: string): string[] {
  if (props.Names) {
    const twice = props.Names.find((name, index) => props.Names!.indexOf(name) !== index);
    if (twice !== undefined) throw new Refusal(`names must differ from each other, got '${twice}' more than once`);
    if (props.Names.length === 0 || props.Names.includes('')) throw new Refusal(`names must not be empty, got ${JSON.stringify(props.Names)}`);
    return [...props.Names];
  }
  const count = wholeNumber('Count', props.Count ?? 1, 1, MAX_MEMBERS);
  return Array.from({ length: count }, (_, index) => `${id}-${index + 1}`);
}

/** The same where nothing can be refused. */
export function knownNames(props: FleetProperties, id: string): string[] {
  try {
    return namesOf(props, id);
  } catch {
    return [];
  }
}

/** Names that the members had before a change in place. */
function namesBefore({ request }: Job<FleetProperties>): string[] {
  const inPlace = request.requestType === 'Update' && request.previousId === request.id;
  return inPlace ? knownNames(request.oldProps as unknown as FleetProperties, request.id) : [];
}

/** When something was done, by the short form of a name: the memo travels in answers, which are short themselves. */
type Times = Record<string, number>;

function timesOf({ request }: Job<unknown>, what: string): Times {
  return (request.memo[what] ??= {}) as Times;
}

/** When something was done to what has a name, if it was. */
export function timeOf(job: Job<unknown>, what: string, name: string): number | undefined {
  return timesOf(job, what)[keyOf(name)];
}

function keyOf(name: string): string {
  return hash(8, name);
}

/** Does something to a named thing, and not again within a time (for the rest of the request, where there is none). */
export async function once(job: Job<unknown>, what: string, name: string, action: () => Promise<unknown>, again = Infinity): Promise<void> {
  const times = timesOf(job, what);
  const now = job.env.clock.now();
  const last = times[keyOf(name)];
  if (last !== undefined && now < last + again) return;
  await action();
  times[keyOf(name)] = now;
}

export function quoted(names: readonly string[]): string {
  return names.map(name => `'${name}'`).join(', ');
}
