/** Every link of the pages leads to a file and a heading that are there. */
import { existsSync, readdirSync, readFileSync } from 'fs';
import { dirname, join, relative, resolve } from 'path';
import { absoluteLinks } from '../projenrc/absolute-links';

const PROJECT = resolve(__dirname, '..');
const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'VERSIONS.md', 'CHANGELOG.md'],
  ...['docs', 'examples'].flatMap(folder => readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.md') && !file.includes('node_modules')).map(file => join(folder, file))),
];

/** Without code, where brackets are no links. */
const textOf = (file: string) => readFileSync(file, 'utf8').replace(/^ *```.*?^ *```$/gms, '');

/** Ids of a page's headings, as GitHub gives them. */
function anchorsOf(file: string): string[] {
  const headings = [...textOf(file).matchAll(/^#{1,6} (.*)$/gm)].map(([, title]) => title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
  const ids = headings.map(title => title.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replace(/ /g, '-'));
  return ids.map((id, index) => { const before = ids.slice(0, index).filter(one => one === id).length; return before ? `${id}-${before}` : id; });
}

function problemsOf(page: string): string[] {
  const links = [...textOf(join(PROJECT, page)).replace(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(([, one, other]) => one ?? other);
  return links.filter(link => !/^[a-z]+:/.test(link)).flatMap(link => {
    const [path, anchor] = link.split('#');
    const file = path ? resolve(PROJECT, dirname(page), path) : join(PROJECT, page);
    if (relative(PROJECT, file).startsWith('..') || !existsSync(file)) return [`${page}: ${link} is not there`];
    return anchor && !anchorsOf(file).includes(decodeURIComponent(anchor)) ? [`${page}: ${link} has no such heading`] : [];
  });
}

test.each(PAGES)('%s', page => {
  expect(problemsOf(page)).toEqual([]);
});

test('links are found at all', () => {
  expect(textOf(join(PROJECT, 'README.md')).match(/\]\(/g)!.length).toBeGreaterThan(20);
});

test('every example has a README, and a line in the index', () => {
  const index = readFileSync(join(PROJECT, 'examples', 'README.md'), 'utf8');
  const folders = ['typescript', 'python', 'java', 'go', 'csharp'].flatMap(language => readdirSync(join(PROJECT, 'examples', language), { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name !== 'node_modules').map(({ name }) => `${language}/${name}`));
  expect(folders.filter(folder => !existsSync(join(PROJECT, 'examples', folder, 'README.md')))).toEqual([]);
  expect(folders.filter(folder => !index.includes(`](${folder})`))).toEqual([]);
});

describe('a published README', () => {
  const place = { repository: 'git+https://github.com/example/it.git', version: '0.0.0' };

  test('leads to the repository', () => {
    const before = '[a](docs/a.md#b) ![c](docs/c.svg) <img src="./d.png"> [e](#e) [f](https://example.com)\n```ts\nx[0](y)\n```\n[g](LICENSE)\n';
    expect(absoluteLinks(before, place)).toBe('[a](https://github.com/example/it/blob/main/docs/a.md#b) ![c](https://github.com/example/it/raw/main/docs/c.svg) '
      + '<img src="https://github.com/example/it/raw/main/d.png"> [e](#e) [f](https://example.com)\n```ts\nx[0](y)\n```\n'
      + '[g](https://github.com/example/it/blob/main/LICENSE)\n');
  });

  test('leads to the pages of its own version', () => {
    expect(absoluteLinks('[a](docs/a.md)', { ...place, version: '1.2.3' })).toBe('[a](https://github.com/example/it/blob/v1.2.3/docs/a.md)');
  });
});
