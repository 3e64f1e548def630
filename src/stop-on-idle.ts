/** When an idle instance is stopped. */
import { Duration } from 'aws-cdk-lib';

/**
 * When an idle instance is stopped. This is for instances of Lightsail for Research.
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_StopInstanceOnIdleRequest.html
 */
export interface StopOnIdle {
  /** Percentage of the processor's use below which the instance is idle: 1 to 100. */
  readonly threshold: number;

  /** How long it must have been idle: a minute or more, in whole minutes. */
  readonly duration: Duration;
}
