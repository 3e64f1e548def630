/** What is recorded of every call that leaves the function. */
import type { Invocation } from './invocation';

/** A call that the function made to something outside itself. */
export interface Call {
  /** Place among all calls since the environment began or was reset, from 1. */
  readonly ordinal: number;
  /** Place among the calls of its invocation, from 1. */
  readonly nth: number;
  readonly invocation: Invocation;
  readonly service: 'lightsail' | 'ec2' | 'sfn' | 'dynamodb' | 'scheduler' | 'put' | 'other';
  /** Such as `CreateInstanceSnapshot`; of a put `PUT`. */
  readonly operation: string;
  /** Region it was signed for. */
  readonly region?: string;
  readonly body: string;
  readonly at: number;
  /** Status of the answer, or the name of the error there was instead; undefined while under way or when never answered. */
  outcome?: number | string;
}
