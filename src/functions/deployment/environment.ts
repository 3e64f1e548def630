import type { EC2Client } from '@aws-sdk/client-ec2';
import type { LightsailClient } from '@aws-sdk/client-lightsail';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Clock } from '../aws/environment';

export type { Clock, InvocationContext } from '../aws/environment';

/** All that the engine touches outside itself, so that tests can put it in a world of their own. */
export interface Environment {
  /** Where the stack is. */
  readonly region: string;
  /** ARN of the state machine that waits. */
  readonly waiterArn: string;
  /** Id of the stack whose events are taken. @default - those of every stack */
  readonly stackId?: string;
  /** Host that answers may go to beside AWS's. @default - none */
  readonly testResponseHost?: string;
  readonly clock: Clock;
  /** From 0 to 1, for jitter. */
  random(): number;
  /** Client for a region, the stack's own unless told otherwise. */
  lightsail(region?: string): LightsailClient;
  ec2(): EC2Client;
  sfn(): SFNClient;
  /** PUTs a body and gives the status. Throws when there is no answer at all. */
  put(url: string, body: string): Promise<number>;
  log(entry: Record<string, unknown>): void;
}
