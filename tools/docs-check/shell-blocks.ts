/** The shell blocks of every page. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

/** Folders that have pages, beside the project's root. */
const FOLDERS = ['docs', 'examples', 'test', 'testbed', 'tools'];

/** A block without a language is taken for one of these. */
const SHELLS = ['', 'sh', 'bash', 'shell', 'console', 'zsh'];

export const FENCED = /^( *)```(\S*)[^\n]*\n(.*?)^\1```$/gms;

export interface ShellBlock {
  readonly text: string;
  /** The page from the heading above to the block. */
  readonly before: string;
}

/** Paths of all pages from the project's root. */
export function pages(): string[] {
  const isPage = (name: string) => name.endsWith('.md') && !name.includes('node_modules');
  const inFolder = (folder: string) => readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).map(name => join(folder, name));
  return [...readdirSync(PROJECT), ...FOLDERS.flatMap(inFolder)].filter(isPage).sort();
}

export function read(page: string): string {
  return readFileSync(join(PROJECT, page), 'utf8');
}

export function shellBlocks(page: string): ShellBlock[] {
  const text = read(page);
  return [...text.matchAll(FENCED)]
    .filter(([, , language]) => SHELLS.includes(language))
    .map(({ 1: indent, 3: block, index }) => ({
      text: block.replace(new RegExp(`^${indent}`, 'gm'), ''),
      before: text.slice(text.lastIndexOf('\n#', index) + 1, index),
    }));
}
