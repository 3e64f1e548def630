/** What the backup functions touch outside themselves. */
import type { LightsailClient } from '@aws-sdk/client-lightsail';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { Clock } from '../aws/environment';

export interface BackupEnvironment {
  readonly clock: Clock;
  /** ARN of the role with which Scheduler starts stopped instances. Only where a plan stops instances. */
  readonly restartRoleArn?: string;
  /** Client for a region, the plan's own unless told otherwise. */
  lightsail(region?: string): LightsailClient;
  scheduler(): SchedulerClient;
  log(entry: Record<string, unknown>): void;
}
