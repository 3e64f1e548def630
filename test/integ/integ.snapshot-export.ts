import { Fn } from 'aws-cdk-lib';
import { integCase } from './case';
import { ExportSource, LightsailDiskSnapshot, LightsailInstanceSnapshot, SnapshotExport } from '../../src';

integCase('snapshot-export', ({ stack, instanceName, diskName, removalPolicy, output }) => {
  const snapshot = new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName, removalPolicy });
  const diskSnapshot = new LightsailDiskSnapshot(stack, 'DiskSnapshot', { diskName, removalPolicy });
  const image = new SnapshotExport(stack, 'Image', { source: ExportSource.instanceSnapshot(snapshot), removalPolicy });
  const volume = new SnapshotExport(stack, 'Volume', { source: ExportSource.diskSnapshot(diskSnapshot), removalPolicy });
  output('ImageId', image.imageId);
  output('ImageIsMadeOf', Fn.join(',', image.ebsSnapshotIds));
  output('EbsSnapshotId', volume.destinationId);
});
