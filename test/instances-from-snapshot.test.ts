import { App, Aws, CfnOutput, CfnParameter, Duration, Fn, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  InstancesFromSnapshot, InstancesFromSnapshotProps, InstanceSnapshotSource, IpAddressType, LightsailInstanceSnapshot, PublicPort,
} from '../src';
import { policiesOf, statementsOf } from './support/statements';
import { CONTRACTS } from '../src/functions/deployment/contract';

const TYPE = 'Custom::LightsailInstancesFromSnapshot';

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Site'); });

function make(props: Partial<InstancesFromSnapshotProps> = {}, scope = stack): InstancesFromSnapshot {
  const source = LightsailInstanceSnapshot.fromInstanceSnapshotName(scope, `Golden${scope.node.children.length}`, 'golden');
  return new InstancesFromSnapshot(scope, 'Servers', { source, availabilityZone: 'us-east-2a', ...props });
}

function properties(): Record<string, unknown> {
  return Object.values(Template.fromStack(stack).findResources(TYPE))[0].Properties;
}

/** Actions that the policies of this resource type permit, by the policies' names. */
function policies(): Record<string, string[]> {
  const found = Object.entries(policiesOf(Template.fromStack(stack))).filter(([id]) => id.includes('InstancesFromSnapshot'));
  return Object.fromEntries(found.map(([id, { Properties }]) => {
    const actions: string[] = Properties.PolicyDocument.Statement.flatMap((statement: { Action: string | string[] }) => statement.Action);
    return [/InstancesFromSnapshot(\w*)Policy/.exec(id)![1], [...new Set(actions.map(action => action.split(':')[1]))]];
  }));
}

test('says what to make, and nothing that was not given', () => {
  make();
  expect(properties()).toEqual({
    ServiceToken: expect.anything(), InstanceSnapshotName: 'golden', AvailabilityZone: 'us-east-2a',
  });
});

test('a default that is written out, and another order of disks, change nothing', () => {
  make({ attachedDisks: [{ originalDiskPath: '/dev/xvdf', newDiskNames: ['data-1'] }, { originalDiskPath: '/dev/xvdg', newDiskNames: ['data-2'] }] });
  const before = properties();
  stack = new Stack(new App(), 'Site');
  make({
    ipAddressType: IpAddressType.DUALSTACK,
    attachedDisks: [{ originalDiskPath: '/dev/xvdg', newDiskNames: ['data-2'] }, { originalDiskPath: '/dev/xvdf', newDiskNames: ['data-1'] }],
  });
  expect(properties()).toEqual(before);
});

test('is removed by default, and can be kept', () => {
  make();
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  stack = new Stack(new App(), 'Site');
  make({ removalPolicy: RemovalPolicy.RETAIN });
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

test('every option reaches the handler', () => {
  make({
    source: InstanceSnapshotSource.automaticSnapshot('web-1', '2026-11-21'),
    instanceNames: ['blue-1', 'blue-2'],
    bundleId: 'small_3_0',
    userData: ec2.UserData.custom('echo hello'),
    keyPairName: 'admin',
    ipAddressType: IpAddressType.IPV4,
    attachedDisks: [{ originalDiskPath: '/dev/xvdf', newDiskNames: ['data-1', 'data-2'] }, { originalDiskPath: '/dev/xvdg' }],
    autoSnapshotTime: '03:00',
    stopOnIdle: { threshold: 5, duration: Duration.minutes(30) },
    publicPorts: [
      { port: ec2.Port.tcp(443) }, { port: ec2.Port.tcpRange(8000, 8080), cidrs: ['192.0.2.0/24'], ipv6Cidrs: ['2001:db8::/32'], cidrListAliases: ['lightsail-connect'] },
      { port: ec2.Port.allTraffic() }, { port: ec2.Port.icmpPing() }, { port: ec2.Port.allIcmpV6() },
    ],
    staticIpNames: ['front-1', 'front-2'],
    revision: '2',
    timeout: Duration.minutes(20),
  });
  Tags.of(stack).add('team', 'web');
  expect(properties()).toEqual({
    ServiceToken: expect.anything(),
    Timeout: 1200,
    SourceInstanceName: 'web-1',
    RestoreDate: '2026-11-21',
    AvailabilityZone: 'us-east-2a',
    Names: ['blue-1', 'blue-2'],
    BundleId: 'small_3_0',
    UserData: 'echo hello',
    KeyPairName: 'admin',
    IpAddressType: 'ipv4',
    DiskPaths: ['/dev/xvdf', '/dev/xvdg'],
    DiskNames: [['data-1', 'data-2'], []],
    AutoSnapshotTime: '03:00',
    StopOnIdle: { Threshold: 5, Duration: 30 },
    PublicPorts: [
      { Protocol: 'tcp', FromPort: 443, ToPort: 443 },
      { Protocol: 'tcp', FromPort: 8000, ToPort: 8080, Cidrs: ['192.0.2.0/24'], Ipv6Cidrs: ['2001:db8::/32'], CidrListAliases: ['lightsail-connect'] },
      { Protocol: 'all' },
      { Protocol: 'icmp', FromPort: 8, ToPort: -1 },
      { Protocol: 'icmpv6', FromPort: -1, ToPort: -1 },
    ],
    StaticIpNames: ['front-1', 'front-2'],
    Revision: '2',
    Tags: { team: 'web' },
  });
});

test('no ports at all are not the same as ports that are not given', () => {
  make({ publicPorts: [] });
  expect(properties()).toHaveProperty('PublicPorts', []);
});

test('the latest automatic snapshot, a count, and static IPs of their own', () => {
  make({ source: InstanceSnapshotSource.latestAutomaticSnapshot('web-1'), instanceCount: 3, allocateStaticIps: true });
  expect(properties()).toMatchObject({ SourceInstanceName: 'web-1', UseLatestRestorableAutoSnapshot: true, Count: 3, AllocateStaticIps: true });
});

test('every attribute is one that the handler knows, and only those that are used are returned', () => {
  const [first, second] = make({ instanceCount: 2 }).instances;
  const values = [
    first.instanceName, first.instanceArn, first.supportCode, first.createdAt, first.state, first.publicIpAddress, first.privateIpAddress,
    first.ipv6Address, first.username, first.blueprintId, first.bundleId, first.keyPairName, first.ipAddressType, first.staticIpName,
    Fn.select(0, first.attachedDiskNames),
  ];
  new CfnOutput(stack, 'All', { value: values.join() });
  new CfnOutput(stack, 'Second', { value: second.publicIpAddress });
  expect(properties().Attributes).toEqual([...CONTRACTS[TYPE].attributes.map(name => `${name}.0`), 'PublicIpAddress.1'].sort());
  Template.fromStack(stack).hasOutput('Second', { Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Servers'), 'PublicIpAddress.1'] } });
});

test('user data takes commands until the template is made', () => {
  const userData = ec2.UserData.forLinux();
  make({ userData });
  userData.addCommands('systemctl restart nginx');
  expect(properties().UserData).toBe('#!/bin/bash\nsystemctl restart nginx');
});

test('instances that exist can be referred to by name', () => {
  expect(InstancesFromSnapshot.fromInstanceNames(stack, 'There', ['web-1', 'web-2']).instanceNames).toEqual(['web-1', 'web-2']);
  expect(() => InstancesFromSnapshot.fromInstanceNames(stack, 'Wrong', ['-'])).toThrow("got '-'");
  const made = make({ instanceCount: 2 });
  expect(made.instanceNames).toEqual(made.instances.map(({ instanceName }) => instanceName));
});

test('has as many instances as names, or as counted, or one', () => {
  expect(make().instances).toHaveLength(1);
  expect(make({ instanceCount: 3 }, new Stack()).instances).toHaveLength(3);
  expect(make({ instanceNames: ['blue-1', 'blue-2'] }, new Stack()).instances).toHaveLength(2);
});

test('depends on the snapshot that it is made from', () => {
  const snapshot = new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName: 'web-1' });
  make({ source: snapshot });
  expect(properties().InstanceSnapshotName).toEqual({ Ref: expect.stringMatching(/^Snapshot/) });
});

test('permits only what the options need', () => {
  make();
  expect(Object.keys(policies()).sort()).toEqual(['', 'InstanceSnapshotName']);
  expect(policies()['']).toEqual([
    'GetInstances', 'GetBundles', 'GetOperationsForResource', 'CreateInstancesFromSnapshot', 'TagResource', 'UntagResource', 'DeleteInstance',
  ]);
});

test('permits what an option needs in a policy of its own, which the resource depends on', () => {
  make({ allocateStaticIps: true, publicPorts: [], attachedDisks: [{ originalDiskPath: '/dev/xvdf' }], autoSnapshotTime: '03:00' });
  const { '': _, InstanceSnapshotName, ...more } = policies();
  expect(more).toEqual({
    AllocateStaticIps: ['GetStaticIps', 'AllocateStaticIp', 'AttachStaticIp', 'DetachStaticIp', 'ReleaseStaticIp'],
    PublicPorts: ['PutInstancePublicPorts'],
    DiskPaths: ['GetDisks', 'TagResource', 'UntagResource', 'DeleteDisk'],
    AutoSnapshotTime: ['EnableAddOn', 'DisableAddOn'],
  });
  const [{ DependsOn }] = Object.values(Template.fromStack(stack).findResources(TYPE));
  for (const name of Object.keys(policies())) expect(DependsOn).toContainEqual(expect.stringContaining(`InstancesFromSnapshot${name}Policy`));
});

test('deletes nothing that the stack has not made', () => {
  make({ attachedDisks: [{ originalDiskPath: '/dev/xvdf' }], publicPorts: [] });
  const statements = statementsOf(Template.fromStack(stack));
  const changing = statements.filter(({ Action }) => /lightsail:(Delete|Untag|PutInstance)/.test(String(Action)));
  expect(changing).toHaveLength(3);
  for (const { Condition } of changing) {
    expect(Condition).toEqual({ StringEquals: { 'aws:ResourceTag/cdk-lightsail-snapshots:stack': { Ref: 'AWS::StackId' } } });
  }
});

test('user data does not go to what only waits', () => {
  make({ userData: ec2.UserData.custom('echo hello'), timeout: Duration.hours(2) });
  expect(properties()).toHaveProperty('UserData');
  const [wait] = Object.values(Template.fromStack(stack).findResources('Custom::LightsailWait'));
  expect(wait.Properties).toMatchObject({ AvailabilityZone: 'us-east-2a', OwnerType: TYPE });
  expect(wait.Properties).not.toHaveProperty('UserData');
});

describe('refuses', () => {
  const source = (date: string) => ({ source: InstanceSnapshotSource.automaticSnapshot('web-1', date) });
  const ports = (...publicPorts: PublicPort[]) => ({ publicPorts });

  test.each<[string, Partial<InstancesFromSnapshotProps>, string]>([
    ['names and a count', { instanceNames: ['blue-1'], instanceCount: 1 }, 'give either instanceNames or instanceCount, got both'],
    ['no names', { instanceNames: [] }, 'instanceNames must not be empty, got []. leave it out and give instanceCount'],
    ['an empty name', { instanceNames: [''] }, "instanceNames must not hold empty names, got ''"],
    ['a bad name', { instanceNames: ['-x'] }, "instanceNames must be 2 to 255 letters, digits, '.', '-' or '_', of which the first and the last are letters or digits, got '-x'"],
    ['a name twice', { instanceNames: ['blue-1', 'blue-1'] }, "instanceNames must differ from each other, got 'blue-1' more than once"],
    ['a count of 0', { instanceCount: 0 }, 'instanceCount must be a whole number of at least 1, got 0'],
    ['a text', { instanceCount: '2' as never }, "instanceCount must be a whole number of at least 1, got '2'"],
    ['half an instance', { instanceCount: 1.5 }, 'instanceCount must be a whole number of at least 1, got 1.5'],
    ['what is no zone', { availabilityZone: 'us-east-2' }, "availabilityZone must be a region and a letter, such as us-east-2a, got 'us-east-2'"],
    ['an empty bundle', { bundleId: '' }, "bundleId must not be empty, got ''"],
    ['an empty key pair', { keyPairName: '' }, "keyPairName must not be empty, got ''"],
    ['half past', { autoSnapshotTime: '03:30' }, "autoSnapshotTime must be a full hour of UTC from 00:00 to 23:00, got '03:30'"],
    ['24 o\'clock', { autoSnapshotTime: '24:00' }, "autoSnapshotTime must be a full hour of UTC from 00:00 to 23:00, got '24:00'"],
    ['a date in another form', source('21.11.2026'), "the date of the source must be a day as YYYY-MM-DD, such as 2026-11-21, got '21.11.2026'"],
    ['a day that is not', source('2026-02-30'), "the date of the source must be a day as YYYY-MM-DD, such as 2026-11-21, got '2026-02-30'"],
    ['a bad source', { source: InstanceSnapshotSource.latestAutomaticSnapshot('?') }, 'the name of the source must be 2 to 255'],
    ['a threshold of 0', { stopOnIdle: { threshold: 0, duration: Duration.minutes(5) } }, 'the threshold of stopOnIdle must be 1 to 100 percent, got 0'],
    ['half a minute', { stopOnIdle: { threshold: 5, duration: Duration.seconds(30) } }, 'the duration of stopOnIdle must be whole minutes, got Duration.seconds(30)'],
    ['a port of 65536', ports({ port: ec2.Port.tcp(65536) }), 'ports must be 0 to 65535 for tcp, got tcp 65536'],
    ['ports in reverse', ports({ port: ec2.Port.tcpRange(90, 80) }), 'the last port must not be less than the first, got tcp 90-80'],
    ['a protocol that lightsail has not', ports({ port: ec2.Port.esp() }), "publicPorts must be of TCP, UDP, ICMP, ICMPv6 or all traffic, got protocol '50'"],
    ['a word for addresses', ports({ port: ec2.Port.tcp(22), cidrs: ['anywhere'] }), "cidrs must be IPv4 addresses or ranges of them, such as 192.0.2.0/24, got 'anywhere'"],
    ['too long a prefix', ports({ port: ec2.Port.tcp(22), cidrs: ['192.0.2.0/33'] }), "cidrs must be IPv4 addresses or ranges of them, such as 192.0.2.0/24, got '192.0.2.0/33'"],
    ['IPv6 among IPv4', ports({ port: ec2.Port.tcp(22), cidrs: ['::/0'] }), 'cidrs must be IPv4 addresses'],
    ['IPv4 among IPv6', ports({ port: ec2.Port.tcp(22), ipv6Cidrs: ['0.0.0.0/0'] }), "ipv6Cidrs must be IPv6 addresses or ranges of them, such as 2001:db8::/32, got '0.0.0.0/0'"],
    ['an ICMP type of 256', ports({ port: ec2.Port.icmpType(256) }), 'ports must be -1 to 255 for icmp, got icmp 256--1'],
    ['ports twice', ports({ port: ec2.Port.tcp(80), cidrs: ['192.0.2.1'] }, { port: ec2.Port.HTTP, cidrs: ['192.0.2.2'] }), 'publicPorts must differ from each other, got tcp 80 more than once'],
    ['two kinds of static IP', { staticIpNames: ['front'], allocateStaticIps: true }, 'give either staticIpNames or allocateStaticIps, got both'],
    ['too few static IPs', { staticIpNames: ['front'], instanceCount: 2 }, 'staticIpNames must have an item for each of the 2, got 1'],
    ['static IPs for IPv6', { allocateStaticIps: true, ipAddressType: IpAddressType.IPV6 }, 'a static IP is an IPv4 address'],
    ['a disk without a path', { attachedDisks: [{ originalDiskPath: '' }] }, "originalDiskPath must not be empty, got ''"],
    ['a path twice', { attachedDisks: [{ originalDiskPath: '/dev/xvdf' }, { originalDiskPath: '/dev/xvdf' }] }, "one item for each path, got '/dev/xvdf' more than once"],
    ['too few disks', { instanceCount: 2, attachedDisks: [{ originalDiskPath: '/dev/xvdf', newDiskNames: ['data'] }] }, 'newDiskNames must have an item for each of the 2, got 1'],
    ['too long a timeout', { timeout: Duration.hours(13) }, 'timeout must be 1 minute to 12 hours'],
  ])('%s', (_, props, message) => {
    expect(() => make(props)).toThrow(`Site/Servers: ${message}`.replace('Site/Servers: one item', 'Site/Servers: attachedDisks must have one item'));
  });

  test('a zone outside the stack\'s region, where that is known', () => {
    const known = new Stack(new App(), 'Known', { env: { region: 'eu-west-1' } });
    expect(() => make({}, known)).toThrow("Known/Servers: availabilityZone must be in the stack's region eu-west-1, got 'us-east-2a'");
    expect(() => make({ availabilityZone: 'eu-west-1b' }, new Stack(new App(), 'Same', { env: { region: 'eu-west-1' } }))).not.toThrow();
  });

  test('numbers and lists of tokens, of which the number of attributes depends', () => {
    const parameter = new CfnParameter(stack, 'Names', { type: 'CommaDelimitedList' });
    expect(() => make({ instanceNames: parameter.valueAsList })).toThrow('instanceNames must be a list known at synthesis, got a token');
    expect(() => make({ instanceCount: Token.asNumber(Aws.NO_VALUE) })).toThrow();
  });

  test('empty user data, which is known when the template is made', () => {
    make({ userData: ec2.UserData.custom('') });
    expect(() => Template.fromStack(stack)).toThrow("userData must not be empty, got ''");
  });

  test('tags against the rules', () => {
    make();
    Tags.of(stack).add('aws:team', 'web');
    expect(() => Template.fromStack(stack)).toThrow("must not begin with 'aws:'");
  });
});

test('takes tokens for everything that need not be known', () => {
  const text = new CfnParameter(stack, 'Text').valueAsString;
  const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
  make({
    source: InstanceSnapshotSource.automaticSnapshot(text, text),
    instanceNames: [text],
    availabilityZone: text,
    bundleId: text,
    userData: ec2.UserData.custom(text),
    keyPairName: text,
    autoSnapshotTime: text,
    publicPorts: [{ port: ec2.Port.tcp(number) }, { port: ec2.Port.udpRange(number, number), cidrs: [text] }],
    staticIpNames: [text],
    attachedDisks: [{ originalDiskPath: text, newDiskNames: [text] }],
    stopOnIdle: { threshold: number, duration: Duration.minutes(number) },
    revision: text,
  });
  expect(() => Template.fromStack(stack)).not.toThrow();
});
