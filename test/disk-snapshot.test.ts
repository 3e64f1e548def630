import { App, CfnOutput, CfnParameter, Duration, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lightsail from 'aws-cdk-lib/aws-lightsail';
import { LightsailDiskSnapshot, LightsailDiskSnapshotProps } from '../src';
import { statementsOf } from './support/statements';
import { CONTRACTS } from '../src/functions/deployment/contract';

const TYPE = 'Custom::LightsailDiskSnapshot';

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Site'); });

const take = (props: LightsailDiskSnapshotProps = { diskName: 'uploads' }) => new LightsailDiskSnapshot(stack, 'Snapshot', props);
const properties = (): Record<string, unknown> => Object.values(Template.fromStack(stack).findResources(TYPE))[0].Properties;

test.each<[LightsailDiskSnapshotProps, object]>([
  [{ diskName: 'uploads' }, { DiskName: 'uploads' }],
  [{ instanceName: 'web-1', revision: '2', diskSnapshotName: 'golden' }, { InstanceName: 'web-1', Revision: '2', DiskSnapshotName: 'golden' }],
])('says what to take a snapshot of, and nothing that was not given: %j', (props, expected) => {
  take(props);
  expect(properties()).toEqual({ ServiceToken: expect.anything(), Retain: true, ...expected });
});

test('is kept by default, but for one whose creation is rolled back, and can be removed', () => {
  take();
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  const other = new Stack(new App(), 'Other');
  new LightsailDiskSnapshot(other, 'Snapshot', { diskName: 'uploads', removalPolicy: RemovalPolicy.DESTROY });
  Template.fromStack(other).hasResource(TYPE, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
});

test('every attribute is one that the handler knows', () => {
  const snapshot = take();
  const values = [
    snapshot.diskSnapshotArn, snapshot.supportCode, snapshot.createdAt, snapshot.region, snapshot.state, String(snapshot.sizeInGb), snapshot.progress,
    snapshot.fromInstanceName, snapshot.fromInstanceArn, snapshot.fromDiskName, snapshot.fromDiskArn, snapshot.isFromAutoSnapshot,
  ];
  expect(values).toHaveLength(CONTRACTS[TYPE].attributes.length);
  expect(properties().Attributes).toEqual([...CONTRACTS[TYPE].attributes].sort());
});

test('its name is the reference to it, and tags reach it', () => {
  const snapshot = take();
  Tags.of(stack).add('team', 'web');
  new CfnOutput(stack, 'Name', { value: snapshot.diskSnapshotName });
  const [id] = Object.keys(Template.fromStack(stack).findResources(TYPE));
  Template.fromStack(stack).hasOutput('Name', { Value: { Ref: id } });
  expect(properties().Tags).toEqual({ team: 'web' });
});

test('takes the ref of a native disk', () => {
  const disk = new lightsail.CfnDisk(stack, 'Disk', { diskName: 'uploads', sizeInGb: 8 });
  take({ diskName: disk.ref });
  expect(properties().DiskName).toEqual({ Ref: 'Disk' });
});

test('a snapshot that exists can be referred to by name', () => {
  expect(LightsailDiskSnapshot.fromDiskSnapshotName(stack, 'There', 'before').diskSnapshotName).toBe('before');
  expect(LightsailDiskSnapshot.fromDiskSnapshotAttributes(stack, 'Other', { diskSnapshotName: 'after' }).diskSnapshotName).toBe('after');
  expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
});

test('a long wait is a chain', () => {
  take({ diskName: 'uploads', timeout: Duration.hours(2) });
  Template.fromStack(stack).resourceCountIs('Custom::LightsailWait', 1);
});

describe('bad input fails at synthesis, with the path and the value', () => {
  test.each<[string, LightsailDiskSnapshotProps, RegExp]>([
    ['neither a disk nor an instance', {}, /^Site\/Snapshot: give either diskName or, for an instance's system disk, instanceName, got neither/],
    ['both', { diskName: 'uploads', instanceName: 'web-1' }, /got both/],
    ['an empty disk name', { diskName: '' }, /^Site\/Snapshot: diskName must be 2 to 255 .* got ''/],
    ['an empty instance name', { instanceName: '' }, /instanceName must be 2 to 255 .* got ''/],
    ['a name with a space', { diskName: 'uploads', diskSnapshotName: 'my snapshot' }, /diskSnapshotName must be 2 to 255 .* got 'my snapshot'/],
    ['less than a minute', { diskName: 'uploads', timeout: Duration.seconds(59) }, /timeout must be 1 minute to 12 hours/],
  ])('%s', (_, props, message) => {
    expect(() => take(props)).toThrow(message);
  });

  test('but what is known at deployment only passes', () => {
    take({ diskName: new CfnParameter(stack, 'Disk').valueAsString, diskSnapshotName: Token.asString({ Ref: 'Name' }) });
    expect(properties().DiskName).toEqual({ Ref: 'Disk' });
  });
});

test('may do what it does, and delete only what the stack made', () => {
  take();
  const statements = statementsOf(Template.fromStack(stack)).filter(({ Action }) => [Action].flat().some(name => name.startsWith('lightsail:')));
  expect([...new Set(statements.flatMap(({ Action }) => Action))].sort()).toEqual([
    'lightsail:CreateDiskSnapshot', 'lightsail:DeleteDiskSnapshot', 'lightsail:GetDiskSnapshot', 'lightsail:GetOperationsForResource', 'lightsail:TagResource',
    'lightsail:UntagResource',
  ]);
  const deleting = statements.find(({ Action }) => Action.includes('lightsail:DeleteDiskSnapshot'));
  expect(deleting?.Condition).toEqual({ StringEquals: { 'aws:ResourceTag/cdk-lightsail-snapshots:stack': { Ref: 'AWS::StackId' } } });
});
