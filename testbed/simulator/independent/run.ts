/*
 * Has the simulator checked by another SDK, botocore, and its model of the service: `npx tsx testbed/simulator/independent/run.ts`.
 * Not a part of `npm test`, which needs no Python.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_DURATIONS, Durations } from '../durations';
import type { FaultEffect } from '../faults';
import { HANDLERS } from '../lightsail';
import { ENUMS, REQUIRED } from '../protocol/facts';
import { Simulator } from '../simulator';

const BOTOCORE = '1.44.5';
const VENV = join(__dirname, '..', '..', '..', '.local', 'botocore');
const PYTHON = join(VENV, 'bin', 'python');

/** Resolves to the exit code. The child goes when this process goes. */
function run(command: string, args: string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
    const kill = () => child.kill();
    process.once('exit', kill);
    child.once('error', reject);
    child.once('exit', code => {
      process.removeListener('exit', kill);
      resolve(code ?? 1);
    });
  });
}

async function prepare(): Promise<void> {
  if (!existsSync(PYTHON) && await run('python3', ['-m', 'venv', VENV]) !== 0) {
    throw new Error('a virtual environment for Python could not be made');
  }
  const quiet = ['--quiet', '--disable-pip-version-check'];
  if (await run(PYTHON, ['-m', 'pip', 'install', ...quiet, `botocore==${BOTOCORE}`]) !== 0) {
    throw new Error(`botocore ${BOTOCORE} could not be installed`);
  }
}

/** What the script expects to be there. Returns the id of an image that is protected. */
function seed(simulator: Simulator): string {
  const region = simulator.region('us-east-1');
  region.addInstance({ name: 'web', disks: [{ name: 'data', sizeInGb: 32 }] });
  region.addInstance({ name: 'stopped', state: 'stopped' });
  region.addKeyPair({ name: 'key-1' });
  region.addInstanceSnapshot({ name: 'ghost-snap', fromBlueprintId: 'ghost_bitnami' });
  ['2026-01-01', '2026-01-02', '2026-01-03'].forEach(date => region.addAutoSnapshot({ resource: 'web', date }));
  return region.addImage({ deregistrationProtection: 'enabled-without-cooldown' }).imageId;
}

const FAULTS: Record<string, FaultEffect> = {
  'fault-throttle': 'throttle',
  'fault-500': '500',
  'fault-account': 'accountSetup',
  'fault-region': 'regionSetup',
  'fault-denied': 'accessDenied',
};

async function main(): Promise<number> {
  await prepare();
  const simulator = await Simulator.start();
  try {
    for (const name of Object.keys(DEFAULT_DURATIONS)) {
      simulator.durations[name as keyof Durations] = 100;
    }
    simulator.faults.push(...Object.entries(FAULTS).map(([name, effect]) => (
      { operation: 'GetInstance', when: ({ instanceName }: any) => instanceName === name, effect }
    )));
    const protectedImage = seed(simulator);
    return await run(PYTHON, [join(__dirname, 'check.py')], {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_PROXY: '127.0.0.1',
      SIMULATOR_URL: simulator.url,
      SIMULATOR_FACTS: JSON.stringify({ operations: [...HANDLERS.keys()], required: REQUIRED, enums: ENUMS, protectedImage }),
    });
  } finally {
    await simulator.stop();
  }
}

main().then(
  code => {
    process.exitCode = code;
  },
  error => {
    console.error(error);
    process.exitCode = 1;
  },
);
