import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { PYTHON } from './languages';
import { LOCAL, PROJECT } from './package';
import { run } from './shell';

/** Puts a snippet of docs/testing.md into a file, as it stands there. */
export function writeSnippet(language: 'ts' | 'python', folder: string, file: string): void {
  const page = readFileSync(join(PROJECT, 'docs', 'testing.md'), 'utf8');
  const snippet = page.split(`\`\`\`${language}\n`)[1]?.split('```')[0];
  if (snippet === undefined) throw new Error(`docs/testing.md has no snippet in ${language}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), snippet);
}

/** Runs the snippet in Python. A unit test runs the one in TypeScript. */
export async function pytest(): Promise<string> {
  const here = join(LOCAL, 'python', 'testing-page');
  writeSnippet('python', here, 'test_site.py');
  await run({ cwd: here }, PYTHON, '-m', 'pip', 'install', '--quiet', 'pytest');
  const output = await run({ cwd: here }, PYTHON, '-m', 'pytest', '--quiet', '-p', 'no:cacheprovider', 'test_site.py');
  const [passed] = /\d+ passed/.exec(output) ?? [];
  if (!passed) throw new Error(output);
  return passed;
}
