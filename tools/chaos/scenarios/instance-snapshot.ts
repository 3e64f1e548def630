import type { ResourceTypeScenarios } from '../scenario';
import { expectedSnapshot } from './expected-state';

export const instanceSnapshot: ResourceTypeScenarios = {
  type: 'Custom::LightsailInstanceSnapshot',
  seed: sim => {
    sim.region('us-east-1').addInstance({ name: 'web-1', disks: [{ name: 'uploads' }] });
  },
  properties: { InstanceName: 'web-1', Attributes: ['Arn', 'State', 'SizeInGb', 'CreatedAt', 'AttachedDiskNames'], Tags: { team: 'web' } },
  changed: { Tags: { stage: 'test', cost: '7' } },
  replaced: { Revision: '2' },
  taken: { InstanceSnapshotName: 'their-snapshot' },
  refused: { InstanceName: 'web-9' },
  makes: ['InstanceSnapshot'],
  expectedState: response => expectedSnapshot(response, response.sim.region('us-east-1').instanceSnapshots.get(response.id), 'available'),
};
