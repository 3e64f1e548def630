import { App, CfnOutput, Fn, PhysicalName, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  DiskSnapshotCopy, DisksFromSnapshot, InstancesFromSnapshot, LightsailDiskSnapshot, LightsailInstanceSnapshot, SnapshotCopy, SnapshotExport,
} from '../src';

const ACCOUNT = '111111111111';
let app: App;
let there: Stack;
let here: Stack;
beforeEach(() => {
  app = new App();
  there = new Stack(app, 'There', { env: { region: 'eu-west-1', account: ACCOUNT } });
  here = new Stack(app, 'Here', { env: { region: 'us-east-1', account: ACCOUNT } });
});

const original = (instanceSnapshotName?: string) => new LightsailInstanceSnapshot(there, 'Snapshot', { instanceName: 'web-1', instanceSnapshotName });
const copied = () => Object.values(Template.fromStack(here).findResources('Custom::LightsailSnapshotCopy'))[0].Properties;

test('a given name crosses regions without anything else, and its stack is deployed first', () => {
  new SnapshotCopy(here, 'Copy', { source: original('golden-1') });
  expect(copied()).toMatchObject({ SourceSnapshotName: 'golden-1', SourceRegion: 'eu-west-1' });
  expect(here.dependencies).toEqual([there]);
  expect(Object.keys(Template.fromStack(there).toJSON().Outputs ?? {})).toEqual([]);
});

test('a newer CDK is asked by its own name for it, and warns of nothing', () => {
  const renamed = jest.fn();
  Object.assign(here, { addStackDependency: renamed });
  new SnapshotCopy(here, 'Copy', { source: original('golden-1') });
  expect(renamed).toHaveBeenCalledWith(there);
});

test('so does that of a disk snapshot, and of a copy', () => {
  const disk = new LightsailDiskSnapshot(there, 'Disk', { diskName: 'uploads', diskSnapshotName: 'uploads-1' });
  const copy = new DiskSnapshotCopy(here, 'Copy', { source: disk, targetSnapshotName: 'uploads-copied' });
  const third = new Stack(app, 'Third', { env: { region: 'eu-central-1', account: ACCOUNT } });
  new DiskSnapshotCopy(third, 'Copy', { source: copy });
  expect(copied()).toMatchObject({ SourceSnapshotName: 'uploads-1', SourceRegion: 'eu-west-1' });
  Template.fromStack(third).hasResourceProperties('Custom::LightsailSnapshotCopy', { SourceSnapshotName: 'uploads-copied', SourceRegion: 'us-east-1' });
});

test('a name that the CDK generates where it is needed crosses regions as well', () => {
  new SnapshotCopy(here, 'Copy', { source: original(PhysicalName.GENERATE_IF_NEEDED) });
  const { SourceSnapshotName } = copied();
  expect(SourceSnapshotName).toMatch(/^there[a-z0-9]+$/);
  Template.fromStack(there).hasResourceProperties('Custom::LightsailInstanceSnapshot', { InstanceSnapshotName: SourceSnapshotName });
});

test('without a name the CDK says that there must be one', () => {
  new SnapshotCopy(here, 'Copy', { source: original() });
  expect(() => Template.fromStack(here)).toThrow(/physical name/);
});

test('with crossRegionReferences the name may be generated', () => {
  const options = (region: string) => ({ env: { region, account: ACCOUNT }, crossRegionReferences: true });
  here = new Stack(app, 'Here2', options('us-east-1'));
  there = new Stack(app, 'There2', options('eu-west-1'));
  new SnapshotCopy(here, 'Copy', { source: original() });
  expect(copied()).toMatchObject({ SourceRegion: 'eu-west-1' });
});

describe('stacks whose account or region is not given', () => {
  const golden = (home: Stack) => new LightsailInstanceSnapshot(home, 'Snapshot', { instanceName: 'web-1', instanceSnapshotName: 'golden-1' });

  test('a copy must know the region of its source', () => {
    const anywhere = new Stack(app, 'Anywhere');
    const source = golden(anywhere);
    expect(() => new SnapshotCopy(here, 'Copy', { source }))
      .toThrow('Here/Copy: the region of the source is not known, got a snapshot of a stack whose env has no region. give sourceRegion, or');
    const imported = LightsailInstanceSnapshot.fromInstanceSnapshotName(anywhere, 'Import', 'golden-1');
    expect(() => new SnapshotCopy(here, 'Other', { source: imported })).toThrow('Here/Other: the region of the source is not known');
    new SnapshotCopy(here, 'Said', { source, sourceRegion: 'eu-west-1' });
    expect(copied()).toMatchObject({ SourceSnapshotName: 'golden-1', SourceRegion: 'eu-west-1' });
  });

  test('a copy in a stack that is deployed anywhere knows the region of its source', () => {
    here = new Stack(app, 'Anywhere');
    new SnapshotCopy(here, 'Copy', { source: original('golden-1') });
    expect(copied()).toMatchObject({ SourceSnapshotName: 'golden-1', SourceRegion: 'eu-west-1' });
    expect(here.dependencies).toEqual([there]);
  });

  test('a copy within stacks that are deployed anywhere refers to its source', () => {
    here = new Stack(app, 'Anywhere');
    new SnapshotCopy(here, 'Copy', { source: golden(new Stack(app, 'AlsoAnywhere')) });
    expect(copied().SourceRegion).toBeUndefined();
    expect(copied().SourceSnapshotName).toEqual({ 'Fn::ImportValue': expect.anything() });
  });

  test.each<[string, (source: LightsailInstanceSnapshot) => unknown]>([
    ['a copy', source => new SnapshotCopy(here, 'It', { source })],
    ['an export', source => new SnapshotExport(here, 'It', { source })],
    ['instances', source => new InstancesFromSnapshot(here, 'It', { source, availabilityZone: 'us-east-1a' })],
  ])('%s is deployed after its source, whose name is text if only one of the accounts is known', (_, make) => {
    const home = new Stack(app, 'Home', { env: { region: 'us-east-1' } });
    make(golden(home));
    expect(here.dependencies).toEqual([home]);
    expect(JSON.stringify(Template.fromStack(here).toJSON())).toContain('"golden-1"');
  });

  test('so are disks', () => {
    const home = new Stack(app, 'Home', { env: { region: 'us-east-1' } });
    const source = new LightsailDiskSnapshot(home, 'Snapshot', { diskName: 'uploads', diskSnapshotName: 'uploads-1' });
    new DisksFromSnapshot(here, 'Disks', { source, availabilityZone: 'us-east-1a' });
    expect(here.dependencies).toEqual([home]);
  });

  test('an import has no stack to wait for', () => {
    const home = new Stack(app, 'Home', { env: { region: 'us-east-1' } });
    new SnapshotExport(here, 'It', { source: LightsailInstanceSnapshot.fromInstanceSnapshotName(home, 'Import', 'golden-1') });
    expect(here.dependencies).toEqual([]);
  });
});

describe('a region that is said of a source', () => {
  test('must be that of its stack', () => {
    const source = original('golden-1');
    expect(() => new SnapshotCopy(here, 'Copy', { source, sourceRegion: 'us-east-1' }))
      .toThrow("Here/Copy: sourceRegion must be the source's region eu-west-1, got 'us-east-1'. leave it out");
    new SnapshotCopy(here, 'Same', { source, sourceRegion: 'eu-west-1' });
    expect(copied()).toMatchObject({ SourceRegion: 'eu-west-1' });
  });

  test('must be that of an import which has one, and is free for one which has none', () => {
    const imported = (id: string, region?: string) => LightsailInstanceSnapshot.fromInstanceSnapshotAttributes(here, id, { instanceSnapshotName: 'golden-1', region });
    expect(() => new SnapshotCopy(here, 'Copy', { source: imported('With', 'eu-west-1'), sourceRegion: 'eu-central-1' })).toThrow("must be the source's region eu-west-1");
    new SnapshotCopy(here, 'Other', { source: imported('Without'), sourceRegion: 'eu-central-1' });
    expect(copied()).toMatchObject({ SourceRegion: 'eu-central-1' });
  });
});

test('instances are not made from a snapshot elsewhere', () => {
  expect(() => new InstancesFromSnapshot(here, 'Instances', { source: original('golden-1'), availabilityZone: 'us-east-1a' }))
    .toThrow("Here/Instances: source must be in the stack's region us-east-1, got a snapshot of 'eu-west-1'. copy it first");
});

test('a list crosses stacks', () => {
  const producer = new Stack(app, 'Producer', { env: { region: 'eu-west-1', account: ACCOUNT } });
  const consumer = new Stack(app, 'Consumer', { env: { region: 'eu-west-1', account: ACCOUNT } });
  const snapshot = new LightsailInstanceSnapshot(producer, 'Snapshot', { instanceName: 'web-1' });
  new CfnOutput(consumer, 'Paths', { value: Fn.join(' ', snapshot.attachedDiskPaths) });
  app.synth();
  const [exported] = Object.values(Template.fromStack(producer).toJSON().Outputs) as { Value: object }[];
  expect(exported.Value).toEqual({ 'Fn::Join': ['||', { 'Fn::GetAtt': [expect.any(String), 'AttachedDiskPaths'] }] });
});
