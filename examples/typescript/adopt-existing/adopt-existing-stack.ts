import { CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import { InstancesFromSnapshot, InstanceSnapshotLookup, LightsailInstanceSnapshot, SnapshotExport } from 'cdk-lightsail-snapshots';
import { Construct } from 'constructs';

export interface AdoptExistingStackProps extends StackProps {
  /** A snapshot that was taken in the console. */
  readonly snapshotName: string;
  /** An instance with snapshots that nobody remembers the names of. */
  readonly instanceName: string;
  /** Change it to look for a newer snapshot. */
  readonly look: string;
}

/** Works with snapshots that were there before the stack. It neither changes nor removes them: they are not its own. */
export class AdoptExistingStack extends Stack {
  constructor(scope: Construct, id: string, props: AdoptExistingStackProps) {
    super(scope, id, props);

    // its name is known: nothing is looked up, and a wrong name fails in the deployment of what uses it
    const known = LightsailInstanceSnapshot.fromInstanceSnapshotName(this, 'Known', props.snapshotName);
    const exported = new SnapshotExport(this, 'Export', { source: known });

    // its name is not known: the newest snapshot of the instance when the stack is deployed
    const newest = new InstanceSnapshotLookup(this, 'Newest', { instanceName: props.instanceName, revision: props.look });
    new InstancesFromSnapshot(this, 'Twin', {
      source: newest,
      availabilityZone: `${this.region}a`,
    });

    new CfnOutput(this, 'ImageId', { value: exported.imageId });
    new CfnOutput(this, 'TwinOf', { value: newest.instanceSnapshotName });
    new CfnOutput(this, 'TakenAt', { value: newest.createdAt });
  }
}
