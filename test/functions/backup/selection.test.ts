import type { Selection } from '../../../src/functions/backup/contract';
import { selectedTypes } from '../../../src/functions/backup/selected-types';
import { isSelected, selectedNames } from '../../../src/functions/backup/selection';

const SOURCES = [
  { type: 'Instance', name: 'web', tags: [{ key: 'env', value: 'prod' }, { key: 'backup', value: 'daily' }] },
  { type: 'Instance', name: 'test', tags: [{ key: 'env', value: 'test' }, { key: 'backup', value: 'daily' }] },
  { type: 'Instance', name: 'tmp', tags: [{ key: 'scratch' }] },
  { type: 'Disk', name: 'data', tags: [{ key: 'env', value: 'prod' }] },
] as const;

const chosen = (selection: Selection) => SOURCES.filter(source => isSelected(selection, source)).map(({ name }) => name);
const instances: Selection = { type: 'Instance' };
const tag = (key: string, value?: string): Selection => ({ tag: { key, ...value !== undefined && { value } } });

test.each<[string, Selection, string[]]>([
  ['all instances', instances, ['web', 'test', 'tmp']],
  ['a tag and its value', { and: [instances, tag('env', 'prod')] }, ['web']],
  ['both of two tags, not either', { and: [instances, tag('backup', 'daily'), tag('env', 'prod')] }, ['web']],
  ['either of two', { and: [instances, { or: [tag('env', 'prod'), tag('scratch')] }] }, ['web', 'tmp']],
  ['a key alone', { and: [instances, tag('backup')] }, ['web', 'test']],
  ['a part of a value', { and: [instances, tag('env', 't*')] }, ['test']],
  ['all but those with a tag', { and: [instances, { not: tag('env', 'test') }] }, ['web', 'tmp']],
  ['names', { and: [instances, { names: ['web', 'data'] }] }, ['web']],
  ['all but a name', { and: [instances, { not: { names: ['web'] } }] }, ['test', 'tmp']],
  ['instances and disks', { or: [{ and: [instances, tag('scratch')] }, { type: 'Disk' }] }, ['tmp', 'data']],
])('%s', (_title, selection, expected) => {
  expect(chosen(selection)).toEqual(expected);
});

test('only types that can match are listed', () => {
  expect(selectedTypes({ and: [instances, { not: { names: ['a'] } }] })).toEqual(['Instance']);
  expect(selectedTypes({ or: [instances, { type: 'Disk' }] })).toEqual(['Instance', 'Disk']);
  expect(selectedTypes({ and: [{ type: 'Disk' }, instances] })).toEqual([]);
});

test('names that are given are known with their type, those left out are not', () => {
  expect(selectedNames({ and: [instances, { names: ['a', 'b'] }, { not: { names: ['c'] } }] })).toEqual([{ type: 'Instance', name: 'a' }, { type: 'Instance', name: 'b' }]);
  expect(selectedNames({ or: [{ and: [{ and: [{ names: ['a'] }, instances] }, tag('env')] }, { and: [{ type: 'Disk' }, { names: ['a'] }] }, { names: ['b'] }] })).toEqual([
    { type: 'Instance', name: 'a' }, { type: 'Disk', name: 'a' }, { name: 'b' },
  ]);
});
