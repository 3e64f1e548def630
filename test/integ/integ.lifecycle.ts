import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { integCase } from './case';
import { InstancesFromSnapshot, LightsailInstanceSnapshot, SnapshotExport } from '../../src';

// taken, started again in Lightsail, exported, started in EC2; the second deployment replaces all of it
integCase('lifecycle', ({ stack, instanceName, availabilityZone, revision, removalPolicy, output }) => {
  const snapshot = new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName, revision, removalPolicy });
  const twin = new InstancesFromSnapshot(stack, 'Twin', { source: snapshot, availabilityZone });
  const image = new SnapshotExport(stack, 'Image', { source: snapshot, removalPolicy });
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    natGateways: 0,
    maxAzs: 1,
    subnetConfiguration: [{ name: 'Public', subnetType: ec2.SubnetType.PUBLIC }],
    restrictDefaultSecurityGroup: false,
  });
  const server = new ec2.Instance(stack, 'Server', { vpc, instanceType: new ec2.InstanceType('t3.micro'), machineImage: image.machineImage });
  output('TwinAddress', twin.instances[0].publicIpAddress);
  output('ServerId', server.instanceId);
});
