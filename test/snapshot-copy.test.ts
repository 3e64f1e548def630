import { App, CfnOutput, CfnParameter, Duration, Fn, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CopySource, LightsailDiskSnapshot, LightsailInstanceSnapshot, SnapshotCopy, SnapshotCopyProps } from '../src';
import { statementsOf } from './support/statements';
import { KINDS } from '../src/functions/deployment/contract';

const TYPE = 'Custom::LightsailSnapshotCopy';

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Site', { env: { region: 'us-east-1', account: '111111111111' } }); });

const instance = (name = 'golden') => LightsailInstanceSnapshot.fromInstanceSnapshotName(stack, 'Original', name);
const disk = (name = 'golden') => LightsailDiskSnapshot.fromDiskSnapshotName(stack, 'Original', name);
const copy = (source: CopySource, props: Partial<SnapshotCopyProps> = {}) => new SnapshotCopy(stack, 'Copy', { source, ...props });
const properties = (): Record<string, unknown> => Object.values(Template.fromStack(stack).findResources(TYPE))[0].Properties;

test.each<[string, () => CopySource, object]>([
  ['an instance snapshot of another region', () => CopySource.instanceSnapshot(instance(), 'eu-west-1'),
    { SourceType: 'InstanceSnapshot', SourceSnapshotName: 'golden', SourceRegion: 'eu-west-1' }],
  ['an instance snapshot of the same region', () => CopySource.instanceSnapshot(instance()), { SourceType: 'InstanceSnapshot', SourceSnapshotName: 'golden' }],
  ['a disk snapshot', () => CopySource.diskSnapshot(disk(), 'eu-west-1'), { SourceType: 'DiskSnapshot', SourceSnapshotName: 'golden', SourceRegion: 'eu-west-1' }],
  ['the automatic snapshot of an instance of a day', () => CopySource.automaticSnapshotOfInstance('web-1', '2024-02-29'),
    { SourceType: 'InstanceSnapshot', SourceResourceName: 'web-1', RestoreDate: '2024-02-29' }],
  ['the latest of an instance', () => CopySource.latestAutomaticSnapshotOfInstance('web-1', 'eu-west-1'),
    { SourceType: 'InstanceSnapshot', SourceResourceName: 'web-1', SourceRegion: 'eu-west-1' }],
  ['the automatic snapshot of a disk of a day', () => CopySource.automaticSnapshotOfDisk('uploads', '2026-11-21', 'us-east-1'),
    { SourceType: 'DiskSnapshot', SourceResourceName: 'uploads', RestoreDate: '2026-11-21' }],
  ['the latest of a disk', () => CopySource.latestAutomaticSnapshotOfDisk('uploads'), { SourceType: 'DiskSnapshot', SourceResourceName: 'uploads' }],
])('%s', (_, source, expected) => {
  copy(source());
  expect(properties()).toEqual({ ServiceToken: expect.anything(), ...expected });
});

test('a snapshot that a stack of another region makes', () => {
  const app = new App();
  const env = (region: string) => ({ env: { region, account: '111111111111' }, crossRegionReferences: true });
  const there = new Stack(app, 'There', env('eu-west-1'));
  const here = new Stack(app, 'Here', env('us-east-1'));
  const original = new LightsailInstanceSnapshot(there, 'Snapshot', { instanceName: 'web-1' });
  new SnapshotCopy(here, 'Copy', { source: CopySource.instanceSnapshot(original) });
  Template.fromStack(here).hasResourceProperties(TYPE, { SourceRegion: 'eu-west-1' });
});

test('a stack that does not know its region copies within it', () => {
  const anywhere = new Stack(new App(), 'Anywhere');
  const original = new LightsailInstanceSnapshot(anywhere, 'Snapshot', { instanceName: 'web-1' });
  new SnapshotCopy(anywhere, 'Copy', { source: CopySource.instanceSnapshot(original) });
  const [{ Properties }] = Object.values(Template.fromStack(anywhere).findResources(TYPE));
  expect(Properties).not.toHaveProperty('SourceRegion');
});

test('the options', () => {
  copy(CopySource.latestAutomaticSnapshotOfInstance('web-1'), {
    targetSnapshotName: 'kept', revision: '2', timeout: Duration.hours(2), removalPolicy: RemovalPolicy.DESTROY,
  });
  Tags.of(stack).add('team', 'web');
  const template = Template.fromStack(stack);
  template.hasResource(TYPE, { DeletionPolicy: 'Delete', Properties: { TargetSnapshotName: 'kept', Revision: '2', Tags: { team: 'web' } } });
  template.resourceCountIs('Custom::LightsailWait', 1);
});

test('is kept by default, but for one whose creation is rolled back', () => {
  copy(CopySource.latestAutomaticSnapshotOfInstance('web-1'));
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
});

test('is a snapshot like any other, of its own type only', () => {
  const ofInstance = copy(CopySource.instanceSnapshot(instance(), 'eu-west-1'));
  const ofDisk = new SnapshotCopy(stack, 'DiskCopy', { source: CopySource.latestAutomaticSnapshotOfDisk('uploads') });
  expect(ofInstance.instanceSnapshot).toBe(ofInstance.instanceSnapshot);
  expect(ofDisk.diskSnapshot).toBe(ofDisk.diskSnapshot);
  expect(stack.resolve(ofInstance.instanceSnapshot.instanceSnapshotName)).toEqual(stack.resolve(ofInstance.snapshotName));
  expect(stack.resolve(ofDisk.diskSnapshot.diskSnapshotName)).toEqual(stack.resolve(ofDisk.snapshotName));
  expect(() => ofInstance.diskSnapshot).toThrow('Site/Copy: this is the copy of an instance snapshot, and was asked for what a disk snapshot has. look at `source`');
  expect(() => ofDisk.instanceSnapshot).toThrow('Site/DiskCopy: this is the copy of a disk snapshot, and was asked for what an instance snapshot has');
  expect(() => ofInstance.fromDiskName).toThrow(/copy of an instance snapshot/);
  expect(() => ofDisk.attachedDiskNames).toThrow(/copy of a disk snapshot/);
});

test('every attribute is one that the handler knows', () => {
  const ofInstance = copy(CopySource.instanceSnapshot(instance(), 'eu-west-1'));
  const ofDisk = new SnapshotCopy(stack, 'DiskCopy', { source: CopySource.latestAutomaticSnapshotOfDisk('uploads') });
  const both = (one: SnapshotCopy) => [
    one.snapshotArn, one.supportCode, one.createdAt, one.region, one.state, String(one.sizeInGb), one.fromInstanceName, one.fromInstanceArn,
    one.isFromAutoSnapshot,
  ];
  const values = [
    ...both(ofInstance), ofInstance.fromBlueprintId, ofInstance.fromBundleId, Fn.join('', ofInstance.attachedDiskNames),
    Fn.join('', ofInstance.attachedDiskPaths), Fn.join('', ofInstance.attachedDiskSizesInGb), ofDisk.progress, ofDisk.fromDiskName, ofDisk.fromDiskArn,
  ];
  values.forEach((value, index) => new CfnOutput(stack, `Value${index}`, { value }));
  const asked = Object.values(Template.fromStack(stack).findResources(TYPE)).flatMap(({ Properties }) => Properties.Attributes);
  expect([...new Set(asked)].sort()).toEqual([...KINDS[TYPE].attributes].sort());
});

describe('bad input fails at synthesis, with the path and the value', () => {
  test.each<[string, () => CopySource, Partial<SnapshotCopyProps>, RegExp]>([
    ['an empty instance name', () => CopySource.latestAutomaticSnapshotOfInstance(''), {}, /^Site\/Copy: instanceName must be 2 to 255 .* got ''/],
    ['an empty disk name', () => CopySource.latestAutomaticSnapshotOfDisk(''), {}, /^Site\/Copy: diskName must be 2 to 255 .* got ''/],
    ['a day in another form', () => CopySource.automaticSnapshotOfInstance('web-1', '21.11.2026'), {},
      /^Site\/Copy: date must be a day as YYYY-MM-DD, such as 2026-11-21, got '21\.11\.2026'/],
    ['a day that there is not', () => CopySource.automaticSnapshotOfDisk('uploads', '2026-02-30'), {}, /got '2026-02-30'/],
    ['a month that there is not', () => CopySource.automaticSnapshotOfDisk('uploads', '2026-13-01'), {}, /got '2026-13-01'/],
    ['no day', () => CopySource.automaticSnapshotOfDisk('uploads', ''), {}, /got ''/],
    ['a zone for a region', () => CopySource.latestAutomaticSnapshotOfInstance('web-1', 'eu-west-1a'), {}, /region must be the name of a region, .* got 'eu-west-1a'/],
    ['an empty region', () => CopySource.latestAutomaticSnapshotOfInstance('web-1', ''), {}, /region must be the name of a region, .* got ''/],
    ['a name with a space', () => CopySource.latestAutomaticSnapshotOfInstance('web-1'), { targetSnapshotName: 'my copy' }, /targetSnapshotName must be .* got 'my copy'/],
    ['the name of the source in the same region', () => CopySource.instanceSnapshot(instance()), { targetSnapshotName: 'golden' },
      /targetSnapshotName must differ from the source's name in the same region, got 'golden'/],
    ['too long a wait', () => CopySource.latestAutomaticSnapshotOfInstance('web-1'), { timeout: Duration.hours(13) }, /timeout must be/],
  ])('%s', (_, source, props, message) => {
    expect(() => copy(source(), props)).toThrow(message);
  });

  test('but the name of the source is free in another region, and what is known at deployment only passes', () => {
    copy(CopySource.instanceSnapshot(instance(), 'eu-west-1'), { targetSnapshotName: 'golden' });
    const text = (id: string) => new CfnParameter(stack, id).valueAsString;
    new SnapshotCopy(stack, 'Other', { source: CopySource.automaticSnapshotOfInstance(text('Instance'), text('Date'), text('Region')) });
    Template.fromStack(stack).hasResourceProperties(TYPE, { SourceResourceName: { Ref: 'Instance' }, RestoreDate: { Ref: 'Date' }, SourceRegion: { Ref: 'Region' } });
  });
});

test('may delete, and drop tags, only of what the stack made', () => {
  copy(CopySource.latestAutomaticSnapshotOfInstance('web-1'));
  const changing = statementsOf(Template.fromStack(stack)).filter(({ Action }) => [Action].flat().some(name => /lightsail:(Delete|Untag)/.test(name)));
  expect(changing).toHaveLength(3);
  for (const { Condition } of changing) {
    expect(Condition).toEqual({ StringEquals: { 'aws:ResourceTag/cdk-lightsail-snapshots:stack': { Ref: 'AWS::StackId' } } });
  }
});
