/** docs/costs.md: the lists of what is there, against more than a page of it, with things of others in between. */
import { deepStrictEqual, ok } from 'node:assert';
import { Shell, eventually } from './shell';
import { Simulator } from '../../testbed/simulator';

const REGION = 'eu-west-2';
const PAGE = 'docs/costs.md';

const stack = (name: string) => ({ key: 'cdk-lightsail-snapshots:stack', value: `arn:aws:cloudformation:${REGION}:123456789012:stack/${name}/1` });
const plan = { key: 'cdk-lightsail-snapshots:plan', value: `${REGION}/nightly` };
const ofOthers = [{ key: 'stage', value: 'prod' }, { key: 'cdk-lightsail-snapshots:keep', value: '' }];
const createdAt = Date.parse('2026-11-01T04:00:00Z');
const CREATED = '2026-11-01T04:00:00+00:00';

export async function costs(shell: Shell, simulator: Simulator): Promise<void> {
  const region = simulator.region(REGION);
  region.addInstance({ name: 'web-1', bundleId: 'small_3_0', disks: [{ name: 'uploads', sizeInGb: 32, tags: ofOthers }] });
  for (const name of ['a', 'b', 'c', 'd']) {
    region.addInstanceSnapshot({ name: `${name}-golden`, tags: [{ key: 'a', value: 'b' }, stack('Site')], createdAt, sizeInGb: 60 });
    region.addInstanceSnapshot({ name: `${name}-nightly`, tags: [plan], createdAt, sizeInGb: 20 });
    region.addInstanceSnapshot({ name: `${name}-of-others`, tags: ofOthers, createdAt, sizeInGb: 999 });
    region.addDiskSnapshot({ name: `${name}-disk`, tags: [stack('Shop')], createdAt, sizeInGb: 8 });
    region.addDiskSnapshot({ name: `${name}-disk-of-others`, createdAt, sizeInGb: 999 });
  }
  region.addInstanceSnapshot({ name: 'with-disks', tags: [stack('Site')], createdAt, fromInstanceName: 'web-1' });
  region.addDisk({ name: 'restored', tags: [stack('Shop')], createdAt, sizeInGb: 64 });
  const image = region.addImage({ tags: [{ key: stack('Site').key, value: stack('Site').value }], createdAt, sizes: [60, 32] });
  const alone = region.addEbsSnapshot({ tags: [stack('Shop')], createdAt, volumeSize: 8 });
  region.addImage({ tags: ofOthers });

  const names = ['a', 'b', 'c', 'd'];
  const line = (tag: { value: string }, name: string, gb: number) => `${tag.value} ${name} ${CREATED} ${gb} GB`;
  const inLightsail = [
    ...names.map(name => line(stack('Shop'), `${name}-disk`, 8)),
    line(stack('Shop'), 'restored', 64),
    ...names.map(name => line(stack('Site'), `${name}-golden`, 60)),
    line(stack('Site'), 'with-disks', 60 + 32),
    ...names.map(name => line(plan, `${name}-nightly`, 20)),
    // 4 × 8 + 64 + 4 × 60 + 92 + 4 × 20; the disk costs 6.40, the others 444 × 0.05
    '508 GB, at most 28.60 USD a month',
  ];
  const before = simulator.calls.length;
  deepStrictEqual((await shell.run(REGION, shell.block(PAGE, 'OWNER="tags'))).trim().split('\n'), inLightsail);
  for (const operation of ['GetInstanceSnapshots', 'GetDiskSnapshots']) {
    ok(simulator.calls.slice(before).filter(call => call.operation === operation).length > 1, `${operation} had a single page`);
  }

  const [system, data] = image.mappings.map(({ snapshotId }) => snapshotId);
  const listed = async () => (await shell.run(REGION, shell.block(PAGE, 'OWNER="Tags'))).trim().split('\n').map(each => each.replace(/\s+/g, ' '));
  deepStrictEqual(await listed(), [
    `${stack('Site').value} ${image.imageId} 2026-11-01T04:00:00.000Z`,
    line(stack('Site'), system, 60),
    line(stack('Site'), data, 32),
    line(stack('Shop'), alone.snapshotId, 8),
    '100 GB, at most 5.00 USD a month',
  ]);

  await shell.run(REGION, shell.block(PAGE, 'aws lightsail delete-instance-snapshot', {
    '--instance-snapshot-name <name>': '--instance-snapshot-name a-golden',
    '--disk-snapshot-name <name>': '--disk-snapshot-name a-disk',
    '--disk-name <name>': '--disk-name restored',
    '--image-id <id>': `--image-id ${image.imageId}`,
    '--snapshot-id <id>': `--snapshot-id ${alone.snapshotId}`,
  }));
  await eventually('what was removed is gone', () => !['a-golden', 'a-disk', 'restored'].some(name => region.all.has(name)));
  deepStrictEqual(await listed(), ['0 GB, at most 0.00 USD a month']);
  ok(region.all.has('a-of-others') && region.all.has('uploads'));
}
