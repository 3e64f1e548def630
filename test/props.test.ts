import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { App, CfnResource, Duration, Lazy, RemovalPolicy, Size, Stack, Tags, TimeZone, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import * as lib from '../src';

const SOURCE = readdirSync(join(__dirname, '../src')).filter(file => file.endsWith('.ts')).map(file => readFileSync(join(__dirname, '../src', file), 'utf8')).join('\n');

/** The props of a construct with their types, as the source declares them. */
function propsOf(name: string): Record<string, string> {
  const [, base, body] = new RegExp(`export interface ${name}(?: extends (\\w+))? \\{\\n([^]*?)\\n\\}`).exec(SOURCE)!;
  const own = [...body.matchAll(/^ {2}readonly (\w+)\??: (.*);$/gm)].map(([, prop, type]) => [prop, type]);
  return { ...base && propsOf(base), ...Object.fromEntries(own) };
}

/** Text of any sort, with what trips up the unwary, and values that are known at deployment only. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('', ' ', 'web-1', 'a', '__proto__', 'constructor', 'toString', '-web', 'web_', 'Größe', '💥', '\u0000', '${AWS::Region}', '2026-02-30'),
  fc.constantFrom(256, 10_000).map(length => 'x'.repeat(length)),
  fc.constantFrom('one', 'two').map(value => Lazy.string({ produce: () => value })),
);
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -1, 1, 2, 1.5, NaN, Infinity, 1e9),
  fc.constant(7).map(value => Lazy.number({ produce: () => value })),
);
const duration = fc.oneof(
  fc.double({ min: 0, max: 1e6, noNaN: true }).map(Duration.seconds),
  fc.integer({ min: 0, max: 50_000 }).map(Duration.seconds),
  fc.constantFrom(Duration.hours(1), Duration.hours(12), Duration.days(2)),
);
const port = fc.tuple(number, number).chain(([from, to]) => fc.constantFrom(
  ec2.Port.tcp(from), ec2.Port.udpRange(from, to), ec2.Port.icmpTypeAndCode(from, to), ec2.Port.allTraffic(), ec2.Port.allIcmpV6(), ec2.Port.esp(),
));
const list = fc.array(text, { maxLength: 4 });
const map = fc.dictionary(text.filter(key => !Token.isUnresolved(key)), text, { maxKeys: 4 });
const oneOf = (values: object) => fc.constantFrom(...Object.values(values));
const record = (fields: Record<string, fc.Arbitrary<unknown>>, requiredKeys: string[]) => fc.record(fields, { requiredKeys });

const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'string': text,
  'number': number,
  'boolean': fc.boolean(),
  'events.Schedule': fc.oneof(text, fc.tuple(text, text, text).map(parts => `cron(${parts.join(' ')} * ? *)`), fc.constantFrom('rate(1 day)', 'rate(5 minutes)', 'cron(0 * * * ? *)'))
    .map(expression => events.Schedule.expression(expression)),
  'TimeZone': text.filter(name => name !== '').map(name => TimeZone.of(name)),
  'BackupSelection': fc.tuple(text, text, list, text).chain(([key, value, names, other]) => fc.constantFrom(
    lib.BackupSelection.instancesTagged(key, value), lib.BackupSelection.disksTagged(key), lib.BackupSelection.instances(...names),
    lib.BackupSelection.allInstances().exceptTagged(key, value).except(...names),
    lib.BackupSelection.instancesTagged(key, value).and(lib.BackupSelection.instancesTagged(key, other)).or(lib.BackupSelection.disks(...names)),
  )),
  'BackupRetention': record({ last: number, daily: number, yearly: number, within: duration, minimum: number }, []).map(props => lib.BackupRetention.keep(props)),
  'BackupCopy[]': fc.array(fc.oneof(text, fc.constantFrom('eu-west-1', 'us-west-2')).map(region => lib.BackupCopy.toRegion({ region })), { maxLength: 3 }),
  'BackupConsistency': duration.map(timeout => lib.BackupConsistency.stopInstance({ timeout })),
  'OrphanRetention': duration.map(age => lib.OrphanRetention.deleteAfter(age)),
  'AdoptedSnapshots[]': fc.array(record({ snapshotName: text, tagKey: text, tagValue: text }, []), { maxLength: 3 }),
  'string[]': list,
  '{ [key: string]: string }': map,
  'Duration': duration,
  'RemovalPolicy': oneOf(RemovalPolicy),
  'SnapshotChoice': oneOf(lib.SnapshotChoice),
  'IpAddressType': oneOf(lib.IpAddressType),
  'ec2.OperatingSystemType': fc.constantFrom(0, 1, 2),
  'StopOnIdle': record({ threshold: number, duration }, ['threshold', 'duration']),
  'AttachedDisk[]': fc.array(record({ originalDiskPath: text, newDiskNames: list }, ['originalDiskPath']), { maxLength: 3 }),
  'PublicPort[]': fc.array(record({
    port, cidrs: list, ipv6Cidrs: list, cidrListAliases: list,
  }, ['port']), { maxLength: 3 }),
  'Size': fc.integer({ min: 0, max: 20_000 }).chain(amount => fc.constantFrom(Size.gibibytes(amount), Size.mebibytes(amount))),
  'ec2.UserData': fc.string({ unit: 'binary', maxLength: 300 }).map(script => ec2.UserData.custom(script)),
  'IInstanceSnapshotSource': fc.tuple(text, text).chain(([name, date]) => fc.constantFrom(
    lib.InstanceSnapshotSource.snapshot(name),
    lib.InstanceSnapshotSource.automaticSnapshot(name, date),
    lib.InstanceSnapshotSource.latestAutomaticSnapshot(name),
  )),
  'IDiskSnapshotSource': fc.tuple(text, text).chain(([name, date]) => fc.constantFrom(
    lib.DiskSnapshotSource.snapshot(name),
    lib.DiskSnapshotSource.automaticSnapshot(name, date),
    lib.DiskSnapshotSource.latestAutomaticSnapshot(name),
  )),
  // names are looked at where the snapshot is made or imported
  'ILightsailInstanceSnapshot': fc.constant(undefined).map(() => golden()),
  'ILightsailDiskSnapshot': fc.constant(undefined).map(() => goldenDisk()),
};

const golden = () => lib.LightsailInstanceSnapshot.fromInstanceSnapshotName(new Stack(new App(), 'Other'), 'Golden', 'golden');
const goldenDisk = () => lib.LightsailDiskSnapshot.fromDiskSnapshotName(new Stack(new App(), 'Other'), 'Golden', 'golden');

/** Props with which each construct is well, so that one other prop at a time can be looked at. */
const BASE: Readonly<Record<string, object>> = {
  LightsailInstanceSnapshot: { instanceName: 'web-1' },
  LightsailDiskSnapshot: { diskName: 'data' },
  InstanceSnapshotLookup: { instanceName: 'web-1' },
  DiskSnapshotLookup: { diskName: 'data' },
  SnapshotCopy: { source: lib.InstanceSnapshotSource.latestAutomaticSnapshot('web-1') },
  DiskSnapshotCopy: { source: lib.DiskSnapshotSource.latestAutomaticSnapshot('data') },
  SnapshotExport: { source: golden() },
  DiskSnapshotExport: { source: goldenDisk() },
  InstancesFromSnapshot: { source: lib.InstanceSnapshotSource.latestAutomaticSnapshot('web-1'), availabilityZone: 'us-east-1a', bundleId: 'nano_3_0' },
  DisksFromSnapshot: { source: lib.DiskSnapshotSource.latestAutomaticSnapshot('data'), availabilityZone: 'us-east-1a' },
  LightsailBackupPlan: { planName: 'nightly', selection: lib.BackupSelection.allInstances() },
};

/** Makes a construct as far as its template: what is wrong with it, if anything. */
function attempt(name: string, props: object, tags: Readonly<Record<string, string>> = {}): Error | undefined {
  const stack = new Stack(new App(), 'Site');
  try {
    const made = new (lib as unknown as Record<string, new (scope: Construct, id: string, props: object) => Construct>)[name](stack, 'It', props);
    for (const [key, value] of Object.entries(tags)) Tags.of(made).add(key, value);
    const problems = made.node.validate();
    if (problems.length > 0) return new Error(`Site/It: ${problems[0]}`);
    stack.resolve((made.node.defaultChild as CfnResource)._toCloudFormation());
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function isClear(error: Error | undefined): void {
  if (!error) return;
  expect(error.message).toMatch(/^Site\/It: [^A-Z]/);
  expect(error.message.length).toBeLessThan(700);
  expect(error).not.toBeInstanceOf(TypeError);
}

test.each(Object.keys(BASE))('%s takes any value of any prop, or says clearly why not', name => {
  expect(attempt(name, BASE[name])).toBeUndefined();
  for (const [prop, type] of Object.entries(propsOf(`${name}Props`))) {
    const values = VALUES[type];
    if (!values) throw new Error(`there are no values yet for ${name}.${prop}: ${type}`);
    fc.assert(fc.property(values, value => isClear(attempt(name, { ...BASE[name], [prop]: value }))), { numRuns: 15 });
  }
}, 60_000);

test('any tag is taken, or it is said clearly why not', () => {
  fc.assert(fc.property(map, tags => isClear(attempt('LightsailInstanceSnapshot', BASE.LightsailInstanceSnapshot, tags))), { numRuns: 50 });
});

test.each(['__proto__', 'constructor'])("'%s' is a name like any other where text is free", word => {
  expect(attempt('LightsailInstanceSnapshot', { instanceName: 'web-1', revision: word })).toBeUndefined();
});
