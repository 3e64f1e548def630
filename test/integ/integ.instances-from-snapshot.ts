import { Tags } from 'aws-cdk-lib';
import { integCase } from './case';
import { InstanceSource, InstancesFromSnapshot, LightsailInstanceSnapshot } from '../../src';

// grows in place with the second deployment
integCase('instances-from-snapshot', ({ stack, instanceName, availabilityZone, count, removalPolicy, output }) => {
  const snapshot = new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName, removalPolicy });
  const fleet = new InstancesFromSnapshot(stack, 'Fleet', {
    source: InstanceSource.snapshot(snapshot),
    availabilityZone,
    instanceCount: count,
    publicPorts: [{ fromPort: 443 }],
    allocateStaticIps: true,
  });
  Tags.of(fleet).add('integ', `${count}`);
  fleet.instances.forEach((instance, index) => output(`Address${index}`, instance.publicIpAddress));
});
