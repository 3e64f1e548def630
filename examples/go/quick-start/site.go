package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	snapshots "github.com/example/cdk-lightsail-snapshots-go/cdklightsailsnapshots"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Site"), &awscdk.StackProps{Env: &awscdk.Environment{Region: jsii.String("us-east-1")}})
	snapshot := snapshots.NewLightsailInstanceSnapshot(stack, jsii.String("GoldenImage"), &snapshots.LightsailInstanceSnapshotProps{
		InstanceName: jsii.String("web-1"),
	})
	awscdk.NewCfnOutput(stack, jsii.String("SnapshotArn"), &awscdk.CfnOutputProps{Value: snapshot.InstanceSnapshotArn()})
	app.Synth(nil)
}
