import { CfnOutput, Duration, Stack, StackProps, TimeZone } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { BackupCopy, BackupRetention, BackupSelection, LightsailBackupPlan, OrphanRetention } from 'cdk-lightsail-snapshots';
import { Construct } from 'constructs';

export interface BackupStackProps extends StackProps {
  /** Another region, for the day on which this one is not there. */
  readonly copyRegion: string;
}

/** Every night a snapshot of all that has a tag, with copies elsewhere; mail when it stops or when a run fails. */
export class BackupStack extends Stack {
  constructor(scope: Construct, id: string, props: BackupStackProps) {
    super(scope, id, props);

    const nightly = new LightsailBackupPlan(this, 'Nightly', {
      planName: 'nightly',
      selection: BackupSelection.instancesTagged('backup').exceptTagged('backup', 'no'),
      schedule: Schedule.cron({ hour: '4', minute: '0' }),
      timeZone: TimeZone.EUROPE_BERLIN,
      retention: BackupRetention.dailyWeeklyMonthly(),
      copies: [BackupCopy.toRegion({ region: props.copyRegion, retention: BackupRetention.days(3) })],
      whenSourceIsGone: OrphanRetention.deleteAfter(Duration.days(90)),
      copySourceTags: true,
    });

    const operators = new Topic(this, 'Operators', { enforceSSL: true });
    nightly.alarm?.addAlarmAction(new SnsAction(operators));
    nightly.onRunEvent('RunFailed', {
      eventPattern: { detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] } },
      target: new SnsTopic(operators),
    });

    new CfnOutput(this, 'SnapshotsPerInstance', { value: String(nightly.snapshotsPerSource) });
    // aws stepfunctions start-execution --state-machine-arn … --name nightly.before-the-upgrade --input …
    new CfnOutput(this, 'StateMachineArn', { value: nightly.stateMachine.stateMachineArn });
    new CfnOutput(this, 'StartRunInput', { value: nightly.startRunInput(Duration.days(14)) });
  }
}
