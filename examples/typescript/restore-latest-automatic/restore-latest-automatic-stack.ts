import { CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import { InstancesFromSnapshot, InstanceSnapshotSource, SnapshotCopy } from 'cdk-lightsail-snapshots';
import { Construct } from 'constructs';

export interface RestoreLatestAutomaticStackProps extends StackProps {
  /** The instance that broke, with automatic snapshots turned on. */
  readonly instanceName: string;
  /** Change it to restore again, from the snapshot that is the latest by then. */
  readonly incident: string;
}

/** Last night's state of an instance, beside the broken one. */
export class RestoreLatestAutomaticStack extends Stack {
  constructor(scope: Construct, id: string, props: RestoreLatestAutomaticStackProps) {
    super(scope, id, props);

    const restored = new InstancesFromSnapshot(this, 'Restored', {
      source: InstanceSnapshotSource.latestAutomaticSnapshot(props.instanceName),
      availabilityZone: `${this.region}a`,
      revision: props.incident,
    });

    // automatic snapshots go with their instance, and after a week: this one stays, for whoever wants to know what happened
    const evidence = new SnapshotCopy(this, 'Evidence', {
      source: InstanceSnapshotSource.latestAutomaticSnapshot(props.instanceName),
      revision: props.incident,
    });

    new CfnOutput(this, 'PublicIp', { value: restored.instances[0].publicIpAddress });
    new CfnOutput(this, 'EvidenceName', { value: evidence.instanceSnapshotName });
  }
}
