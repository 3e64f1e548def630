import { join } from 'node:path';
import { Simulator } from '../../../testbed/simulator';
import { Cdk } from '../../demo/cdk';
import { Emulator } from '../../demo/emulator';
import { Section, short } from '../report';
import { mean } from '../statistics';

/** Seconds that the simulated snapshots take: they fall in with nobody's interval. */
const LENGTHS = [24, 37, 51];

const NAMES = { ours: 'this library', framework: 'Provider, 5 s' };

type Name = keyof typeof NAMES;

/** The real CLI and the emulator, from the first byte of the app to the finished stack. */
export async function deploy(): Promise<Section> {
  const simulator = await Simulator.start();
  let emulator: Emulator | undefined;
  try {
    emulator = await Emulator.start({ lightsail: simulator.url });
    const cdk = new Cdk(emulator);
    const bootstrap = await cdk.bootstrap();
    if (bootstrap.exitCode !== 0) throw new Error(bootstrap.output);
    const seconds: Record<Name, number[]> = { ours: [], framework: [] };
    for (const length of LENGTHS) {
      for (const name of Object.keys(NAMES) as Name[]) seconds[name].push(await once(cdk, emulator, simulator, name, length));
    }
    return section(seconds);
  } finally {
    await simulator.stop();
    await emulator?.stop();
  }
}

async function once(cdk: Cdk, emulator: Emulator, simulator: Simulator, name: Name, length: number): Promise<number> {
  simulator.reset();
  simulator.region(emulator.region).addInstance({ name: 'web' });
  simulator.durations.instanceSnapshot = length * 1000;
  const result = await cdk.deploy({
    app: join(__dirname, '../peers/deployed.ts'),
    env: { WHOSE: name, STACK: `${name}${length}`, MODULES: join(__dirname, '../../../node_modules') },
  });
  if (result.exitCode !== 0) throw new Error(result.output);
  return result.seconds;
}

function section(seconds: Readonly<Record<Name, readonly number[]>>): Section {
  const beyond = (name: Name) => mean(seconds[name].map((value, index) => value - LENGTHS[index]));
  return {
    title: 'A whole deployment',
    meaning: '`cdk deploy` of a stack with one snapshot, by the real CLI on a local emulator, in real time. Besides the snapshot itself it is the stack\'s other '
      + 'resources that take time: the emulator makes them one after the other and at once, CloudFormation side by side and with pauses.',
    tables: [{
      head: ['seconds', ...LENGTHS.map(length => `a snapshot of ${length} s`), 'besides the snapshot, mean'],
      rows: (Object.keys(NAMES) as Name[]).map(name => [NAMES[name], ...seconds[name].map(value => value.toFixed(1)), beyond(name).toFixed(1)]),
    }],
    figures: [{ what: 'time, of Provider at 5 s', ours: mean(seconds.ours) / mean(seconds.framework), target: 1, unit: '', exact: false }],
    notes: [`Taking turns. Besides the snapshot: ${short(beyond('ours') / beyond('framework'))} of the Provider's time.`],
  };
}
