import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Contender } from './contender';
import { SnapshotProvider } from '../../../src';
import { createClients } from '../../../src/functions/aws/clients';
import { FUNCTION_TIMEOUT } from '../../../src/functions/deployment/contract';
import { createHandler } from '../../../src/functions/deployment/events/receive';
import { Resources, definitionOf } from '../../../testbed/driver';

/** This library: its handler, and the state machine of its template. */
export function ours(): Contender {
  const stack = new Stack(new App(), 'Ours');
  SnapshotProvider.getOrCreate(stack);
  return {
    name: 'this library',
    engine: { createHandler, createClients },
    definition: definitionOf(Template.fromStack(stack).toJSON()),
    functionTimeout: FUNCTION_TIMEOUT,
    memoryGb: 0.25,
    functions: 1,
    resources: (instances, revision = '1'): Resources => Object.fromEntries(instances.map((instance, index) => [`Snapshot${index}`, {
      Type: 'Custom::LightsailInstanceSnapshot',
      Properties: { ServiceTimeout: 3600, InstanceName: instance, Revision: revision, Retain: true, Attributes: ['Arn', 'SizeInGb'] },
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    }])),
  };
}
