import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '../..');

/** The compiled library, as users install it. */
export const LIBRARY = join(PROJECT, 'lib', 'index.js');

/** Compiles the library unless that was done after its last change. */
export function compileLibrary(): void {
  const newest = Math.max(...readdirSync(join(PROJECT, 'src'), { recursive: true, encoding: 'utf8' }).map(file => statSync(join(PROJECT, 'src', file)).mtimeMs));
  if (existsSync(LIBRARY) && statSync(LIBRARY).mtimeMs > newest) return;
  execFileSync(join(PROJECT, 'node_modules/.bin/jsii'), ['--silence-warnings=reserved-word', '--tsconfig', 'tsconfig.json'], { cwd: PROJECT, stdio: 'inherit' });
}
