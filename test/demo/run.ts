/**
 * The main job on a real deployment: the CDK CLI, CloudFormation, Lambda and Step Functions of a local emulator, and a simulated Lightsail.
 * Needs Python and nothing else; leaves no process behind.
 */
import { Cdk } from './cdk';
import { Emulator } from './emulator';
import { goldenImage } from './golden-image-scene';
import { Stage } from './stage';
import { wholeLife } from './whole-life-scene';
import { Simulator } from '../simulator';

const SCENES = [goldenImage, wholeLife];

async function main() {
  const started = Date.now();
  const log = (line: string) => console.log(`  ${line}`);
  const emulator = await Emulator.start({ log, waitScale: 0.1 });
  const simulator = await Simulator.start();
  const stage = new Stage(emulator, simulator, new Cdk(emulator, log));
  try {
    await stage.prepare();
    for (const scene of SCENES) await scene(stage);
  } finally {
    await simulator.stop();
    await emulator.stop();
  }
  stage.report((Date.now() - started) / 1000);
}

main().catch(error => {
  console.error(`\ndemo failed: ${error.message}`);
  process.exitCode = 1;
});
