/** Puts the tables into the page. */
import { join, resolve } from 'node:path';
import { tables } from './tables';

export const PAGE = join(resolve(__dirname, '..', '..'), 'docs', 'security-review.md');

/** The page with the tables as they are today. Every table has its place, and every place its table. */
export function withTables(page: string): string {
  const left = new Map(Object.entries(tables()));
  const written = page.replace(/(<!-- generated: (\w+) -->\n)[^]*?(<!-- end -->)/g, (_, begin: string, name: string, end: string) => {
    const content = left.get(name);
    if (content === undefined) throw new Error(`docs/security-review.md has a place for ${name}, and there is no such table`);
    left.delete(name);
    return `${begin}\n${content}\n\n${end}`;
  });
  if (left.size > 0) throw new Error(`docs/security-review.md has no place for ${[...left.keys()].join(', ')}`);
  return written;
}
