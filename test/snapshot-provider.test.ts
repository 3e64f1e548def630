import { execFileSync } from 'child_process';
import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { LightsailInstanceSnapshot, SnapshotProvider } from '../src';

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Site'); });

function take(count: number): Template {
  for (let i = 0; i < count; i++) new LightsailInstanceSnapshot(stack, `Snapshot${i}`, { instanceName: `web-${i}` });
  return Template.fromStack(stack);
}

test.each([1, 10, 100])('%d snapshots take as many resources and at most nine', count => {
  expect(Object.keys(take(count).toJSON().Resources).length).toBeLessThanOrEqual(count + 9);
});

test('one snapshot takes at most 8,000 bytes of template, each further one 400', () => {
  const size = (count: number) => {
    stack = new Stack(new App(), 'Site');
    return JSON.stringify(take(count).toJSON()).length;
  };
  const one = size(1);
  expect(one).toBeLessThanOrEqual(8000);
  expect((size(101) - one) / 100).toBeLessThanOrEqual(400);
});

test('the logical ids are a contract: a live service token cannot change', () => {
  const { Resources } = take(1).toJSON();
  expect(Object.keys(Resources).filter(id => id.startsWith('LightsailSnapshots')).sort()).toEqual([
    'LightsailSnapshotsHandler785D7304',
    'LightsailSnapshotsHandlerRoleF2D14A38',
    'LightsailSnapshotsInstanceSnapshotPolicyD5D3A270',
    'LightsailSnapshotsLogs51AFCA2A',
    'LightsailSnapshotsWaiter9AFFBA46',
    'LightsailSnapshotsWaiterPolicyFC912C31',
    'LightsailSnapshotsWaiterRole0FD61B7F',
  ]);
  expect(Resources.Snapshot0AA512B2D.Properties.ServiceToken).toEqual({ 'Fn::GetAtt': ['LightsailSnapshotsHandler785D7304', 'Arn'] });
});

test('one provider serves a stack, another one another stack', () => {
  const other = new Stack(stack.node.root as App, 'Other');
  expect(SnapshotProvider.of(stack)).toBe(SnapshotProvider.of(stack));
  expect(SnapshotProvider.of(other)).not.toBe(SnapshotProvider.of(stack));
});

test('permissions are those of the kinds in the stack, once', () => {
  const actions = (template: Template) => JSON.stringify(template.findResources('AWS::IAM::Policy'));
  const before = actions(take(1));
  stack = new Stack(new App(), 'Site');
  expect(actions(take(2))).toBe(before);
  expect(before).not.toContain('ExportSnapshot');
  expect(before).not.toContain('lightsail:*');
});

test('only what carries the mark of the stack may be deleted', () => {
  take(1).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({
        Action: Match.arrayWith(['lightsail:DeleteInstanceSnapshot']),
        Condition: { StringEquals: { 'aws:ResourceTag/cdk-lightsail-snapshots:stack': { Ref: 'AWS::StackId' } } },
      })]),
    },
  });
});

test('a kind keeps its permissions until the last resource of it is gone', () => {
  const { Resources } = take(1).toJSON();
  // dependents are deleted first, while what stands in the role is gone before anything is deleted
  expect(Resources.Snapshot0AA512B2D.DependsOn).toEqual(['LightsailSnapshotsInstanceSnapshotPolicyD5D3A270']);
  // and this is what lets the state machine call the function
  expect(Resources.LightsailSnapshotsInstanceSnapshotPolicyD5D3A270.DependsOn).toEqual(['LightsailSnapshotsWaiterPolicyFC912C31']);
});

test('everything is logged for a month, without the data of executions, and removed with the stack', () => {
  const template = take(1);
  template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 30 }, DeletionPolicy: 'Delete' });
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    TracingConfiguration: { Enabled: true },
    EncryptionConfiguration: Match.absent(),
  });
});

test('a key of the user\'s encrypts the executions, and the roles may use it', () => {
  const key = new kms.Key(stack, 'Key');
  const provider = SnapshotProvider.of(stack);
  provider.encryptWith(key);
  provider.encryptWith(key);
  const template = take(1);
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    EncryptionConfiguration: { Type: 'CUSTOMER_MANAGED_KMS_KEY', KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('Key'), 'Arn'] } },
  });
  const grants = JSON.stringify(template.toJSON().Resources).match(/"kms:Decrypt"/g);
  expect(grants).toHaveLength(2);
  const [{ DependsOn }] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  expect(DependsOn).toContainEqual(expect.stringMatching(/^LightsailSnapshotsWaiterRoleDefaultPolicy/));
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Action: 'kms:Decrypt*', Principal: { Service: 'delivery.logs.amazonaws.com' } })]) },
  });
  expect(() => provider.encryptWith(new kms.Key(stack, 'Another'))).toThrow('Site/LightsailSnapshots: the executions are encrypted with Site/Key already');
});

test('CDK reaches what the README says it reaches', () => {
  const { handler, logGroup, stateMachine } = SnapshotProvider.of(stack);
  const logGroupResource = logGroup.node.defaultChild as logs.CfnLogGroup;
  logGroupResource.retentionInDays = 365;
  logGroupResource.kmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/0';
  (handler.node.defaultChild as lambda.CfnFunction).tracingConfig = { mode: 'Active' };
  stateMachine.metricFailed().createAlarm(stack, 'Failed', { threshold: 1, evaluationPeriods: 1 });
  const template = take(1);
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365, KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/0' });
  template.hasResourceProperties('AWS::Lambda::Function', { TracingConfig: { Mode: 'Active' } });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ExecutionsFailed', Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: Match.stringLikeRegexp('LightsailSnapshotsWaiter') } }],
  });
});

test('a permissions boundary reaches every role', () => {
  iam.PermissionsBoundary.of(stack).apply(iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary'));
  take(1).allResourcesProperties('AWS::IAM::Role', { PermissionsBoundary: Match.anyValue() });
});

test('adding something elsewhere changes nothing here', () => {
  const before = take(2).toJSON().Resources;
  stack = new Stack(new App(), 'Site');
  new CfnOutput(stack, 'Name', { value: 'of something else' });
  new kms.Key(stack, 'Key');
  const { Key961B73FD, ...after } = take(2).toJSON().Resources;
  expect(Key961B73FD).toBeDefined();
  expect(after).toEqual(before);
});

test('constructs load neither the handler nor the AWS SDK', () => {
  const loaded = execFileSync('node', ['-e', "require('tsx/cjs'); require('./src'); console.log(Object.keys(require.cache).join('\\n'))"],
    { cwd: join(__dirname, '..'), encoding: 'utf8' }).split('\n');
  const ours = loaded.filter(file => file.includes('/src/functions/') && !file.includes('node_modules'));
  expect(ours.map(file => file.split('/').pop())).toEqual(['contract.ts']);
  expect(loaded.filter(file => file.includes('@aws-sdk'))).toEqual([]);
});

test('the contract imports nothing, and constructs nothing of the handler besides', () => {
  const source = join(__dirname, '../src');
  expect(readFileSync(join(source, 'functions/deployment/contract.ts'), 'utf8')).not.toMatch(/^import /m);
  const constructs = ['.', 'private'].flatMap(folder => readdirSync(join(source, folder)).filter(file => file.endsWith('.ts')).map(file => join(source, folder, file)));
  for (const file of constructs) {
    const handlers = [...readFileSync(file, 'utf8').matchAll(/from '(\.[^']*functions\/[^']*)'/g)].map(([, from]) => from);
    expect(handlers.filter(from => !from.endsWith('/contract'))).toEqual([]);
  }
});
