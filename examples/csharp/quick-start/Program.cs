using Amazon.CDK;
using Example.Cdk.LightsailSnapshots;

var app = new App();
var stack = new Stack(app, "Site", new StackProps { Env = new Amazon.CDK.Environment { Region = "us-east-1" } });
var snapshot = new LightsailInstanceSnapshot(stack, "GoldenImage", new LightsailInstanceSnapshotProps { InstanceName = "web-1" });
new CfnOutput(stack, "SnapshotArn", new CfnOutputProps { Value = snapshot.InstanceSnapshotArn });
app.Synth();
