import { LightsailClient } from '@aws-sdk/client-lightsail';
import { userHandlers } from './framework';
import { MAX_ATTEMPTS } from './snapshot';

export const { onEvent, isComplete } = userHandlers(new LightsailClient({ maxAttempts: MAX_ATTEMPTS }));
