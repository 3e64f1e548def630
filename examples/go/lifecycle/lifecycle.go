package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	snapshots "github.com/example/cdk-lightsail-snapshots-go/cdklightsailsnapshots"
)

type LifecycleStackProps struct {
	awscdk.StackProps
	InstanceName *string
	Revision     *string
}

// A bit of everything: the same app as in the other languages.
func NewLifecycleStack(scope constructs.Construct, id *string, props *LifecycleStackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, id, &props.StackProps)

	// take
	snapshot := snapshots.NewLightsailInstanceSnapshot(stack, jsii.String("Snapshot"), &snapshots.LightsailInstanceSnapshotProps{
		InstanceName: props.InstanceName,
		Revision:     props.Revision,
		Timeout:      awscdk.Duration_Hours(jsii.Number(2)),
	})
	awscdk.Tags_Of(snapshot).Add(jsii.String("purpose"), jsii.String("lifecycle"), nil)
	disk := snapshots.NewLightsailDiskSnapshot(stack, jsii.String("SystemDisk"), &snapshots.LightsailDiskSnapshotProps{
		InstanceName:  props.InstanceName,
		Revision:      props.Revision,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})

	// keep: last night's automatic snapshot, which otherwise goes after a week
	lastNight := snapshots.NewSnapshotCopy(stack, jsii.String("LastNight"), &snapshots.SnapshotCopyProps{
		Source:   snapshots.InstanceSnapshotSource_LatestAutomaticSnapshot(props.InstanceName),
		Revision: props.Revision,
	})

	// find: the first one ever taken, or the one above
	first := snapshots.NewInstanceSnapshotLookup(stack, jsii.String("First"), &snapshots.InstanceSnapshotLookupProps{
		InstanceName:         props.InstanceName,
		WithTags:             &map[string]*string{"purpose": jsii.String("lifecycle")},
		Choose:               snapshots.SnapshotChoice_OLDEST,
		FallbackSnapshotName: snapshot.InstanceSnapshotName(),
	})

	// move: an image (AMI) of it
	exported := snapshots.NewSnapshotExport(stack, jsii.String("Export"), &snapshots.SnapshotExportProps{
		Source:        snapshot,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})

	// start: two instances, and a disk for whoever wants to look into the system disk
	zone := jsii.String(*stack.Region() + "a")
	servers := snapshots.NewInstancesFromSnapshot(stack, jsii.String("Servers"), &snapshots.InstancesFromSnapshotProps{
		Source:           snapshot,
		AvailabilityZone: zone,
		InstanceCount:    jsii.Number(2),
		PublicPorts: &[]*snapshots.PublicPort{
			{Port: awsec2.Port_Tcp(jsii.Number(443))},
			{Port: awsec2.Port_Tcp(jsii.Number(22)), Cidrs: jsii.Strings("192.0.2.0/24")},
		},
	})
	disks := snapshots.NewDisksFromSnapshot(stack, jsii.String("Disk"), &snapshots.DisksFromSnapshotProps{
		Source:           disk,
		AvailabilityZone: zone,
		Size:             awscdk.Size_Gibibytes(jsii.Number(64)),
	})

	// be told
	snapshots.SnapshotProvider_GetOrCreate(stack).StateMachine().MetricFailed(nil).CreateAlarm(stack, jsii.String("Failed"), &awscloudwatch.CreateAlarmOptions{
		Threshold:         jsii.Number(1),
		EvaluationPeriods: jsii.Number(1),
	})

	output := func(id string, value *string) {
		awscdk.NewCfnOutput(stack, jsii.String(id), &awscdk.CfnOutputProps{Value: value})
	}
	output("SnapshotArn", snapshot.InstanceSnapshotArn())
	output("SystemDiskArn", disk.DiskSnapshotArn())
	output("LastNightTaken", lastNight.CreatedAt())
	output("FirstName", first.InstanceSnapshotName())
	output("HowMany", awscdk.Token_AsString(first.Count(), nil))
	output("ImageId", exported.ImageId())
	output("Address", (*servers.Instances())[1].PublicIpAddress())
	output("DiskArn", (*disks.Disks())[0].DiskArn())
	return stack
}

func context(app awscdk.App, key, otherwise string) *string {
	if value, given := app.Node().TryGetContext(jsii.String(key)).(string); given {
		return &value
	}
	return &otherwise
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	NewLifecycleStack(app, jsii.String("Lifecycle"), &LifecycleStackProps{
		InstanceName: context(app, "instance", "web-1"),
		Revision:     context(app, "revision", "1"),
	})
	app.Synth(nil)
}
