import { CfnOutput, Duration, RemovalPolicy, Size, Stack, StackProps, Tags, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  DisksFromSnapshot, InstancesFromSnapshot, InstanceSnapshotLookup, InstanceSnapshotSource, LightsailDiskSnapshot, LightsailInstanceSnapshot,
  SnapshotChoice, SnapshotCopy, SnapshotExport, SnapshotProvider,
} from 'cdk-lightsail-snapshots';
import { Construct } from 'constructs';

export interface LifecycleStackProps extends StackProps {
  /** The instance that all of it is about. */
  readonly instanceName: string;
  /** Change it to begin afresh. */
  readonly revision: string;
}

/** A bit of everything: the same app as in the other languages, from which one sees how names and options are written there. */
export class LifecycleStack extends Stack {
  constructor(scope: Construct, id: string, props: LifecycleStackProps) {
    super(scope, id, props);

    // take
    const snapshot = new LightsailInstanceSnapshot(this, 'Snapshot', {
      instanceName: props.instanceName,
      revision: props.revision,
      timeout: Duration.hours(2),
    });
    Tags.of(snapshot).add('purpose', 'lifecycle');
    const disk = new LightsailDiskSnapshot(this, 'SystemDisk', {
      instanceName: props.instanceName,
      revision: props.revision,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    // keep: last night's automatic snapshot, which otherwise goes after a week
    const copy = new SnapshotCopy(this, 'LastNight', {
      source: InstanceSnapshotSource.latestAutomaticSnapshot(props.instanceName),
      revision: props.revision,
    });

    // find: the first one ever taken, or the one above
    const first = new InstanceSnapshotLookup(this, 'First', {
      instanceName: props.instanceName,
      withTags: { purpose: 'lifecycle' },
      choose: SnapshotChoice.OLDEST,
      fallbackSnapshotName: snapshot.instanceSnapshotName,
    });

    // move: an image (AMI) of it
    const exported = new SnapshotExport(this, 'Export', {
      source: snapshot,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    // start: two instances, and a disk for whoever wants to look into the system disk
    const servers = new InstancesFromSnapshot(this, 'Servers', {
      source: snapshot,
      availabilityZone: `${this.region}a`,
      instanceCount: 2,
      publicPorts: [{ port: ec2.Port.tcp(443) }, { port: ec2.Port.tcp(22), cidrs: ['192.0.2.0/24'] }],
    });
    const disks = new DisksFromSnapshot(this, 'Disk', {
      source: disk,
      availabilityZone: `${this.region}a`,
      size: Size.gibibytes(64),
    });

    // be told
    SnapshotProvider.getOrCreate(this).stateMachine.metricFailed().createAlarm(this, 'Failed', { threshold: 1, evaluationPeriods: 1 });

    new CfnOutput(this, 'SnapshotArn', { value: snapshot.instanceSnapshotArn });
    new CfnOutput(this, 'SystemDiskArn', { value: disk.diskSnapshotArn });
    new CfnOutput(this, 'LastNightTaken', { value: copy.createdAt });
    new CfnOutput(this, 'FirstName', { value: first.instanceSnapshotName });
    new CfnOutput(this, 'HowMany', { value: Token.asString(first.count) });
    new CfnOutput(this, 'ImageId', { value: exported.imageId });
    new CfnOutput(this, 'Address', { value: servers.instances[1].publicIpAddress });
    new CfnOutput(this, 'DiskArn', { value: disks.disks[0].diskArn });
  }
}
