import { execFileSync } from 'child_process';
import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Fact } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import * as lib from '../src';
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

test('one snapshot takes at most 9,200 bytes of template, each further one 400', () => {
  const size = (count: number) => {
    stack = new Stack(new App(), 'Site');
    return JSON.stringify(take(count).toJSON()).length;
  };
  const one = size(1);
  expect(one).toBeLessThanOrEqual(9200);
  expect((size(101) - one) / 100).toBeLessThanOrEqual(400);
});

test('the logical ids are a contract: a live service token cannot change', () => {
  const { Resources } = take(1).toJSON();
  expect(Object.keys(Resources).filter(id => id.startsWith('cdklightsailsnapshots')).sort()).toEqual([
    'cdklightsailsnapshotsClockB870DFE8',
    'cdklightsailsnapshotsClockPolicy8E8940AE',
    'cdklightsailsnapshotsClockRole16CF58A4',
    'cdklightsailsnapshotsHandler81564D40',
    'cdklightsailsnapshotsHandlerRoleD7D13199',
    'cdklightsailsnapshotsInstanceSnapshotPolicyD43E9E8D',
    'cdklightsailsnapshotsLedger4FD6AF14',
    'cdklightsailsnapshotsLogsAB8B7420',
  ]);
  expect(Resources.Snapshot0AA512B2D.Properties.ServiceToken).toEqual({ 'Fn::GetAtt': ['cdklightsailsnapshotsHandler81564D40', 'Arn'] });
});

test('one provider serves a stack, another one another stack', () => {
  const other = new Stack(stack.node.root as App, 'Other');
  expect(SnapshotProvider.getOrCreate(stack)).toBe(SnapshotProvider.getOrCreate(stack));
  expect(SnapshotProvider.getOrCreate(other)).not.toBe(SnapshotProvider.getOrCreate(stack));
});

test.each(['LightsailSnapshots', 'Snapshots', 'SnapshotProvider', 'cdklightsailsnapshots', 'Resource', 'Default'])("a group of the user's may be called %s", id => {
  new LightsailInstanceSnapshot(new Construct(stack, id), 'Snapshot', { instanceName: 'web-1' });
  take(1).resourceCountIs('Custom::LightsailInstanceSnapshot', 2);
});

test("a construct of the user's with the provider's own id is told in words", () => {
  new Construct(stack, 'cdk-lightsail-snapshots');
  expect(() => take(1)).toThrow("Site/cdk-lightsail-snapshots: the id 'cdk-lightsail-snapshots' belongs to cdk-lightsail-snapshots. give this construct another id");
});

test('two versions of the library in one stack are told in words, two copies of one version are none', () => {
  const other = loadCopy('9.8.7');
  const serve = (library: typeof lib) => () => library.SnapshotProvider.getOrCreate(stack);
  const provider = serve(lib)();
  expect(serve(other)).toThrow(/^Site: two versions of cdk-lightsail-snapshots serve this stack, 0.0.0 and 9.8.7. install one/);
  expect(serve(loadCopy('0.0.0'))()).toBe(provider);
  stack = new Stack(new App(), 'Site');
  expect(serve(other)()).toBeInstanceOf(other.SnapshotProvider);
  expect(serve(lib)).toThrow(/serve this stack, 9.8.7 and 0.0.0/);
});

/** Another copy of the library, as npm installs it where two packages ask for different versions. */
function loadCopy(version: string): typeof lib {
  const original = readFileSync;
  const manifest = jest.spyOn(jest.requireActual('fs'), 'readFileSync').mockImplementation((...args: unknown[]) => {
    const content = original(...args as Parameters<typeof readFileSync>);
    return String(args[0]) === join(__dirname, '..', 'package.json') ? JSON.stringify({ ...JSON.parse(String(content)), version }) : content;
  });
  let copy: typeof lib | undefined;
  jest.isolateModules(() => { copy = jest.requireActual('../src'); });
  manifest.mockRestore();
  return copy!;
}

test('permissions are those of the resource types in the stack, once', () => {
  const actions = (template: Template) => JSON.stringify(['Policy', 'ManagedPolicy'].map(type => template.findResources(`AWS::IAM::${type}`)));
  const before = actions(take(1));
  stack = new Stack(new App(), 'Site');
  expect(actions(take(2))).toBe(before);
  expect(before).not.toContain('ExportSnapshot');
  expect(before).not.toContain('lightsail:*');
});

test('only what carries the tag of the stack may be deleted', () => {
  take(1).hasResourceProperties('AWS::IAM::ManagedPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({
        Action: Match.arrayWith(['lightsail:DeleteInstanceSnapshot']),
        Condition: { StringEquals: { 'aws:ResourceTag/cdk-lightsail-snapshots:stack': { Ref: 'AWS::StackId' } } },
      })]),
    },
  });
});

test('a resource type keeps its permissions until the last resource of it is gone', () => {
  const { Resources } = take(1).toJSON();
  // dependents are deleted first, while what stands in the role is gone before anything is deleted
  expect(Resources.Snapshot0AA512B2D.DependsOn).toEqual(['cdklightsailsnapshotsInstanceSnapshotPolicyD43E9E8D']);
  // and this is what lets the state machine call the function
  expect(Resources.cdklightsailsnapshotsInstanceSnapshotPolicyD43E9E8D.DependsOn).toEqual(['cdklightsailsnapshotsClockPolicy8E8940AE']);
});

test('the roles are for this account, and the function knows its stack', () => {
  const template = take(1);
  const roles = Object.values(template.findResources('AWS::IAM::Role')).map(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement);
  const account = { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } };
  expect(roles).toEqual([
    [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'states.amazonaws.com' }, Condition: { StringEquals: account } }],
    [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' }, Condition: { StringEqualsIfExists: account } }],
  ]);
  template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { STACK_ID: { Ref: 'AWS::StackId' } } } });
});

test('the runtime is the newer of Node.js 24 and what the CDK knows', () => {
  const runtimeOf = () => {
    stack = new Stack(new App(), 'Site');
    return Object.values(take(1).findResources('AWS::Lambda::Function'))[0].Properties.Runtime;
  };
  const fact = jest.spyOn(Fact, 'requireFact');
  for (const [known, runtime] of [['nodejs20.x', 'nodejs24.x'], ['nodejs24.x', 'nodejs24.x'], ['nodejs26.x', 'nodejs26.x']]) {
    fact.mockReturnValue(known);
    expect(runtimeOf()).toBe(runtime);
  }
  fact.mockRestore();
  expect(runtimeOf()).toMatch(/^nodejs(2[4-9]|[3-9]\d)\.x$/);
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
  const provider = SnapshotProvider.getOrCreate(stack);
  provider.encryptWith(key);
  provider.encryptWith(key);
  const template = take(1);
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    EncryptionConfiguration: { Type: 'CUSTOMER_MANAGED_KMS_KEY', KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('Key'), 'Arn'] } },
  });
  const grants = JSON.stringify(template.toJSON().Resources).match(/"kms:Decrypt"/g);
  expect(grants).toHaveLength(2);
  const [{ DependsOn }] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  expect(DependsOn).toContainEqual(expect.stringMatching(/^cdklightsailsnapshotsClockRoleDefaultPolicy/));
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Action: 'kms:Decrypt*', Principal: { Service: 'delivery.logs.amazonaws.com' } })]) },
  });
  expect(() => provider.encryptWith(new kms.Key(stack, 'Another'))).toThrow('Site/cdk-lightsail-snapshots: the ledger is encrypted with Site/Key already');
});

test('a key that permits nothing is told, with the way out, and so is none', () => {
  const provider = SnapshotProvider.getOrCreate(stack);
  // what newer CDKs grant by an alias' name depends on a feature flag
  const alias = kms.Alias.fromAliasName(stack, 'Alias', 'alias/mine');
  expect(() => provider.encryptWith(alias)).toThrow('Site/cdk-lightsail-snapshots: the roles must be permitted to use the key, got Site/Alias, '
    + 'which permits nothing. give kms.Key.fromKeyArn, or kms.Key.fromLookup with the name of an alias');
  expect(() => provider.encryptWith(undefined as never)).toThrow('Site/cdk-lightsail-snapshots: key must be given, got undefined');
  provider.encryptWith(new kms.Key(stack, 'Key').addAlias('alias/ours'));
  expect(JSON.stringify(take(1).toJSON()).match(/"kms:Decrypt"/g)).toHaveLength(2);
});

test('CDK reaches what the README says it reaches', () => {
  const { handler, logGroup, stateMachine } = SnapshotProvider.getOrCreate(stack);
  const logGroupResource = logGroup.node.defaultChild as logs.CfnLogGroup;
  logGroupResource.retentionInDays = 365;
  logGroupResource.kmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/0';
  (handler.node.defaultChild as lambda.CfnFunction).tracingConfig = { mode: 'Active' };
  stateMachine.metricFailed().createAlarm(stack, 'Failed', { threshold: 1, evaluationPeriods: 1 });
  const template = take(1);
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365, KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/0' });
  template.hasResourceProperties('AWS::Lambda::Function', { TracingConfig: { Mode: 'Active' } });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ExecutionsFailed', Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: Match.stringLikeRegexp('cdklightsailsnapshotsClock') } }],
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

/** What constructs share with the functions: data, and functions that import nothing. The package holds these and no other files of theirs. */
const SHARED = ['aws/regions', 'backup/contract', 'backup/pattern', 'backup/permissions', 'backup/retention', 'backup/selected-types', 'deployment/contract'];

test('constructs load neither the handler nor the AWS SDK', () => {
  const loaded = execFileSync('node', ['-e', "require('tsx/cjs'); require('./src'); console.log(Object.keys(require.cache).join('\\n'))"],
    { cwd: join(__dirname, '..'), encoding: 'utf8' }).split('\n');
  const ours = loaded.filter(file => file.includes('/src/functions/') && !file.includes('node_modules'));
  expect(ours.map(file => file.split('/functions/').pop()).sort()).toEqual(SHARED.map(name => `${name}.ts`));
  const { files } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'));
  expect(files.filter((file: string) => file.startsWith('lib/functions/')).sort()).toEqual(SHARED.map(name => `lib/functions/${name}.*`));
  expect(loaded.filter(file => file.includes('@aws-sdk'))).toEqual([]);
});

test('what is shared imports nothing of the functions besides, and constructs nothing else', () => {
  const source = join(__dirname, '../src');
  for (const name of SHARED) {
    const imports = [...readFileSync(join(source, 'functions', `${name}.ts`), 'utf8').matchAll(/^import .* from '(.*)';$/gm)].map(([, from]) => from);
    expect(imports.filter(from => from !== './contract')).toEqual([]);
  }
  const constructs = ['.', 'private'].flatMap(folder => readdirSync(join(source, folder)).filter(file => file.endsWith('.ts')).map(file => join(source, folder, file)));
  for (const file of constructs) {
    const handlers = [...readFileSync(file, 'utf8').matchAll(/from '(\.[^']*functions\/[^']*)'/g)].map(([, from]) => from);
    expect(handlers.filter(from => !SHARED.includes(from.split('functions/')[1]))).toEqual([]);
  }
});
