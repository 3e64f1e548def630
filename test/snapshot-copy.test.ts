import { App, CfnOutput, CfnParameter, Duration, Fn, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  DiskSnapshotCopy, DiskSnapshotExport, DisksFromSnapshot, DiskSnapshotSource, IDiskSnapshotSource, IInstanceSnapshotSource, InstancesFromSnapshot,
  InstanceSnapshotSource, LightsailDiskSnapshot, LightsailInstanceSnapshot, SnapshotCopy, SnapshotCopyOptions, SnapshotExport,
} from '../src';
import { statementsOf } from './support/statements';
import { CONTRACTS } from '../src/functions/deployment/contract';

const TYPE = 'Custom::LightsailSnapshotCopy';

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Site', { env: { region: 'us-east-1', account: '111111111111' } }); });

const instance = (region?: string) => LightsailInstanceSnapshot.fromInstanceSnapshotAttributes(stack, 'Original', { instanceSnapshotName: 'golden', region });
const disk = (region?: string) => LightsailDiskSnapshot.fromDiskSnapshotAttributes(stack, 'Original', { diskSnapshotName: 'golden', region });
const copy = (source: IInstanceSnapshotSource, options: SnapshotCopyOptions = {}) => new SnapshotCopy(stack, 'Copy', { source, ...options });
const diskCopy = (source: IDiskSnapshotSource, options: SnapshotCopyOptions = {}) => new DiskSnapshotCopy(stack, 'Copy', { source, ...options });
const properties = (): Record<string, unknown> => Object.values(Template.fromStack(stack).findResources(TYPE))[0].Properties;
const latest = InstanceSnapshotSource.latestAutomaticSnapshot('web-1');

test.each<[string, () => unknown, object]>([
  ['an instance snapshot that is known to be in another region', () => copy(instance('eu-west-1')),
    { SourceType: 'InstanceSnapshot', SourceSnapshotName: 'golden', SourceRegion: 'eu-west-1' }],
  ['an instance snapshot that is said to be in another region', () => copy(instance(), { sourceRegion: 'eu-west-1' }),
    { SourceType: 'InstanceSnapshot', SourceSnapshotName: 'golden', SourceRegion: 'eu-west-1' }],
  ['an instance snapshot of the same region', () => copy(instance()), { SourceType: 'InstanceSnapshot', SourceSnapshotName: 'golden' }],
  ['a name', () => copy(InstanceSnapshotSource.snapshot('golden')), { SourceType: 'InstanceSnapshot', SourceSnapshotName: 'golden' }],
  ['a disk snapshot', () => diskCopy(disk('eu-west-1')), { SourceType: 'DiskSnapshot', SourceSnapshotName: 'golden', SourceRegion: 'eu-west-1' }],
  ['the name of a disk snapshot', () => diskCopy(DiskSnapshotSource.snapshot('golden')), { SourceType: 'DiskSnapshot', SourceSnapshotName: 'golden' }],
  ['the automatic snapshot of an instance of a day', () => copy(InstanceSnapshotSource.automaticSnapshot('web-1', '2024-02-29')),
    { SourceType: 'InstanceSnapshot', SourceResourceName: 'web-1', RestoreDate: '2024-02-29' }],
  ['the latest of an instance', () => copy(latest, { sourceRegion: 'eu-west-1' }),
    { SourceType: 'InstanceSnapshot', SourceResourceName: 'web-1', SourceRegion: 'eu-west-1' }],
  ['the automatic snapshot of a disk of a day', () => diskCopy(DiskSnapshotSource.automaticSnapshot('uploads', '2026-11-21'), { sourceRegion: 'us-east-1' }),
    { SourceType: 'DiskSnapshot', SourceResourceName: 'uploads', RestoreDate: '2026-11-21' }],
  ['the latest of a disk', () => diskCopy(DiskSnapshotSource.latestAutomaticSnapshot('uploads')), { SourceType: 'DiskSnapshot', SourceResourceName: 'uploads' }],
])('%s', (_, make, expected) => {
  make();
  expect(properties()).toEqual({ ServiceToken: expect.anything(), Retain: true, ...expected });
});

test('a stack that does not know its region copies within it', () => {
  const anywhere = new Stack(new App(), 'Anywhere');
  const original = new LightsailInstanceSnapshot(anywhere, 'Snapshot', { instanceName: 'web-1' });
  new SnapshotCopy(anywhere, 'Copy', { source: original });
  const [{ Properties }] = Object.values(Template.fromStack(anywhere).findResources(TYPE));
  expect(Properties).not.toHaveProperty('SourceRegion');
});

test('the options', () => {
  copy(latest, { targetSnapshotName: 'kept', revision: '2', timeout: Duration.hours(2), removalPolicy: RemovalPolicy.DESTROY });
  Tags.of(stack).add('team', 'web');
  const template = Template.fromStack(stack);
  template.hasResource(TYPE, { DeletionPolicy: 'Delete', Properties: { TargetSnapshotName: 'kept', Revision: '2', Tags: { team: 'web' } } });
  template.resourceCountIs('Custom::LightsailWait', 1);
});

test('is kept by default, but for one whose creation is rolled back', () => {
  copy(latest);
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
});

test('is a source by itself of whatever is made from a snapshot', () => {
  const ofInstance = copy(latest);
  const ofDisk = new DiskSnapshotCopy(stack, 'DiskCopy', { source: DiskSnapshotSource.latestAutomaticSnapshot('uploads') });
  new InstancesFromSnapshot(stack, 'Instances', { source: ofInstance, availabilityZone: 'us-east-1a' });
  new SnapshotExport(stack, 'Export', { source: ofInstance });
  new SnapshotCopy(stack, 'Again', { source: ofInstance });
  new DisksFromSnapshot(stack, 'Disks', { source: ofDisk, availabilityZone: 'us-east-1a' });
  new DiskSnapshotExport(stack, 'DiskExport', { source: ofDisk });
  const template = Template.fromStack(stack);
  const [one, other] = [ofInstance, ofDisk].map(made => ({ Ref: stack.getLogicalId(made.node.defaultChild as never) }));
  template.hasResourceProperties('Custom::LightsailInstancesFromSnapshot', { InstanceSnapshotName: one });
  template.hasResourceProperties('Custom::LightsailSnapshotExport', { SnapshotName: one, SnapshotType: 'instance' });
  template.hasResourceProperties(TYPE, { SourceSnapshotName: one });
  template.hasResourceProperties('Custom::LightsailDisksFromSnapshot', { DiskSnapshotName: other });
  template.hasResourceProperties('Custom::LightsailSnapshotExport', { SnapshotName: other, SnapshotType: 'disk' });
});

test('every attribute is one that the handler knows', () => {
  const ofInstance = copy(instance('eu-west-1'));
  const ofDisk = new DiskSnapshotCopy(stack, 'DiskCopy', { source: DiskSnapshotSource.latestAutomaticSnapshot('uploads') });
  const both = (one: SnapshotCopy | DiskSnapshotCopy) => [
    one.supportCode, one.createdAt, one.region, one.state, String(one.sizeInGb), one.fromInstanceName, one.fromInstanceArn,
    Token.asString(one.isFromAutoSnapshot),
  ];
  const values = [
    ...both(ofInstance), ofInstance.instanceSnapshotArn, ofInstance.fromBlueprintId, ofInstance.fromBundleId, Fn.join('', ofInstance.attachedDiskNames),
    Fn.join('', ofInstance.attachedDiskPaths), Fn.join('', ofInstance.attachedDiskSizesInGb),
    ...both(ofDisk), ofDisk.diskSnapshotArn, ofDisk.progress, ofDisk.fromDiskName, ofDisk.fromDiskArn,
  ];
  values.forEach((value, index) => new CfnOutput(stack, `Value${index}`, { value }));
  const requested = Object.values(Template.fromStack(stack).findResources(TYPE)).flatMap(({ Properties }) => Properties.Attributes);
  expect([...new Set(requested)].sort()).toEqual([...CONTRACTS[TYPE].attributes].sort());
});

describe('bad input fails at synthesis, with the path and the value', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['an empty instance name', () => copy(InstanceSnapshotSource.latestAutomaticSnapshot('')), /^Site\/Copy: the name of the source must not be empty, got ''/],
    ['an empty disk name', () => diskCopy(DiskSnapshotSource.latestAutomaticSnapshot('')), /^Site\/Copy: the name of the source must not be empty, got ''/],
    ['a day in another form', () => copy(InstanceSnapshotSource.automaticSnapshot('web-1', '21.11.2026')),
      /^Site\/Copy: the date of the source must be a day as YYYY-MM-DD, such as 2026-11-21, got '21\.11\.2026'/],
    ['a day that there is not', () => diskCopy(DiskSnapshotSource.automaticSnapshot('uploads', '2026-02-30')), /got '2026-02-30'/],
    ['a month that there is not', () => diskCopy(DiskSnapshotSource.automaticSnapshot('uploads', '2026-13-01')), /got '2026-13-01'/],
    ['no day', () => diskCopy(DiskSnapshotSource.automaticSnapshot('uploads', '')), /got ''/],
    ['a zone for a region', () => copy(latest, { sourceRegion: 'eu-west-1a' }), /sourceRegion must be the name of a region, .* got 'eu-west-1a'/],
    ['an empty region', () => copy(latest, { sourceRegion: '' }), /sourceRegion must be the name of a region, .* got ''/],
    ['a wrong region of an import', () => instance('Ireland'), /region must be the name of a region, .* got 'Ireland'/],
    ['a name with a space', () => copy(latest, { targetSnapshotName: 'my copy' }), /targetSnapshotName must be .* got 'my copy'/],
    ['the name of the source in the same region', () => copy(instance(), { targetSnapshotName: 'golden' }),
      /targetSnapshotName must differ from the source's name in the same region, got 'golden'/],
    ['too long a wait', () => copy(latest, { timeout: Duration.hours(13) }), /timeout must be/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('a snapshot of another account', () => {
    const theirs = new Stack(new App(), 'Theirs', { env: { region: 'eu-west-1', account: '222222222222' } });
    const original = new LightsailInstanceSnapshot(theirs, 'Snapshot', { instanceName: 'web-1', instanceSnapshotName: 'golden' });
    expect(() => copy(original)).toThrow("Site/Copy: source must be in the stack's account 111111111111, got a snapshot of '222222222222'");
  });

  test('but the name of the source is free in another region, and what is known at deployment only passes', () => {
    copy(instance('eu-west-1'), { targetSnapshotName: 'golden' });
    const text = (id: string) => new CfnParameter(stack, id).valueAsString;
    new SnapshotCopy(stack, 'Other', { source: InstanceSnapshotSource.automaticSnapshot(text('Instance'), text('Date')), sourceRegion: text('Region') });
    Template.fromStack(stack).hasResourceProperties(TYPE, { SourceResourceName: { Ref: 'Instance' }, RestoreDate: { Ref: 'Date' }, SourceRegion: { Ref: 'Region' } });
  });
});

test('may delete, and drop tags, only of what the stack made', () => {
  copy(latest);
  const changing = statementsOf(Template.fromStack(stack)).filter(({ Action }) => [Action].flat().some(name => /lightsail:(Delete|Untag)/.test(name)));
  expect(changing).toHaveLength(3);
  for (const { Condition } of changing) {
    expect(Condition).toEqual({ StringEquals: { 'aws:ResourceTag/cdk-lightsail-snapshots:stack': { Ref: 'AWS::StackId' } } });
  }
});
