/** Runs the unit tests on the newest `aws-cdk-lib`; `npm test` runs them on the oldest that the library supports. */
import { spawnSync } from 'child_process';
import { readFileSync, writeFileSync } from 'fs';
import { join, resolve } from 'path';
import { NEWEST, installNewestCdk } from './support/newest-cdk';

const PROJECT = resolve(__dirname, '..');

const { jest, peerDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
console.log(`aws-cdk-lib ${installNewestCdk()}`);
const config = {
  ...jest,
  rootDir: PROJECT,
  collectCoverage: false,
  moduleNameMapper: Object.fromEntries(Object.keys(peerDependencies).map(name => [`^${name}($|/.*)`, join(NEWEST, 'node_modules', `${name}$1`)])),
};
writeFileSync(join(NEWEST, 'jest.config.json'), JSON.stringify(config));
const { status } = spawnSync('npx', ['jest', '--config', join(NEWEST, 'jest.config.json'), ...process.argv.slice(2)], { cwd: PROJECT, stdio: 'inherit' });
process.exit(status ?? 1);
