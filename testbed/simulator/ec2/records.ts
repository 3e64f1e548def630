import type { Tag } from '../model/records';

export interface ImageRecord {
  imageId: string;
  name: string;
  description: string;
  state: 'available' | 'pending' | 'failed';
  createdAt: number;
  seq: number;
  visibleAt: number;
  architecture: string;
  platform?: 'windows';
  rootDeviceName: string;
  mappings: { deviceName: string; snapshotId: string; volumeSize: number }[];
  /** `disabled`, or `enabled-without-cooldown`: deregistering it is refused. */
  deregistrationProtection: string;
  tags: Tag[];
}

export interface EbsSnapshotRecord {
  snapshotId: string;
  volumeId: string;
  volumeSize: number;
  description: string;
  state: 'completed' | 'pending' | 'error';
  createdAt: number;
  seq: number;
  visibleAt: number;
  /** In use by an image that was deregistered, until then. */
  inUseUntil: number;
  tags: Tag[];
}

export interface Ec2Region {
  images: Map<string, ImageRecord>;
  snapshots: Map<string, EbsSnapshotRecord>;
  /** Ids of images that there were. */
  deregistered: Set<string>;
}
