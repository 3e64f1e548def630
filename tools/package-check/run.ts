/*
 * Checks what would be published: `npm run package:check`, after `npx projen compile`.
 *
 * The bundles are the same wherever and with whatever Node.js they are made, and work on those that functions have. The package holds nothing
 * that users have no use for, and nothing in it is known to be vulnerable.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import '../support/temp-folder';

const PROJECT = resolve(__dirname, '..', '..');
const BUNDLES = ['deployment', 'backup'].map(name => join('assets', name, 'index.js'));

/** All that a package holds. */
const EXPECTED = [
  /^(package\.json|README\.md|API\.md|LICENSE|NOTICE|\.jsii|\.jsii\.tabl\.json\.gz)$/,
  /^assets\/(deployment|backup)\/index\.js$/,
  /^lib\/[a-z-]+\.(js|d\.ts)$/,
  /^lib\/private\/[a-z-]+\.(js|d\.ts)$/,
  /^lib\/functions\/(aws\/regions|deployment\/contract|backup\/(contract|pattern|permissions|retention|selected-types))\.(js|d\.ts)$/,
  /^\.warnings\.jsii\.js$/,
];

/** Registries, folders of a machine, source maps. */
const UNWANTED = /registry\.|pypi\.|\/home\/|\/root\/|\/tmp\/|\/work\/|sourceMappingURL|"sourcesContent"/;

/** Other versions of Node.js, as packages. */
const NODES = [22, 24];

let passed = 0;
let failed = 0;

function check(what: string, good: boolean, otherwise = ''): void {
  console.log(`${good ? '✓' : '✗'} ${what}${good || !otherwise ? '' : `: ${otherwise}`}`);
  if (good) passed++;
  else failed++;
}

/** Stands for the bundles in a project's folder. */
function hashIn(folder: string): string {
  return BUNDLES.reduce((hash, bundle) => hash.update(readFileSync(join(folder, bundle))), createHash('sha256')).digest('hex');
}

/** The bundles' hash when they are made in another folder. */
function bundledIn(folder: string, node = process.execPath): string {
  for (const part of ['src', 'projenrc', 'package.json', 'tsconfig.json']) cpSync(join(PROJECT, part), join(folder, part), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  execFileSync(node, ['--import', 'tsx', join('projenrc', 'bundle.ts')], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const hash = hashIn(folder);
  rmSync(folder, { recursive: true });
  return hash;
}

function nodeOf(major: number): string | undefined {
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = join(PROJECT, '.local', `node-${major}`);
  mkdirSync(prefix, { recursive: true });
  const { status } = spawnSync('npm', ['install', '--prefix', prefix, '--no-save', '--no-package-lock', '--silent', `${name}@${major}`], { stdio: 'inherit' });
  const binary = join(prefix, 'node_modules', name, 'bin', 'node');
  return status === 0 && existsSync(binary) ? binary : undefined;
}

function reproducible(): void {
  execFileSync(process.execPath, ['--import', 'tsx', join('projenrc', 'bundle.ts')], { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'] });
  const here = hashIn(PROJECT);
  console.log(`bundles: ${BUNDLES.map(bundle => statSync(join(PROJECT, bundle)).size).join(' and ')} bytes, sha256 of both ${here}`);
  const elsewhere = (label: string) => mkdtempSync(join(tmpdir(), `bundle-${label}-`));
  const other = bundledIn(elsewhere('elsewhere'));
  check(`the bundles are the same in another folder (${process.version})`, other === here, other);
  for (const major of NODES) {
    const node = nodeOf(major);
    const hash = node ? bundledIn(elsewhere(`node-${major}`), node) : 'it could not be installed';
    const version = node ? execFileSync(node, ['--version'], { encoding: 'utf8' }).trim() : `v${major}`;
    check(`the bundles are the same on Node.js ${version}`, hash === here, hash);
    if (node) handlesEvents(node, version);
  }
}

/** The runtimes of functions are these. */
function handlesEvents(node: string, version: string): void {
  const [deployment, backup] = BUNDLES.map(bundle => join(PROJECT, bundle));
  const handling = spawnSync(node, [join(__dirname, 'handle-event.cjs'), deployment], { encoding: 'utf8' });
  check(`the deployment bundle handles events on Node.js ${version}`, handling.status === 0, handling.stderr.trim());
  const loading = spawnSync(node, ['-e', "if (typeof require(process.argv[1]).handler !== 'function') process.exit(1)", backup], { encoding: 'utf8' });
  check(`the backup bundle loads on Node.js ${version}`, loading.status === 0, loading.stderr.trim());
}

function packed(): void {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: PROJECT, encoding: 'utf8' });
  const [{ files, size, unpackedSize }] = JSON.parse(output) as { files: { path: string }[]; size: number; unpackedSize: number }[];
  console.log(`package: ${files.length} files, ${size} bytes, unpacked ${unpackedSize}`);
  const paths = files.map(({ path }) => path);
  const strange = paths.filter(path => !EXPECTED.some(expected => expected.test(path)));
  check('the package holds nothing that users have no use for', strange.length === 0, strange.join(', '));
  const missing = ['lib/index.js', 'lib/index.d.ts', '.jsii', 'NOTICE', 'lib/functions/aws/regions.js', ...BUNDLES].filter(path => !paths.includes(path));
  check('the package holds what it needs', missing.length === 0, missing.join(', '));
  const revealing = paths.flatMap(path => (UNWANTED.exec(textOf(join(PROJECT, path))) ?? []).map(found => `${path} (${found})`));
  check('no source map, no address of a registry, no folder of a machine', revealing.length === 0, revealing.join(', '));
  const manifest = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  check('nothing is installed with it but two peers', !manifest.dependencies && Object.keys(manifest.peerDependencies).join() === 'aws-cdk-lib,constructs');
}

/** npm, PyPI and Construct Hub show the README without the files beside it. */
function leadsAnywhere(): void {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  const before = readFileSync(join(PROJECT, 'README.md'), 'utf8');
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync('tar', ['-xzf', readdirSync(folder)[0], '--strip-components=1'], { cwd: folder });
  const { readme } = JSON.parse(readFileSync(join(folder, '.jsii'), 'utf8')) as { readme: { markdown: string } };
  for (const [which, text] of [['README.md', readFileSync(join(folder, 'README.md'), 'utf8')], ['the README of .jsii', readme.markdown]]) {
    const prose = text.replace(/^```.*?^```$/gms, '');
    const relative = [...prose.matchAll(/\]\((?!https:|#)([^)\s]*)\)|\b(?:href|src)="(?!https:|#)([^"]*)"/g)].map(([, link, other]) => link ?? other);
    check(`${which} leads to no file beside it`, relative.length === 0 && prose.includes('](https:'), relative.join(', '));
  }
  check('README.md is as it was before', readFileSync(join(PROJECT, 'README.md'), 'utf8') === before);
  rmSync(folder, { recursive: true });
}

function textOf(path: string): string {
  const content = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8');
}

/** What is known of the packages that the function carries: their code is published, and no user's own audit can see it. */
function audited(): void {
  const carried = [...readFileSync(join(PROJECT, 'NOTICE'), 'utf8').matchAll(/^- (\S+) \d/gm)].map(([, name]) => name);
  const { stdout } = spawnSync('npm', ['audit', '--json'], { cwd: PROJECT, encoding: 'utf8' });
  const { vulnerabilities, message } = JSON.parse(stdout) as { vulnerabilities?: Record<string, { severity: string }>; message?: string };
  if (!vulnerabilities) {
    console.log(`- npm audit was not possible here: ${message ?? 'the registry does not answer'}`);
    return;
  }
  const found = Object.entries(vulnerabilities).filter(([name]) => carried.includes(name)).map(([name, { severity }]) => `${name} (${severity})`);
  check(`npm audit knows nothing against the ${carried.length} packages that the function carries`, found.length === 0, found.join(', '));
}

// first what is there, then what is made
packed();
leadsAnywhere();
reproducible();
audited();
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
