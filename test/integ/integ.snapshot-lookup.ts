import { Tags, Token } from 'aws-cdk-lib';
import { integCase } from './case';
import { DiskSnapshotLookup, InstanceSnapshotLookup, LightsailDiskSnapshot, LightsailInstanceSnapshot } from '../../src';

integCase('snapshot-lookup', ({ stack, instanceName, diskName, revision, removalPolicy, output }) => {
  const snapshot = new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName, revision, removalPolicy });
  const diskSnapshot = new LightsailDiskSnapshot(stack, 'DiskSnapshot', { diskName, revision, removalPolicy });
  Tags.of(stack).add('integ', 'lookup');

  const newest = new InstanceSnapshotLookup(stack, 'Newest', { instanceName, withTags: { integ: 'lookup' }, revision });
  const newestOfDisk = new DiskSnapshotLookup(stack, 'NewestOfDisk', { diskName, revision });
  newest.node.addDependency(snapshot);
  newestOfDisk.node.addDependency(diskSnapshot);
  output('Name', newest.instanceSnapshotName);
  output('Count', Token.asString(newest.count));
  output('DiskSnapshotName', newestOfDisk.diskSnapshotName);
});
