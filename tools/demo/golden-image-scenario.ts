import { Stage } from './stage';

const APP = 'golden-image';

/** One snapshot: taken, left alone, taken afresh, refused, kept or removed. */
export async function goldenImage(stage: Stage): Promise<void> {
  const { emulator } = stage;
  const region = stage.simulator.region(emulator.region);
  const snapshots = () => [...region.instanceSnapshots.values()].map(({ name }) => name);
  region.addInstance({ name: 'web-1', disks: [{ name: 'uploads' }] });

  const first = await stage.deploy('cdk deploy: take two snapshots of web-1', APP, { instance: 'web-1', revision: '1' });
  const { Arn, Name, LatestName } = first.outputs.GoldenImage ?? {};
  stage.check('the stack is there', first.exitCode === 0, () => first.output);
  stage.check('both snapshots are available', snapshots().sort().join() === [Name, LatestName].sort().join(), () => snapshots().join());
  const parameter = await emulator.call<{ Parameter: { Value: string } }>('ssm', 'AmazonSSM.GetParameter', { Name: '/golden-image/arn' });
  stage.check('the ARN went to the SSM parameter', Arn !== undefined && parameter.Parameter.Value === Arn, () => JSON.stringify(parameter));

  const again = await stage.deploy('cdk deploy: once more, nothing changed', APP, { instance: 'web-1', revision: '1' });
  stage.check('nothing was deployed', again.exitCode === 0 && again.output.includes('(no changes)'), () => again.output);

  const fresh = await stage.deploy('cdk deploy: another revision', APP, { instance: 'web-1', revision: '2' });
  const renewed = fresh.outputs.GoldenImage ?? {};
  stage.check('there is a fresh snapshot', fresh.exitCode === 0 && renewed.Name !== Name, () => fresh.output);
  stage.check('the kept one is still there', snapshots().includes(Name));
  stage.check('the other went, after its successor was there', !snapshots().includes(LatestName) && snapshots().includes(renewed.LatestName));
  stage.check('made before the old one was removed', order(stage, renewed.LatestName, LatestName));

  const refused = await stage.deploy('cdk deploy: an instance that does not exist', APP, { instance: 'web-9', revision: '2' });
  const told = refused.output.replace(/\s+/g, ' ');
  stage.check('the deployment failed and the reason says what to do', refused.exitCode !== 0
    && told.includes("there is no instance 'web-9' in us-east-1: check the name"), () => refused.output);
  stage.check('the stack is as before', snapshots().sort().join() === [Name, renewed.Name, renewed.LatestName].sort().join(), () => snapshots().join());

  const destroyed = await stage.destroy('cdk destroy', APP, { instance: 'web-1', revision: '2' });
  stage.check('the stack is gone', destroyed.exitCode === 0, () => destroyed.output);
  stage.check('the kept snapshots stay, the other is gone', snapshots().sort().join() === [Name, renewed.Name].sort().join(), () => snapshots().join());
}

function order(stage: Stage, made: string, removed: string): boolean {
  const at = (operation: string, name: string) =>
    stage.simulator.calls.findIndex(call => call.operation === operation && (call.input as Record<string, unknown>).instanceSnapshotName === name);
  const [creation, removal] = [at('CreateInstanceSnapshot', made), at('DeleteInstanceSnapshot', removed)];
  return creation >= 0 && removal > creation;
}
