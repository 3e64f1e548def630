import { existsSync, readdirSync, rmSync } from 'fs';
import { join, resolve } from 'path';
import { run } from './shell';

export const PROJECT = resolve(__dirname, '../..');
export const EXAMPLES = join(PROJECT, 'examples');
/** Where everything is built. What was fetched or generated for the CDK stays there for the next run. */
export const LOCAL = join(PROJECT, '.local', 'examples');
/** Cloud assemblies, by language and topic. */
export const OUT = join(LOCAL, 'out');
/** Packages, by language. */
const DIST = join(LOCAL, 'dist');
/** Maven's local repository: the user's own gets no package of version 0.0.0. */
export const MAVEN_REPOSITORY = join(LOCAL, 'm2');

/** One language's package of the library. */
export async function pack(target: 'js' | 'python' | 'java' | 'go' | 'dotnet', codeOnly = false): Promise<void> {
  if (target === 'js') await compile();
  rmSync(join(DIST, target), { recursive: true, force: true });
  await pacmak(target, '.', DIST, codeOnly);
  if (target !== 'js') return;
  const home = join(LOCAL, 'node_modules', 'cdk-lightsail-snapshots');
  rmSync(home, { recursive: true, force: true });
  await run({ cwd: home }, 'tar', '-xzf', packed('js', '.tgz'), '--strip-components=1');
}

/** Generates a package, and builds it unless it is to be `codeOnly`. */
export async function pacmak(target: string, module: string, outdir: string, codeOnly: boolean): Promise<void> {
  const env = { MAVEN_OPTS: `${process.env.MAVEN_OPTS ?? ''} -Dmaven.repo.local=${MAVEN_REPOSITORY}` };
  await run({ cwd: PROJECT, env }, 'npx', 'jsii-pacmak', '--target', target, '--outdir', outdir, '--force', ...codeOnly ? ['--code-only'] : [], module);
}

/** The file of a package whose name ends like this. */
export function packed(target: string, end: string): string {
  const files = readdirSync(join(DIST, target), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith(end));
  if (files.length !== 1) throw new Error(`one file ${end} was expected in ${join(DIST, target)}, got ${files.length}: ${files.join(', ')}`);
  return join(DIST, target, files[0]);
}

export function dist(target: string): string {
  return join(DIST, target);
}

async function compile(): Promise<void> {
  await run({ cwd: PROJECT }, 'npx', 'projen', 'compile');
  for (const file of ['.jsii', 'lib/index.js', 'assets/deployment/index.js', 'assets/backup/index.js']) {
    if (!existsSync(join(PROJECT, file))) throw new Error(`the build made no ${file}`);
  }
}

