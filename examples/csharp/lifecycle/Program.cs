using System.Collections.Generic;
using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.EC2;
using Constructs;
using Example.Cdk.LightsailSnapshots;

namespace Lifecycle
{
    /// <summary>A bit of everything: the same app as in the other languages.</summary>
    public class LifecycleStack : Stack
    {
        public LifecycleStack(Construct scope, string id, string instanceName, string revision) : base(scope, id)
        {
            // take
            var snapshot = new LightsailInstanceSnapshot(this, "Snapshot", new LightsailInstanceSnapshotProps
            {
                InstanceName = instanceName,
                Revision = revision,
                Timeout = Duration.Hours(2),
            });
            Tags.Of(snapshot).Add("purpose", "lifecycle");
            var disk = new LightsailDiskSnapshot(this, "SystemDisk", new LightsailDiskSnapshotProps
            {
                InstanceName = instanceName,
                Revision = revision,
                RemovalPolicy = RemovalPolicy.DESTROY,
            });

            // keep: last night's automatic snapshot, which otherwise goes after a week
            var copy = new SnapshotCopy(this, "LastNight", new SnapshotCopyProps
            {
                Source = InstanceSnapshotSource.LatestAutomaticSnapshot(instanceName),
                Revision = revision,
            });

            // find: the first one ever taken, or the one above
            var first = new InstanceSnapshotLookup(this, "First", new InstanceSnapshotLookupProps
            {
                InstanceName = instanceName,
                WithTags = new Dictionary<string, string> { ["purpose"] = "lifecycle" },
                Choose = SnapshotChoice.OLDEST,
                FallbackSnapshotName = snapshot.InstanceSnapshotName,
            });

            // move: an image (AMI) of it
            var exported = new SnapshotExport(this, "Export", new SnapshotExportProps
            {
                Source = snapshot,
                RemovalPolicy = RemovalPolicy.DESTROY,
            });

            // start: two instances, and a disk for whoever wants to look into the system disk
            var servers = new InstancesFromSnapshot(this, "Servers", new InstancesFromSnapshotProps
            {
                Source = snapshot,
                AvailabilityZone = Region + "a",
                InstanceCount = 2,
                PublicPorts = new IPublicPort[]
                {
                    new PublicPort { Port = Port.Tcp(443) },
                    new PublicPort { Port = Port.Tcp(22), Cidrs = new[] { "192.0.2.0/24" } },
                },
            });
            var disks = new DisksFromSnapshot(this, "Disk", new DisksFromSnapshotProps
            {
                Source = disk,
                AvailabilityZone = Region + "a",
                Size = Size.Gibibytes(64),
            });

            // be told
            SnapshotProvider.GetOrCreate(this).StateMachine.MetricFailed().CreateAlarm(this, "Failed", new CreateAlarmOptions
            {
                Threshold = 1,
                EvaluationPeriods = 1,
            });

            Output("SnapshotArn", snapshot.InstanceSnapshotArn);
            Output("SystemDiskArn", disk.DiskSnapshotArn);
            Output("LastNightTaken", copy.CreatedAt);
            Output("FirstName", first.InstanceSnapshotName);
            Output("HowMany", Token.AsString(first.Count));
            Output("ImageId", exported.ImageId);
            Output("Address", servers.Instances[1].PublicIpAddress);
            Output("DiskArn", disks.Disks[0].DiskArn);
        }

        private void Output(string id, string value) => new CfnOutput(this, id, new CfnOutputProps { Value = value });
    }

    public static class Program
    {
        public static void Main()
        {
            var app = new App();
            new LifecycleStack(app, "Lifecycle", Context(app, "instance", "web-1"), Context(app, "revision", "1"));
            app.Synth();
        }

        private static string Context(App app, string key, string otherwise) => app.Node.TryGetContext(key) as string ?? otherwise;
    }
}
