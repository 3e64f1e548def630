/*
 * Compares the public API with that of the last release: `npm run api:check`, after `npx projen compile`.
 *
 * Whatever existing code has to follow stands in CHANGELOG.md, under "Unreleased", in a table whose first column names it. Nothing else stands
 * there. `-- --accept` makes the API as it is the one to compare with: part of a release, when "Unreleased" becomes its version.
 *
 * Before the first release, it is compared with what was there before the names were settled.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const PROJECT = resolve(__dirname, '..', '..');
const BASELINE = join(PROJECT, 'api', 'baseline.jsii.gz');
const NAME = 'cdk-lightsail-snapshots';

/** What does not belong to the API, and would make the file large. */
const LEFT_OUT = new Set(['readme', 'locationInModule', 'symbolId', 'remarks', 'summary', 'example', 'see', 'returns', 'fingerprint']);

function assembly(): unknown {
  return JSON.parse(readFileSync(join(PROJECT, '.jsii'), 'utf8'), (key, value) => (LEFT_OUT.has(key) ? undefined : value));
}

/** Types and members that existing code has to follow, as jsii-diff names them. */
function changes(): string[] {
  const folder = join(PROJECT, '.local', 'api');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.jsii'), gunzipSync(readFileSync(BASELINE)));
  writeFileSync(join(folder, 'package.json'), readFileSync(join(PROJECT, 'package.json')));
  const jsiiDiff = require.resolve('jsii-diff/bin/jsii-diff.js');
  const { stdout, stderr } = spawnSync(process.execPath, [jsiiDiff, folder, PROJECT, '--keys'], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  const output = stdout + stderr;
  if (!output.includes('Updated assembly')) throw new Error(`jsii-diff did not compare anything:\n${output}`);
  const keys = [...output.matchAll(/\[([a-z-]+):([^\]]+)\]$/gm)].map(([, , symbol]) => symbol.replace(`${NAME}.`, ''));
  return [...new Set(keys)].sort();
}

/** What the changelog's tables name under "Unreleased". */
function explained(): string[] {
  const [, section = ''] = /^## Unreleased\n([^]*?)(?=^## |$(?![^]))/m.exec(readFileSync(join(PROJECT, 'CHANGELOG.md'), 'utf8')) ?? [];
  const cells = [...section.matchAll(/^\| (`[^|]*) \|/gm)].map(([, cell]) => cell);
  return cells.flatMap(cell => [...cell.matchAll(/`([^`]+)`/g)].map(([, symbol]) => symbol)).sort();
}

function main(): void {
  if (process.argv.includes('--accept')) {
    writeFileSync(BASELINE, gzipSync(JSON.stringify(assembly()), { level: 9 }));
    console.log('api/baseline.jsii.gz is the API as it is');
    return;
  }
  const [changed, told] = [changes(), explained()];
  const untold = changed.filter(symbol => !told.includes(symbol));
  const stale = told.filter(symbol => !changed.includes(symbol));
  for (const symbol of untold) console.error(`CHANGELOG.md does not say how to follow the change of ${symbol}`);
  for (const symbol of stale) console.error(`CHANGELOG.md names ${symbol}, which has not changed`);
  console.log(`${changed.length} changes to follow, ${changed.length - untold.length} of them explained`);
  process.exitCode = untold.length + stale.length === 0 ? 0 : 1;
}

main();
