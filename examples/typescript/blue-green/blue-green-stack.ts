import { CfnOutput, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnDatabase, CfnStaticIp } from 'aws-cdk-lib/aws-lightsail';
import { InstancesFromSnapshot, LightsailInstanceSnapshot } from 'cdk-lightsail-snapshots';
import { Construct } from 'constructs';

export interface BlueGreenStackProps extends StackProps {
  /** The instance that the software is installed and tested on. It serves nobody. */
  readonly builderName: string;
  /** Change it to put what is on that instance into service. */
  readonly revision: string;
  /** Names of the static IPs that the domain's records point to, one for each server. */
  readonly addresses: string[];
}

/** Servers that every release replaces, while their addresses and their data stay. */
export class BlueGreenStack extends Stack {
  constructor(scope: Construct, id: string, props: BlueGreenStackProps) {
    super(scope, id, props);

    // data: never on the servers, which go with all that was written to them
    const data = new CfnDatabase(this, 'Data', {
      relationalDatabaseName: 'web-data',
      relationalDatabaseBlueprintId: 'mysql_8_0',
      relationalDatabaseBundleId: 'micro_2_0', // aws lightsail get-relational-database-bundles lists them
      masterDatabaseName: 'site',
      masterUsername: 'site',
    });
    data.applyRemovalPolicy(RemovalPolicy.RETAIN);

    // addresses: resources of their own, so that they outlive the servers
    const addresses = props.addresses.map(name => new CfnStaticIp(this, name, { staticIpName: name }));

    const image = new LightsailInstanceSnapshot(this, 'Image', { instanceName: props.builderName, revision: props.revision });

    // new servers come up and run before the addresses move to them, and only then the old ones go
    const web = new InstancesFromSnapshot(this, 'Web', {
      source: image,
      availabilityZone: `${this.region}a`,
      instanceCount: addresses.length, // generated names: old and new servers are there at the same time
      staticIpNames: addresses.map(address => address.ref), // the reference, so that the addresses are there first
      publicPorts: [{ port: ec2.Port.tcp(443) }],
    });
    web.node.addDependency(data);

    web.instances.forEach(({ publicIpAddress }, index) => new CfnOutput(this, `Address${index + 1}`, { value: publicIpAddress }));
  }
}
