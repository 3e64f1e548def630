/** Something that trying again will not mend. Its message goes to the user as it is. */
export class TerminalError extends Error {}

/** Fields that Lightsail's modelled errors carry besides the message. */
interface ServiceError extends Error {
  readonly code?: string;
  readonly tip?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Passing troubles by name. The two set-up errors are 428s, which the SDK does not take for passing. */
const TRANSIENT = new Set([
  'ThrottlingException', 'Throttling', 'ThrottledException', 'TooManyRequestsException', 'RequestLimitExceeded', 'RequestThrottled', 'SlowDown',
  'ServiceException', 'InternalError', 'InternalFailure', 'InternalServerError', 'ServiceUnavailable', 'ServiceUnavailableException', 'Unavailable',
  'AccountSetupInProgressException', 'RegionSetupInProgressException', 'RequestTimeout', 'RequestTimeoutException', 'TimeoutError', 'AbortError',
  'ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'ENOTFOUND',
]);

/** A busy resource is told by words only. */
const BUSY = /in progress|being (taken|made|created|updated|deleted)|try again|right now|in the state|not in a (valid|ready) state|another operation/i;

const DENIED = new Set(['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation', 'UnauthenticatedException', 'UnrecognizedClientException']);

export function isTransient(error: unknown): boolean {
  const { name, code, $metadata } = error as ServiceError;
  const status = $metadata?.httpStatusCode ?? 0;
  return TRANSIENT.has(name) || TRANSIENT.has(code ?? '') || status === 429 || status >= 500;
}

/** Too many calls: this one was turned away before anything was done. */
export function isThrottled(error: unknown): boolean {
  const { name, $metadata } = error as ServiceError;
  return /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown)/.test(name) || $metadata?.httpStatusCode === 429;
}

/** "Not now": Lightsail is doing something else with the resource. The name says nothing: it may be any, and even the error's code. */
export function isBusy(error: unknown): boolean {
  return isAnswer(error) && BUSY.test((error as ServiceError).message);
}

/** A role that was just changed is refused for a while. */
export function isDenied(error: unknown): boolean {
  return DENIED.has((error as ServiceError).name);
}

/** Some operations say so in the text of another error. */
export function isNotFound(error: unknown): boolean {
  const { name, message } = error as ServiceError;
  return isAnswer(error) && (name === 'NotFoundException' || name === 'DoesNotExist' || /DoesNotExist|does not exist/.test(message));
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
  return isAnswer(error) && /already in use/i.test((error as ServiceError).message);
}

/** Whether the service said so, and no other code on the way. */
function isAnswer(error: unknown): boolean {
  return (error as ServiceError).$metadata !== undefined;
}

/** Whether trying again may mend it. */
export function isRetryable(error: unknown): boolean {
  return isTransient(error) || isBusy(error) || isDenied(error);
}

/** All that the service says of an error, in one line. */
export function describe(error: unknown): string {
  const { name, message, code, tip } = error as ServiceError;
  const details = [code && code !== name ? `code ${code}` : '', tip ? `tip: ${tip}` : ''].filter(Boolean).join('; ');
  return `${name}: ${message}${details && ` (${details})`}`;
}

/** What to do about an error, where it can be told. */
export type Advice = readonly [applies: (error: unknown) => boolean, advice: string];

/** Turns what trying again will not mend into words for the user; what it may mend is thrown as it is. */
export function toTerminalError(attempted: string, error: unknown, advice: readonly Advice[], service = 'lightsail'): never {
  if (isRetryable(error)) throw error;
  const found = advice.find(([applies]) => applies(error))?.[1];
  throw new TerminalError(`${service} refused to ${attempted}: ${describe(error)}${found ? `. ${found}` : ''}`);
}
