/**
 * Before context is looked up, the CDK synthesises with placeholders, to find out what to look up. Every construct gets through that with a
 * placeholder in every property, and in what other constructs refer to.
 */
import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { App, CfnOutput, Duration, Size, Stack, Tags, TimeZone } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import * as lib from '../../src';
import { CONSTRUCTS } from '../support/everything';

let stack: Stack;
let zone: string;
const text = (name: string) => StringParameter.valueFromLookup(stack, `/site/${name}`);
const number = (name: string) => Number(text(name));
const list = (name: string) => text(name).split(',');

beforeEach(() => {
  stack = new Stack(new App(), 'Site', { env: { account: '123456789012', region: 'us-east-1' } });
  [zone] = stack.availabilityZones;
});

const snapshot = () => lib.LightsailInstanceSnapshot.fromInstanceSnapshotName(stack, 'Known', text('golden'));
const diskSnapshot = () => lib.LightsailDiskSnapshot.fromDiskSnapshotName(stack, 'Known', text('golden'));

/** Each construct, by each of its ways. */
const CASES: Readonly<Record<string, readonly (() => unknown)[]>> = {
  LightsailInstanceSnapshot: [() => new lib.LightsailInstanceSnapshot(stack, 'It', {
    instanceName: text('name'), instanceSnapshotName: text('snapshot'), revision: text('revision'), timeout: Duration.minutes(number('timeout')),
  })],
  LightsailDiskSnapshot: [
    () => new lib.LightsailDiskSnapshot(stack, 'It', { diskName: text('name'), diskSnapshotName: text('snapshot') }),
    () => new lib.LightsailDiskSnapshot(stack, 'It', { instanceName: text('name'), revision: text('revision') }),
  ],
  InstanceSnapshotLookup: [() => new lib.InstanceSnapshotLookup(stack, 'It', {
    instanceName: text('name'),
    snapshotName: text('snapshot'),
    fallbackSnapshotName: text('fallback'),
    createdAfter: text('from'),
    createdBefore: text('to'),
    withTags: { [text('key')]: text('value') },
  })],
  DiskSnapshotLookup: [
    () => new lib.DiskSnapshotLookup(stack, 'It', { diskName: text('name'), createdAfter: '2026-11-21', createdBefore: text('to') }),
    () => new lib.DiskSnapshotLookup(stack, 'It', { instanceName: text('name'), createdAfter: text('from'), createdBefore: '2026-11-21' }),
  ],
  SnapshotCopy: [
    () => new lib.SnapshotCopy(stack, 'It', { source: snapshot(), sourceRegion: text('region'), targetSnapshotName: text('golden') }),
    // the region of a zone, and a copy in one region of what is called alike, as far as is known
    () => new lib.SnapshotCopy(stack, 'It', { source: snapshot(), sourceRegion: zone.slice(0, -1), targetSnapshotName: text('golden') }),
    () => new lib.SnapshotCopy(stack, 'It', { source: lib.InstanceSnapshotSource.snapshot(text('golden')), targetSnapshotName: text('golden') }),
    () => new lib.SnapshotCopy(stack, 'It', {
      source: lib.InstanceSnapshotSource.automaticSnapshot(text('name'), text('date')), sourceRegion: text('region'),
    }),
  ],
  DiskSnapshotCopy: [() => new lib.DiskSnapshotCopy(stack, 'It', { source: diskSnapshot(), targetSnapshotName: text('golden') })],
  SnapshotExport: [
    () => new lib.SnapshotExport(stack, 'It', { source: snapshot(), revision: text('revision') }),
    () => lib.SnapshotExport.fromImageId(stack, 'It', text('image')),
  ],
  DiskSnapshotExport: [
    () => new lib.DiskSnapshotExport(stack, 'It', { source: diskSnapshot(), revision: text('revision') }),
    () => lib.DiskSnapshotExport.fromEbsSnapshotId(stack, 'It', text('snapshot')),
  ],
  InstancesFromSnapshot: [
    () => new lib.InstancesFromSnapshot(stack, 'It', {
      source: snapshot(),
      availabilityZone: zone,
      instanceNames: list('names'),
      bundleId: text('bundle'),
      userData: ec2.UserData.custom(text('script')),
      keyPairName: text('key'),
      autoSnapshotTime: text('hour'),
      staticIpNames: list('addresses'),
      revision: text('revision'),
      attachedDisks: [
        { originalDiskPath: text('path'), newDiskNames: list('disks') },
        { originalDiskPath: text('path'), newDiskNames: list('disks') },
      ],
      stopOnIdle: { threshold: number('threshold'), duration: Duration.minutes(number('idle')) },
      publicPorts: [
        { port: ec2.Port.tcp(number('port')), cidrs: [text('cidr')] },
        { port: ec2.Port.udpRange(number('port'), number('port')), ipv6Cidrs: [text('cidr')] },
      ],
    }),
    () => new lib.InstancesFromSnapshot(stack, 'It', {
      source: lib.InstanceSnapshotSource.automaticSnapshot(text('name'), text('date')), availabilityZone: text('zone'), instanceCount: number('count'),
    }),
    // three addresses, if each part of a name is looked up
    () => new lib.InstancesFromSnapshot(stack, 'It', {
      source: lib.InstanceSnapshotSource.latestAutomaticSnapshot(text('name')),
      availabilityZone: stack.availabilityZones[1],
      instanceNames: [`web-${text('stage')}`, `app-${text('stage')}`, 'db'],
      staticIpNames: list('addresses'),
    }),
  ],
  DisksFromSnapshot: [
    () => new lib.DisksFromSnapshot(stack, 'It', {
      source: diskSnapshot(), availabilityZone: zone, diskNames: list('names'), size: Size.gibibytes(number('size')), autoSnapshotTime: text('hour'),
    }),
    () => new lib.DisksFromSnapshot(stack, 'It', {
      source: lib.DiskSnapshotSource.automaticSnapshot(text('name'), text('date')), availabilityZone: zone, diskCount: number('count'),
    }),
  ],
  LightsailBackupPlan: [
    () => {
      const plan = new lib.LightsailBackupPlan(stack, 'It', {
        planName: text('plan'),
        previousNames: [text('plan'), text('before')],
        selection: lib.BackupSelection.instancesTagged(text('tag'), text('value')).or(lib.BackupSelection.disks(...list('disks'))).except(text('name')),
        schedule: events.Schedule.cron({ minute: '0', hour: text('hour') }),
        timeZone: TimeZone.of(text('zone')),
        startWindow: Duration.minutes(number('start')),
        completionWindow: Duration.minutes(number('completion')),
        retention: lib.BackupRetention.keep({ daily: number('daily'), within: Duration.days(number('within')), minimum: number('minimum') }),
        copies: [lib.BackupCopy.toRegion({ region: text('region') }), lib.BackupCopy.toRegion({ region: text('region') })],
        consistency: lib.BackupConsistency.stopInstance({ timeout: Duration.minutes(number('stop')) }),
        whenSourceIsGone: lib.OrphanRetention.deleteAfter(Duration.days(number('age'))),
        adopt: [{ snapshotName: text('script'), tagKey: text('key'), tagValue: text('value') }],
        callsPerSecond: number('calls'),
      });
      expect(plan.snapshotsPerSource).toBeNaN();
      new CfnOutput(stack, 'Input', { value: plan.startRunInput(Duration.days(number('keep'))) });
    },
    () => new lib.LightsailBackupPlan(stack, 'It', {
      planName: 'nightly',
      selection: lib.BackupSelection.instances(...list('names')),
      retention: lib.BackupRetention.days(number('days')),
      enabled: text('enabled') as never,
    }),
  ],
};

test('every construct is there', () => {
  expect(Object.keys(CASES).sort()).toEqual(Object.keys(CONSTRUCTS).sort());
});

test.each(Object.entries(CASES).flatMap(([name, ways]) => ways.map((make, index) => [`${name} ${index + 1}`, make] as const)))('%s', (_, make) => {
  make();
  Tags.of(stack).add('stage', text('stage'));
  Tags.of(stack).add(text('key'), text('x'.repeat(300)));
  new CfnOutput(stack, 'Zone', { value: zone });
  // the CLI looks up what is missing and synthesises again, which it cannot if this throws
  const { missing } = (stack.node.root as App).synth().manifest;
  expect(missing?.length).toBeGreaterThan(1);
});

test('there is one way to ask whether a value is known', () => {
  const source = join(__dirname, '../../src');
  const files = ['.', 'private'].flatMap(folder => readdirSync(join(source, folder)).filter(file => file.endsWith('.ts')).map(file => join(source, folder, file)));
  const asking = files.filter(file => /Token\.isUnresolved/.test(readFileSync(file, 'utf8'))).map(file => file.slice(source.length + 1));
  // groups and backup plans say in words what cannot be a token
  expect(asking.sort()).toEqual(['private/backup-checks.ts', 'private/group.ts', 'private/validate.ts']);
});
