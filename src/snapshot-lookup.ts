/** What can be said about a lookup, of whichever type of snapshot. */

/** Which of several snapshots is taken. */
export enum SnapshotChoice {
  /** The one created last. */
  NEWEST = 'newest',
  /** The one created first. */
  OLDEST = 'oldest',
}

/** What to look for. Without any of it, every finished snapshot of the region counts. */
export interface SnapshotLookupOptions {
  /**
   * Name of the snapshot.
   *
   * @default - whatever its name
   */
  readonly snapshotName?: string;

  /**
   * Tags that the snapshot has, with these values. It may have others.
   *
   * @default - whatever its tags
   */
  readonly withTags?: { [key: string]: string };

  /**
   * Only snapshots that were copied from an automatic one (`true`), or only the others (`false`).
   *
   * @default - both
   */
  readonly fromAutoSnapshot?: boolean;

  /**
   * Only snapshots created at this time or later: ISO 8601, such as `2026-11-21T09:30:00Z`, or `2026-11-21` for its beginning in UTC.
   *
   * @default - however old
   */
  readonly createdAfter?: string;

  /**
   * Only snapshots created before this time: ISO 8601, such as `2026-11-21T09:30:00Z`, or `2026-11-21` for its beginning in UTC.
   *
   * @default - however new
   */
  readonly createdBefore?: string;

  /**
   * Which of those found is taken.
   *
   * @default SnapshotChoice.NEWEST
   */
  readonly choose?: SnapshotChoice;

  /**
   * Name of the snapshot to take when none is found. It must be there, and finished.
   *
   * @default - the deployment fails when none is found
   */
  readonly fallbackSnapshotName?: string;

  /**
   * Any text. Change it to look again: CloudFormation does nothing about a resource of which no property has changed.
   *
   * @default - looks when the construct is first deployed, and when another property changes
   */
  readonly revision?: string;
}
