import { spawn } from 'child_process';
import { existsSync, mkdtempSync, readFileSync } from 'fs';
import { join, resolve } from 'path';
import { createInterface } from 'readline';
import { Emulator } from './emulator';

const PROJECT = resolve(__dirname, '../..');
const CLI = join(PROJECT, 'node_modules', '.bin', 'cdk');

export interface CdkRun {
  /** The app: a TypeScript file, or anything that `--app` takes. */
  readonly app: string;
  /** All stacks unless given. */
  readonly stacks?: string[];
  readonly context?: Record<string, string>;
  /** Further arguments of the CLI. */
  readonly args?: string[];
  /** Further variables for the CLI and the app. */
  readonly env?: Record<string, string>;
  /** Logs what became of each stack, and none of its events. */
  readonly isQuiet?: boolean;
}

export interface CdkResult {
  readonly exitCode: number;
  /** Everything the CLI wrote. */
  readonly output: string;
  /** The outputs of a deployment, by stack and name. */
  readonly outputs: Record<string, Record<string, string>>;
  readonly seconds: number;
}

/** The real CDK CLI, with the emulator as its AWS account. A failed run is a result like any other, not an exception. */
export class Cdk {
  public constructor(private readonly emulator: Emulator, private readonly log: (line: string) => void = () => {}) {}

  public async bootstrap(regions = [this.emulator.region]): Promise<CdkResult> {
    return this.cli('bootstrap', regions.map(region => `aws://${this.emulator.account}/${region}`), { isQuiet: true });
  }

  public async deploy(run: CdkRun): Promise<CdkResult> {
    const file = join(this.scratch(), 'outputs.json');
    const result = await this.runApp('deploy', run, ['--require-approval', 'never', '--progress', 'events', '--outputs-file', file]);
    return existsSync(file) ? { ...result, outputs: JSON.parse(readFileSync(file, 'utf8')) } : result;
  }

  /** Exit code 1 when something differs. */
  public async diff(run: CdkRun): Promise<CdkResult> {
    return this.runApp('diff', run, ['--fail']);
  }

  public async destroy(run: CdkRun): Promise<CdkResult> {
    return this.runApp('destroy', run, ['--force']);
  }

  private async runApp(command: string, run: CdkRun, args: string[]): Promise<CdkResult> {
    return this.cli(command, [
      ...run.stacks ?? ['--all'],
      '--app', run.app.endsWith('.ts') ? `node --import tsx "${resolve(run.app)}"` : run.app,
      '--output', this.scratch(),
      ...Object.entries(run.context ?? {}).flatMap(([key, value]) => ['--context', `${key}=${value}`]),
      ...args,
      ...run.args ?? [],
    ], run);
  }

  private async cli(command: string, args: string[], { env, isQuiet = false }: Pick<CdkRun, 'env' | 'isQuiet'> = {}): Promise<CdkResult> {
    const start = Date.now();
    const child = spawn(CLI, [command, ...args, '--no-notices', '--no-version-reporting', '--no-color'], {
      cwd: PROJECT,
      env: { ...this.emulator.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', line => {
        lines.push(line);
        const short = isQuiet ? iconic(line) : condense(line);
        if (short) this.log(short);
      });
    }
    const exitCode = await new Promise<number>((done, fail) => child.once('error', fail).once('close', code => done(code ?? 1)));
    process.off('exit', kill);
    const seconds = (Date.now() - start) / 1000;
    this.log(`cdk ${command}: ${exitCode === 0 ? 'done' : `exit code ${exitCode}`} after ${seconds.toFixed(1)} s`);
    return { exitCode, output: lines.join('\n'), outputs: {}, seconds };
  }

  private scratch(): string {
    return mkdtempSync(join(this.emulator.home, 'cdk-'));
  }
}

/** Of the events those that end something, and where a custom resource begins; of the rest the stateClass. */
function condense(line: string): string | undefined {
  const event = /^\S+ +\| +[\d/ ]+\| +[^|]+\| (\w+) +\| (\S+) +\| (.*)$/.exec(line);
  if (!event) return iconic(line);
  const [, status, type, rest] = event;
  return !status.endsWith('_IN_PROGRESS') || type.startsWith('Custom::') ? `${status} ${type} ${rest.trim()}` : undefined;
}

function iconic(line: string): string | undefined {
  return /^\s*([✅❌‣]|.*\(no changes\))/u.test(line) ? line.trim() : undefined;
}
