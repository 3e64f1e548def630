import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { max, median, min } from './statistics';

/** Tells what a process used when it ends: the milliseconds that it noted itself, and its peak of memory. */
const PROBE = join(__dirname, 'probe.cjs');

/** Everything in one process that is not what is measured. */
const QUIET = { CDK_VALIDATION: 'false', AWS_SDK_JS_SUPPRESS_NODE_VERSION_SUPPORT_WARNING: '1', NODE_NO_WARNINGS: '1' };

export interface Timed {
  readonly milliseconds: number;
  /** Peak of the process's resident memory, in MiB. */
  readonly mebibytes: number;
}

export interface Summary {
  readonly milliseconds: number;
  readonly mebibytes: number;
  /** Median, and the least and the most beside it. */
  readonly text: string;
}

/** Times nothing but the loading of modules, after others have been loaded. */
export const loading = (modules: readonly string[], after: readonly string[] = []) => timed(['-e', `
  for (const path of ${JSON.stringify(after)}) require(path);
  const start = process.hrtime.bigint();
  for (const path of ${JSON.stringify(modules)}) require(path);
  globalThis.took = Number(process.hrtime.bigint() - start) / 1e6;
`]);

/** Runs JavaScript in a process of its own. Unless the script prints its own milliseconds, the whole process is timed. */
export function timed(args: readonly string[]): Timed {
  const start = process.hrtime.bigint();
  const result = spawnSync(process.execPath, ['--require', PROBE, ...args], { encoding: 'utf8', env: { ...process.env, ...QUIET } });
  const whole = Number(process.hrtime.bigint() - start) / 1e6;
  if (result.status !== 0) throw new Error(result.stderr);
  const [took, mebibytes] = /@(\S+) (\S+)/.exec(result.stdout)!.slice(1).map(Number);
  return { milliseconds: took < 0 ? whole : took, mebibytes };
}

/** What takes turns, so that whatever else the machine does falls on everybody alike. */
export function interleaved<K extends string>(runs: number, cases: Record<K, () => Timed>): Record<K, Summary> {
  const names = Object.keys(cases) as K[];
  const all = new Map<K, Timed[]>(names.map(name => [name, []]));
  for (const name of names) cases[name]();
  for (let run = 0; run < runs; run++) for (const name of names) all.get(name)!.push(cases[name]());
  return Object.fromEntries(names.map(name => [name, summary(all.get(name)!)])) as Record<K, Summary>;
}

function summary(all: readonly Timed[]): Summary {
  const times = all.map(({ milliseconds }) => milliseconds);
  const milliseconds = median(times);
  const digits = milliseconds < 20 ? 1 : 0;
  return {
    milliseconds,
    mebibytes: median(all.map(({ mebibytes }) => mebibytes)),
    text: `${milliseconds.toFixed(digits)} ms (${min(times).toFixed(digits)}–${max(times).toFixed(digits)})`,
  };
}
