import { App, Aspects, CfnCondition, CfnOutput, CfnResource, Duration, Fn, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  DiskSnapshotExport, DiskSnapshotExportProps, ILightsailDiskSnapshot, InstanceSnapshotSource, LightsailDiskSnapshot, LightsailInstanceSnapshot,
  SnapshotExport, SnapshotExportProps,
} from '../src';
import { Statement, statementsOf } from './support/statements';

const TYPE = 'Custom::LightsailSnapshotExport';

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Site'); });

const golden = () => LightsailInstanceSnapshot.fromInstanceSnapshotName(stack, 'Golden', 'golden');
const archive = (): ILightsailDiskSnapshot => LightsailDiskSnapshot.fromDiskSnapshotName(stack, 'Archive', 'archive-1');

function exported(props: Partial<SnapshotExportProps> = {}): SnapshotExport {
  return new SnapshotExport(stack, 'Export', { source: golden(), timeout: Duration.hours(1), ...props });
}

function ofDisk(props: Partial<DiskSnapshotExportProps> = {}): DiskSnapshotExport {
  return new DiskSnapshotExport(stack, 'DiskExport', { source: archive(), timeout: Duration.hours(1), ...props });
}

function properties(): Record<string, unknown> {
  return Object.values(Template.fromStack(stack).findResources(TYPE))[0].Properties;
}

test('says what to export, and nothing that was not given', () => {
  exported();
  expect(properties()).toEqual({ ServiceToken: expect.anything(), SnapshotName: 'golden', SnapshotType: 'instance', Retain: true });
});

test('takes a disk snapshot, and one that the stack takes itself', () => {
  ofDisk({ revision: '2026-11' });
  expect(properties()).toMatchObject({ SnapshotName: 'archive-1', SnapshotType: 'disk', Revision: '2026-11' });

  stack = new Stack(new App(), 'Site');
  const snapshot = new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName: 'web-1' });
  exported({ source: snapshot });
  expect(properties().SnapshotName).toEqual({ Ref: stack.getLogicalId(snapshot.node.defaultChild as never) });
});

test('waits three hours by default, with a resource for each', () => {
  exported({ timeout: undefined });
  const template = Template.fromStack(stack);
  template.resourceCountIs(TYPE, 1);
  template.resourceCountIs('Custom::LightsailWait', 2);
});

test('a condition that is set later holds for the resources that wait, too', () => {
  const { node } = exported({ timeout: undefined });
  const resource = node.defaultChild as CfnResource;
  resource.cfnOptions.condition = new CfnCondition(stack, 'IsProd');
  const template = Template.fromStack(stack);
  const resources = [TYPE, 'Custom::LightsailWait'].flatMap(type => Object.values(template.findResources(type)));
  expect(resources.map(({ Condition }) => Condition)).toEqual(['IsProd', 'IsProd', 'IsProd']);
});

test('a condition that an aspect sets on every resource of it holds, and none is there by itself', () => {
  const conditionsOf = (made: SnapshotExport) => made.node.findAll().filter(CfnResource.isCfnResource).map(({ cfnOptions }) => cfnOptions.condition);
  const made = exported({ timeout: undefined });
  expect(conditionsOf(made)).toEqual([undefined, undefined, undefined]);
  const condition = new CfnCondition(stack, 'IsProd');
  Aspects.of(made).add({ visit: node => { if (CfnResource.isCfnResource(node)) node.cfnOptions.condition = condition; } });
  Template.fromStack(stack);
  expect(conditionsOf(made)).toEqual([condition, condition, condition]);
});

test('is kept by default, but for one whose creation is rolled back', () => {
  exported();
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
});

test.each([true, false])('can be removed with the stack (%s: by applyRemovalPolicy)', later => {
  const made = exported(later ? {} : { removalPolicy: RemovalPolicy.DESTROY });
  if (later) made.applyRemovalPolicy(RemovalPolicy.DESTROY);
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
});

test('tags reach what is exported', () => {
  exported();
  Tags.of(stack).add('team', 'web');
  expect(properties().Tags).toEqual({ team: 'web' });
});

test('every attribute is one that the handler knows', () => {
  const image = exported();
  const disk = ofDisk();
  const values = [
    image.imageId, Fn.select(0, image.ebsSnapshotIds), image.recordName, image.recordArn, image.state, image.createdAt, image.region,
    image.destinationId, image.destinationService, image.sourceType, image.sourceName, image.sourceArn, image.sourceCreatedAt, image.fromResourceName,
    image.fromResourceArn, image.fromBlueprintId, image.fromBundleId, Fn.select(0, image.diskNames), Fn.select(0, image.diskPaths),
    Fn.select(0, image.diskSizesInGb), Fn.select(0, image.disksAreSystemDisks), Token.asString(disk.diskSizeInGb), disk.ebsSnapshotId,
  ];
  values.forEach((value, index) => new CfnOutput(stack, `Value${index}`, { value }));
  const used = new Set(Object.values(Template.fromStack(stack).findResources(TYPE)).flatMap(resource => resource.Properties.Attributes));
  const { CONTRACTS } = jest.requireActual('../src/functions/deployment/contract');
  expect([...used].sort()).toEqual([...CONTRACTS[TYPE].attributes].sort());
});

describe('machineImage', () => {
  function server(made: SnapshotExport) {
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], publicSubnetIds: ['subnet-1'] });
    const instanceType = ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.SMALL);
    return new ec2.Instance(stack, 'Server', { vpc, instanceType, machineImage: made.machineImage, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } });
  }

  test('an EC2 instance starts from it', () => {
    const made = exported();
    server(made).userData.addCommands('echo hello');
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::Instance', {
      ImageId: { 'Fn::GetAtt': [stack.getLogicalId(made.node.defaultChild as never), 'ImageId'] },
      UserData: { 'Fn::Base64': Match.stringLikeRegexp('^#!/bin/bash') },
    });
    expect(properties().Attributes).toEqual(['ImageId']);
  });

  test('of a long export it comes from the resource that waited last', () => {
    server(exported({ timeout: Duration.hours(2) }));
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::Instance', { ImageId: { 'Fn::GetAtt': [Match.stringLikeRegexp('Wait2'), 'ImageId'] } });
  });

  test('of Windows it takes PowerShell', () => {
    server(exported({ operatingSystemType: ec2.OperatingSystemType.WINDOWS })).userData.addCommands('echo hello');
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::Instance', { UserData: { 'Fn::Base64': Match.stringLikeRegexp('<powershell>') } });
  });

  test('each instance has user data of its own', () => {
    const { machineImage } = exported();
    expect(machineImage.getImage(stack).userData).not.toBe(machineImage.getImage(stack).userData);
  });
});

test('what was exported elsewhere can be referred to', () => {
  expect(SnapshotExport.fromImageId(stack, 'There', 'ami-0123456789abcdef0').imageId).toBe('ami-0123456789abcdef0');
  expect(SnapshotExport.fromImageId(stack, 'Token', Fn.importValue('Image')).imageId).toContain('Token');
  expect(() => SnapshotExport.fromImageId(stack, 'Wrong', 'golden')).toThrow("Site/Wrong: imageId must be like 'ami-0123456789abcdef0', got 'golden'");

  const windows = { imageId: 'ami-0123456789abcdef0', operatingSystemType: ec2.OperatingSystemType.WINDOWS };
  const { machineImage } = SnapshotExport.fromSnapshotExportAttributes(stack, 'Windows', windows);
  expect(machineImage.getImage(stack)).toMatchObject({ imageId: 'ami-0123456789abcdef0', osType: ec2.OperatingSystemType.WINDOWS });

  expect(DiskSnapshotExport.fromEbsSnapshotId(stack, 'Disk', 'snap-0123456789abcdef0').ebsSnapshotId).toBe('snap-0123456789abcdef0');
  expect(() => DiskSnapshotExport.fromEbsSnapshotId(stack, 'Bad', 'ami-1')).toThrow("Site/Bad: ebsSnapshotId must be like 'snap-0123456789abcdef0', got 'ami-1'");
});

test.each<[string, () => unknown, string]>([
  ['a name that cannot be one', () => exported({ source: { instanceSourceConfig: { snapshotName: '-' } } as never }), "got '-'"],
  ['an unknown operating system', () => exported({ operatingSystemType: ec2.OperatingSystemType.UNKNOWN }), "must be LINUX or WINDOWS, got 'UNKNOWN'"],
  ['an automatic snapshot', () => exported({ source: InstanceSnapshotSource.latestAutomaticSnapshot('web-1') as never }), 'source must be a manual snapshot, got an automatic one'],
  ['too short a timeout', () => exported({ timeout: Duration.seconds(59) }), '1 minute to 12 hours'],
  ['too long a timeout', () => exported({ timeout: Duration.hours(13) }), '1 minute to 12 hours'],
])('%s is refused', (_, make, message) => {
  expect(make).toThrow(message);
});

describe('permissions', () => {
  function statementsFor(action: string): Statement[] {
    return statementsOf(Template.fromStack(stack)).filter(statement => [statement.Action].flat().includes(action));
  }
  const sub = (arn: string) => ({ 'Fn::Sub': arn });
  const image = sub('arn:${AWS::Partition}:ec2:${AWS::Region}::image/*');
  const snapshot = sub('arn:${AWS::Partition}:ec2:${AWS::Region}::snapshot/*');
  const role = sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/lightsail.amazonaws.com/AWSServiceRoleForLightsail*');
  const owned = { StringEquals: { 'aws:ResourceTag/cdk-lightsail-snapshots:stack': { Ref: 'AWS::StackId' } } };

  test.each([
    ['ec2:DeregisterImage', image, owned],
    ['ec2:DeleteSnapshot', snapshot, owned],
    ['ec2:DeleteTags', [image, snapshot], owned],
    ['iam:CreateServiceLinkedRole', role, { StringEquals: { 'iam:AWSServiceName': 'lightsail.amazonaws.com' } }],
    ['iam:PutRolePolicy', role, undefined],
  ])('%s only on what it needs', (action, resource, condition) => {
    exported();
    const [{ Action, ...only }, ...others] = statementsFor(action);
    expect(others).toEqual([]);
    expect(only).toEqual({ Effect: 'Allow', Resource: resource, ...(condition && { Condition: condition }) });
  });

  test('tags only on what is the stack\'s, or becomes so', () => {
    exported();
    const key = 'aws:ResourceTag/cdk-lightsail-snapshots:stack';
    expect(statementsFor('ec2:CreateTags').map(({ Resource, Condition }) => ({ Resource, Condition }))).toEqual([
      { Resource: [image, snapshot], Condition: { StringEquals: { 'aws:RequestTag/cdk-lightsail-snapshots:stack': { Ref: 'AWS::StackId' } }, Null: { [key]: 'true' } } },
      { Resource: [image, snapshot], Condition: owned },
    ]);
  });

  test('nothing of EC2 or IAM where nothing is exported', () => {
    new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName: 'web-1' });
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toMatch(/"(ec2|iam):/);
  });
});
