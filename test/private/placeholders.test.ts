/**
 * Before context is looked up, the CDK synthesises with placeholders, to find out what to look up. Every construct gets through that with a
 * placeholder in every property, and in what other constructs refer to.
 */
import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { App, CfnOutput, Duration, Stack, Tags } from 'aws-cdk-lib';
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
    () => new lib.SnapshotCopy(stack, 'It', { source: lib.CopySource.instanceSnapshot(snapshot(), text('region')), targetSnapshotName: text('golden') }),
    // the region of a zone, and a copy in one region of what is called alike, as far as is known
    () => new lib.SnapshotCopy(stack, 'It', { source: lib.CopySource.diskSnapshot(diskSnapshot(), zone.slice(0, -1)), targetSnapshotName: text('golden') }),
    () => new lib.SnapshotCopy(stack, 'It', { source: lib.CopySource.diskSnapshot(diskSnapshot()), targetSnapshotName: text('golden') }),
    () => new lib.SnapshotCopy(stack, 'It', { source: lib.CopySource.automaticSnapshotOfInstance(text('name'), text('date'), text('region')) }),
  ],
  SnapshotExport: [
    () => new lib.SnapshotExport(stack, 'It', { source: lib.ExportSource.instanceSnapshot(snapshot()), revision: text('revision') }),
    () => new lib.SnapshotExport(stack, 'It', { source: lib.ExportSource.diskSnapshot(diskSnapshot()) }),
    () => lib.SnapshotExport.fromImageId(stack, 'It', text('image')),
  ],
  InstancesFromSnapshot: [
    () => new lib.InstancesFromSnapshot(stack, 'It', {
      source: lib.InstanceSource.snapshot(snapshot()),
      availabilityZone: zone,
      instanceNames: list('names'),
      bundleId: text('bundle'),
      userData: text('script'),
      keyPairName: text('key'),
      autoSnapshotTime: text('hour'),
      staticIpNames: list('addresses'),
      revision: text('revision'),
      attachedDisks: [
        { originalDiskPath: text('path'), newDiskNames: list('disks') },
        { originalDiskPath: text('path'), newDiskNames: list('disks') },
      ],
      stopOnIdle: { threshold: number('threshold'), duration: Duration.minutes(number('idle')) },
      publicPorts: [{ fromPort: number('port'), cidrs: [text('cidr')] }, { fromPort: number('port'), toPort: number('port') }],
    }),
    () => new lib.InstancesFromSnapshot(stack, 'It', {
      source: lib.InstanceSource.automaticSnapshot(text('name'), text('date')), availabilityZone: text('zone'), instanceCount: number('count'),
    }),
    // three addresses, if each part of a name is looked up
    () => new lib.InstancesFromSnapshot(stack, 'It', {
      source: lib.InstanceSource.latestAutomaticSnapshot(text('name')),
      availabilityZone: stack.availabilityZones[1],
      instanceNames: [`web-${text('stage')}`, `app-${text('stage')}`, 'db'],
      staticIpNames: list('addresses'),
    }),
  ],
  DisksFromSnapshot: [
    () => new lib.DisksFromSnapshot(stack, 'It', {
      source: lib.DiskSource.snapshot(diskSnapshot()), availabilityZone: zone, diskNames: list('names'), sizeInGb: number('size'), autoSnapshotTime: text('hour'),
    }),
    () => new lib.DisksFromSnapshot(stack, 'It', {
      source: lib.DiskSource.automaticSnapshot(text('name'), text('date')), availabilityZone: zone, diskCount: number('count'),
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
  // a group says in words that its list or its number cannot be a token
  expect(asking.sort()).toEqual(['private/group.ts', 'private/validate.ts']);
});
