import { TerminalError } from '../../aws/errors';
import { Maker, hash, replacementKeyOf } from '../../aws/ownership';
import { FUNCTION_TIMEOUT, KINDS, MAX_SERVICE_TIMEOUT, MIN_TIMEOUT, PROGRESS, RELAY_TYPE, RESERVE, ResourceType } from '../contract';
import { HANDLERS, MadeBy } from '../resources';
import { Addressee, Answer } from './respond';

export type RequestType = 'Create' | 'Update' | 'Delete';

/**
 * What there is to do for a request, in order.
 *
 * - fence: stop what is still running for the same resource, which CloudFormation has given up
 * - tidy: remove what that one made, since CloudFormation does not know of it
 * - make: create, or bring in step, and wait
 * - remove: delete and wait until it is gone
 * - undo: remove what this request made and could not finish
 */
export type Phase = 'fence' | 'tidy' | 'make' | 'remove' | 'undo';

export type Values = Readonly<Record<string, unknown>>;

/** A request of CloudFormation's and how far it has come: what travels through the waiter. */
export interface Request extends Maker, Addressee {
  /** ARN of the function, which the state machine invokes. */
  readonly handler: string;
  readonly requestType: RequestType;
  readonly type: ResourceType;
  /** Only waits for what another request made. */
  readonly relay: boolean;
  /** Another resource goes on waiting when this one's time is up. */
  readonly continued: boolean;
  /** Physical id that the answer will have: of what is to be made, or removed. */
  readonly id: string;
  /** Stands for what the properties ask for, those that do not travel included. */
  readonly replacementKey: string;
  /** An Update that may be the rollback of another one: it asks for what is there. */
  readonly mayUndo: boolean;
  /** Physical id that CloudFormation knows so far. */
  readonly previousId?: string;
  /** Logical id whose mark the resource carries: this request's own, but for a relay. */
  readonly maker: string;
  /** Properties, without those that must not travel. */
  readonly props: Values;
  readonly oldProps: Values;
  /** Properties that were given and do not travel. */
  readonly withheld: readonly string[];
  readonly attributes: readonly string[];
  /** Milliseconds since 1970: when CloudFormation asked, until when the work may take, until when the answer must be there. */
  readonly issued: number;
  readonly deadline: number;
  readonly answerBy: number;
  /** The request that made, or last changed, what a wait resource waits for: a failed wait may roll back only what that one made. */
  readonly changedBy: string;
  /** What is waited for was complete already when the wait began, so that a failed wait rolls back nothing. */
  readonly wasComplete: boolean;
  /** Seconds that other resources had waited before this request began. */
  readonly waitedBefore: number;

  /** Empty until the request is answered: the state machine looks at it. */
  readonly done: '';
  phases: Phase[];
  /** When the present phase began. */
  since: number;
  /** Seconds until the next step. */
  wait: number;
  /** Seconds that the same took when it was last made, as far as that is known. */
  before?: number;
  /** How many steps in a row have met with trouble which passes, and whether any ever has. */
  troubles: number;
  troubled: boolean;
  /** What is being waited for, in words. */
  note: string;
  /** What a kind has to remember between steps. */
  checkpoint: Record<string, unknown>;
  /** What an abandoned request made, to be removed, and what it had remembered. */
  leftover?: MadeBy & { readonly id: string };
  /** How often the present step has crashed before. */
  retries: number;
  /** Why the request will be answered FAILED. */
  failure?: string;
  /** Handed over once more, to be undone. */
  readonly restarted?: boolean;
  /** What the answer is. It stands before it is given, so that giving it again gives the same. */
  answer?: Answer;
}

/** Begins the physical id of a creation that failed: the deletion that follows then knows that nothing was confirmed. */
export const FAILED_ID = 'failed-';

/** Physical id of a creation that failed, by which the deletion that follows knows it, and since when there may be what it could not mark. */
export function failedId({ requestId, issued, checkpoint }: Pick<Request, 'requestId' | 'issued' | 'checkpoint'>): string {
  return `${FAILED_ID}${requestId}${checkpoint.triedAt === undefined ? '' : `@${issued}`}`;
}

/** Seconds between the last look and the moment CloudFormation stops listening: enough for that look to hang, and for the answer. */
const ANSWER_MARGIN = FUNCTION_TIMEOUT + 15;

/** How far the clock of the address's date may be off, or how old it may be, before it is not believed. */
const MAX_AHEAD = 300_000;
const MAX_AGE = 24 * 3600_000;

/** Reads an event of CloudFormation's. Throws a refusal for what cannot be carried out. */
export function accept(event: Values, handler: string, now: number): Request {
  const to = addressee(event);
  const requestType = oneOf(event, 'RequestType', ['Create', 'Update', 'Delete'] as const);
  const given = values(event.ResourceProperties);
  const relay = event.ResourceType === RELAY_TYPE;
  const type = knownType(relay ? given.For : event.ResourceType);
  const contract = KINDS[type];
  const previousId = requestType === 'Create' ? undefined : text(event, 'PhysicalResourceId');
  if (requestType !== 'Delete') requireAll(given, relay ? ['Subject', 'Maker', ...contract.required] : contract.required);

  const seconds = timeoutOf(given);
  const serviceTimeout = Math.min(MAX_SERVICE_TIMEOUT, seconds + RESERVE);
  const issued = issuedAt(to.responseUrl, now);
  const withoutSecrets = (all: Values) => Object.fromEntries(Object.entries(all).filter(([name]) => !contract.secret.includes(name)));
  const replacementKey = replacementKeyOf(type, given);
  const identified = relay ? String(given.Subject) : HANDLERS[type].id(to, replacementKey, given as never) as unknown;
  if (typeof identified !== 'string' || identified === '') throw new TerminalError(`a name must be a text and not empty, got ${JSON.stringify(identified)}`);

  return {
    ...to,
    handler,
    requestType,
    type,
    relay,
    continued: given.Continued === 'true' || given.Continued === true,
    id: requestType === 'Delete' ? previousId! : identified,
    replacementKey,
    mayUndo: requestType === 'Update' && previousId === identified && isOther(type, replacementKey, given, values(event.OldResourceProperties)),
    previousId,
    maker: relay ? String(given.Maker) : to.logicalId,
    props: withoutSecrets(given),
    oldProps: withoutSecrets(values(event.OldResourceProperties)),
    withheld: contract.secret.filter(name => given[name] !== undefined),
    attributes: Array.isArray(given.Attributes) ? given.Attributes.map(String) : [],
    issued,
    deadline: issued + Math.min(seconds, serviceTimeout - RESERVE) * 1000,
    answerBy: issued + (serviceTimeout - ANSWER_MARGIN) * 1000,
    changedBy: relay ? progressOf(given).by ?? '' : to.requestId,
    wasComplete: relay && progressOf(given).done === true,
    waitedBefore: Number(given.WaitedBefore ?? 0),
    done: '',
    phases: phasesOf(requestType, relay, previousId, identified),
    leftover: requestType === 'Delete' && previousId!.startsWith(FAILED_ID) ? { id: identified, replacementKey, ...failedRequest(previousId!) } : undefined,
    retries: 0,
    since: now,
    wait: 0,
    troubles: 0,
    troubled: false,
    note: '',
    checkpoint: relay ? progressOf(given).checkpoint ?? {} : {},
  };
}

/** Of an update that is undone the old properties are those attempted, or else those that there have been all the time. */
function isOther(type: ResourceType, replacementKey: string, given: Values, old: Values): boolean {
  return replacementKeyOf(type, old) !== replacementKey || hash(10, old) === hash(10, given);
}

function failedRequest(id: string): MadeBy {
  const [requestId, issued] = id.slice(FAILED_ID.length).split('@');
  return { requestId, issued: issued ? Number(issued) : undefined };
}

function phasesOf(requestType: RequestType, relay: boolean, previousId: string | undefined, identified: string): Phase[] {
  if (requestType === 'Create') return ['make'];
  if (requestType === 'Update') return relay ? ['make'] : ['fence', 'tidy', 'make'];
  if (relay) return [];
  if (previousId!.startsWith(FAILED_ID)) return ['tidy'];
  // an id that the properties do not stand for may be invented: CloudFormation does that when it gave up a creation
  return previousId === identified ? ['remove'] : ['fence', 'tidy', 'remove'];
}

/** Where an answer to an event goes, whatever else is wrong with it. */
export function addressee(event: Values): Addressee {
  const loose = (name: string) => (typeof event[name] === 'string' ? event[name] as string : '');
  return {
    responseUrl: loose('ResponseURL'),
    stackId: loose('StackId'),
    requestId: loose('RequestId'),
    logicalId: loose('LogicalResourceId'),
  };
}

/** The address is signed when CloudFormation sends the event, which may be long before the event arrives. */
function issuedAt(responseUrl: string, now: number): number {
  const date = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(responseUrl);
  if (!date) return now;
  const [year, month, day, hour, minute, second] = date.slice(1).map(Number);
  const signed = Date.UTC(year, month - 1, day, hour, minute, second);
  return signed > now + MAX_AHEAD || signed < now - MAX_AGE ? now : Math.min(signed, now);
}

function timeoutOf(given: Values): number {
  const seconds = Number(given.Timeout ?? MAX_SERVICE_TIMEOUT);
  if (!(seconds >= MIN_TIMEOUT && seconds <= MAX_SERVICE_TIMEOUT)) {
    throw new TerminalError(`Timeout must be ${MIN_TIMEOUT} to ${MAX_SERVICE_TIMEOUT} seconds, got ${JSON.stringify(given.Timeout)}`);
  }
  return seconds;
}

function knownType(name: unknown): ResourceType {
  if (typeof name === 'string' && Object.hasOwn(KINDS, name)) return name as ResourceType;
  throw new TerminalError(`unknown resource type ${JSON.stringify(name)}: the handler knows ${Object.keys(KINDS).join(', ')}. `
    + 'deploy the stack again with one version of cdk-lightsail-snapshots throughout');
}

function requireAll(given: Values, names: readonly string[]) {
  for (const name of names) {
    if (typeof given[name] !== 'string' || given[name] === '') throw new TerminalError(`${name} must be given and not empty, got ${JSON.stringify(given[name])}`);
  }
}

/** What a resource passes on to the wait resource behind it. */
export interface PassedOn {
  readonly done?: boolean;
  readonly by?: string;
  readonly checkpoint?: Record<string, unknown>;
}

/** Two resources of one deployment need not be in step: what cannot be read is looked up again. */
function progressOf(given: Values): PassedOn {
  try {
    return { ...JSON.parse(String(given[PROGRESS])) };
  } catch {
    return {};
  }
}

function values(value: unknown): Values {
  return typeof value === 'object' && value !== null ? value as Values : {};
}

function text(event: Values, name: string): string {
  if (typeof event[name] === 'string' && event[name] !== '') return event[name] as string;
  throw new TerminalError(`the event has no ${name}`);
}

function oneOf<T extends string>(event: Values, name: string, allowed: readonly T[]): T {
  const found = allowed.find(value => value === event[name]);
  if (found === undefined) throw new TerminalError(`${name} must be one of ${allowed.join(', ')}, got ${JSON.stringify(event[name])}`);
  return found;
}
