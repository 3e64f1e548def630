import { App, CfnOutput, CfnParameter, Duration, Size, Stack, Tags, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DisksFromSnapshot, DisksFromSnapshotProps, DiskSnapshotSource, LightsailDiskSnapshot } from '../src';
import { CONTRACTS } from '../src/functions/deployment/contract';

const TYPE = 'Custom::LightsailDisksFromSnapshot';

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Site'); });

function make(props: Partial<DisksFromSnapshotProps> = {}, scope = stack): DisksFromSnapshot {
  const source = LightsailDiskSnapshot.fromDiskSnapshotName(scope, 'Uploads', 'uploads-1');
  return new DisksFromSnapshot(scope, 'Disks', { source, availabilityZone: 'us-east-2a', ...props });
}

function properties(): Record<string, unknown> {
  return Object.values(Template.fromStack(stack).findResources(TYPE))[0].Properties;
}

test('says what to make, and nothing that was not given', () => {
  make();
  expect(properties()).toEqual({
    ServiceToken: expect.anything(), DiskSnapshotName: 'uploads-1', AvailabilityZone: 'us-east-2a', Retain: true,
  });
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
});

test('every option reaches the handler', () => {
  make({
    source: DiskSnapshotSource.automaticSnapshot('uploads', '2026-11-21'), diskNames: ['left', 'right'], size: Size.gibibytes(64), autoSnapshotTime: '03:00', revision: '2',
  });
  Tags.of(stack).add('team', 'web');
  expect(properties()).toEqual({
    ServiceToken: expect.anything(),
    Retain: true,
    SourceDiskName: 'uploads',
    RestoreDate: '2026-11-21',
    AvailabilityZone: 'us-east-2a',
    Names: ['left', 'right'],
    SizeInGb: 64,
    AutoSnapshotTime: '03:00',
    Revision: '2',
    Tags: { team: 'web' },
  });
});

test('the latest automatic snapshot, and a count', () => {
  make({ source: DiskSnapshotSource.latestAutomaticSnapshot('uploads'), diskCount: 3 });
  expect(properties()).toMatchObject({ SourceDiskName: 'uploads', UseLatestRestorableAutoSnapshot: true, Count: 3 });
});

test('every attribute is one that the handler knows, and only those that are used are returned', () => {
  const [first, second] = make({ diskCount: 2 }).disks;
  const values = [
    first.diskName, first.diskArn, first.supportCode, first.createdAt, first.state, Token.asString(first.sizeInGb), Token.asString(first.iops),
    first.path, first.attachedTo,
  ];
  new CfnOutput(stack, 'All', { value: values.join() });
  new CfnOutput(stack, 'Second', { value: second.diskArn });
  expect(properties().Attributes).toEqual([...CONTRACTS[TYPE].attributes.map(name => `${name}.0`), 'Arn.1'].sort());
});

test.each<[string, Partial<DisksFromSnapshotProps>, string]>([
  ['names and a count', { diskNames: ['left'], diskCount: 1 }, 'give either diskNames or diskCount, got both'],
  ['a name twice', { diskNames: ['left', 'left'] }, "diskNames must differ from each other, got 'left' more than once"],
  ['a count of 0', { diskCount: 0 }, 'diskCount must be a whole number of at least 1, got 0'],
  ['what is no zone', { availabilityZone: 'here' }, "availabilityZone must be a region and a letter, such as us-east-2a, got 'here'"],
  ['7 GB', { size: Size.gibibytes(7) }, 'size must be 8 to 16384 whole GB, got 7 GB'],
  ['8.5 GB', { size: Size.mebibytes(8704) }, 'size must be 8 to 16384 whole GB, got 8.5 GB'],
  ['no hour', { autoSnapshotTime: '3:00' }, "autoSnapshotTime must be a full hour of UTC from 00:00 to 23:00, got '3:00'"],
  ['no date', { source: DiskSnapshotSource.automaticSnapshot('uploads', 'today') }, 'the date of the source must be a day as YYYY-MM-DD'],
  ['no name', { source: DiskSnapshotSource.latestAutomaticSnapshot('') }, 'the name of the source must not be empty'],
  ['no time', { timeout: Duration.seconds(1) }, 'timeout must be 1 minute to 12 hours'],
])('refuses %s', (_, props, message) => {
  expect(() => make(props)).toThrow(`Site/Disks: ${message}`);
});

test('takes tokens for everything that need not be known', () => {
  const text = new CfnParameter(stack, 'Text').valueAsString;
  const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
  make({
    source: DiskSnapshotSource.automaticSnapshot(text, text),
    diskNames: [text],
    availabilityZone: text,
    size: Size.gibibytes(number),
    autoSnapshotTime: text,
    revision: text,
  });
  expect(() => Template.fromStack(stack)).not.toThrow();
});
