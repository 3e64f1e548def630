/*
 * Runs the commands of the pages as they stand there: `npm run docs:check`.
 *
 * The AWS CLI of PyPI is sent to the simulator for Lightsail and EC2, and to the local emulator for all else. `places.ts` lists every
 * shell block of the pages; a unit test holds it against them. Needs Python, jq and, once, PyPI.
 */
import { deepStrictEqual } from 'node:assert';
import { abandonedPlan, movingFromAScript, restoring } from './backup';
import { costs } from './costs';
import { Emulated } from './emulated';
import { Shell } from './shell';
import { Simulator } from '../../testbed/simulator';
import { Cdk } from '../demo/cdk';
import { Emulator } from '../demo/emulator';
import { hurry, WAIT_SCALE } from '../demo/hurry';
import { Book } from '../examples/book';
import '../support/temp-folder';

async function check(book: Book, simulator: Simulator, emulator: Emulator): Promise<void> {
  const env = { ...emulator.env, AWS_ENDPOINT_URL_LIGHTSAIL: simulator.url, AWS_ENDPOINT_URL_EC2: simulator.url };
  const shell = new Shell(env, emulator.home, console.log);
  const cdk = new Cdk(emulator);
  await book.enter('docs/costs.md: what is kept, and what it costs at most', () => costs(shell, simulator));
  await book.enter('docs/backup.md: moving from a script', () => movingFromAScript(shell, simulator));
  await book.enter('docs/backup.md: restoring', () => restoring(shell, simulator));
  await book.enter('docs/backup.md: what an abandoned plan left', () => abandonedPlan(shell, simulator));

  const emulated = new Emulated(shell, simulator, cdk);
  await book.enter('cdk bootstrap', async () => deepStrictEqual((await cdk.bootstrap()).exitCode, 0));
  await book.enter('docs/troubleshooting.md: a stack that hangs', () => emulated.hangs());
  await book.enter('docs/troubleshooting.md: one that fails', () => emulated.fails());
  await book.enter('docs/troubleshooting.md: one that cannot be deleted, until it is gone', () => emulated.goes());
  await book.enter('docs/backup.md: a run on demand', () => emulated.runOnDemand());
  await book.enter('every block that is said to be run here was run', async () => deepStrictEqual(shell.left(), []));
}

async function main(): Promise<void> {
  const book = new Book();
  const simulator = await Simulator.start();
  try {
    hurry(simulator);
    const emulator = await Emulator.start({ log: console.log, waitScale: WAIT_SCALE, lightsail: simulator.url });
    try {
      await check(book, simulator, emulator);
    } finally {
      await emulator.stop();
    }
  } finally {
    await simulator.stop();
  }
  book.close();
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
