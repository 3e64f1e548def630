/** Programs from PyPI, each in a virtual environment of its own under `.local`. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const LOCAL = resolve(__dirname, '../../.local');

/** Installs a version of a package unless it is there, and gives the folder of its programs. */
export function installFromPyPi(name: string, version: string, folder: string, log: (line: string) => void): string {
  if (process.platform === 'win32') throw new Error(`${name} is installed on Linux and macOS only; on Windows use WSL.`);
  const venv = join(LOCAL, folder);
  const python = join(venv, 'bin', 'python');
  const installed = spawnSync(python, ['-c', `from importlib.metadata import version; print(version("${name}"))`], { encoding: 'utf8' });
  if (installed.status === 0 && installed.stdout.trim() === version) return join(venv, 'bin');

  log(`Installing ${name} ${version} into .local/${folder}, once`);
  run(systemPython(name), ['-m', 'venv', '--clear', venv],
    'Python could not make a virtual environment; on Debian and Ubuntu its module is a package of its own: apt install python3-venv.');
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `${name}==${version}`],
    `pip could not install ${name} ${version}; it needs PyPI or a mirror of it once.`);
  return join(venv, 'bin');
}

function systemPython(name: string): string {
  const recent = 'import sys; sys.exit(sys.version_info < (3, 10))';
  const found = ['python3', 'python'].find(program => spawnSync(program, ['-c', recent]).status === 0);
  if (!found) throw new Error(`${name} is a Python program, and no Python 3.10 or newer is on the PATH. Install one and run this again.`);
  return found;
}

function run(command: string, args: string[], advice: string): void {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${advice}\n${result.error?.message ?? (result.stderr + result.stdout).trim()}`);
}
