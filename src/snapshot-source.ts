/** What instances, disks and copies are made from: manual snapshots, which are sources by themselves, and automatic ones. */

/** Which snapshot a source stands for: a manual one by its name, or an automatic one by what it was taken of. */
export interface SnapshotSourceConfig {
  /**
   * Name of a manual snapshot.
   *
   * @default - an automatic snapshot of `resourceName`
   */
  readonly snapshotName?: string;

  /**
   * Name of the instance or disk that an automatic snapshot was taken of.
   *
   * @default - a manual snapshot, `snapshotName`
   */
  readonly resourceName?: string;

  /**
   * Day of the automatic snapshot, as YYYY-MM-DD.
   *
   * @default - the latest one
   */
  readonly restoreDate?: string;

  /**
   * Region of the snapshot.
   *
   * @default - that of the stack which uses it
   */
  readonly region?: string;

  /**
   * Account of the snapshot.
   *
   * @default - that of the stack which uses it
   */
  readonly account?: string;
}

/**
 * A snapshot of an instance that something can be made from. Snapshots, copies, lookups and imported snapshots are sources by themselves;
 * `InstanceSnapshotSource` makes one from a name, or from what an automatic snapshot was taken of.
 */
export interface IInstanceSnapshotSource {
  /** Which snapshot it is. */
  readonly instanceSourceConfig: SnapshotSourceConfig;
}

/**
 * A snapshot of a disk that something can be made from. Snapshots, copies, lookups and imported snapshots are sources by themselves;
 * `DiskSnapshotSource` makes one from a name, or from what an automatic snapshot was taken of.
 */
export interface IDiskSnapshotSource {
  /** Which snapshot it is. */
  readonly diskSourceConfig: SnapshotSourceConfig;
}

/**
 * A snapshot of an instance that no construct stands for.
 *
 * @example
 * new InstancesFromSnapshot(this, 'Restored', {
 *   source: InstanceSnapshotSource.latestAutomaticSnapshot('web-1'),
 *   availabilityZone: 'us-east-2a',
 * });
 */
export class InstanceSnapshotSource implements IInstanceSnapshotSource {
  /**
   * A manual snapshot, by its name.
   *
   * @param instanceSnapshotName its name
   */
  public static snapshot(instanceSnapshotName: string): InstanceSnapshotSource {
    return new InstanceSnapshotSource({ snapshotName: instanceSnapshotName });
  }

  /**
   * The automatic snapshot of a certain day. Lightsail keeps the last seven of an instance.
   *
   * @param instanceName name of the instance that it was taken of
   * @param date the day, as YYYY-MM-DD
   */
  public static automaticSnapshot(instanceName: string, date: string): InstanceSnapshotSource {
    return new InstanceSnapshotSource({ resourceName: instanceName, restoreDate: date });
  }

  /**
   * The latest automatic snapshot at the time when something is made from it. What was made stays as it is when there is a later one:
   * change `revision` to make it anew.
   *
   * @param instanceName name of the instance that it was taken of
   */
  public static latestAutomaticSnapshot(instanceName: string): InstanceSnapshotSource {
    return new InstanceSnapshotSource({ resourceName: instanceName });
  }

  private constructor(public readonly instanceSourceConfig: SnapshotSourceConfig) {}
}

/**
 * A snapshot of a disk that no construct stands for.
 *
 * @example
 * new DisksFromSnapshot(this, 'Restored', {
 *   source: DiskSnapshotSource.automaticSnapshot('uploads', '2026-11-20'),
 *   availabilityZone: 'us-east-2a',
 * });
 */
export class DiskSnapshotSource implements IDiskSnapshotSource {
  /**
   * A manual snapshot of a block storage disk or of an instance's system disk, by its name.
   *
   * @param diskSnapshotName its name
   */
  public static snapshot(diskSnapshotName: string): DiskSnapshotSource {
    return new DiskSnapshotSource({ snapshotName: diskSnapshotName });
  }

  /**
   * The automatic snapshot of a certain day. Lightsail keeps the last seven of a disk.
   *
   * @param diskName name of the disk that it was taken of
   * @param date the day, as YYYY-MM-DD
   */
  public static automaticSnapshot(diskName: string, date: string): DiskSnapshotSource {
    return new DiskSnapshotSource({ resourceName: diskName, restoreDate: date });
  }

  /**
   * The latest automatic snapshot at the time when something is made from it. What was made stays as it is when there is a later one:
   * change `revision` to make it anew.
   *
   * @param diskName name of the disk that it was taken of
   */
  public static latestAutomaticSnapshot(diskName: string): DiskSnapshotSource {
    return new DiskSnapshotSource({ resourceName: diskName });
  }

  private constructor(public readonly diskSourceConfig: SnapshotSourceConfig) {}
}
