import { RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { InstancesFromSnapshot, InstanceSnapshotSource, LightsailInstanceSnapshot, SnapshotCopy } from 'cdk-lightsail-snapshots';
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
    const copy = new SnapshotCopy(this, 'Copy', { source: InstanceSnapshotSource.snapshot(props.snapshotName), sourceRegion: props.home });

    if (props.recover) {
      new InstancesFromSnapshot(this, 'Site', {
        source: copy,
        availabilityZone: `${this.region}a`,
      });
    }
  }
}
