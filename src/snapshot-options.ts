/** What can be said about every snapshot that a construct takes or copies. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';

/** What can be said about every snapshot that a construct takes or copies. */
export interface SnapshotOptions {
  /**
   * Any text. Change it to get a fresh snapshot; the one before is then kept or removed as `removalPolicy` says. Going back to an earlier
   * text goes back to its snapshot, if that was kept.
   *
   * Another text makes a new snapshot. Where another stack refers to this one, CloudFormation does not replace it: see "Between stacks" in
   * the README.
   *
   * @default - one snapshot, made when the construct is first deployed
   */
  readonly revision?: string;

  /**
   * How long the snapshot may take: a minute to 12 hours, in whole seconds. The last three minutes of each hour are kept for the answer.
   * More than an hour adds a resource that waits to the stack for each further hour. It changes in place.
   *
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;

  /**
   * What becomes of the snapshot when it is replaced, or removed from the stack. A snapshot that is kept goes on being billed. It changes in
   * place. `SNAPSHOT` is not possible: a snapshot is kept with `RETAIN`.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE - kept, but for one whose own creation is rolled back
   */
  readonly removalPolicy?: RemovalPolicy;
}
