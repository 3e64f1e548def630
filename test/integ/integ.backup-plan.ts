import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { integCase } from './case';
import { BackupConsistency, BackupRetention, BackupSelection, LightsailBackupPlan } from '../../src';

// disabled, since snapshots of a plan stay: the README says how to start a run by hand and what to look at
integCase('backup-plan', ({ stack, instanceName, diskName, revision, output }) => {
  const plan = new LightsailBackupPlan(stack, 'Plan', {
    planName: 'integ',
    selection: BackupSelection.instances(instanceName).or(BackupSelection.disks(diskName)),
    schedule: events.Schedule.cron({ hour: '4', minute: '0' }),
    retention: BackupRetention.days(Number(revision)),
    consistency: BackupConsistency.stopInstance({ withoutStaticIp: true }),
    enabled: false,
  });
  output('ScheduleArn', plan.scheduleArn);
  output('AlarmName', plan.alarm!.alarmName);
  output('StateMachineArn', plan.stateMachine.stateMachineArn);
  output('StartRunInput', plan.startRunInput(Duration.hours(1)));
});
