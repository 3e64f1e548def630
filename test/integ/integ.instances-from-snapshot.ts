import { Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { integCase } from './case';
import { InstancesFromSnapshot, LightsailInstanceSnapshot } from '../../src';

// grows in place with the second deployment
integCase('instances-from-snapshot', ({ stack, instanceName, availabilityZone, count, removalPolicy, output }) => {
  const snapshot = new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName, removalPolicy });
  const servers = new InstancesFromSnapshot(stack, 'Servers', {
    source: snapshot,
    availabilityZone,
    instanceCount: count,
    publicPorts: [{ port: ec2.Port.tcp(443) }],
    allocateStaticIps: true,
  });
  Tags.of(servers).add('integ', `${count}`);
  servers.instances.forEach((instance, index) => output(`Address${index}`, instance.publicIpAddress));
});
