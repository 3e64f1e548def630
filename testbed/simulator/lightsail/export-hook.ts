/** What a hook is told of a finished export, and what it says it made of it. */
export interface ExportedSnapshot {
  region: string;
  sourceType: 'InstanceSnapshot' | 'DiskSnapshot';
  sourceName: string;
  sourceArn: string;
  name: string;
  rootDeviceName?: string;
  platform?: 'windows';
  /** The system disk first, then the attached disks that go into the image; a disk export has one. */
  disks: { deviceName: string; sizeInGb: number }[];
}

/** Registers an export in another EC2 implementation. Without `imageId` the destination is the first EBS snapshot. */
export type ExportHook = (exported: ExportedSnapshot) => Promise<{ imageId?: string; snapshotIds: string[] }>;
