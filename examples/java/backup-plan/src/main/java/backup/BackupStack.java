package backup;

import io.github.example.cdk.lightsail.snapshots.BackupCopy;
import io.github.example.cdk.lightsail.snapshots.BackupCopyProps;
import io.github.example.cdk.lightsail.snapshots.BackupRetention;
import io.github.example.cdk.lightsail.snapshots.BackupSelection;
import io.github.example.cdk.lightsail.snapshots.LightsailBackupPlan;
import io.github.example.cdk.lightsail.snapshots.OrphanRetention;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.TimeZone;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.events.CronOptions;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.OnEventOptions;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.SnsTopic;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

/** Every night a snapshot of all that has a tag, with copies elsewhere; mail when it stops or when a run fails. */
public class BackupStack extends Stack {
  public BackupStack(final Construct scope, final String id, final StackProps props, final String copyRegion) {
    super(scope, id, props);

    LightsailBackupPlan nightly = LightsailBackupPlan.Builder.create(this, "Nightly")
        .planName("nightly")
        .selection(BackupSelection.instancesTagged("backup").exceptTagged("backup", "no"))
        .schedule(Schedule.cron(CronOptions.builder().hour("4").minute("0").build()))
        .timeZone(TimeZone.EUROPE_BERLIN)
        .retention(BackupRetention.dailyWeeklyMonthly())
        .copies(List.of(BackupCopy.toRegion(
            BackupCopyProps.builder().region(copyRegion).retention(BackupRetention.days(3)).build())))
        .whenSourceIsGone(OrphanRetention.deleteAfter(Duration.days(90)))
        .copySourceTags(true)
        .build();

    Topic operators = Topic.Builder.create(this, "Operators").enforceSsl(true).build();
    nightly.getAlarm().addAlarmAction(new SnsAction(operators));
    nightly.onRunEvent("RunFailed", OnEventOptions.builder()
        .eventPattern(EventPattern.builder().detail(Map.of("status", List.of("FAILED", "TIMED_OUT", "ABORTED"))).build())
        .target(new SnsTopic(operators))
        .build());

    output("SnapshotsPerInstance", String.valueOf(nightly.getSnapshotsPerSource().intValue()));
    // aws stepfunctions start-execution --state-machine-arn … --name nightly.before-the-upgrade --input …
    output("StateMachineArn", nightly.getStateMachine().getStateMachineArn());
    output("StartRunInput", nightly.startRunInput(Duration.days(14)));
  }

  private void output(final String id, final String value) {
    CfnOutput.Builder.create(this, id).value(value).build();
  }
}
