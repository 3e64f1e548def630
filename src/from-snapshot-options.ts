/** What can be said about everything that is made from a snapshot. */
import { Duration } from 'aws-cdk-lib';

/** What can be said about everything that is made from a snapshot, be it instances or disks. */
export interface FromSnapshotOptions {
  /**
   * Where they are to be: a zone of the stack's region, such as `us-east-2a`. A disk can only be attached in its own zone. Another zone makes
   * new ones.
   *
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstancesFromSnapshot.html#Lightsail-CreateInstancesFromSnapshot-request-availabilityZone
   */
  readonly availabilityZone: string;

  /**
   * Hour at which each of them has an automatic snapshot taken of it daily: `HH:00`, UTC. Automatic snapshots go with what they were taken
   * of. It changes in place.
   *
   * @default - no automatic snapshots
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_AutoSnapshotAddOnRequest.html
   */
  readonly autoSnapshotTime?: string;

  /**
   * Any text. Change it to make new ones from the same source.
   *
   * @default - the same for as long as nothing else makes new ones
   */
  readonly revision?: string;

  /**
   * How long it may take until all are there: a minute to 12 hours, in whole seconds. The last three minutes of each hour are kept for the
   * answer. More than an hour adds a resource that waits to the stack for each further hour. It changes in place.
   *
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;
}
