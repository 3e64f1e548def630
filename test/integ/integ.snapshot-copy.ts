import { integCase } from './case';
import { CopySource, LightsailInstanceSnapshot, SnapshotCopy } from '../../src';

integCase('snapshot-copy', ({ stack, instanceName, revision, removalPolicy, output }) => {
  const snapshot = new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName, revision, removalPolicy });
  const copy = new SnapshotCopy(stack, 'Copy', { source: CopySource.instanceSnapshot(snapshot), removalPolicy });
  output('Arn', copy.snapshotArn);
  output('Blueprint', copy.fromBlueprintId);
});
