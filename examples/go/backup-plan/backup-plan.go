package main

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	snapshots "github.com/example/cdk-lightsail-snapshots-go/cdklightsailsnapshots"
)

type BackupStackProps struct {
	awscdk.StackProps
	// Another region, for the day on which this one is not there.
	CopyRegion *string
}

// Every night a snapshot of all that has a tag, with copies elsewhere; mail when it stops or when a run fails.
func NewBackupStack(scope constructs.Construct, id *string, props *BackupStackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, id, &props.StackProps)

	nightly := snapshots.NewLightsailBackupPlan(stack, jsii.String("Nightly"), &snapshots.LightsailBackupPlanProps{
		PlanName:  jsii.String("nightly"),
		Selection: snapshots.BackupSelection_InstancesTagged(jsii.String("backup"), nil).ExceptTagged(jsii.String("backup"), jsii.String("no")),
		Schedule:  awsevents.Schedule_Cron(&awsevents.CronOptions{Hour: jsii.String("4"), Minute: jsii.String("0")}),
		TimeZone:  awscdk.TimeZone_EUROPE_BERLIN(),
		Retention: snapshots.BackupRetention_DailyWeeklyMonthly(),
		Copies: &[]snapshots.BackupCopy{snapshots.BackupCopy_ToRegion(&snapshots.BackupCopyProps{
			Region:    props.CopyRegion,
			Retention: snapshots.BackupRetention_Days(jsii.Number(3)),
		})},
		WhenSourceIsGone: snapshots.OrphanRetention_DeleteAfter(awscdk.Duration_Days(jsii.Number(90))),
		CopySourceTags:   jsii.Bool(true),
	})

	operators := awssns.NewTopic(stack, jsii.String("Operators"), &awssns.TopicProps{EnforceSSL: jsii.Bool(true)})
	nightly.Alarm().AddAlarmAction(awscloudwatchactions.NewSnsAction(operators))
	nightly.OnRunEvent(jsii.String("RunFailed"), &awsevents.OnEventOptions{
		EventPattern: &awsevents.EventPattern{
			Detail: &map[string]interface{}{"status": []string{"FAILED", "TIMED_OUT", "ABORTED"}},
		},
		Target: awseventstargets.NewSnsTopic(operators, nil),
	})

	output := func(id string, value *string) {
		awscdk.NewCfnOutput(stack, jsii.String(id), &awscdk.CfnOutputProps{Value: value})
	}
	output("SnapshotsPerInstance", jsii.String(strconv.FormatFloat(*nightly.SnapshotsPerSource(), 'f', -1, 64)))
	// aws stepfunctions start-execution --state-machine-arn … --name nightly.before-the-upgrade --input …
	output("StateMachineArn", nightly.StateMachine().StateMachineArn())
	output("StartRunInput", nightly.StartRunInput(awscdk.Duration_Days(jsii.Number(14))))
	return stack
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	NewBackupStack(app, jsii.String("Backup"), &BackupStackProps{
		StackProps: awscdk.StackProps{Env: &awscdk.Environment{Region: jsii.String("eu-central-1")}},
		CopyRegion: jsii.String("eu-west-1"),
	})
	app.Synth(nil)
}
