from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Size, Stack, Tags, Token
from aws_cdk import aws_ec2 as ec2
from cdk_lightsail_snapshots import (
    DisksFromSnapshot,
    InstancesFromSnapshot,
    InstanceSnapshotLookup,
    InstanceSnapshotSource,
    LightsailDiskSnapshot,
    LightsailInstanceSnapshot,
    PublicPort,
    SnapshotChoice,
    SnapshotCopy,
    SnapshotExport,
    SnapshotProvider,
)
from constructs import Construct


class LifecycleStack(Stack):
    """A bit of everything: the same app as in the other languages."""

    def __init__(self, scope: Construct, construct_id: str, *, instance_name: str, revision: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)

        # take
        snapshot = LightsailInstanceSnapshot(
            self, "Snapshot", instance_name=instance_name, revision=revision, timeout=Duration.hours(2)
        )
        Tags.of(snapshot).add("purpose", "lifecycle")
        disk = LightsailDiskSnapshot(
            self, "SystemDisk", instance_name=instance_name, revision=revision, removal_policy=RemovalPolicy.DESTROY
        )

        # keep: last night's automatic snapshot, which otherwise goes after a week
        copy = SnapshotCopy(
            self, "LastNight", source=InstanceSnapshotSource.latest_automatic_snapshot(instance_name), revision=revision
        )

        # find: the first one ever taken, or the one above
        first = InstanceSnapshotLookup(
            self,
            "First",
            instance_name=instance_name,
            with_tags={"purpose": "lifecycle"},
            choose=SnapshotChoice.OLDEST,
            fallback_snapshot_name=snapshot.instance_snapshot_name,
        )

        # move: an image (AMI) of it
        exported = SnapshotExport(self, "Export", source=snapshot, removal_policy=RemovalPolicy.DESTROY)

        # start: two instances, and a disk for whoever wants to look into the system disk
        servers = InstancesFromSnapshot(
            self,
            "Servers",
            source=snapshot,
            availability_zone=f"{self.region}a",
            instance_count=2,
            public_ports=[
                PublicPort(port=ec2.Port.tcp(443)),
                PublicPort(port=ec2.Port.tcp(22), cidrs=["192.0.2.0/24"]),
            ],
        )
        disks = DisksFromSnapshot(
            self,
            "Disk",
            source=disk,
            availability_zone=f"{self.region}a",
            size=Size.gibibytes(64),
        )

        # be told
        SnapshotProvider.get_or_create(self).state_machine.metric_failed().create_alarm(
            self, "Failed", threshold=1, evaluation_periods=1
        )

        CfnOutput(self, "SnapshotArn", value=snapshot.instance_snapshot_arn)
        CfnOutput(self, "SystemDiskArn", value=disk.disk_snapshot_arn)
        CfnOutput(self, "LastNightTaken", value=copy.created_at)
        CfnOutput(self, "FirstName", value=first.instance_snapshot_name)
        CfnOutput(self, "HowMany", value=Token.as_string(first.count))
        CfnOutput(self, "ImageId", value=exported.image_id)
        CfnOutput(self, "Address", value=servers.instances[1].public_ip_address)
        CfnOutput(self, "DiskArn", value=disks.disks[0].disk_arn)


app = App()
LifecycleStack(
    app,
    "Lifecycle",
    instance_name=app.node.try_get_context("instance") or "web-1",
    revision=app.node.try_get_context("revision") or "1",
)
app.synth()
