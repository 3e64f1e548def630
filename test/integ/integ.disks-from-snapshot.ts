import { integCase } from './case';
import { DisksFromSnapshot, LightsailDiskSnapshot } from '../../src';

// grows in place with the second deployment
integCase('disks-from-snapshot', ({ stack, diskName, availabilityZone, count, removalPolicy, output }) => {
  const snapshot = new LightsailDiskSnapshot(stack, 'Snapshot', { diskName, removalPolicy });
  const { disks } = new DisksFromSnapshot(stack, 'Disks', { source: snapshot, availabilityZone, diskCount: count, removalPolicy });
  disks.forEach((disk, index) => output(`Arn${index}`, disk.diskArn));
});
