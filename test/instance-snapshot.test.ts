import { App, Aws, CfnElement, CfnOutput, CfnParameter, Duration, Fn, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lightsail from 'aws-cdk-lib/aws-lightsail';
import { LightsailInstanceSnapshot, LightsailInstanceSnapshotProps } from '../src';

const TYPE = 'Custom::LightsailInstanceSnapshot';

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Site'); });

function take(props: Partial<LightsailInstanceSnapshotProps> = {}): LightsailInstanceSnapshot {
  return new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName: 'web-1', ...props });
}

function properties(): Record<string, unknown> {
  return Object.values(Template.fromStack(stack).findResources(TYPE))[0].Properties;
}

test('says what to take a snapshot of, and nothing that was not given', () => {
  take();
  expect(properties()).toEqual({ ServiceToken: expect.anything(), InstanceName: 'web-1', Retain: true });
});

test('is kept by default, but for one whose creation is rolled back', () => {
  take();
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
});

test.each([true, false])('can be removed with the stack (%s: by applyRemovalPolicy)', later => {
  const snapshot = take(later ? {} : { removalPolicy: RemovalPolicy.DESTROY });
  if (later) snapshot.applyRemovalPolicy(RemovalPolicy.DESTROY);
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  expect(properties()).not.toHaveProperty('Retain');
});

test('returns only the attributes that are referred to, in one order', () => {
  const snapshot = take();
  new CfnOutput(stack, 'State', { value: snapshot.state });
  new CfnOutput(stack, 'Arn', { value: snapshot.instanceSnapshotArn });
  new CfnOutput(stack, 'Disk', { value: Fn.select(0, snapshot.attachedDiskNames) });
  new CfnOutput(stack, 'Size', { value: Token.asString(snapshot.sizeInGb) });
  new CfnOutput(stack, 'Name', { value: snapshot.instanceSnapshotName });
  expect(properties().Attributes).toEqual(['Arn', 'AttachedDiskNames', 'SizeInGb', 'State']);
});

test('every attribute is one that the handler knows', () => {
  const snapshot = take();
  const values = [
    snapshot.instanceSnapshotArn, snapshot.supportCode, snapshot.createdAt, snapshot.region, snapshot.state, String(snapshot.sizeInGb),
    snapshot.fromInstanceName, snapshot.fromInstanceArn, snapshot.fromBlueprintId, snapshot.fromBundleId, Token.asString(snapshot.isFromAutoSnapshot),
    ...snapshot.attachedDiskNames, ...snapshot.attachedDiskPaths, ...snapshot.attachedDiskSizesInGb,
  ];
  expect(values).toHaveLength(14);
  const { CONTRACTS } = jest.requireActual('../src/functions/deployment/contract');
  expect(properties().Attributes).toEqual([...CONTRACTS[TYPE].attributes].sort());
});

test('lists are lists, so that an empty one is empty, and a flag is a token', () => {
  const snapshot = take();
  const id = stack.getLogicalId(snapshot.node.defaultChild as CfnElement);
  expect(stack.resolve(snapshot.attachedDiskNames)).toEqual({ 'Fn::GetAtt': [id, 'AttachedDiskNames'] });
  expect(stack.resolve(snapshot.isFromAutoSnapshot)).toEqual({ 'Fn::GetAtt': [id, 'IsFromAutoSnapshot'] });
});

test('tags reach the snapshot', () => {
  take();
  Tags.of(stack).add('team', 'web');
  expect(properties().Tags).toEqual({ team: 'web' });
});

test('takes the ref of a native instance', () => {
  const instance = new lightsail.CfnInstance(stack, 'Instance', { blueprintId: 'wordpress', bundleId: 'small_3_0', instanceName: 'web' });
  new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName: instance.ref });
  expect(properties().InstanceName).toEqual({ Ref: 'Instance' });
});

test('a snapshot that exists can be referred to by name', () => {
  const there = LightsailInstanceSnapshot.fromInstanceSnapshotName(stack, 'There', 'before-the-move');
  expect(there.instanceSnapshotName).toBe('before-the-move');
  expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
});

test.each([
  [Duration.minutes(5), 1, [{ Timeout: 300 }]],
  [Duration.hours(1), 1, [{}]],
  [Duration.hours(3), 3, [{}, {}, {}]],
  [Duration.minutes(150), 3, [{}, {}, { Timeout: 1800 }]],
])('a timeout of %s takes %d resources', (timeout, count, expected) => {
  take({ timeout });
  const template = Template.fromStack(stack);
  const all = [TYPE, 'Custom::LightsailWait'].flatMap(type => Object.values(template.findResources(type)));
  expect(all).toHaveLength(count);
  // a deletion has CloudFormation's whole hour, however long making may take
  expect(all.map(({ Properties: { ServiceTimeout, Timeout } }) => ({ ServiceTimeout, Timeout }))).toEqual(expected);
});

test('a long wait is a chain, and what refers to the snapshot waits for its end', () => {
  const snapshot = take({ timeout: Duration.hours(3) });
  new CfnOutput(stack, 'Name', { value: snapshot.instanceSnapshotName });
  new CfnOutput(stack, 'Arn', { value: snapshot.instanceSnapshotArn });
  const template = Template.fromStack(stack);
  const [first] = Object.keys(template.findResources(TYPE));
  const [second, third] = Object.keys(template.findResources('Custom::LightsailWait'));
  template.hasResourceProperties(TYPE, { Continued: true, Attributes: ['Arn'] });
  template.hasResourceProperties('Custom::LightsailWait', { ResourceId: { Ref: first }, OwnerLogicalId: first, Continued: true, WaitedBefore: 3600 });
  template.hasResourceProperties('Custom::LightsailWait', { ResourceId: { Ref: second }, OwnerRequestId: { 'Fn::GetAtt': [second, 'RequestId'] }, Attributes: ['Arn'] });
  template.hasOutput('Name', { Value: { Ref: third } });
  template.hasOutput('Arn', { Value: { 'Fn::GetAtt': [third, 'Arn'] } });
});

describe('bad input fails at synthesis, with the path and the value', () => {
  test.each<[string, Partial<LightsailInstanceSnapshotProps>, RegExp]>([
    ['an empty instance name', { instanceName: '' }, /^Site\/Snapshot: instanceName must not be empty/],
    ['a name with a space', { instanceSnapshotName: 'my snapshot' }, /Site\/Snapshot: instanceSnapshotName must be 2 to 255 .* got 'my snapshot'/],
    ['a name of one letter', { instanceSnapshotName: 'a' }, /got 'a'/],
    ['a name of 256 letters', { instanceSnapshotName: 'a'.repeat(256) }, /got 'a{77}\.\.\.'/],
    ['a name that ends in a dash', { instanceSnapshotName: 'golden-' }, /got 'golden-'/],
    ['an empty name', { instanceSnapshotName: '' }, /got ''/],
    ['less than a minute', { timeout: Duration.seconds(59) }, /timeout must be 1 minute to 12 hours in whole seconds, got/],
    ['more than 12 hours', { timeout: Duration.hours(13) }, /timeout must be 1 minute to 12 hours/],
    ['a timeout that is not known', { timeout: Duration.seconds(Token.asNumber({ Ref: 'Seconds' })) }, /must be known at synthesis/],
  ])('%s', (_, props, message) => {
    expect(() => take(props)).toThrow(message);
  });

  test.each([
    ['aws:mine', 'x', "must not begin with 'aws:'"],
    ['cdk-lightsail-snapshots:stack', 'x', "must not begin with 'aws:' or 'cdk-lightsail-snapshots:'"],
    ['k'.repeat(129), 'x', 'must have 1 to 128 characters, got 129'],
    ['key', 'v'.repeat(257), 'at most 256 characters, got 257'],
    ['key', 'what?', "may hold letters, digits, spaces and _.:/=+-@, got 'what?' for 'key'"],
  ])('a tag %.20s = %.20s', (key, value, message) => {
    Tags.of(take()).add(key, value);
    expect(() => Template.fromStack(stack)).toThrow(message);
  });

  test('more tags than there is room for', () => {
    const snapshot = take();
    for (let i = 0; i < 48; i++) Tags.of(snapshot).add(`tag-${i}`, 'x');
    expect(() => Template.fromStack(stack)).toThrow('may have 47 tags besides those of this library, got 48');
  });

  test('tokens pass', () => {
    const name = new CfnParameter(stack, 'Name').valueAsString;
    Tags.of(take({ instanceName: name, instanceSnapshotName: name, revision: Aws.STACK_NAME })).add('stack', Aws.STACK_NAME);
    expect(properties()).toMatchObject({ InstanceName: { Ref: 'Name' }, InstanceSnapshotName: { Ref: 'Name' }, Tags: { stack: { Ref: 'AWS::StackName' } } });
  });
});
