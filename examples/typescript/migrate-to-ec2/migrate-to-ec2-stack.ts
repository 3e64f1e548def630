import { CfnOutput, Duration, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { LightsailInstanceSnapshot, SnapshotExport } from 'cdk-lightsail-snapshots';
import { Construct } from 'constructs';

export interface MigrateToEc2StackProps extends StackProps {
  /** The Lightsail instance that is to move. */
  readonly instanceName: string;
  /** Change it to move afresh: once to rehearse, and once for good, when the instance has been stopped. */
  readonly revision: string;
}

/** Moves a site from Lightsail to EC2, in one deployment: snapshot, export, server. */
export class MigrateToEc2Stack extends Stack {
  constructor(scope: Construct, id: string, props: MigrateToEc2StackProps) {
    super(scope, id, props);

    // kept: with it, one can always go back
    const snapshot = new LightsailInstanceSnapshot(this, 'BeforeTheMove', { instanceName: props.instanceName, revision: props.revision });

    const exported = new SnapshotExport(this, 'Export', {
      source: snapshot,
      timeout: Duration.hours(6), // large disks take hours
      removalPolicy: RemovalPolicy.DESTROY, // a rehearsal's image goes when the next one is there; a server that runs does not need it
    });

    // two zones of public subnets: a site that had a public address of its own needs no NAT gateways, which cost more than the server
    const vpc = new ec2.Vpc(this, 'Vpc', {
      natGateways: 0,
      maxAzs: 2,
      subnetConfiguration: [{ name: 'Public', subnetType: ec2.SubnetType.PUBLIC }],
    });
    const server = new ec2.Instance(this, 'Server', {
      vpc,
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.SMALL),
      machineImage: exported.machineImage, // so the server waits for the export
    });
    server.connections.allowFromAnyIpv4(ec2.Port.tcp(80));
    server.connections.allowFromAnyIpv4(ec2.Port.tcp(443));

    // an address that stays when the server is replaced: point the domain's name to it, and the move is done
    const address = new ec2.CfnEIP(this, 'Address', { instanceId: server.instanceId });

    new CfnOutput(this, 'ImageId', { value: exported.imageId });
    new CfnOutput(this, 'PublicIp', { value: address.ref });
  }
}
