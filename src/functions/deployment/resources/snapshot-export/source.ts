/** The snapshot that is exported. */
import { TerminalError } from '../../../aws/errors';
import { SnapshotExportProperties } from '../../contract';
import { diskSnapshots } from '../disk-snapshot';
import { instanceSnapshots } from '../instance-snapshot';
import { SnapshotRecord, SnapshotType } from '../snapshot';

const SNAPSHOTS: Readonly<Record<SnapshotExportProperties['SnapshotType'], SnapshotType<SnapshotRecord>>> = {
  instance: instanceSnapshots as SnapshotType<SnapshotRecord>,
  disk: diskSnapshots as SnapshotType<SnapshotRecord>,
};

/** Its type, and what it is called in messages. */
export function sourceOf({ props: { SnapshotType: type, SnapshotName } }: { readonly props: SnapshotExportProperties }) {
  if (!Object.hasOwn(SNAPSHOTS, type)) {
    throw new TerminalError(`SnapshotType must be one of ${Object.keys(SNAPSHOTS).join(', ')}, got ${JSON.stringify(type)}`);
  }
  return { type: SNAPSHOTS[type], text: `${SNAPSHOTS[type].noun} '${SnapshotName}'` };
}
