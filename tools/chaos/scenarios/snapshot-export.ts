import type { RegionView } from '../../../testbed/simulator';
import { ResourceTypeScenarios, life } from '../scenario';
import { standsFor } from './expected-state';

const TYPE = 'Custom::LightsailSnapshotExport';

export const snapshotExport: ResourceTypeScenarios = {
  type: TYPE,
  seed: () => undefined,
  properties: { SnapshotName: 'their-snapshot', SnapshotType: 'instance', Attributes: ['ImageId', 'State', 'SourceName'], Tags: { team: 'web' } },
  changed: { Tags: { stage: 'test', cost: '7' } },
  replaced: { Revision: '2' },
  refused: { SnapshotName: 'nobody' },
  makes: ['ExportSnapshotRecord'],
  // nothing stops an export, a kept one is taken up again, and images go at once
  without: ['create, stuck', 'create, keep, create again', 'delete, stuck'],
  belongs: standsFor,
  more: {
    'of a disk snapshot': life(TYPE, { SnapshotName: 'their-disk-snapshot', SnapshotType: 'disk', Attributes: ['DestinationId', 'State'] }, { Revision: '2' }),
  },
  expectedState: ({ sim, id, properties, data }) => {
    const region: RegionView = sim.region('us-east-1');
    const name = String(data.ImageId ?? data.DestinationId);
    const there = region.images.get(name) ?? region.ebsSnapshots.get(name);
    if (!there) return { wrong: [`there is no '${name}' in EC2`], attributes: {} };
    const tags = new Map(there.tags.map(({ key, value }) => [key, value]));
    const wrong = [
      ...['available', 'completed'].includes(there.state) ? [] : [`'${name}' is ${there.state}`],
      ...standsFor(there, id) ? [] : [`'${name}' does not carry its ownership tags`],
      ...Object.entries(properties.Tags ?? {}).filter(([key, value]) => tags.get(key) !== value).map(([key]) => `'${name}' is without the tag ${key}`),
    ];
    return { wrong, attributes: { ImageId: name, DestinationId: name, State: 'Succeeded', SourceName: properties.SnapshotName } };
  },
};
