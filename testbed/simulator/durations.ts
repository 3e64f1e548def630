/** How long things take, in milliseconds of the simulator's clock. A change holds for whatever is started afterwards. */
export interface Durations {
  /** Manual snapshot of an instance: pending to available. */
  instanceSnapshot: number;
  /** From the call until the time that a snapshot of an instance, or a copy of one, gives as its creation. */
  instanceSnapshotDated: number;
  /** The same of a snapshot of a disk. */
  diskSnapshotDated: number;
  /** Snapshot of a disk, or of an instance's system disk: pending to completed. */
  diskSnapshot: number;
  /** Copy of a snapshot: pending to available or completed. */
  copy: number;
  /** Export record: Started to Succeeded. */
  export: number;
  /** Instance, new or from a snapshot: pending to running. */
  instance: number;
  /** From running until the addresses show. */
  instanceAddress: number;
  /** Disk, new or from a snapshot: pending to available. */
  disk: number;
  attachDisk: number;
  detachDisk: number;
  deleteInstance: number;
  /** Running to stopped. */
  stopInstance: number;
  /** Stopped to running. */
  startInstance: number;
  /** From when an instance is gone until its disks are detached. */
  detachLater: number;
  /** Deleting a snapshot of either resource type. */
  deleteSnapshot: number;
  /** A disk is in the state `deleting` meanwhile. */
  deleteDisk: number;
  /** Allocating, attaching, detaching and releasing a static IP address. */
  staticIp: number;
  /** A seeded automatic snapshot that is still in progress. */
  autoSnapshot: number;
  deleteAutoSnapshot: number;
  addOn: number;
  ports: number;
}

export const DEFAULT_DURATIONS: Readonly<Durations> = {
  instanceSnapshot: 90_000,
  instanceSnapshotDated: 60_000,
  diskSnapshotDated: 3_000,
  diskSnapshot: 60_000,
  copy: 300_000,
  export: 1_800_000,
  instance: 180_000,
  instanceAddress: 15_000,
  disk: 30_000,
  attachDisk: 10_000,
  detachDisk: 10_000,
  deleteInstance: 45_000,
  stopInstance: 60_000,
  startInstance: 40_000,
  detachLater: 40_000,
  deleteSnapshot: 20_000,
  deleteDisk: 90_000,
  staticIp: 5_000,
  autoSnapshot: 120_000,
  deleteAutoSnapshot: 5_000,
  addOn: 5_000,
  ports: 3_000,
};
