import { ResourceTypeScenarios, Scenario, sequencesOf } from '../scenario';
import { diskSnapshot } from './disk-snapshot';
import { disksFromSnapshot, instancesFromSnapshot } from './groups';
import { instanceSnapshot } from './instance-snapshot';
import { snapshotCopy } from './snapshot-copy';
import { snapshotExport } from './snapshot-export';
import { diskSnapshotLookup, instanceSnapshotLookup } from './snapshot-lookup';

/** Every resource type that has a contract has its line here. */
export const RESOURCE_TYPES: readonly ResourceTypeScenarios[] = [
  instanceSnapshot, diskSnapshot, snapshotCopy, instanceSnapshotLookup, diskSnapshotLookup, snapshotExport, instancesFromSnapshot, disksFromSnapshot,
];

/** ResourceType without the prefix that all have, as tables show it. */
export const shortName = ({ type }: Pick<ResourceTypeScenarios, 'type'>) => type.replace('Custom::Lightsail', '');

export interface Entry {
  readonly resourceType: ResourceTypeScenarios;
  readonly scenario: Scenario;
}

/** Every scenario by `ResourceType/sequence`. */
export const SCENARIOS: ReadonlyMap<string, Entry> = new Map(RESOURCE_TYPES.flatMap(resourceType =>
  Object.entries(sequencesOf(resourceType)).map(([name, scenario]): [string, Entry] => [`${shortName(resourceType)}/${name}`, { resourceType, scenario }])));
