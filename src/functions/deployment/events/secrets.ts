/** How long secret properties are kept at the longest. */
import type { Request } from '../engine/request';

/** Milliseconds since 1970 after which they are of no use to anybody: an hour after the answer was due. */
export function secretsExpire({ answerBy }: Pick<Request, 'answerBy'>): number {
  return answerBy + 3600_000;
}
