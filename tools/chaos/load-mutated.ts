/** Loads code of the library with mistakes made in it on purpose. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';

/** One place of the source, and what stands there instead. */
export interface Edit {
  /** Below the folder that is loaded. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/**
 * What an entry exports, built with the edits. Fails where a place is not there any more, or there more than once.
 *
 * @param folder where the entry's imports and the files of the edits begin
 * @param entry source text of the entry
 */
export async function loadMutated<M>(folder: string, entry: string, edits: readonly Edit[]): Promise<M> {
  const changed = new Map<string, string>();
  for (const { file, from, to } of edits) {
    const path = join(folder, file);
    const parts = (changed.get(path) ?? readFileSync(path, 'utf8')).split(from);
    if (parts.length !== 2) throw new Error(`${file} holds ${parts.length - 1} times what a defect replaces: ${from}`);
    changed.set(path, parts.join(to));
  }
  const { outputFiles: [{ text }] } = await build({
    stdin: { contents: entry, resolveDir: folder, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    logLevel: 'silent',
    plugins: [{
      name: 'edits',
      setup: ({ onLoad }) => onLoad({ filter: /\.ts$/ }, ({ path }) => (changed.has(path) ? { contents: changed.get(path)!, loader: 'ts' } : undefined)),
    }],
  });
  const module = { exports: {} as M };
  compileFunction(text, ['module', 'exports', 'require'])(module, module.exports, createRequire(join(folder, 'entry.ts')));
  return module.exports;
}
