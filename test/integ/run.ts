/**
 * The constructs on a real account. Costs money: see README.md here. Each case is deployed, deployed again with a change, deployed once more
 * without one, and destroyed, whatever happened before.
 *
 *     npm run integ -- --account 123456789012 --region eu-west-1 [case …]
 */
import { spawnSync } from 'child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { parseArgs } from 'util';

const CDK = resolve(__dirname, '../../node_modules/.bin/cdk');

const { values, positionals } = parseArgs({ allowPositionals: true, options: { account: { type: 'string' }, region: { type: 'string' } } });
const { account, region } = values;
if (!account || !region) {
  // so that nobody deploys to the account that happens to be the current one
  console.error('give the account and the region: npm run integ -- --account 123456789012 --region eu-west-1');
  process.exit(2);
}

function cdk(file: string, command: string, ...args: string[]): string {
  const out = mkdtempSync(join(tmpdir(), 'integ-'));
  const { status } = spawnSync(CDK, [
    command, '--all', '--app', `node --import tsx ${join(__dirname, file)}`, '--output', out, ...args,
    ...command === 'deploy' ? ['--require-approval', 'never', '--outputs-file', join(out, 'outputs.json')] : [],
  ], { stdio: 'inherit', env: { ...process.env, INTEG_ACCOUNT: account, INTEG_REGION: region } });
  if (status !== 0) throw new Error(`cdk ${command}: exit code ${status}`);
  return out;
}

function deploy(file: string, ...args: string[]): void {
  const outputs = JSON.parse(readFileSync(join(cdk(file, 'deploy', ...args), 'outputs.json'), 'utf8'));
  const empty = Object.entries(Object.assign({}, ...Object.values<object>(outputs))).filter(([, value]) => !value);
  if (empty.length > 0) throw new Error(`outputs without a value: ${empty.map(([name]) => name).join(', ')}`);
}

const all = readdirSync(__dirname).filter(name => /^integ\..*\.ts$/.test(name));
const files = all.filter(name => positionals.length === 0 || positionals.includes(name.split('.')[1]));
const failures: string[] = [];
for (const file of files) {
  const attempt = (what: string, work: () => void) => {
    console.log(`\n=== ${file}: ${what}`);
    try {
      work();
      return true;
    } catch (error) {
      failures.push(`${file}: ${what}: ${(error as Error).message}`);
      return false;
    }
  };
  if (attempt('create', () => deploy(file)) && attempt('update', () => deploy(file, '-c', 'revision=2'))) {
    attempt('no change', () => cdk(file, 'diff', '--fail', '-c', 'revision=2'));
  }
  attempt('destroy', () => cdk(file, 'destroy', '--force', '-c', 'revision=2'));
}
failures.forEach(failure => console.error(`✗ ${failure}`));
const failed = new Set(failures.map(failure => failure.split(':')[0])).size;
console.log(`${files.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
