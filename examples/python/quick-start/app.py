import aws_cdk as cdk
from cdk_lightsail_snapshots import LightsailInstanceSnapshot

app = cdk.App()
stack = cdk.Stack(app, "Site", env=cdk.Environment(region="us-east-1"))
snapshot = LightsailInstanceSnapshot(stack, "GoldenImage", instance_name="web-1")
cdk.CfnOutput(stack, "SnapshotArn", value=snapshot.instance_snapshot_arn)
app.synth()
