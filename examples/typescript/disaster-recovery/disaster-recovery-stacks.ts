import { RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { CopySource, InstanceSource, InstancesFromSnapshot, LightsailInstanceSnapshot, SnapshotCopy } from 'cdk-lightsail-snapshots';
import { Construct } from 'constructs';

export interface HomeStackProps extends StackProps {
  readonly instanceName: string;
  readonly snapshotName: string;
}

/** Where the site runs: takes the snapshot. */
export class HomeStack extends Stack {
  constructor(scope: Construct, id: string, props: HomeStackProps) {
    super(scope, id, props);

    new LightsailInstanceSnapshot(this, 'Snapshot', {
      instanceName: props.instanceName,
      instanceSnapshotName: props.snapshotName,
      removalPolicy: RemovalPolicy.DESTROY, // what counts is the copy
    });
  }
}

export interface RecoveryStackProps extends StackProps {
  /** Region of the snapshot. */
  readonly home: string;
  readonly snapshotName: string;
  /** Whether the site is to run here. */
  readonly recover: boolean;
}

/** Another region: keeps a copy, and on the day runs the site. */
export class RecoveryStack extends Stack {
  constructor(scope: Construct, id: string, props: RecoveryStackProps) {
    super(scope, id, props);

    // by its plain name: on the day the other region may not be there to be asked
    const original = LightsailInstanceSnapshot.fromInstanceSnapshotName(this, 'Original', props.snapshotName);
    const copy = new SnapshotCopy(this, 'Copy', { source: CopySource.instanceSnapshot(original, props.home) });

    if (props.recover) {
      new InstancesFromSnapshot(this, 'Site', {
        source: InstanceSource.snapshot(copy.instanceSnapshot),
        availabilityZone: `${this.region}a`,
      });
    }
  }
}
