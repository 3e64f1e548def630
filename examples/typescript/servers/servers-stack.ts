import { CfnOutput, Stack, StackProps, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { InstancesFromSnapshot, InstanceSnapshotSource } from 'cdk-lightsail-snapshots';
import { Construct } from 'constructs';

export interface ServersStackProps extends StackProps {
  /** The snapshot that every instance is made from. Another one brings new servers up before the old ones go. */
  readonly snapshotName: string;
  /** How many instances there are. It grows and shrinks in place. */
  readonly count: number;
}

/** As many equal instances as wanted. */
export class ServersStack extends Stack {
  constructor(scope: Construct, id: string, props: ServersStackProps) {
    super(scope, id, props);

    const servers = new InstancesFromSnapshot(this, 'Web', {
      source: InstanceSnapshotSource.snapshot(props.snapshotName),
      availabilityZone: `${this.region}a`,
      instanceCount: props.count, // with generated names, so that old and new ones can be there at the same time
      publicPorts: [
        { port: ec2.Port.tcp(80) },
        { port: ec2.Port.tcp(443) },
        { port: ec2.Port.tcp(22), cidrListAliases: ['lightsail-connect'] }, // the console's client in the browser, and nobody else
      ],
      autoSnapshotTime: '03:00',
    });
    Tags.of(servers).add('role', 'web');

    servers.instances.forEach((instance, index) => new CfnOutput(this, `Address${index + 1}`, { value: instance.publicIpAddress }));
  }
}
