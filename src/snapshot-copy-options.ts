/** What can be said about a copy, of whichever type of snapshot. */
import { SnapshotOptions } from './snapshot-options';

/** What can be said about a copy, of whichever type of snapshot. */
export interface SnapshotCopyOptions extends SnapshotOptions {
  /**
   * Region of the source, such as `eu-west-1`. Another region makes a new copy.
   *
   * @default - where the stack of `source` is; for a name or an automatic snapshot the stack's own
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CopySnapshot.html#Lightsail-CopySnapshot-request-sourceRegion
   */
  readonly sourceRegion?: string;

  /**
   * Name of the copy: 2 to 255 letters, digits, `.`, `-` or `_`, of which the first and the last are letters or digits. One name serves every
   * kind of Lightsail resource in a region. A given name crosses regions. Another name makes a new copy; a copy with a given name cannot be
   * replaced otherwise, so change the name together with `source` or `revision`.
   *
   * @default - a name made from the stack's and the construct's, another one for each copy
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CopySnapshot.html#Lightsail-CopySnapshot-request-targetSnapshotName
   */
  readonly targetSnapshotName?: string;
}
