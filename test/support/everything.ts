import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as lib from '../../src';

/** One of every construct in a stack, with every property that asks for a permission. */
export const CONSTRUCTS: Readonly<Record<string, (stack: Stack, id: string) => unknown>> = {
  LightsailInstanceSnapshot: (stack, id) => new lib.LightsailInstanceSnapshot(stack, id, { instanceName: 'web-1', timeout: Duration.hours(2) }),
  LightsailDiskSnapshot: (stack, id) => new lib.LightsailDiskSnapshot(stack, id, { diskName: 'data', removalPolicy: RemovalPolicy.DESTROY }),
  InstanceSnapshotLookup: (stack, id) => new lib.InstanceSnapshotLookup(stack, id, { instanceName: 'web-1' }),
  DiskSnapshotLookup: (stack, id) => new lib.DiskSnapshotLookup(stack, id, { diskName: 'data' }),
  SnapshotCopy: (stack, id) => new lib.SnapshotCopy(stack, id, { source: lib.CopySource.latestAutomaticSnapshotOfInstance('web-1', 'eu-west-1') }),
  SnapshotExport: (stack, id) => new lib.SnapshotExport(stack, id, {
    source: lib.ExportSource.instanceSnapshot(lib.LightsailInstanceSnapshot.fromInstanceSnapshotName(stack, `${id}Source`, 'golden')),
  }),
  InstancesFromSnapshot: (stack, id) => new lib.InstancesFromSnapshot(stack, id, {
    source: lib.InstanceSource.snapshot(lib.LightsailInstanceSnapshot.fromInstanceSnapshotName(stack, `${id}Source`, 'golden')),
    availabilityZone: 'us-east-1a',
    instanceCount: 2,
    bundleId: 'nano_3_0',
    userData: 'echo hello',
    publicPorts: [{ fromPort: 443 }],
    autoSnapshotTime: '06:00',
    stopOnIdle: { threshold: 5, duration: Duration.minutes(30) },
    attachedDisks: [{ originalDiskPath: '/dev/xvdf' }],
    allocateStaticIps: true,
  }),
  DisksFromSnapshot: (stack, id) => new lib.DisksFromSnapshot(stack, id, {
    source: lib.DiskSource.snapshot(lib.LightsailDiskSnapshot.fromDiskSnapshotName(stack, `${id}Source`, 'golden-disk')),
    availabilityZone: 'us-east-1a',
    diskCount: 1,
    autoSnapshotTime: '06:00',
  }),
};
