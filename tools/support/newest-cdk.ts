/** The newest `aws-cdk-lib` and `constructs` that the library allows, in a folder of their own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

export const NEWEST = join(PROJECT, '.local', 'newest');

/** Installs them, and gives the version of `aws-cdk-lib`. */
export function installNewestCdk(): string {
  const { peerDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { peerDependencies: Record<string, string> };
  mkdirSync(NEWEST, { recursive: true });
  writeFileSync(join(NEWEST, 'package.json'), '{ "private": true }');
  const wanted = Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`);
  const { status } = spawnSync('npm', ['install', '--prefix', NEWEST, '--no-package-lock', ...wanted], { cwd: PROJECT, stdio: 'inherit' });
  if (status !== 0) throw new Error('the newest aws-cdk-lib could not be installed; that needs the npm registry');
  return JSON.parse(readFileSync(join(NEWEST, 'node_modules', 'aws-cdk-lib', 'package.json'), 'utf8')).version;
}
