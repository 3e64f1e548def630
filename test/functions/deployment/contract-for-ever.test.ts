/**
 * What lives in users' stacks and accounts: a later version has to find what an earlier one made. Nothing here may ever change. A test that
 * fails here means that what is deployed today would be orphaned or replaced by an upgrade.
 */
import { ownerTags } from '../../../src/functions/aws/ownership';
import { CLOCK_ARN, CONTRACTS, LEDGER_TABLE, OWNER_TAGS, ResourceType, WAIT_TYPE } from '../../../src/functions/deployment/contract';
import { executionName } from '../../../src/functions/deployment/engine/clock';
import { accept } from '../../../src/functions/deployment/events/accept';

const EXAMPLES: Readonly<Record<ResourceType, Record<string, unknown>>> = {
  'Custom::LightsailInstanceSnapshot': { InstanceName: 'web-1', Revision: '1' },
  'Custom::LightsailDiskSnapshot': { DiskName: 'uploads' },
  'Custom::LightsailSnapshotCopy': { SourceType: 'InstanceSnapshot', SourceRegion: 'eu-west-1', SourceSnapshotName: 'golden' },
  'Custom::LightsailInstanceSnapshotLookup': { FromInstanceName: 'web-1', WithTags: { team: 'web', stage: 'test' } },
  'Custom::LightsailDiskSnapshotLookup': { FromDiskName: 'uploads', Choose: 'oldest' },
  'Custom::LightsailInstancesFromSnapshot': { InstanceSnapshotName: 'golden', AvailabilityZone: 'us-east-1a', Count: '2', UserData: 'echo hello' },
  'Custom::LightsailDisksFromSnapshot': { DiskSnapshotName: 'golden', AvailabilityZone: 'us-east-1a', Names: ['data-1'] },
  'Custom::LightsailSnapshotExport': { SnapshotName: 'golden', SnapshotType: 'instance' },
};

const NOW = Date.UTC(2026, 10, 24);

function requestOf(type: string, properties: object) {
  return accept({
    RequestType: 'Create',
    ResponseURL: 'https://example.amazonaws.com/?X-Amz-Date=20261124T000000Z',
    StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/Site/5f0e7a10-0000-0000-0000-000000000000',
    RequestId: '6c1d3f3e-0000-0000-0000-000000000001',
    LogicalResourceId: 'Backup1A2B3C4D',
    ResourceType: type,
    ResourceProperties: properties,
  }, NOW);
}

test('physical ids and replacement keys', () => {
  const found = Object.entries(EXAMPLES).map(([type, properties]) => {
    const { id, replacementKey } = requestOf(type, properties);
    return [type.replace('Custom::Lightsail', ''), id, replacementKey];
  });
  expect(found).toEqual([
    ['InstanceSnapshot', 'Site-Backup1A2B3C4D-6ac185e8b0', 'ebd904bacb'],
    ['DiskSnapshot', 'Site-Backup1A2B3C4D-0ad13d170e', '4a50b42ddf'],
    ['SnapshotCopy', 'Site-Backup1A2B3C4D-b4928bd3f4', 'c8e973f3f6'],
    ['InstanceSnapshotLookup', '2eb9ba9c38/', '4f53cda18c'],
    ['DiskSnapshotLookup', 'b35f575067/', '4f53cda18c'],
    ['InstancesFromSnapshot', 'Site-Backup1A2B3C4D-e10b1c7e6d', '1504dd8927'],
    ['DisksFromSnapshot', 'Site-Backup1A2B3C4D-e4b8f17d16', 'c1360bb1aa'],
    ['SnapshotExport', 'Site-Backup1A2B3C4D-c6460d34b6', '7ef59d8702'],
  ]);
});

test('the create-only properties of each type, in their order', () => {
  expect(Object.fromEntries(Object.entries(CONTRACTS).map(([type, { replacementKey }]) => [type, replacementKey.join(' ')]))).toEqual({
    'Custom::LightsailInstanceSnapshot': 'InstanceName InstanceSnapshotName Revision',
    'Custom::LightsailDiskSnapshot': 'DiskName InstanceName DiskSnapshotName Revision',
    'Custom::LightsailSnapshotCopy': 'SourceType SourceRegion SourceSnapshotName SourceResourceName RestoreDate TargetSnapshotName Revision',
    'Custom::LightsailInstanceSnapshotLookup': '',
    'Custom::LightsailDiskSnapshotLookup': '',
    'Custom::LightsailInstancesFromSnapshot': 'InstanceSnapshotName SourceInstanceName RestoreDate UseLatestRestorableAutoSnapshot AvailabilityZone '
      + 'BundleId UserData KeyPairName IpAddressType DiskPaths Revision',
    'Custom::LightsailDisksFromSnapshot': 'DiskSnapshotName SourceDiskName RestoreDate UseLatestRestorableAutoSnapshot AvailabilityZone SizeInGb Revision',
    'Custom::LightsailSnapshotExport': 'SnapshotName SnapshotType Revision',
  });
});

test('ownership tags', () => {
  const { replacementKey, ...request } = requestOf('Custom::LightsailInstanceSnapshot', EXAMPLES['Custom::LightsailInstanceSnapshot']);
  expect(OWNER_TAGS).toEqual({
    stack: 'cdk-lightsail-snapshots:stack', resource: 'cdk-lightsail-snapshots:resource', creator: 'cdk-lightsail-snapshots:creator',
  });
  expect(ownerTags(request, replacementKey)).toEqual({
    'cdk-lightsail-snapshots:stack': 'arn:aws:cloudformation:us-east-1:123456789012:stack/Site/5f0e7a10-0000-0000-0000-000000000000',
    'cdk-lightsail-snapshots:resource': 'Backup1A2B3C4D',
    'cdk-lightsail-snapshots:creator': `${replacementKey}/6c1d3f3e-0000-0000-0000-000000000001`,
  });
});

test('names of executions, variables and the wait resource', () => {
  const request = requestOf('Custom::LightsailInstanceSnapshot', { InstanceName: 'web-1' });
  expect(executionName(request)).toBe('Backup1A2B3C4D-6c1d3f3e-0000-0000-0000-000000000001');
  expect(executionName({ ...request, answersFor: 'x'.repeat(255) })).toHaveLength(80);
  expect([CLOCK_ARN, LEDGER_TABLE, WAIT_TYPE]).toEqual(['CLOCK_ARN', 'LEDGER_TABLE', 'Custom::LightsailWait']);
});
