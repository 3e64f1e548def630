/** Snapshots that a plan takes over. All that is given must apply, and something must be given. */
export interface AdoptedSnapshots {
  /**
   * Their name, in which `*` stands for any characters. It holds something else as well.
   * @default - any name
   */
  readonly snapshotName?: string;

  /**
   * Key of a tag that they have.
   * @default - any tags
   */
  readonly tagKey?: string;

  /**
   * Value of that tag, in which `*` stands for any characters.
   * @default - any value
   */
  readonly tagValue?: string;
}
