import { LightsailClient } from '@aws-sdk/client-lightsail';
import { virtualRetries } from './retry';
import { createClients } from '../../../src/functions/aws/clients';
import type { Definition, Engine, Resources } from '../../../testbed/driver';
import { MAX_ATTEMPTS } from '../peers/snapshot';

/** Somebody who waits for snapshots, in virtual time. */
export interface Contender {
  readonly name: string;
  readonly engine: Engine;
  readonly definition: Definition;
  /** Seconds that an invocation may take. */
  readonly functionTimeout: number;
  readonly memoryGb: number;
  /** Functions that run at the same time for one invocation by the state machine. */
  readonly functions: number;
  /** A stack with snapshots, each of an instance of its own. */
  resources(instances: readonly string[], revision?: string): Resources;
}

/** The engine's clients, but with retries of the SDK's own, as everybody has them who does nothing about it. */
export const peerClients: Engine['createClients'] = options => {
  const clients = createClients(options);
  const { endpoints, requestHandler, ...others } = options;
  const lightsail = new LightsailClient({
    ...others,
    endpoint: endpoints?.lightsail,
    requestHandler: requestHandler as never,
    retryStrategy: virtualRetries(MAX_ATTEMPTS) as never,
  });
  return { ...clients, lightsail: () => lightsail };
};

/** Snapshots as the peers' templates have them. */
export function plainResources(instances: readonly string[], revision = '1'): Resources {
  return Object.fromEntries(instances.map((instance, index) => [`Snapshot${index}`, {
    Type: 'Custom::Snapshot',
    Properties: { ServiceTimeout: 3600, InstanceName: instance, Revision: revision },
  }]));
}
