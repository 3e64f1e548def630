import { CdkResult } from './cdk';
import { Stage } from './stage';

const APP = 'release';

/** A release that fails: its snapshot is rolled back with it, but for one in a stack of its own. */
export async function release(stage: Stage): Promise<void> {
  const region = stage.simulator.region(stage.emulator.region);
  const snapshotsOf = (stack: string) => [...region.instanceSnapshots.values()].filter(({ name }) => name.startsWith(`${stack}-`));
  const names = () => [...region.instanceSnapshots.keys()].join();

  const first = await stage.deploy('cdk deploy: a release with a snapshot before it, in one stack and in two', APP, { revision: '1' });
  const [together] = snapshotsOf('Together');
  const [apart] = snapshotsOf('Before');
  stage.check('each has its snapshot', first.exitCode === 0 && together !== undefined && apart !== undefined, () => first.output);

  const lost = await stage.deploy('cdk deploy: the next release fails, in the stack of its snapshot', APP, { revision: '2' }, { stacks: ['Together'] });
  stage.check('a fresh snapshot was taken, then the release failed', hasFailed(lost)
    && /UPDATE_COMPLETE +\| Custom::LightsailInstanceSnapshot/.test(lost.output), () => lost.output);
  stage.check('it was rolled back, and the fresh snapshot with it', snapshotsOf('Together').map(({ name }) => name).join() === together?.name, names);

  const kept = await stage.deploy('cdk deploy: the next release fails, and its snapshot is in a stack of its own', APP, { revision: '2' }, { stacks: ['Site'] });
  const fresh = snapshotsOf('Before').filter(({ name }) => name !== apart?.name);
  stage.check('the release failed and was rolled back', hasFailed(kept), () => kept.output);
  stage.check('the fresh snapshot is there, and is available', fresh.length === 1 && fresh[0].state === 'available', names);

  const destroyed = await stage.destroy('cdk destroy', APP, { revision: '1' });
  stage.check('the stacks are gone', destroyed.exitCode === 0, () => destroyed.output);
}

/** For the reason that was planned, and rolled back. */
function hasFailed({ exitCode, output }: CdkResult): boolean {
  return exitCode !== 0 && output.includes('UPDATE_ROLLBACK_COMPLET') && output.includes("The snapshot 'snap-00000000000000000' does not exist");
}
