import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { EXAMPLES, LOCAL, OUT, PROJECT } from './package';
import { run } from './shell';
import { templatesIn } from './template';
import { writeSnippet } from './testing-page';

type Case = [name: string, synthesise: () => Promise<string>];

const HERE = join(LOCAL, 'typescript');
const INTEG = join(PROJECT, 'test', 'integ');

/** Checks the examples' types against the package's. The CDK is the project's own: the oldest that is supported. */
export async function typecheck(): Promise<void> {
  rmSync(HERE, { recursive: true, force: true });
  cpSync(join(EXAMPLES, 'typescript'), HERE, { recursive: true });
  writeSnippet('ts', HERE, 'testing-page.test.ts');
  writeFileSync(join(HERE, 'tsconfig.json'), JSON.stringify({
    compilerOptions: { module: 'node16', target: 'ES2022', strict: true, noEmit: true, skipLibCheck: true, types: ['node', 'jest'] },
  }));
  await run({ cwd: HERE }, 'npx', 'tsc', '-p', '.');
}

export function topics(): Case[] {
  const names = readdirSync(join(EXAMPLES, 'typescript')).filter(name => existsSync(join(EXAMPLES, 'typescript', name, 'app.ts')));
  return names.map(name => [name, () => synthesise(HERE, join(HERE, name, 'app.ts'), join(OUT, 'typescript', name))]);
}

/** The tests that need an account are at least synthesised, so that they are up to date on the day that somebody has one. */
export function integ(): Case[] {
  const files = existsSync(INTEG) ? readdirSync(INTEG).filter(name => /^integ\..*\.ts$/.test(name)) : [];
  return files.map(name => [name, () => synthesise(PROJECT, join(INTEG, name), join(OUT, 'integ', name))]);
}

async function synthesise(cwd: string, app: string, outdir: string): Promise<string> {
  await run({ cwd, env: { CDK_OUTDIR: outdir } }, process.execPath, '--import', 'tsx', app);
  const templates = templatesIn(outdir);
  const resources = Object.values(templates).reduce((sum, { Resources }) => sum + Object.keys(Resources).length, 0);
  if (resources === 0) throw new Error(`${app} synthesised nothing`);
  return `${Object.keys(templates).length} stacks, ${resources} resources`;
}
