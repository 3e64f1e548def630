/** Runs the unit tests on the newest `aws-cdk-lib`; `npm test` runs them on the oldest that the library supports. */
import { spawnSync } from 'child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join, resolve } from 'path';

const PROJECT = resolve(__dirname, '..');
const NEWEST = join(PROJECT, '.local', 'newest');

function run(command: string, ...args: string[]) {
  const { status } = spawnSync(command, args, { cwd: PROJECT, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const { jest, peerDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
mkdirSync(NEWEST, { recursive: true });
writeFileSync(join(NEWEST, 'package.json'), '{ "private": true }');
run('npm', 'install', '--prefix', NEWEST, '--no-package-lock', ...Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`));

const { version } = JSON.parse(readFileSync(join(NEWEST, 'node_modules', 'aws-cdk-lib', 'package.json'), 'utf8'));
console.log(`aws-cdk-lib ${version}`);
const config = {
  ...jest,
  rootDir: PROJECT,
  collectCoverage: false,
  moduleNameMapper: Object.fromEntries(Object.keys(peerDependencies).map(name => [`^${name}($|/.*)`, join(NEWEST, 'node_modules', `${name}$1`)])),
};
writeFileSync(join(NEWEST, 'jest.config.json'), JSON.stringify(config));
run('npx', 'jest', '--config', join(NEWEST, 'jest.config.json'), ...process.argv.slice(2));
