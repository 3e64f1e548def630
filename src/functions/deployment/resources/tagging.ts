/** Ownership tags, users' tags, and the states that a resource passes through. */
import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-lightsail';
import { TerminalError } from '../../aws/errors';
import { Tag, otherCreatorOf, toTags } from '../../aws/ownership';
import { sentence } from '../../aws/text';
import { CommonProperties } from '../contract';
import { operationsOf } from './operations';
import { HandlerContext } from './resource-handler';
import { States, classifyState } from '../engine/polling';
import { Pending, pending } from '../engine/progress';

/** Milliseconds after which what was made must be visible, and tagged. */
const APPEARS = 120_000;

/** Milliseconds for which a taken name may be that of our own resource, which is not visible yet. */
export const CLASH_CLEARS = 30_000;

/** Milliseconds after which a deletion is asked for again. */
export const DELETION_SHOWS = 60_000;

export interface TaggedProperties extends CommonProperties {
  readonly Tags?: Readonly<Record<string, string>>;
}

/** Milliseconds for which a call is repeated that was turned away in unknown words. */
const UNKNOWN_REPEATED = 300_000;

/** Whether a deletion that is turned away in unknown words is asked for again. */
export function repeatable({ env, request }: HandlerContext<unknown>): { readonly repeatable: boolean } {
  return { repeatable: env.clock.now() < request.since + UNKNOWN_REPEATED };
}

/** Whether what began then may not be visible yet. */
export function recent(context: HandlerContext<unknown>, since: unknown): boolean {
  return context.env.clock.now() < (since as number) + APPEARS;
}

/** Tags may show later than what carries them. */
export function mayGetTags(context: HandlerContext<unknown>, found: { readonly createdAt?: Date }): boolean {
  // a young record does not say yet when it was created
  return recent(context, found.createdAt?.getTime() ?? context.request.since);
}

/** Nothing when a resource is in its target state; a wait when it may get there, and a terminal error when it cannot. */
export async function notReady(
  context: HandlerContext<unknown>, noun: string, name: string, state: string | undefined, states: States,
): Promise<Pending | undefined> {
  const target = states.target[0];
  switch (classifyState(state, states)) {
    case 'target': return undefined;
    case 'pending': return pending(`${noun} '${name}' to be ${target} (last state: ${state ?? 'none yet'})`);
    case 'failed': throw new TerminalError(`${noun} '${name}' ended in state '${state}' instead of '${target}': ${await failureOf(context, name)}`);
    default: throw new TerminalError(`${noun} '${name}' is in the unknown state '${state}' instead of '${target}': `
      + 'look at it in the Lightsail console, and report it if it is well');
  }
}

/** Lightsail's own words: a resource has none, the operation that made it has. */
async function failureOf(context: HandlerContext<unknown>, name: string): Promise<string> {
  const operations = await operationsOf(context, name);
  const failed = operations.filter(operation => operation.status === 'Failed');
  const told = failed.map(({ operationType, errorCode, errorDetails }) => `${operationType}: ${[errorCode, sentence(errorDetails)].filter(Boolean).join(': ') || 'no details'}`);
  return told.join('; ') || 'lightsail gives no details; try again, and ask AWS support if it stays so';
}

export async function syncTags<P extends TaggedProperties>(context: HandlerContext<P>, resourceName: string, tags: readonly Tag[]): Promise<void> {
  const wanted = context.props.Tags ?? {};
  const there = new Map(tags.map(tag => [tag.key!, tag.value ?? '']));
  const before: Readonly<Record<string, string>> = context.oldProps.Tags ?? {};
  // a tag that was put there by hand is not in the old properties and stays
  const dropped = Object.keys(before).filter(key => !Object.hasOwn(wanted, key) && there.has(key));
  // what an update changed a moment ago may not show yet
  const inPlace = context.request.requestType === 'Update' && context.request.previousId === context.request.id;
  const changed = Object.entries(wanted).filter(([key, value]) => there.get(key) !== value || (inPlace && before[key] !== value));
  if (dropped.length > 0) await context.lightsail.send(new UntagResourceCommand({ resourceName, tagKeys: dropped }));
  if (changed.length > 0) await context.lightsail.send(new TagResourceCommand({ resourceName, tags: toTags(Object.fromEntries(changed)) }));
}

/** A name that is taken, in the words of what its tags say. */
export function nameInUse(
  context: HandlerContext<unknown>, noun: string, { name, tags }: { readonly name?: string; readonly tags?: readonly Tag[] },
): TerminalError {
  const other = otherCreatorOf(context.owner, tags);
  if (other === undefined) {
    return new TerminalError(`the name '${name}' is in use. ${heldBy(`an existing ${noun} that this stack did not make`, context, name!)}`);
  }
  return new TerminalError(`${noun} '${name}' was made under the logical id '${other}' of this stack, and another logical id is another resource. `
    + `that ${noun} was left alone. if a construct was renamed or moved, give it its id back, or call overrideLogicalId('${other}') on its default child; `
    + 'otherwise choose another name, or drop it so that one is generated');
}

export function heldBy(holder: string, context: HandlerContext<unknown>, name: string): string {
  return `'${name}' is held by ${holder} in ${context.env.region}, where one name serves every Lightsail resource type `
    + '(instance, snapshot, disk, static IP, key pair ...). that resource was left alone; choose another name, or drop it so that one is generated';
}
