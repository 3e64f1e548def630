import { exportsOf } from './emulated-ec2';
import { Stage } from './stage';

const APP = 'whole-life';
const OWNERSHIP_TAG = 'cdk-lightsail-snapshots:stack';

/** Every resource type in one stack: made, grown, moved to a fresh snapshot, removed. */
export async function wholeLife(stage: Stage): Promise<void> {
  const { emulator, simulator } = stage;
  const region = simulator.region(emulator.region);
  region.addInstance({ name: 'site', disks: [{ name: 'cache' }] });
  region.addDisk({ name: 'media' });
  region.addInstanceSnapshot({ name: 'golden', fromInstanceName: 'site', tags: [{ key: 'stage', value: 'golden' }] });
  region.addDiskSnapshot({ name: 'golden-disk' });
  simulator.region('eu-west-1').addInstanceSnapshot({ name: 'abroad' });
  // the records of exports stay: Lightsail has no call to remove them
  const all = () => [...region.all.values()].filter(({ resourceType }) => resourceType !== 'ExportSnapshotRecord').map(({ name }) => name).sort().join();
  const foreign = all();
  const instances = () => [...region.instances.keys()].filter(name => name !== 'site' && name !== 'web-1').sort();

  const made = await stage.deploy('cdk deploy: snapshots, an export to EC2, a group of two instances, a disk, a copy from another region', APP, { revision: '1', size: '2' });
  const first = made.outputs.Site ?? {};
  stage.check('the stack is there', made.exitCode === 0, () => made.output);
  stage.check('the image is in EC2, and tagged', /^ami-/.test(first.ImageId) && (await exportsOf(emulator, OWNERSHIP_TAG)).images === 1, () => JSON.stringify(first));
  stage.check('two instances run and have their addresses', instances().join(' ') === first.Names && first.Addresses.split(' ').filter(Boolean).length === 2);
  stage.check('they open port 443 alone', instances().every(name => region.instances.get(name)!.ports.every(port => port.fromPort === 443)));
  stage.check('the disk, the copy and the newest golden snapshot are there', region.disks.has(first.Disk) && region.instanceSnapshots.has(first.CopyName)
    && first.NewestName === 'golden' && first.Fallback === 'golden-disk', () => JSON.stringify(first));

  const same = await stage.diff('cdk diff: without a change', APP, { revision: '1', size: '2' });
  stage.check('there is no difference', same.exitCode === 0, () => same.output);

  const grown = await stage.deploy('cdk deploy: grow the group to three', APP, { revision: '1', size: '3' });
  const three = instances();
  stage.check('one was added, the others stayed', grown.exitCode === 0 && three.length === 3 && first.Names.split(' ').every(name => three.includes(name)));

  const moved = await stage.deploy('cdk deploy: move the group to a fresh snapshot', APP, { revision: '2', size: '3' });
  stage.check('three new ones run, the old ones are gone', moved.exitCode === 0 && instances().join(' ') === moved.outputs.Site?.Names
    && !instances().some(name => three.includes(name)), () => moved.output);

  const destroyed = await stage.destroy('cdk destroy', APP, { revision: '2', size: '3' });
  stage.check('the stack is gone', destroyed.exitCode === 0, () => destroyed.output);
  const left = await exportsOf(emulator, OWNERSHIP_TAG);
  stage.check('the image and its EBS snapshots are gone from EC2', left.images === 0 && left.snapshots === 0, () => JSON.stringify(left));
  stage.check('nothing that the stack made is left, and all else is as before', all() === foreign, () => `${all()}\n${foreign}`);
}
