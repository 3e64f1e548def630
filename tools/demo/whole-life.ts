import { App, CfnOutput, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  DisksFromSnapshot, DiskSnapshotLookup, InstancesFromSnapshot, InstanceSnapshotLookup, InstanceSnapshotSource, LightsailDiskSnapshot,
  LightsailInstanceSnapshot, SnapshotCopy, SnapshotExport,
} from '../../src';

/** A site's snapshots and all that becomes of them: what a user would write, put into one stack. */
const app = new App();
const stack = new Stack(app, 'Site', { env: { account: '000000000000', region: 'us-east-1' } });
const revision: string = app.node.tryGetContext('revision');

const site = new LightsailInstanceSnapshot(stack, 'SiteSnapshot', { instanceName: 'site', revision, removalPolicy: RemovalPolicy.DESTROY });

// to EC2: an image of the first snapshot, and a template to start servers from
const exported = new SnapshotExport(stack, 'Export', {
  source: LightsailInstanceSnapshot.fromInstanceSnapshotName(stack, 'Golden', 'golden'),
  removalPolicy: RemovalPolicy.DESTROY,
});
new ec2.LaunchTemplate(stack, 'Template', { machineImage: exported.machineImage, instanceType: new ec2.InstanceType('t3.small') });

// instances in Lightsail
const servers = new InstancesFromSnapshot(stack, 'Servers', {
  source: site,
  instanceCount: Number(app.node.tryGetContext('size')),
  availabilityZone: 'us-east-1a',
  publicPorts: [{ port: ec2.Port.tcp(443) }],
});

// the uploads, as a disk of their own
const uploads = new LightsailDiskSnapshot(stack, 'Uploads', { diskName: 'media', removalPolicy: RemovalPolicy.DESTROY });
const disks = new DisksFromSnapshot(stack, 'Disks', {
  source: uploads,
  diskCount: 1,
  availabilityZone: 'us-east-1b',
  removalPolicy: RemovalPolicy.DESTROY,
});

// from elsewhere, and from before
const copy = new SnapshotCopy(stack, 'Copy', {
  source: InstanceSnapshotSource.snapshot('abroad'),
  sourceRegion: 'eu-west-1',
  removalPolicy: RemovalPolicy.DESTROY,
});
const newest = new InstanceSnapshotLookup(stack, 'Newest', { instanceName: 'site', createdBefore: '2030-01-01T00:00:00Z', withTags: { stage: 'golden' } });
const none = new DiskSnapshotLookup(stack, 'None', { diskName: 'never-there', fallbackSnapshotName: 'golden-disk' });

new CfnOutput(stack, 'ImageId', { value: exported.imageId });
new CfnOutput(stack, 'EbsSnapshots', { value: Fn.join(' ', exported.ebsSnapshotIds) });
new CfnOutput(stack, 'Addresses', { value: servers.instances.map(instance => instance.publicIpAddress).join(' ') });
new CfnOutput(stack, 'Names', { value: servers.instances.map(instance => instance.instanceName).join(' ') });
new CfnOutput(stack, 'Disk', { value: disks.disks[0].diskName });
new CfnOutput(stack, 'CopyName', { value: copy.instanceSnapshotName });
new CfnOutput(stack, 'NewestName', { value: newest.instanceSnapshotName });
new CfnOutput(stack, 'Fallback', { value: none.diskSnapshotName });
