/** What becomes of things, and values that got lost: told at synthesis. JavaScript and Python callers are not stopped by types. */
import { App, CfnResource, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lib from '../src';

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Site'); });

/** Every construct that makes something, with props that are not typed. */
const MAKERS: Readonly<Record<string, (props?: object) => { applyRemovalPolicy(policy: RemovalPolicy): void }>> = {
  LightsailInstanceSnapshot: props => new lib.LightsailInstanceSnapshot(stack, 'It', { instanceName: 'web-1', ...props }),
  LightsailDiskSnapshot: props => new lib.LightsailDiskSnapshot(stack, 'It', { diskName: 'uploads', ...props }),
  SnapshotCopy: props => new lib.SnapshotCopy(stack, 'It', { source: lib.InstanceSnapshotSource.snapshot('golden'), ...props }),
  DiskSnapshotCopy: props => new lib.DiskSnapshotCopy(stack, 'It', { source: lib.DiskSnapshotSource.snapshot('golden'), ...props }),
  SnapshotExport: props => new lib.SnapshotExport(stack, 'It', { source: lib.InstanceSnapshotSource.snapshot('golden'), ...props }),
  DiskSnapshotExport: props => new lib.DiskSnapshotExport(stack, 'It', { source: lib.DiskSnapshotSource.snapshot('golden'), ...props }),
  InstancesFromSnapshot: props => new lib.InstancesFromSnapshot(stack, 'It', {
    source: lib.InstanceSnapshotSource.snapshot('golden'), availabilityZone: 'us-east-1a', ...props,
  }),
  DisksFromSnapshot: props => new lib.DisksFromSnapshot(stack, 'It', {
    source: lib.DiskSnapshotSource.snapshot('golden'), availabilityZone: 'us-east-1a', ...props,
  }),
};

/** A removal policy SNAPSHOT that is applied later is rejected. */
function expectNoSnapshotOf(made: { applyRemovalPolicy(policy: RemovalPolicy): void }): void {
  try {
    made.applyRemovalPolicy(RemovalPolicy.SNAPSHOT);
  } catch (error) {
    // newer CDKs say so themselves
    expect((error as Error).message).toContain('does not support snapshot removal policy');
    return;
  }
  expect(() => Template.fromStack(stack)).toThrow('got SNAPSHOT');
}

const warnings = () => Annotations.fromStack(stack).findWarning('/Site/It', Match.stringLikeRegexp('given and undefined'));

describe.each(Object.entries(MAKERS))('%s', (name, make) => {
  test('takes no removal policy SNAPSHOT, and says what to do instead', () => {
    expect(() => make({ removalPolicy: RemovalPolicy.SNAPSHOT })).toThrow(/^Site\/It: removalPolicy must be .*, got SNAPSHOT\. .* keep it with RETAIN, or take/);
  });

  test('nor one that is applied later', () => expectNoSnapshotOf(make()));

  test('rejects a revision that got lost where that removes something', () => {
    expect(() => make({ revision: undefined, removalPolicy: RemovalPolicy.DESTROY }))
      .toThrow('Site/It: revision must be a text or be left out, got undefined: is an environment variable missing?');
  });

  test('rejects an empty revision', () => {
    expect(() => make({ revision: '' })).toThrow("Site/It: revision must not be empty, got ''");
  });

  test('warns of a revision that got lost where what was made is kept', () => {
    make({ revision: undefined, removalPolicy: RemovalPolicy.RETAIN });
    expect(warnings()).toHaveLength(1);
  });

  test('needs no revision', () => {
    make({ removalPolicy: RemovalPolicy.DESTROY });
    expect(warnings()).toEqual([]);
  });

  test('keeps what holds data by default', () => {
    make();
    const { deletionPolicy } = (stack.node.findChild('It').node.defaultChild as CfnResource).cfnOptions;
    expect(deletionPolicy).toBe(name === 'InstancesFromSnapshot' ? 'Delete' : 'RetainExceptOnCreate');
  });
});

test.each([
  ['an instance snapshot', () => new lib.InstanceSnapshotLookup(stack, 'It', { instanceName: 'web-1' })],
  ['a disk snapshot', () => new lib.DiskSnapshotLookup(stack, 'It', { diskName: 'uploads' })],
])('a lookup of %s takes no removal policy SNAPSHOT that is applied later', (_, make) => expectNoSnapshotOf(make()));

test('a criterion of a lookup that got lost is warned of, since it widens the search', () => {
  new lib.InstanceSnapshotLookup(stack, 'It', { instanceName: process.env.NOT_SET, withTags: { stage: 'golden' } });
  expect(warnings()).toHaveLength(1);
  expect(warnings()[0].entry.data).toContain('instanceName given and undefined');
});

test.each<[string, () => unknown]>([
  ['the number of instances', () => MAKERS.InstancesFromSnapshot({ instanceCount: undefined })],
  ['the names of disks', () => MAKERS.DisksFromSnapshot({ diskNames: undefined })],
  ['the ports', () => MAKERS.InstancesFromSnapshot({ publicPorts: undefined })],
  ['that instances are kept', () => MAKERS.InstancesFromSnapshot({ removalPolicy: undefined })],
  ['the name of a snapshot', () => MAKERS.LightsailInstanceSnapshot({ instanceSnapshotName: null })],
  ['the name of a snapshot of a disk', () => MAKERS.LightsailDiskSnapshot({ diskSnapshotName: undefined })],
  ['the region to copy from', () => MAKERS.SnapshotCopy({ sourceRegion: undefined })],
])('%s is warned of where it got lost', (_, make) => {
  make();
  expect(warnings()).toHaveLength(1);
});

const plan = (props: object) => new lib.LightsailBackupPlan(stack, 'It', {
  planName: 'nightly', selection: lib.BackupSelection.instancesTagged('backup'), ...props,
});
const port = (props: object) => MAKERS.InstancesFromSnapshot({ publicPorts: [{ port: ec2.Port.tcp(22), ...props }] });

test.each([
  [{ cidrs: undefined }, 'cidrs must have an item or be left out, got undefined: is a variable missing?'],
  [{ cidrs: [] }, 'cidrs must have an item or be left out, got []'],
  [{ cidrs: undefined, ipv6Cidrs: [] }, 'cidrs must have an item or be left out, got undefined'],
  [{ cidrs: [undefined] }, 'an item of cidrs must be given, got undefined: is a variable'],
  [{ ipv6Cidrs: ['2001:db8::/32', ''] }, "an item of ipv6Cidrs must not be empty, got ''"],
  [{ cidrs: '192.0.2.0/24' }, "cidrs must be a list, got '192.0.2.0/24'"],
])('a port is not opened to everybody where its addresses got lost: %j', (addresses, message) => {
  expect(() => port(addresses)).toThrow(`Site/It: ${message}`);
});

test.each([
  [{ cidrs: undefined, ipv6Cidrs: ['2001:db8::/32'] }], [{ cidrs: [], cidrListAliases: ['lightsail-connect'] }], [{}],
  [{ cidrs: Lazy.list({ produce: () => ['192.0.2.0/24'] }) }],
])('a port takes %j', addresses => {
  expect(() => port(addresses)).not.toThrow();
});

test.each<[string, () => unknown, string]>([
  ['no port', () => MAKERS.InstancesFromSnapshot({ publicPorts: [{}] }), 'Site/It: port must be given, got undefined'],
  ['a port as a number', () => MAKERS.InstancesFromSnapshot({ publicPorts: [{ port: 22 }] }), "Site/It: port must be an ec2.Port, such as ec2.Port.tcp(443), got '22'"],
  ['a timeout as a number', () => MAKERS.SnapshotCopy({ timeout: 3600 }), "Site/It: timeout must be a Duration, such as Duration.hours(2), got '3600'"],
  ['user data as a text', () => MAKERS.InstancesFromSnapshot({ userData: 'echo' }), 'Site/It: userData must be an ec2.UserData, such as ec2.UserData.custom(script), got something else'],
  ['a time zone as a text', () => plan({ timeZone: 'Europe/Berlin' }), 'Site/It: the name of timeZone must be given, got undefined'],
  ['no name of the instance', () => MAKERS.LightsailInstanceSnapshot({ instanceName: undefined }), 'Site/It: instanceName must be given, got undefined'],
  ['null', () => MAKERS.LightsailInstanceSnapshot({ instanceName: null }), 'Site/It: instanceName must be given, got null'],
  ['no name of a snapshot that exists', () => lib.LightsailInstanceSnapshot.fromInstanceSnapshotName(stack, 'It', undefined as never),
    'Site: instanceSnapshotName must be given, got undefined'],
  ['no source', () => MAKERS.InstancesFromSnapshot({ source: undefined }), 'Site/It: source must be a snapshot of an instance, got undefined'],
  ['null as a source', () => MAKERS.DisksFromSnapshot({ source: null }), 'Site/It: source must be a snapshot of a disk, got null'],
  ['a source of the other type', () => MAKERS.DisksFromSnapshot({ source: lib.InstanceSnapshotSource.snapshot('golden') }),
    'Site/It: source must be a snapshot of a disk, got InstanceSnapshotSource. '
      + "a name is given as DiskSnapshotSource.snapshot('my-snapshot'), and a snapshot of the other type has constructs of its own"],
  ['a name as a source', () => MAKERS.SnapshotCopy({ source: 'golden' }),
    "Site/It: source must be a snapshot of an instance, got 'golden'. a name is given as InstanceSnapshotSource.snapshot('my-snapshot')"],
  ['another construct as a source', () => MAKERS.SnapshotExport({ source: new CfnResource(stack, 'Instance', { type: 'AWS::Lightsail::Instance' }) }),
    'Site/It: source must be a snapshot of an instance, got the construct Site/Instance'],
  ['a disk to export as an image', () => MAKERS.SnapshotExport({ source: lib.DiskSnapshotSource.snapshot('golden') }), 'must be a snapshot of an instance'],
  ['a source without a name', () => MAKERS.DiskSnapshotCopy({ source: lib.DiskSnapshotSource.snapshot(undefined as never) }),
    'Site/It: the name of the source must be given, got undefined'],
  ['no zone', () => MAKERS.InstancesFromSnapshot({ availabilityZone: undefined }), 'Site/It: availabilityZone must be given, got undefined'],
  ['a name that is missing among others', () => MAKERS.DisksFromSnapshot({ diskNames: ['one', undefined] }), 'Site/It: diskNames must not hold empty names, got undefined'],
])('%s is told', (_, make, message) => {
  expect(make).toThrow(message);
});
