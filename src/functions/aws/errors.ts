/** What an error means: whether it passes, what is to be done about it, and how it is told to the user. */
import { KNOWN_TEXTS, KnownText } from './error-table';
import { sentence } from './text';

/** Something that trying again will not mend. Its message goes to the user as it is. */
export class TerminalError extends Error {}

/** Words that are not in the table, of a call that can be repeated: it is, for a while. */
export class UnknownTextError extends Error {
  constructor(cause: Error) {
    super(`${describe(cause)}. ${UNKNOWN_IS_REPEATED}`);
    this.name = 'unknown words';
  }
}

const UNKNOWN_IS_FINAL = 'this library does not know these words and took them for final: please report them if they are not';
const UNKNOWN_IS_REPEATED = 'this library does not know these words and tries again for five minutes';

/** Fields that Lightsail's modelled errors carry besides the message. */
interface ServiceError extends Error {
  readonly code?: string;
  readonly tip?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Transient errors by name. The two set-up errors are 428s, which the SDK does not take for transient. */
const TRANSIENT = new Set([
  'ThrottlingException', 'Throttling', 'ThrottledException', 'TooManyRequestsException', 'RequestLimitExceeded', 'RequestThrottled', 'SlowDown',
  'ProvisionedThroughputExceededException',
  'ServiceException', 'InternalError', 'InternalFailure', 'InternalServerError', 'ServiceUnavailable', 'ServiceUnavailableException', 'Unavailable',
  'AccountSetupInProgressException', 'RegionSetupInProgressException', 'RequestTimeout', 'RequestTimeoutException', 'TimeoutError', 'AbortError',
  'ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'ENOTFOUND',
]);

const DENIED = new Set(['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation', 'UnauthenticatedException', 'UnrecognizedClientException']);

export function isTransient(error: unknown): boolean {
  const { name, code, $metadata } = error as ServiceError;
  const status = $metadata?.httpStatusCode ?? 0;
  return error instanceof UnknownTextError || TRANSIENT.has(name) || TRANSIENT.has(code ?? '') || status === 429 || status >= 500;
}

/** Too many calls: this one was turned away before anything was done. */
export function isThrottled(error: unknown): boolean {
  const { name, $metadata } = error as ServiceError;
  return /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown)/.test(name) || $metadata?.httpStatusCode === 429;
}

/** An error that the service answered with: nothing was carried out. Without an answer, nobody knows. */
export function wasTurnedAway(error: unknown): boolean {
  const status = (error as ServiceError).$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}

/** "Not now": Lightsail is doing something else with the resource. Only the words say so. */
export function isBusy(error: unknown): boolean {
  return knownText(error)?.means === 'not now';
}

/** Milliseconds for which a denial may come from a permission that has not arrived yet. */
export const PERMISSIONS_ARRIVE = 120_000;

/** A role that was just changed is refused for a while. */
export function isDenied(error: unknown): boolean {
  return DENIED.has((error as ServiceError).name);
}

/** Some operations say so in the text of another error. */
export function isNotFound(error: unknown): boolean {
  const { name } = error as ServiceError;
  return isAnswer(error) && (name === 'NotFoundException' || name === 'DoesNotExist' || knownText(error)?.means === 'not found');
}

/** What a call answers, or nothing where there is no such thing. */
export async function orNothing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export function isNameTaken(error: unknown): boolean {
  return knownText(error)?.means === 'name taken';
}

/** The names that Lightsail says are taken: of a call that makes many things, any of them, and those of disks too. */
export function takenNames(error: unknown): string[] {
  const [, names = ''] = /already in use:([^]*)/i.exec((error as Error).message) ?? [];
  return names.split(',').map(sentence).filter(name => name !== '');
}

/** Whether the service said so, and no other code on the way. */
function isAnswer(error: unknown): boolean {
  return (error as ServiceError).$metadata !== undefined;
}

/** What the words of an answer mean, where they are known. */
function knownText(error: unknown): KnownText | undefined {
  return isAnswer(error) ? KNOWN_TEXTS.find(({ says }) => says.test((error as ServiceError).message)) : undefined;
}

/** Whether trying again may mend it. */
export function isRetryable(error: unknown): boolean {
  return isTransient(error) || isBusy(error) || isDenied(error);
}

/** All that the service says of an error, in one line. */
export function describe(error: unknown): string {
  const { name, message, code, tip } = error as ServiceError;
  const details = [code && code !== name ? `code ${code}` : '', tip ? `tip: ${sentence(tip)}` : ''].filter(Boolean).join('; ');
  return `${name}: ${sentence(message)}${details && ` (${details})`}`;
}

/** What to do about an error, where it can be told. */
export type Advice = readonly [applies: (error: unknown) => boolean, advice: string];

export interface AttemptOptions {
  /** @default lightsail */
  readonly service?: 'lightsail' | 'ec2';
  /** Whether the call may be made again for the time being when its words are unknown. @default false - they are taken for final */
  readonly repeatable?: boolean;
}

/** Turns what trying again will not mend into words for the user; what it may mend is thrown as it is. */
export function toTerminalError(attempted: string, error: unknown, advice: readonly Advice[], { service = 'lightsail', repeatable }: AttemptOptions = {}): never {
  if (isRetryable(error)) throw error;
  const known = knownText(error);
  const found = advice.find(([applies]) => applies(error))?.[1] ?? known?.advice;
  const unknown = service === 'lightsail' && !found && !known && !isNotFound(error) && isAnswer(error);
  if (unknown && repeatable) throw new UnknownTextError(error as Error);
  throw new TerminalError([
    `${service} refused to ${attempted}: ${describe(error)}`, found ?? (unknown ? UNKNOWN_IS_FINAL : ''),
  ].filter(Boolean).join('. '));
}
