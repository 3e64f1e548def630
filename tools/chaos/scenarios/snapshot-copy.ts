import { ResourceTypeScenarios, SUBJECT, life, resource } from '../scenario';
import { expectedSnapshot } from './expected-state';

const TYPE = 'Custom::LightsailSnapshotCopy';

const ofDisk = { SourceType: 'DiskSnapshot', SourceSnapshotName: 'their-disk-snapshot', Attributes: ['Arn', 'State'] };
const automatic = { SourceType: 'InstanceSnapshot', SourceResourceName: 'backed-up', Attributes: ['Arn', 'State'] };

export const snapshotCopy: ResourceTypeScenarios = {
  type: TYPE,
  seed: sim => {
    const region = sim.region('us-east-1');
    region.addInstance({ name: 'backed-up', addOns: true });
    region.addAutoSnapshot({ resource: 'backed-up', date: '2026-01-01' });
  },
  properties: {
    SourceType: 'InstanceSnapshot',
    SourceRegion: 'eu-west-1',
    SourceSnapshotName: 'their-snapshot',
    Attributes: ['Arn', 'State', 'SizeInGb'],
    Tags: { team: 'web' },
  },
  changed: { Tags: { stage: 'test', cost: '7' } },
  replaced: { Revision: '2' },
  taken: { TargetSnapshotName: 'their-disk' },
  refused: { SourceSnapshotName: 'nobody' },
  makes: ['InstanceSnapshot'],
  more: {
    'of an automatic snapshot that is not there': {
      stages: [{ template: { [SUBJECT]: resource(TYPE, { ...automatic, RestoreDate: '2020-01-01' }) }, ends: 'ROLLBACK_COMPLETE' }, { ends: 'DELETE_COMPLETE' }],
    },
    'of a disk snapshot': life(TYPE, ofDisk, { Tags: { team: 'web' } }),
    'of an automatic snapshot': life(TYPE, automatic, { Revision: '2', RestoreDate: '2026-01-01' }),
    'from one type to the other': life(TYPE, automatic, { ...ofDisk, SourceResourceName: undefined, Tags: { team: 'web' } }),
  },
  expectedState: response => {
    const region = response.sim.region('us-east-1');
    return response.properties.SourceType === 'DiskSnapshot'
      ? expectedSnapshot(response, region.diskSnapshots.get(response.id), 'completed')
      : expectedSnapshot(response, region.instanceSnapshots.get(response.id), 'available');
  },
};
