import { integCase } from './case';
import { LightsailInstanceSnapshot, SnapshotCopy } from '../../src';

integCase('snapshot-copy', ({ stack, instanceName, revision, removalPolicy, output }) => {
  const snapshot = new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName, revision, removalPolicy });
  const copy = new SnapshotCopy(stack, 'Copy', { source: snapshot, removalPolicy });
  output('Arn', copy.instanceSnapshotArn);
  output('Blueprint', copy.fromBlueprintId);
});
