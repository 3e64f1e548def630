import { KindScenarios, Scenario, sequencesOf } from '../scenario';
import { diskSnapshot } from './disk-snapshot';
import { disksFromSnapshot, instancesFromSnapshot } from './groups';
import { instanceSnapshot } from './instance-snapshot';
import { snapshotCopy } from './snapshot-copy';
import { snapshotExport } from './snapshot-export';
import { diskSnapshotLookup, instanceSnapshotLookup } from './snapshot-lookup';

/** Every kind that has a contract has its line here. */
export const KINDS: readonly KindScenarios[] = [
  instanceSnapshot, diskSnapshot, snapshotCopy, instanceSnapshotLookup, diskSnapshotLookup, snapshotExport, instancesFromSnapshot, disksFromSnapshot,
];

/** Kind without the prefix that all have, as tables show it. */
export const shortName = ({ type }: Pick<KindScenarios, 'type'>) => type.replace('Custom::Lightsail', '');

export interface Entry {
  readonly kind: KindScenarios;
  readonly scenario: Scenario;
}

/** Every scenario by `Kind/sequence`. */
export const SCENARIOS: ReadonlyMap<string, Entry> = new Map(KINDS.flatMap(kind =>
  Object.entries(sequencesOf(kind)).map(([name, scenario]): [string, Entry] => [`${shortName(kind)}/${name}`, { kind, scenario }])));
