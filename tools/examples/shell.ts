import { spawn, spawnSync } from 'child_process';
import { mkdirSync } from 'fs';

export interface Run {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program. What it wrote is in the error when it fails, and nowhere else. */
export async function run({ cwd, env }: Run, command: string, ...args: string[]): Promise<string> {
  mkdirSync(cwd, { recursive: true });
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => { output += data; });
  const status = await new Promise((done, fail) => child.once('error', fail).once('close', done));
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')}: exit code ${status}\n${output.trim().split('\n').slice(-40).join('\n')}`);
  return output;
}

/** Refuses to begin without a tool that will be needed. */
export function requireTool(command: string, arg: string, pattern: RegExp, least: number, advice: string): void {
  const { status, stdout, stderr } = spawnSync(command, [arg], { encoding: 'utf8' });
  const version = pattern.exec(`${stdout}${stderr}`)?.[1];
  if (status === 0 && Number(version) >= least) return;
  throw new Error(`${advice}, and '${command} ${arg}' ${status === 0 ? `says ${version}` : 'does not work'}. 'npm run examples -- --short' does with less`);
}
