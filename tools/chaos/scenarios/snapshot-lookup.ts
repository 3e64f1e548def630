import type { ResourceType } from '../../../src/functions/deployment/contract';
import type { DiskSnapshotRecord, InstanceSnapshotRecord, RegionView } from '../../../testbed/simulator';
import type { ResourceTypeScenarios, Properties } from '../scenario';

const lookup = (
  type: ResourceType,
  all: (region: RegionView) => (InstanceSnapshotRecord | DiskSnapshotRecord)[],
  properties: Properties,
  changed: Properties,
): ResourceTypeScenarios => ({
  type,
  seed: () => undefined,
  properties: { Attributes: ['Name', 'Arn', 'Count', 'State'], ...properties },
  changed,
  refused: { SnapshotName: 'nobody' },
  makes: [],
  expectedState: ({ sim, data, properties: { FromInstanceName, FromDiskName } }) => {
    const found = all(sim.region('us-east-1'))
      .filter(snapshot => FromInstanceName === undefined || snapshot.fromInstanceName === FromInstanceName)
      .filter(snapshot => FromDiskName === undefined || (snapshot as DiskSnapshotRecord).fromDiskName === FromDiskName);
    const newest = found.sort((a, b) => b.createdAt - a.createdAt);
    const record = newest.find(({ name }) => name === data.Name);
    const wrong = record && record.createdAt === newest[0].createdAt ? [] : [`'${String(data.Name)}' is not the newest`];
    return { wrong, attributes: { Name: record?.name, Arn: record?.arn, State: record?.state, Count: found.length } };
  },
});

export const instanceSnapshotLookup = lookup(
  'Custom::LightsailInstanceSnapshotLookup', region => [...region.instanceSnapshots.values()], { FromInstanceName: 'theirs' }, { FromInstanceName: undefined },
);

export const diskSnapshotLookup = lookup(
  'Custom::LightsailDiskSnapshotLookup', region => [...region.diskSnapshots.values()], { FromDiskName: 'their-disk' }, { FromDiskName: undefined },
);
