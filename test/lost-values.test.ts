/** What gets lost on the way to a property: a variable that is not set, a context value that is not given, a text of the command line. */
import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Template } from 'aws-cdk-lib/assertions';
import {
  BackupConsistency, BackupCopy, BackupRetention, BackupSelection, DiskSnapshotExport, DisksFromSnapshot, DiskSnapshotSource, InstanceSnapshotLookup,
  InstancesFromSnapshot, InstancesFromSnapshotProps, InstanceSnapshotSource, LightsailBackupPlan, LightsailBackupPlanProps, LightsailDiskSnapshot,
  LightsailInstanceSnapshot, OrphanRetention, SnapshotCopy, SnapshotExport,
} from '../src';

/** As `process.env` and `tryGetContext` give it. */
const LOST = undefined as unknown as string;
const NULL = null as unknown as string;
const TEXT = 'false' as unknown as boolean;

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Site', { env: { region: 'us-east-1' } }); });

function plan(props: Partial<LightsailBackupPlanProps>) {
  return new LightsailBackupPlan(stack, 'Nightly', { planName: 'nightly', selection: BackupSelection.allInstances(), ...props });
}

function instances(props: Partial<InstancesFromSnapshotProps>) {
  return new InstancesFromSnapshot(stack, 'Web', { source: InstanceSnapshotSource.snapshot('golden'), availabilityZone: 'us-east-1a', ...props });
}

describe('a value that is missing is told, and never widens what is meant', () => {
  test.each<[string, () => unknown, string]>([
    ['date of a source', () => new SnapshotCopy(stack, 'Copy', { source: InstanceSnapshotSource.automaticSnapshot('web-1', LOST) }), 'the date of the source must be given, got undefined'],
    ['tag looked for', () => new InstanceSnapshotLookup(stack, 'Found', { withTags: { stage: LOST } }), "withTags: a tag's value must be a text, got undefined for 'stage'"],
    ['tag looked for, null', () => new InstanceSnapshotLookup(stack, 'Found', { withTags: { stage: NULL } }), "got null for 'stage'"],
    ['copy', () => plan({ copies: [LOST as unknown as BackupCopy] }), 'an item of copies must be given, got undefined'],
    ['region of copies', () => plan({ copies: [BackupCopy.toRegion({ region: LOST })] }), 'region of a copy must be given, got undefined'],
    ['name in a selection', () => plan({ selection: BackupSelection.instances('web-1', LOST) }), 'a name of the selection must be given, got undefined'],
    ['tag of a selection', () => plan({ selection: BackupSelection.instancesTagged(LOST) }), "a tag's key in selection must be given, got undefined"],
    ['tag that is left out', () => plan({ selection: BackupSelection.allInstances().exceptTagged(LOST) }), "a tag's key in selection must be given, got undefined"],
    ['tag of snapshots', () => plan({ snapshotTags: { a: LOST } }), "the tag 'a' of snapshotTags must be given, got undefined"],
    ['name of a plan', () => plan({ planName: LOST }), 'planName must be given, got undefined'],
    ['name of a plan elsewhere', () => LightsailBackupPlan.fromPlanName(stack, 'Other', LOST), 'planName must be given, got undefined'],
    ['selection', () => plan({ selection: LOST as unknown as BackupSelection }), 'selection must be given, got undefined'],
    ['image', () => SnapshotExport.fromImageId(stack, 'Image', LOST), 'imageId must be given, got undefined'],
    ['snapshot of EBS', () => DiskSnapshotExport.fromEbsSnapshotId(stack, 'Ebs', LOST), 'ebsSnapshotId must be given, got undefined'],
    ['disk, null', () => new LightsailDiskSnapshot(stack, 'Snapshot', { diskName: NULL }), 'give either diskName or, for an instance\'s system disk, instanceName, got neither'],
    ['names, null', () => instances({ instanceNames: NULL as unknown as string[] }), 'instanceNames must be given, got null'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test.each<[string, () => unknown, string]>([
    ['retention', () => plan({ retention: undefined }), 'retention'],
    ['retention of orphans', () => plan({ whenSourceIsGone: undefined }), 'whenSourceIsGone'],
    ['copies', () => plan({ copies: undefined }), 'copies'],
    ['rule of a retention', () => plan({ retention: BackupRetention.keep({ daily: 7, monthly: undefined }) }), 'monthly'],
    ['rules of copies', () => plan({
      copies: [BackupCopy.toRegion({ region: 'eu-west-1', retention: BackupRetention.keep({ last: 3, weekly: undefined, yearly: undefined }) })],
    }), 'weekly, yearly'],
  ])('%s that got lost changes what is kept, and is warned of', (_, make, lost) => {
    make();
    Annotations.fromStack(stack).hasWarning('/Site/Nightly', `${lost} given and undefined: is an environment variable missing? `
      + 'give a value, or leave the property out [ack: cdk-lightsail-snapshots:undefinedProperty]');
  });

  test('a tag value to adopt by is warned of', () => {
    plan({ adopt: [{ tagKey: 'script', tagValue: LOST }] });
    Annotations.fromStack(stack).hasWarning('/Site/Nightly', 'tagValue given and undefined: is an environment variable missing? '
      + 'give a value, or leave the property out [ack: cdk-lightsail-snapshots:undefinedProperty]');
  });

  test('a tag without a value is one', () => {
    plan({ snapshotTags: { weekly: '' } });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('a number that is none stops a deployment, and lets a lookup get through', () => {
  const path = (construct: string) => `/Site/${construct}`;

  test.each<[string, () => unknown, string, string]>([
    ['within', () => plan({ retention: BackupRetention.keep({ within: Duration.days(NaN) }) }), 'Nightly', 'within of retention'],
    ['monthly', () => plan({ retention: BackupRetention.keep({ daily: 7, monthly: NaN }) }), 'Nightly', 'monthly of retention'],
    ['deleteAfter', () => plan({ whenSourceIsGone: OrphanRetention.deleteAfter(Duration.days(NaN)) }), 'Nightly', 'age of orphaned snapshots'],
    ['keepFor', () => plan({}).startRunInput(Duration.days(NaN)), 'Nightly', 'keepFor'],
    ['stop', () => plan({ consistency: BackupConsistency.stopInstance({ timeout: Duration.hours(NaN) }) }), 'Nightly', 'timeout of stopInstance'],
    ['rate', () => plan({ callsPerSecond: NaN }), 'Nightly', 'callsPerSecond'],
    ['count', () => instances({ instanceCount: NaN }), 'Web', 'instanceCount'],
    ['idle', () => instances({ stopOnIdle: { threshold: NaN, duration: Duration.minutes(NaN) } }), 'Web', 'the duration of stopOnIdle'],
    ['threshold', () => instances({ stopOnIdle: { threshold: NaN, duration: Duration.minutes(5) } }), 'Web', 'the threshold of stopOnIdle'],
    ['timeout', () => new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName: 'web-1', timeout: Duration.hours(NaN) }), 'Snapshot', 'timeout'],
    ['size', () => new DisksFromSnapshot(stack, 'Disks', {
      source: DiskSnapshotSource.snapshot('golden'), availabilityZone: 'us-east-1a', size: Size.gibibytes(NaN),
    }), 'Disks', 'size'],
  ])('%s', (_, make, construct, property) => {
    make();
    Annotations.fromStack(stack).hasError(path(construct), `${property} must be a number, got NaN: is a variable or a context value missing?`);
  });
});

describe('a text of the command line is not taken for true', () => {
  test.each<[string, () => unknown]>([
    ['enabled', () => plan({ enabled: TEXT })],
    ['audit', () => plan({ audit: TEXT })],
    ['dryRun', () => plan({ dryRun: TEXT })],
    ['copySourceTags', () => plan({ copySourceTags: TEXT })],
    ['withoutStaticIp', () => plan({ consistency: BackupConsistency.stopInstance({ withoutStaticIp: TEXT }) })],
    ['alsoNotRunning', () => plan({ consistency: BackupConsistency.stopInstance({ alsoNotRunning: TEXT }) })],
    ['allocateStaticIps', () => instances({ allocateStaticIps: TEXT })],
  ])('%s', (property, make) => {
    expect(make).toThrow(`${property} must be true or false, got 'false'. what the command line gives is a text: compare it with 'true'`);
  });
});
