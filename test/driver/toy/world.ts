import { World, WorldOptions } from '../world';
import { TOY_DEFINITION } from './definition';
import { TOY_ENGINE } from './engine';
import { ToyLightsail } from './lightsail';

export function toyWorld(options: Partial<WorldOptions<ToyLightsail>> = {}): Promise<World<ToyLightsail>> {
  return World.start({
    engine: TOY_ENGINE,
    definition: TOY_DEFINITION,
    simulator: about => ToyLightsail.start(about),
    resetSimulator: toy => toy.snapshots.clear(),
    ...options,
  });
}
