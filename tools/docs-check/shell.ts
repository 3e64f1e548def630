import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PLACES, keyOf } from './places';
import { shellBlocks } from './shell-blocks';
import { installFromPyPi } from '../support/python';

/** The newest that PyPI has is of version 1; what differs from version 2 is told to be as there. */
const AWS_CLI = '1.46.2';

/** A user's shell, into which the blocks of the pages are copied. */
export class Shell {
  private readonly env: NodeJS.ProcessEnv;
  private readonly ran = new Set<string>();

  constructor(env: NodeJS.ProcessEnv, home: string, log: (line: string) => void) {
    if (spawnSync('jq', ['--version']).status !== 0) throw new Error('the commands of docs/troubleshooting.md need jq, which is not on the PATH. install it and run this again');
    const config = join(home, 'aws-config');
    writeFileSync(config, '[default]\ncli_timestamp_format = iso8601\n');
    this.env = {
      ...env,
      PATH: [installFromPyPi('awscli', AWS_CLI, 'aws-cli', log), process.env.PATH].join(delimiter),
      HOME: home,
      AWS_CONFIG_FILE: config,
      AWS_PAGER: '',
      NO_PROXY: '127.0.0.1',
    };
  }

  /** The block that begins so, with words of the page put in the place of others. */
  block(page: string, begins: string, put: Record<string, string> = {}): string {
    const found = shellBlocks(page).find(({ text }) => keyOf(page, text) === begins);
    if (!found) throw new Error(`${page} has no block that begins with ${begins}`);
    this.ran.add(`${page}: ${begins}`);
    return Object.entries(put).reduce((text, [word, other]) => {
      if (!text.includes(word)) throw new Error(`the block of ${page} has no '${word}':\n${text}`);
      return text.replaceAll(word, other);
    }, found.text);
  }

  /** Runs what was copied in one shell, and gives what it printed. */
  async run(region: string, ...lines: string[]): Promise<string> {
    const env = { ...this.env, AWS_REGION: region, AWS_DEFAULT_REGION: region };
    const child = spawn('bash', ['-euo', 'pipefail', '-c', lines.join('\n')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => child.kill();
    process.once('exit', kill);
    let printed = '';
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', text => (printed += text));
    child.stderr.setEncoding('utf8').on('data', text => (complaints += text));
    const code = await new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done));
    process.off('exit', kill);
    if (code !== 0 || complaints !== '') throw new Error(`exit code ${code}\n${complaints}${printed}\nof\n${lines.join('\n')}`);
    return printed;
  }

  /** Blocks that the list says are run here, and were not. */
  left(): string[] {
    const here = Object.entries(PLACES).flatMap(([page, blocks]) => (
      Object.entries(blocks).filter(([, place]) => place === 'docs:check').map(([begins]) => `${page}: ${begins}`)
    ));
    return here.filter(block => !this.ran.has(block));
  }
}

/** Looks again until it is so, for things that take a while. */
export async function eventually(what: string, holds: () => Promise<boolean> | boolean, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!await holds()) {
    if (Date.now() > end) throw new Error(`did not come to pass in ${seconds} s: ${what}`);
    await new Promise(next => setTimeout(next, 300));
  }
}
