/** What can be said about an export, of whichever type of snapshot. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';

/** What can be said about an export, of whichever type of snapshot. */
export interface SnapshotExportOptions {
  /**
   * Any text. Change it to export the snapshot anew; the export of before is then kept or removed as `removalPolicy` says. Going back to an
   * earlier text goes back to its export, if that was kept.
   *
   * @default - one export for each snapshot
   */
  readonly revision?: string;

  /**
   * How long the export may take: a minute to 12 hours, in whole seconds. Lightsail says 15 minutes to an hour for most, and several for large
   * disks. The last three minutes of each hour are kept for the answer. Each hour after the first adds a resource that waits to the stack. It
   * changes in place.
   *
   * @default Duration.hours(3)
   */
  readonly timeout?: Duration;

  /**
   * What becomes of what was exported when it is replaced, or removed from the stack. What is kept goes on being billed, by EC2. It changes in
   * place. `SNAPSHOT` is not possible: an export is kept with `RETAIN`.
   *
   * `DESTROY` deregisters an image and deletes its EBS snapshots, which fails while the image has deregistration protection; instances that
   * were made from it go on running. Lightsail cannot cancel an export: one that is given up is waited for, and then removed.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE - kept, but for what a creation made that is rolled back
   */
  readonly removalPolicy?: RemovalPolicy;
}
