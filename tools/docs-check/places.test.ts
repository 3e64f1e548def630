import { PLACES, keyOf } from './places';
import { FENCED, pages, read, shellBlocks } from './shell-blocks';

const blocks = pages().flatMap(page => shellBlocks(page).map(block => ({ page, ...block })));

/** Each has the commands that deploy it; `npm run examples` synthesises all of them. */
const isExample = (page: string) => /^examples\/\w+\//.test(page);

test('the index of the examples says that their commands take an account', () => {
  expect(read('examples/README.md')).toContain('To deploy them takes an account');
});

test.each(pages().filter(page => !isExample(page)))('every shell block of %s is run somewhere, or said to need an account', page => {
  const found = shellBlocks(page).map(({ text }) => keyOf(page, text) ?? `not in tools/docs-check/places.ts: ${text}`);
  expect(found).toEqual(Object.keys(PLACES[page] ?? {}));
});

test('no place is of a page that is gone', () => {
  expect(Object.keys(PLACES).filter(page => !pages().includes(page))).toEqual([]);
});

test('what the gate runs stands in the gate', () => {
  const gate = read('.ci/run');
  const steps = Object.values(PLACES).flatMap(page => Object.values(page)).flatMap(place => (typeof place === 'string' ? [] : place));
  expect(['npm run docs:check', ...steps].filter(step => !gate.includes(` ${step}\n`) && !gate.includes(` ${step} `))).toEqual([]);
});

test('what needs an account says so under its heading', () => {
  const accounts = blocks.filter(({ page, text }) => PLACES[page]?.[keyOf(page, text) ?? ''] === 'an account');
  expect(accounts.map(({ before }) => before)).toEqual(accounts.map(() => expect.stringContaining('account')));
});

test('a call of AWS with its options stands in a block, so that it is in the list', () => {
  const inline = (page: string) => read(page).replace(FENCED, '').match(/`aws [^`]* --[a-z][^`]*`/g) ?? [];
  expect(pages().filter(page => page !== 'CHANGELOG.md').flatMap(page => inline(page).map(command => `${page}: ${command}`))).toEqual([]);
});
