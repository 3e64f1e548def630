import type { Simulator } from '../../testbed/simulator';

/** Where the README's snippets are deployed to: the stack's region, and those of "Between stacks". */
export const README_REGIONS = ['us-east-1', 'eu-west-1', 'eu-central-1'];

/** What the README's snippets name and do not make, with the same names. */
export function furnishForReadme(simulator: Simulator): void {
  const [home, europe] = README_REGIONS.map(name => simulator.region(name));
  const stage = [{ key: 'stage', value: 'golden' }];
  // in a lookup's `createdAfter` and before any clock's now
  const createdAt = Date.parse('2026-11-15T12:00:00Z');

  home.addInstance({ name: 'web-1', addOns: true, disks: [{ name: 'uploads' }], tags: [{ key: 'backup', value: 'yes' }] });
  home.addAutoSnapshot({ resource: 'web-1', date: '2026-11-20' });
  home.addInstance({ name: 'win-1', blueprintId: 'windows_server_2022', bundleId: 'medium_win_3_0' });
  home.addInstanceSnapshot({ name: 'golden-2026-11', fromInstanceName: 'web-1', tags: stage, createdAt });

  europe.addInstance({ name: 'web-1' });
  europe.addInstanceSnapshot({ name: 'golden-2026-11', fromInstanceName: 'web-1', tags: stage, createdAt });
}
