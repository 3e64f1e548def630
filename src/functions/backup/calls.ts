/** Calls at the plan's pace, and what their errors mean to a run. */
import type { BackupEnvironment } from './environment';
import type { Pace } from './pace';
import { isBusy, isDenied, isNameTaken, isNotFound, isThrottled, isTransient } from '../aws/errors';

/** A read of a listing is tried so often before the listing fails. */
const ATTEMPTS = 8;

/** What a failed call means. */
export type Failure = 'throttled' | 'nameTaken' | 'notFound' | 'transient' | 'busy' | 'denied' | 'refused';

/** What came of a call; without both: it was not this step's turn any more. */
export interface CallResult<T> {
  readonly value?: T;
  readonly failure?: Failure;
  readonly error?: unknown;
}

/** A call of which every outcome is expected. */
export async function attempt<T>(
  pace: Pace, type: 'call' | 'read', call: () => Promise<T>, before?: () => Promise<boolean>,
): Promise<CallResult<T>> {
  const mine = type === 'call' ? await pace.mayCall(before) : await pace.mayRead();
  if (!mine) return {};
  try {
    return { value: await call() };
  } catch (error) {
    const failure = classify(error);
    if (failure === 'throttled') pace.slowDown();
    return { failure, error };
  }
}

function classify(error: unknown): Failure {
  if (isThrottled(error)) return 'throttled';
  if (isNameTaken(error)) return 'nameTaken';
  if (isNotFound(error)) return 'notFound';
  if (isTransient(error)) return 'transient';
  if (isBusy(error)) return 'busy';
  return isDenied(error) ? 'denied' : 'refused';
}

/** A listing or step is longer than the invocation may be. */
export class OutOfTimeError extends Error {
  readonly name = 'OutOfTimeError';
}

/** A reading call that has to succeed: it is made again while its failures are transient. */
export async function read<T>(env: BackupEnvironment, pace: Pace, call: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    const { value, failure, error } = await attempt(pace, 'read', async () => ({ answer: await call() }));
    if (value) return value.answer;
    if (!failure) throw new OutOfTimeError('the time of this step is up');
    if ((failure !== 'throttled' && failure !== 'transient') || tried === ATTEMPTS) throw error;
    await env.clock.sleep(Math.min(30_000, 500 * 2 ** tried));
  }
}

/** Every page of a list, one after the other. A page that fails for good ends it: nothing works with a part of a list. */
export async function* pages<T>(
  env: BackupEnvironment, pace: Pace, page: (token?: string) => Promise<{ readonly items?: readonly T[]; readonly next?: string }>,
): AsyncGenerator<readonly T[]> {
  let token: string | undefined;
  do {
    const from = token;
    const { items, next } = await read(env, pace, () => page(from));
    yield items ?? [];
    token = next;
  } while (token);
}
