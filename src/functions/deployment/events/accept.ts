/** Reads an event of CloudFormation's into a request. */
import type { ResponseTarget } from './respond';
import { TerminalError } from '../../aws/errors';
import { replacementKeyOf } from '../../aws/ownership';
import { CONTRACTS, FUNCTION_TIMEOUT, MAX_SERVICE_TIMEOUT, MIN_TIMEOUT, RESERVE, ResourceType, WAIT_TYPE } from '../contract';
import { FAILED_ID, Phase, Request, RequestType, Values } from '../engine/request';
import { HANDLERS } from '../resources';

/** Seconds between the last look and the moment CloudFormation stops listening: enough for that look to hang, and for the answer. */
const ANSWER_MARGIN = FUNCTION_TIMEOUT + 15;

/** How far the clock of the address's date may be off, or how old it may be, before it is not believed. */
const MAX_AHEAD = 300_000;
const MAX_AGE = 24 * 3600_000;

/** Throws a terminal error for what cannot be carried out. */
export function accept(event: Values, now: number): Request & { readonly secrets: Values } {
  const to = responseTarget(event);
  for (const name of ['StackId', 'RequestId', 'LogicalResourceId']) text(event, name);
  const requestType = oneOf(event, 'RequestType', ['Create', 'Update', 'Delete'] as const);
  const given = values(event.ResourceProperties);
  const isWait = event.ResourceType === WAIT_TYPE;
  const type = knownType(isWait ? given.OwnerType : event.ResourceType);
  const contract = CONTRACTS[type];
  const previousId = requestType === 'Create' ? undefined : text(event, 'PhysicalResourceId');
  const waitProperties = ['ResourceId', 'OwnerLogicalId', 'OwnerRequestId'];
  if (requestType !== 'Delete') requireAll(given, isWait ? [...waitProperties, ...contract.required] : contract.required);

  const owner = { stackId: to.stackId, logicalId: isWait ? String(given.OwnerLogicalId) : to.answersFor };
  const replacementKey = replacementKeyOf(type, given);
  const identified = isWait ? given.ResourceId : HANDLERS[type].id(owner, replacementKey, given as never, previousId) as unknown;
  if (typeof identified !== 'string' || identified === '') {
    throw new TerminalError(`a name must be a text and not empty, got ${JSON.stringify(identified)}`);
  }
  const service = serviceTimeoutOf(given);
  const signed = signedAt(to.responseUrl, now);
  const issued = signed ?? now;
  // a deletion has the rest of the hour, however long making may take
  const seconds = requestType === 'Delete' ? MAX_SERVICE_TIMEOUT : timeoutOf(given);
  const isSecret = ([name]: [string, unknown]) => contract.secret.includes(name);
  const secrets = requestType === 'Delete' || isWait ? {} : Object.fromEntries(Object.entries(given).filter(isSecret));
  const open = (all: Values) => Object.fromEntries(Object.entries(all).filter(entry => !isSecret(entry)));

  return {
    ...owner,
    requestId: to.requestId,
    creatorRequestId: isWait ? String(given.OwnerRequestId) : to.requestId,
    answersFor: to.answersFor,
    responseUrl: to.responseUrl,
    requestType,
    type,
    isWait,
    continued: String(given.Continued) === 'true',
    id: requestType === 'Delete' ? previousId! : identified,
    replacementKey,
    previousId,
    props: open(given),
    oldProps: changed(open(values(event.OldResourceProperties)), open(given)),
    secrets,
    secretNames: Object.keys(secrets),
    attributes: Array.isArray(given.Attributes) ? given.Attributes.map(String) : [],
    issued,
    dated: signed !== undefined,
    deadline: issued + Math.min(seconds, service - RESERVE) * 1000,
    answerBy: issued + (service - ANSWER_MARGIN) * 1000,
    waitedBefore: Number(given.WaitedBefore ?? 0),
    phases: phasesOf(requestType, isWait, previousId),
    since: now,
    begun: false,
    crashes: 0,
    failuresInARow: 0,
    slowed: false,
    waitingFor: '',
    checkpoint: {},
  };
}

function phasesOf(requestType: RequestType, isWait: boolean, previousId: string | undefined): Phase[] {
  if (isWait || requestType === 'Create') return ['reconcile'];
  if (requestType === 'Update') return ['removeOrphans', 'reconcile'];
  return previousId!.startsWith(FAILED_ID) ? ['removeOrphans'] : ['removeOrphans', 'remove'];
}

/** Where an answer to an event goes, whatever else is wrong with it. */
export function responseTarget(event: Values): ResponseTarget {
  const loose = (name: string) => (typeof event[name] === 'string' ? event[name] as string : '');
  return {
    responseUrl: loose('ResponseURL'),
    stackId: loose('StackId'),
    requestId: loose('RequestId'),
    answersFor: loose('LogicalResourceId'),
  };
}

/** Old values of what differs: the others can be read among the new ones. */
function changed(old: Values, given: Values): Values {
  const names = Object.keys({ ...old, ...given }).filter(name => JSON.stringify(old[name]) !== JSON.stringify(given[name]));
  return Object.fromEntries(names.map(name => [name, old[name] ?? null]));
}

/** The address is signed when CloudFormation sends the event, which may be long before the event arrives. */
function signedAt(responseUrl: string, now: number): number | undefined {
  const date = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(responseUrl);
  if (!date) return undefined;
  const [year, month, day, hour, minute, second] = date.slice(1).map(Number);
  const signed = Date.UTC(year, month - 1, day, hour, minute, second);
  return signed > now + MAX_AHEAD || signed < now - MAX_AGE ? undefined : Math.min(signed, now);
}

function serviceTimeoutOf(given: Values): number {
  const seconds = Number(given.ServiceTimeout ?? MAX_SERVICE_TIMEOUT);
  return seconds > RESERVE && seconds <= MAX_SERVICE_TIMEOUT ? seconds : MAX_SERVICE_TIMEOUT;
}

function timeoutOf(given: Values): number {
  const seconds = Number(given.Timeout ?? MAX_SERVICE_TIMEOUT);
  if (!(seconds >= MIN_TIMEOUT && seconds <= MAX_SERVICE_TIMEOUT)) {
    throw new TerminalError(`Timeout must be ${MIN_TIMEOUT} to ${MAX_SERVICE_TIMEOUT} seconds, got ${JSON.stringify(given.Timeout)}`);
  }
  return seconds;
}

function knownType(name: unknown): ResourceType {
  if (typeof name === 'string' && Object.hasOwn(CONTRACTS, name)) return name as ResourceType;
  throw new TerminalError(`unknown resource type ${JSON.stringify(name)}: the handler knows ${Object.keys(CONTRACTS).join(', ')}. `
    + 'deploy the stack again with one version of cdk-lightsail-snapshots throughout');
}

function requireAll(given: Values, names: readonly string[]) {
  for (const name of names) {
    if (typeof given[name] !== 'string' || given[name] === '') throw new TerminalError(`${name} must be given and not empty, got ${JSON.stringify(given[name])}`);
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
