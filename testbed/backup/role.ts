/** What the role of the backup function may not do, as its policy's conditions say it. */
import type { Watcher } from './watch';
import type { Simulator } from '../simulator';

const PLAN = 'cdk-lightsail-snapshots:plan';
const KEEP = 'cdk-lightsail-snapshots:keep';

/** Refuses to delete what does not carry the tag of one of these plans, and what is pinned. */
export function role(simulator: Simulator, planTags: () => readonly string[]): Watcher {
  return {
    before: ({ operation, region, input }) => {
      if (operation !== 'DeleteInstanceSnapshot' && operation !== 'DeleteDiskSnapshot') return undefined;
      const name = (input.instanceSnapshotName ?? input.diskSnapshotName) as string;
      const found = simulator.region(region).all.get(name);
      // what does not exist has no tags, and is not evaluated further
      if (!found) return undefined;
      const tags = new Map(found.tags.map(({ key, value }) => [key, value ?? '']));
      if (!planTags().includes(tags.get(PLAN) ?? '')) return 'no identity-based policy allows the action';
      return tags.has(KEEP) ? 'no identity-based policy allows the action' : undefined;
    },
  };
}
