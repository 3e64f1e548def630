import { Fn } from 'aws-cdk-lib';
import { integCase } from './case';
import { DiskSnapshotExport, LightsailDiskSnapshot, LightsailInstanceSnapshot, SnapshotExport } from '../../src';

integCase('snapshot-export', ({ stack, instanceName, diskName, removalPolicy, output }) => {
  const snapshot = new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName, removalPolicy });
  const diskSnapshot = new LightsailDiskSnapshot(stack, 'DiskSnapshot', { diskName, removalPolicy });
  const image = new SnapshotExport(stack, 'Image', { source: snapshot, removalPolicy });
  const volume = new DiskSnapshotExport(stack, 'Volume', { source: diskSnapshot, removalPolicy });
  output('ImageId', image.imageId);
  output('ImageIsMadeOf', Fn.join(',', image.ebsSnapshotIds));
  output('EbsSnapshotId', volume.ebsSnapshotId);
});
