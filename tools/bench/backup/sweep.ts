/** One listing of a region by the real function in a process of its own, over sockets: what it takes of memory and of time. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { LATENCY, PAGE, seed } from './scale';
import type { PlanSettings } from '../../../src/functions/backup/contract';
import { ACCOUNT, REGION } from '../../../testbed/backup/environment';
import { Simulator } from '../../../testbed/simulator';
import { BUNDLES } from '../peers/stacks';

const FUNCTIONS = join(__dirname, '../../../src/functions/backup');

const NOW = Date.UTC(2026, 0, 1, 0, 30);

export interface Sweep {
  readonly snapshots: number;
  readonly pages: number;
  /** Peak of the process's resident memory, Node.js included, in MiB. */
  readonly mebibytes: number;
  /** Seconds that the listing and the decisions took here, with a simulator that answers at once. */
  readonly seconds: number;
  /** Seconds of calls alone, each of which takes 150 ms. */
  readonly calls: number;
  /** Both. */
  readonly withLatency: number;
  /** Whether the function says that the listing came to its end in time. */
  readonly ended: boolean;
}

/** Lists and decides, and deletes nothing: nothing is too much. */
const SCRIPT = `
  const { createBackupHandler, createBackupClients } = require(process.argv[1]);
  const plan = JSON.parse(process.argv[2]);
  let now = ${NOW};
  let pages = 0;
  // an answer is handed over when it would come, and no earlier than those of calls that began before
  const underWay = [];
  const handOver = () => {
    const [first] = underWay;
    if (!first || underWay.some(({ deliver }) => !deliver)) return;
    underWay.shift();
    now = Math.max(now, first.due);
    first.deliver();
    // who gets it may make the next call at once
    setImmediate(handOver);
  };
  const count = client => new Proxy(client, { get: (target, name) => name !== 'send' ? target[name] : async command => {
    const call = { due: now + ${LATENCY} };
    underWay.push(call);
    const answer = await target.send(command);
    pages++;
    await new Promise(resolve => { call.deliver = resolve; handOver(); });
    return answer;
  } });
  const clients = createBackupClients({
    region: '${REGION}', endpoints: { lightsail: process.argv[3] }, credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  });
  const env = {
    ...clients,
    lightsail: region => count(clients.lightsail(region)),
    clock: { now: () => now, sleep: async milliseconds => { now += milliseconds; } },
    log: () => undefined,
  };
  const context = { invokedFunctionArn: 'arn', getRemainingTimeInMillis: () => 900000 };
  const start = process.hrtime.bigint();
  createBackupHandler(env)({ action: 'prune', run: { plan, slot: '2026-01-01T0000', keepFor: 0 } }, context).then(result => {
    globalThis.took = Number(process.hrtime.bigint() - start) / 1e6;
    console.log('#' + JSON.stringify({ pages, virtual: (now - ${NOW}) / 1000, problems: result.problems }));
  });
`;

export async function bundleFunctions(): Promise<string> {
  const outfile = join(BUNDLES, 'backup', 'handler.js');
  mkdirSync(join(BUNDLES, 'backup'), { recursive: true });
  await build({
    stdin: { contents: "export { createBackupHandler } from './handler'; export { createBackupClients } from './clients';", resolveDir: FUNCTIONS, loader: 'ts' },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  return outfile;
}

export async function measureSweep(bundle: string, snapshots: number): Promise<Sweep> {
  const simulator = await Simulator.start({ now: () => NOW, account: ACCOUNT });
  simulator.options.pageSize = PAGE;
  simulator.options.createdAtBefore = 'shown';
  const cleaning = setInterval(() => { simulator.calls.length = 0; }, 100);
  try {
    const plan: PlanSettings = {
      account: ACCOUNT,
      homeRegion: REGION,
      name: 'nightly',
      selection: { type: 'Instance' },
      timeZone: 'Europe/Berlin',
      period: 86_400,
      startWindow: 0,
      completionWindow: 3600,
      retention: { daily: 7, weekly: 4, monthly: 12, minimum: 1 },
      callsPerSecond: 10,
      dryRun: true,
    };
    seed(simulator, plan, snapshots, NOW);
    const { mebibytes, milliseconds, pages, virtual, problems } = await run(['-e', SCRIPT, bundle, JSON.stringify(plan), simulator.url]);
    const seconds = milliseconds / 1000;
    return { snapshots, pages, mebibytes, seconds, calls: virtual, withLatency: virtual + seconds, ended: problems.length === 0 };
  } finally {
    clearInterval(cleaning);
    await simulator.stop();
  }
}

interface Told {
  readonly mebibytes: number;
  readonly milliseconds: number;
  readonly pages: number;
  readonly virtual: number;
  readonly problems: readonly string[];
}

/** Not waited for with a standstill: the simulator answers from this process. */
async function run(args: readonly string[]): Promise<Told> {
  const env = { ...process.env, AWS_SDK_JS_SUPPRESS_NODE_VERSION_SUPPORT_WARNING: '1', NODE_NO_WARNINGS: '1' };
  // as much of Lambda's 512 MB as Node.js takes for objects there
  const child = spawn(process.execPath, ['--max-old-space-size=460', '--require', join(__dirname, '../probe.cjs'), ...args], { env });
  const texts = { out: '', error: '' };
  child.stdout.on('data', (chunk: Buffer) => { texts.out += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { texts.error += chunk.toString(); });
  const code = await new Promise<number | null>(resolve => child.on('close', resolve));
  if (code !== 0) throw new Error(`the sweep ended with ${code}: ${texts.error.slice(0, 2000)}`);
  const [milliseconds, mebibytes] = /@(\S+) (\S+)/.exec(texts.out)!.slice(1).map(Number);
  return { milliseconds, mebibytes, ...JSON.parse(/#(.*)/.exec(texts.out)![1]) as Pick<Told, 'pages' | 'virtual' | 'problems'> };
}

