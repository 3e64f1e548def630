/** Disks that instances get besides their system disks. */

/** A block storage disk that was attached to the source, and that each new instance gets a new one for. */
export interface AttachedDisk {
  /** Where it was attached to the source, such as `/dev/xvdf`: one of the snapshot's `attachedDiskPaths`. */
  readonly originalDiskPath: string;

  /**
   * Names of the new disks: one for each instance, in the order of the instances. Change them to name those of later instances.
   *
   * @default - the instance's name and the last part of the path, such as `web-1-xvdf`
   */
  readonly newDiskNames?: string[];
}
