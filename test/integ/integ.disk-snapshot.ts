import { integCase } from './case';
import { LightsailDiskSnapshot } from '../../src';

integCase('disk-snapshot', ({ stack, instanceName, diskName, revision, removalPolicy, output }) => {
  const disk = new LightsailDiskSnapshot(stack, 'Snapshot', { diskName, revision, removalPolicy });
  const system = new LightsailDiskSnapshot(stack, 'SystemDisk', { instanceName, revision, removalPolicy });
  output('Arn', disk.diskSnapshotArn);
  output('Progress', disk.progress);
  output('SystemDiskArn', system.diskSnapshotArn);
});
