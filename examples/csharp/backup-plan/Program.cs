using System.Collections.Generic;
using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch.Actions;
using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.Events.Targets;
using Amazon.CDK.AWS.SNS;
using Constructs;
using Example.Cdk.LightsailSnapshots;

namespace Backup
{
    /// <summary>Every night a snapshot of all that has a tag, with copies elsewhere; mail when it stops or when a run fails.</summary>
    public class BackupStack : Stack
    {
        public BackupStack(Construct scope, string id, StackProps props, string copyRegion) : base(scope, id, props)
        {
            var nightly = new LightsailBackupPlan(this, "Nightly", new LightsailBackupPlanProps
            {
                PlanName = "nightly",
                Selection = BackupSelection.InstancesTagged("backup").ExceptTagged("backup", "no"),
                Schedule = Schedule.Cron(new CronOptions { Hour = "4", Minute = "0" }),
                TimeZone = TimeZone.EUROPE_BERLIN,
                Retention = BackupRetention.DailyWeeklyMonthly(),
                Copies = new[] { BackupCopy.ToRegion(new BackupCopyProps { Region = copyRegion, Retention = BackupRetention.Days(3) }) },
                WhenSourceIsGone = OrphanRetention.DeleteAfter(Duration.Days(90)),
                CopySourceTags = true,
            });

            var operators = new Topic(this, "Operators", new TopicProps { EnforceSSL = true });
            nightly.Alarm.AddAlarmAction(new SnsAction(operators));
            nightly.OnRunEvent("RunFailed", new OnEventOptions
            {
                EventPattern = new EventPattern
                {
                    Detail = new Dictionary<string, object> { ["status"] = new[] { "FAILED", "TIMED_OUT", "ABORTED" } },
                },
                Target = new SnsTopic(operators),
            });

            Output("SnapshotsPerInstance", ((int)nightly.SnapshotsPerSource).ToString());
            // aws stepfunctions start-execution --state-machine-arn … --name nightly.before-the-upgrade --input …
            Output("StateMachineArn", nightly.StateMachine.StateMachineArn);
            Output("StartRunInput", nightly.StartRunInput(Duration.Days(14)));
        }

        private void Output(string id, string value) => new CfnOutput(this, id, new CfnOutputProps { Value = value });
    }

    public static class Program
    {
        public static void Main()
        {
            var app = new App();
            var env = new Environment { Region = "eu-central-1" };
            new BackupStack(app, "Backup", new StackProps { Env = env }, "eu-west-1");
            app.Synth();
        }
    }
}
