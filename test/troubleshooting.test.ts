import { readFileSync } from 'fs';
import { join } from 'path';
import { messages } from './support/messages';

const page = readFileSync(join(__dirname, '..', 'docs', 'troubleshooting.md'), 'utf8');
const titles = [...page.matchAll(/^#### `(.*)`$/gm)].map(([, title]) => title);

test('every message has an entry in docs/troubleshooting.md', () => {
  expect(messages().filter(message => !titles.includes(message))).toEqual([]);
});

test('every entry has a message', () => {
  const known = messages();
  expect(titles.filter(title => !known.includes(title))).toEqual([]);
});

test('no entry is there twice, and each is followed by what to do', () => {
  expect(titles).toHaveLength(new Set(titles).size);
  expect(page).not.toMatch(/^#### .*\n\n/m);
});
