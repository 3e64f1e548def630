package lifecycle;

import io.github.example.cdk.lightsail.snapshots.DisksFromSnapshot;
import io.github.example.cdk.lightsail.snapshots.InstanceSnapshotLookup;
import io.github.example.cdk.lightsail.snapshots.InstanceSnapshotSource;
import io.github.example.cdk.lightsail.snapshots.InstancesFromSnapshot;
import io.github.example.cdk.lightsail.snapshots.LightsailDiskSnapshot;
import io.github.example.cdk.lightsail.snapshots.LightsailInstanceSnapshot;
import io.github.example.cdk.lightsail.snapshots.PublicPort;
import io.github.example.cdk.lightsail.snapshots.SnapshotChoice;
import io.github.example.cdk.lightsail.snapshots.SnapshotCopy;
import io.github.example.cdk.lightsail.snapshots.SnapshotExport;
import io.github.example.cdk.lightsail.snapshots.SnapshotProvider;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions;
import software.amazon.awscdk.services.ec2.Port;
import software.constructs.Construct;

/** A bit of everything: the same app as in the other languages. */
public class LifecycleStack extends Stack {
  public LifecycleStack(final Construct scope, final String id, final String instanceName, final String revision) {
    super(scope, id);

    // take
    LightsailInstanceSnapshot snapshot = LightsailInstanceSnapshot.Builder.create(this, "Snapshot")
        .instanceName(instanceName)
        .revision(revision)
        .timeout(Duration.hours(2))
        .build();
    Tags.of(snapshot).add("purpose", "lifecycle");
    LightsailDiskSnapshot disk = LightsailDiskSnapshot.Builder.create(this, "SystemDisk")
        .instanceName(instanceName)
        .revision(revision)
        .removalPolicy(RemovalPolicy.DESTROY)
        .build();

    // keep: last night's automatic snapshot, which otherwise goes after a week
    SnapshotCopy copy = SnapshotCopy.Builder.create(this, "LastNight")
        .source(InstanceSnapshotSource.latestAutomaticSnapshot(instanceName))
        .revision(revision)
        .build();

    // find: the first one ever taken, or the one above
    InstanceSnapshotLookup first = InstanceSnapshotLookup.Builder.create(this, "First")
        .instanceName(instanceName)
        .withTags(Map.of("purpose", "lifecycle"))
        .choose(SnapshotChoice.OLDEST)
        .fallbackSnapshotName(snapshot.getInstanceSnapshotName())
        .build();

    // move: an image (AMI) of it
    SnapshotExport exported = SnapshotExport.Builder.create(this, "Export")
        .source(snapshot)
        .removalPolicy(RemovalPolicy.DESTROY)
        .build();

    // start: two instances, and a disk for whoever wants to look into the system disk
    InstancesFromSnapshot servers = InstancesFromSnapshot.Builder.create(this, "Servers")
        .source(snapshot)
        .availabilityZone(getRegion() + "a")
        .instanceCount(2)
        .publicPorts(List.of(
            PublicPort.builder().port(Port.tcp(443)).build(),
            PublicPort.builder().port(Port.tcp(22)).cidrs(List.of("192.0.2.0/24")).build()))
        .build();
    DisksFromSnapshot disks = DisksFromSnapshot.Builder.create(this, "Disk")
        .source(disk)
        .availabilityZone(getRegion() + "a")
        .size(Size.gibibytes(64))
        .build();

    // be told
    SnapshotProvider.getOrCreate(this).getStateMachine().metricFailed()
        .createAlarm(this, "Failed", CreateAlarmOptions.builder().threshold(1).evaluationPeriods(1).build());

    output("SnapshotArn", snapshot.getInstanceSnapshotArn());
    output("SystemDiskArn", disk.getDiskSnapshotArn());
    output("LastNightTaken", copy.getCreatedAt());
    output("FirstName", first.getInstanceSnapshotName());
    output("HowMany", Token.asString(first.getCount()));
    output("ImageId", exported.getImageId());
    output("Address", servers.getInstances().get(1).getPublicIpAddress());
    output("DiskArn", disks.getDisks().get(0).getDiskArn());
  }

  private void output(final String id, final String value) {
    CfnOutput.Builder.create(this, id).value(value).build();
  }
}
