import { App, CfnOutput, Fn, PhysicalName, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DiskSnapshotCopy, InstancesFromSnapshot, LightsailDiskSnapshot, LightsailInstanceSnapshot, SnapshotCopy } from '../src';

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
