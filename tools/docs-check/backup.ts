/** docs/backup.md: moving from a script, restoring, and what an abandoned plan left. */
import { deepStrictEqual, match, ok } from 'node:assert';
import { Shell, eventually } from './shell';
import { Simulator } from '../../testbed/simulator';

const REGION = 'eu-central-1';
const COPIES = 'eu-west-1';
const PAGE = 'docs/backup.md';

const of = (plan: string) => [{ key: 'cdk-lightsail-snapshots:plan', value: `${REGION}/${plan}` }];

export async function movingFromAScript(shell: Shell, simulator: Simulator): Promise<void> {
  const region = simulator.region(REGION);
  for (const day of [1, 2, 3, 4, 5]) region.addInstanceSnapshot({ name: `web-${day}-auto`, fromInstanceName: 'web' });
  region.addInstanceSnapshot({ name: 'by-hand' });
  const listed = await shell.run(REGION, shell.block(PAGE, 'aws lightsail get-instance-snapshots --query'));
  for (const day of [1, 2, 3, 4, 5]) match(listed, new RegExp(`\\| +web +\\| +web-${day}-auto +\\|`));
  ok(!listed.includes('by-hand'), listed);
}

export async function restoring(shell: Shell, simulator: Simulator): Promise<void> {
  const region = simulator.region(REGION);
  const createdAt = (day: number) => Date.parse(`2026-11-0${day}T04:00:00Z`);
  region.addInstance({ name: 'web-1' });
  // not in the order of their names, and more than a page
  [3, 1, 5, 2, 4].forEach((day, i) => region.addInstanceSnapshot({ name: `web-1-${i}`, fromInstanceName: 'web-1', createdAt: createdAt(day) }));
  region.addInstanceSnapshot({ name: 'web-1-pending', fromInstanceName: 'web-1', state: 'pending', createdAt: createdAt(9) });
  region.addInstanceSnapshot({ name: 'web-2-0', fromInstanceName: 'web-2', createdAt: createdAt(9) });

  const listed = await shell.run(REGION, shell.block(PAGE, '# what there is of web-1', { '<snapshot>': 'web-1-2' }));
  deepStrictEqual([...listed.matchAll(/ (web-\S+) /g)].map(([, name]) => name), ['web-1-1', 'web-1-3', 'web-1-0', 'web-1-4', 'web-1-2']);
  deepStrictEqual(region.instanceSnapshots.get('web-1-2')!.tags.map(({ key }) => key), ['cdk-lightsail-snapshots:keep']);

  await shell.run(REGION, shell.block(PAGE, 'aws lightsail create-instances-from-snapshot', { '<snapshot>': 'web-1-2', '<bundle>': 'nano_3_0' }));
  await eventually('web-1-restored runs', () => region.instances.get('web-1-restored')?.state === 'running');
}

export async function abandonedPlan(shell: Shell, simulator: Simulator): Promise<void> {
  const [home, elsewhere] = [simulator.region(REGION), simulator.region(COPIES)];
  for (const night of [1, 2, 3, 4, 5]) {
    home.addInstanceSnapshot({ name: `of-the-plan-${night}`, tags: of('nightly') });
    home.addInstanceSnapshot({ name: `of-another-plan-${night}`, tags: of('weekly') });
    elsewhere.addInstanceSnapshot({ name: `copy-${night}`, tags: of('nightly') });
    elsewhere.addInstanceSnapshot({ name: `of-nobody-${night}` });
  }
  const before = [home.instanceSnapshots.size, elsewhere.instanceSnapshots.size];
  const commands = await shell.run(REGION, shell.block(PAGE, 'for region in'));
  await shell.run(REGION, commands);
  const names = () => [home, elsewhere].map(({ instanceSnapshots }) => [...instanceSnapshots.keys()]);
  await eventually('what the plan left is gone', () => !names().flat().some(name => name.startsWith('of-the-plan') || name.startsWith('copy-')));
  deepStrictEqual(names().map(({ length }) => length), before.map(count => count - 5));
}
