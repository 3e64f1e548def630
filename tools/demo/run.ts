/**
 * The main job on a real deployment: the CDK CLI, CloudFormation, Lambda and Step Functions of a local emulator, and a simulated Lightsail.
 * Needs Python and nothing else; leaves no process behind.
 *
 *   npm run demo
 *   npm run demo -- --stay     deploys nothing, and stays for an app of yours to be deployed by hand
 */
import { Cdk } from './cdk';
import { Emulator } from './emulator';
import { goldenImage } from './golden-image-scenario';
import { Stage } from './stage';
import { wholeLife } from './whole-life-scenario';
import { Simulator } from '../../testbed/simulator';

const SCENES = [goldenImage, wholeLife];

async function main() {
  const started = Date.now();
  const log = (line: string) => console.log(`  ${line}`);
  const simulator = await Simulator.start();
  try {
    const emulator = await Emulator.start({ log, waitScale: 0.1, lightsail: simulator.url });
    try {
      const stage = new Stage(emulator, simulator, new Cdk(emulator, log));
      await stage.prepare();
      if (process.argv.includes('--stay')) return await stay(stage);
      for (const scene of SCENES) await scene(stage);
      stage.report((Date.now() - started) / 1000);
    } finally {
      await emulator.stop();
    }
  } finally {
    await simulator.stop();
  }
}

/** An account to play with: it has one instance, and is gone with this process. */
async function stay({ emulator, simulator }: Stage): Promise<void> {
  simulator.region(emulator.region).addInstance({ name: 'web-1', disks: [{ name: 'uploads' }] });
  const wanted = Object.entries(emulator.env).filter(([name]) => name.startsWith('AWS_'));
  console.log(`\nThere is a Lightsail instance 'web-1' in ${emulator.region}. In another shell, in the folder of a CDK app:\n`);
  console.log(`export ${wanted.map(([name, value]) => `${name}=${value}`).join(' ')}\nnpx cdk deploy\n`);
  console.log(`What there is: aws lightsail get-instance-snapshots --endpoint-url ${simulator.url}\nCtrl-C ends it.`);
  // the simulator keeps the process alive
  await new Promise(done => process.once('SIGINT', done));
}

main().catch(error => {
  console.error(`\ndemo failed: ${error.message}`);
  process.exitCode = 1;
});
