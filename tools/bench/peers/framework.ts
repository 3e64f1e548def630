import type { LightsailClient } from '@aws-sdk/client-lightsail';
import { SnapshotEvent, begin, isGone, look } from './snapshot';

/** What a user of CDK's provider framework writes: one function that starts, one that looks. */
export function userHandlers(lightsail: LightsailClient) {
  return {
    async onEvent(event: SnapshotEvent) {
      return { PhysicalResourceId: await begin(lightsail, event) };
    },
    async isComplete(event: SnapshotEvent) {
      const name = event.PhysicalResourceId!;
      if (event.RequestType === 'Delete') return { IsComplete: await isGone(lightsail, name) };
      const attributes = await look(lightsail, name);
      return attributes ? { IsComplete: true, Data: attributes } : { IsComplete: false };
    },
  };
}
