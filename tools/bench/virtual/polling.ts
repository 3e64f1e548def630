import { Contender, peerClients, plainResources } from './contender';
import { running } from './retry';
import { pollingHandler } from '../peers/polling';
import { SnapshotEvent } from '../peers/snapshot';

/** One hand-written function that polls inside itself, and invokes itself when its 15 minutes are over. */
export function polling(seconds: number, again: (event: object) => void): Contender {
  return {
    name: `one function, ${seconds} s`,
    engine: {
      createClients: peerClients,
      createHandler: (env ) => (input, context) => running.run(env, () => pollingHandler(env.lightsail(), seconds * 1000, {
        sleep: env.clock.sleep,
        remaining: () => context.getRemainingTimeInMillis(),
        respond: async (event, answer) => {
          const { StackId, RequestId, LogicalResourceId } = event;
          await env.put(event.ResponseURL, JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, ...answer }));
        },
        again: async event => again(event),
      })(input as SnapshotEvent)),
    },
    // it has no state machine; the driver wants one
    definition: { StartAt: 'Nothing', States: { Nothing: { Type: 'Succeed' } } },
    functionTimeout: 900,
    memoryGb: 0.128,
    functions: 1,
    resources: plainResources,
  };
}
