from aws_cdk import App, CfnOutput, Duration, Environment, Stack, TimeZone
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from cdk_lightsail_snapshots import (
    BackupCopy,
    BackupRetention,
    BackupSelection,
    LightsailBackupPlan,
    OrphanRetention,
)
from constructs import Construct


class BackupStack(Stack):
    """Every night a snapshot of all that has a tag, with copies elsewhere; mail when it stops or when a run fails."""

    def __init__(self, scope: Construct, construct_id: str, *, copy_region: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)

        nightly = LightsailBackupPlan(
            self,
            "Nightly",
            plan_name="nightly",
            selection=BackupSelection.instances_tagged("backup").except_tagged("backup", "no"),
            schedule=events.Schedule.cron(hour="4", minute="0"),
            time_zone=TimeZone.EUROPE_BERLIN,
            retention=BackupRetention.daily_weekly_monthly(),
            copies=[BackupCopy.to_region(region=copy_region, retention=BackupRetention.days(3))],
            when_source_is_gone=OrphanRetention.delete_after(Duration.days(90)),
            copy_source_tags=True,
        )

        operators = sns.Topic(self, "Operators", enforce_ssl=True)
        nightly.alarm.add_alarm_action(actions.SnsAction(operators))
        nightly.on_run_event(
            "RunFailed",
            event_pattern=events.EventPattern(detail={"status": ["FAILED", "TIMED_OUT", "ABORTED"]}),
            target=targets.SnsTopic(operators),
        )

        CfnOutput(self, "SnapshotsPerInstance", value=str(int(nightly.snapshots_per_source)))
        # aws stepfunctions start-execution --state-machine-arn … --name nightly.before-the-upgrade --input …
        CfnOutput(self, "StateMachineArn", value=nightly.state_machine.state_machine_arn)
        CfnOutput(self, "StartRunInput", value=nightly.start_run_input(Duration.days(14)))


app = App()
BackupStack(app, "Backup", env=Environment(region="eu-central-1"), copy_region="eu-west-1")
app.synth()
