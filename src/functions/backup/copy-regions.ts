/** Where a plan's copies are. */
import type { PlanSettings, RegionSettings } from './contract';

/**
 * The copies that a plan makes, with their retention. In a stack that may be deployed anywhere, one of them can turn out to be in the region of the
 * deployment: what has the plan's tags there are the originals, and a copy's retention would remove them.
 */
export function copiesOf({ copies = [], homeRegion }: PlanSettings): readonly RegionSettings[] {
  return copies.filter(({ region }) => region !== homeRegion);
}

/** Whether one of the plan's copies is left out for that. */
export function hasCopyAtHome(plan: PlanSettings): boolean {
  return copiesOf(plan).length < (plan.copies?.length ?? 0);
}
