import { integCase } from './case';
import { LightsailInstanceSnapshot } from '../../src';

integCase('instance-snapshot', ({ stack, instanceName, revision, removalPolicy, output }) => {
  const snapshot = new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName, revision, removalPolicy });
  output('Arn', snapshot.instanceSnapshotArn);
  output('CreatedAt', snapshot.createdAt);
  output('State', snapshot.state);
});
