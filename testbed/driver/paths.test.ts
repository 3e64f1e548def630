import { parsePath, read, write } from './paths';

const DATA = { 'a': { b: [1, { c: 'x' }] }, 'odd name': null };

test.each([
  ['$', DATA], ['$.a.b[1].c', 'x'], ["$['a']['b'][0]", 1], ["$['odd name']", null], ['$.a.none', undefined], ['$.a.b[7]', undefined], ['$.a.b.length', undefined],
])('%s', (path, value) => {
  expect(read(parsePath(path), DATA, {})).toEqual(value);
});

test('the context has its own root', () => {
  expect(read(parsePath('$$.Execution.Name'), {}, { Execution: { Name: 'n' } })).toBe('n');
});

test.each(['a', '$.a[*]', '$..a', '$.a[?(@.b)]', '$.a[-1]', 'States.Format(\'x\')'])('%s is refused', path => {
  expect(() => parsePath(path)).toThrow(/no path this interpreter knows/);
});

test('writing makes what is missing and leaves the rest', () => {
  expect(write(parsePath('$.a.x.y'), DATA, 1)).toEqual({ ...DATA, a: { ...DATA.a, x: { y: 1 } } });
  expect(write(parsePath('$'), DATA, 1)).toBe(1);
  expect(write(parsePath('$.a.b.c'), DATA, 1)).toBeUndefined();
});
