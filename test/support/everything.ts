import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lib from '../../src';

/** One of every construct in a stack, with every property that asks for a permission. */
export const CONSTRUCTS: Readonly<Record<string, (stack: Stack, id: string) => unknown>> = {
  LightsailInstanceSnapshot: (stack, id) => new lib.LightsailInstanceSnapshot(stack, id, { instanceName: 'web-1', timeout: Duration.hours(2) }),
  LightsailDiskSnapshot: (stack, id) => new lib.LightsailDiskSnapshot(stack, id, { diskName: 'data', removalPolicy: RemovalPolicy.DESTROY }),
  InstanceSnapshotLookup: (stack, id) => new lib.InstanceSnapshotLookup(stack, id, { instanceName: 'web-1' }),
  DiskSnapshotLookup: (stack, id) => new lib.DiskSnapshotLookup(stack, id, { diskName: 'data' }),
  SnapshotCopy: (stack, id) => new lib.SnapshotCopy(stack, id, {
    source: lib.InstanceSnapshotSource.latestAutomaticSnapshot('web-1'), sourceRegion: 'eu-west-1',
  }),
  DiskSnapshotCopy: (stack, id) => new lib.DiskSnapshotCopy(stack, id, {
    source: lib.DiskSnapshotSource.latestAutomaticSnapshot('data'), sourceRegion: 'eu-west-1',
  }),
  SnapshotExport: (stack, id) => new lib.SnapshotExport(stack, id, {
    source: lib.LightsailInstanceSnapshot.fromInstanceSnapshotName(stack, `${id}Source`, 'golden'),
  }),
  DiskSnapshotExport: (stack, id) => new lib.DiskSnapshotExport(stack, id, {
    source: lib.LightsailDiskSnapshot.fromDiskSnapshotName(stack, `${id}Source`, 'golden-disk'),
  }),
  InstancesFromSnapshot: (stack, id) => new lib.InstancesFromSnapshot(stack, id, {
    source: lib.LightsailInstanceSnapshot.fromInstanceSnapshotName(stack, `${id}Source`, 'golden'),
    availabilityZone: 'us-east-1a',
    instanceCount: 2,
    bundleId: 'nano_3_0',
    userData: ec2.UserData.custom('echo hello'),
    publicPorts: [{ port: ec2.Port.tcp(443) }],
    autoSnapshotTime: '06:00',
    stopOnIdle: { threshold: 5, duration: Duration.minutes(30) },
    attachedDisks: [{ originalDiskPath: '/dev/xvdf' }],
    allocateStaticIps: true,
  }),
  DisksFromSnapshot: (stack, id) => new lib.DisksFromSnapshot(stack, id, {
    source: lib.LightsailDiskSnapshot.fromDiskSnapshotName(stack, `${id}Source`, 'golden-disk'),
    availabilityZone: 'us-east-1a',
    diskCount: 1,
    autoSnapshotTime: '06:00',
  }),
  LightsailBackupPlan: (stack, id) => new lib.LightsailBackupPlan(stack, id, {
    planName: id,
    selection: lib.BackupSelection.instancesTagged('backup').or(lib.BackupSelection.allDisks()),
    copies: [lib.BackupCopy.toRegion({ region: 'eu-west-1' })],
    consistency: lib.BackupConsistency.stopInstance(),
    adopt: [{ snapshotName: '*-auto' }],
  }),
};
