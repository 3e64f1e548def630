import type { ResourceTypeScenarios } from '../scenario';
import { expectedSnapshot } from './expected-state';

export const diskSnapshot: ResourceTypeScenarios = {
  type: 'Custom::LightsailDiskSnapshot',
  seed: sim => {
    sim.region('us-east-1').addInstance({ name: 'web-1', disks: [{ name: 'uploads' }] });
  },
  properties: { DiskName: 'uploads', Attributes: ['Arn', 'State', 'SizeInGb', 'FromDiskName'], Tags: { team: 'web' } },
  changed: { Tags: { stage: 'test', cost: '7' } },
  replaced: { DiskName: undefined, InstanceName: 'web-1' },
  taken: { DiskSnapshotName: 'their-disk-snapshot' },
  refused: { DiskName: 'nobody' },
  makes: ['DiskSnapshot'],
  expectedState: response => expectedSnapshot(response, response.sim.region('us-east-1').diskSnapshots.get(response.id), 'completed'),
};
