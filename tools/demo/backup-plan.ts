import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { BackupCopy, BackupRetention, BackupSelection, LightsailBackupPlan } from '../../src';

/** Every night at 04:00 UTC, which is the default. Few are kept, so that the demo sees something go. */
const stack = new Stack(new App(), 'Backups', { env: { account: '000000000000', region: 'us-east-1' } });
const plan = new LightsailBackupPlan(stack, 'Nightly', {
  planName: 'nightly',
  selection: BackupSelection.instancesTagged('backup'),
  retention: BackupRetention.days(2),
  copies: [BackupCopy.toRegion({ region: 'eu-west-1', retention: BackupRetention.days(1) })],
  // a call takes as long as ever, and the demo's clock is fast meanwhile
  callsPerSecond: 20,
});

const events = new sqs.Queue(stack, 'RunEvents');
plan.onRunEvent('Ended', { target: new SqsQueue(events), eventPattern: { detail: { status: ['SUCCEEDED', 'FAILED'] } } });

new CfnOutput(stack, 'StateMachineArn', { value: plan.stateMachine.stateMachineArn });
new CfnOutput(stack, 'RunEventsUrl', { value: events.queueUrl });
new CfnOutput(stack, 'SnapshotsPerSource', { value: `${plan.snapshotsPerSource}` });
