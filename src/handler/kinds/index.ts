import { Properties } from '../contract';
import { instanceSnapshot } from './instance-snapshot';
import { Kind } from './kind';

export type { Job, Kind, MadeBy, Progress } from './kind';

/** Every resource type has its kind: a forgotten one does not compile. */
export const KIND_OF: { readonly [T in keyof Properties]: Kind<Properties[T]> } = {
  'Custom::LightsailInstanceSnapshot': instanceSnapshot,
};
