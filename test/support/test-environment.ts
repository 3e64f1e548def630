import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SnapshotProvider } from '../../src';
import { createClients } from '../../src/functions/aws/clients';
import { put } from '../../src/functions/deployment/events/put';
import { createHandler } from '../../src/functions/deployment/events/receive';
import { SimulatorLike, TestEnvironment, TestEnvironmentOptions, definitionOf } from '../../testbed/driver';
import { DEFAULT_DURATIONS, Simulator, defaultOptions } from '../../testbed/simulator';

/** The simulator, as the driver handles it. */
export interface Lightsail extends SimulatorLike {
  readonly simulator: Simulator;
}

/** The real handler and the real state machine in virtual time, with a simulated Lightsail and EC2. */
export async function startTestEnvironment(options: Partial<TestEnvironmentOptions<Lightsail>> = {}): Promise<TestEnvironment<Lightsail>> {
  const stack = new Stack(new App(), 'Definition');
  SnapshotProvider.getOrCreate(stack);
  return TestEnvironment.start<Lightsail>({
    engine: { createHandler, createClients, put },
    definition: definitionOf(Template.fromStack(stack).toJSON()),
    simulator: async ({ now }) => {
      const simulator = await Simulator.start({ now });
      return { url: simulator.url, simulator, direct: request => simulator.direct(request), close: () => simulator.stop() };
    },
    resetSimulator: ({ simulator }) => {
      simulator.reset();
      Object.assign(simulator.durations, DEFAULT_DURATIONS);
      Object.assign(simulator.options, defaultOptions());
    },
    ...options,
  });
}
