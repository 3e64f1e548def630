import { evaluate, parseExpression } from './intrinsics';
import type { Json } from './paths';

const DATA: Json = { plan: 'nightly', slot: '2026-11-24T03:00:00Z', items: ['a', 'b'], n: 3, nothing: null };

const value = (text: string) => evaluate(parseExpression(text), DATA, () => ({ Execution: { Name: 'run' } }));

test.each<[string, Json]>([
  ["States.Format('{}-{}', $.plan, $.n)", 'nightly-3'],
  ["States.Format('it\\'s {}', true)", "it's true"],
  ["States.Format('{}', $.nothing)", 'null'],
  ["States.StringSplit($.slot, ':')", ['2026-11-24T03', '00', '00Z']],
  ["States.StringSplit('a.b+c', '.+')", ['a', 'b', 'c']],
  ["States.ArrayGetItem(States.StringSplit($.slot, ':'), 0)", '2026-11-24T03'],
  ['States.ArrayLength($.items)', 2],
  ['States.MathAdd($.n, -1)', 2],
  ['States.JsonToString($.items)', '["a","b"]'],
  ["States.StringToJson('{\"a\":1}')", { a: 1 }],
  ['States.Array($.n, $$.Execution.Name)', [3, 'run']],
  ['$.items[1]', 'b'],
])('%s', (text, expected) => {
  expect(value(text)).toEqual(expected);
});

test.each([
  ["States.Format('{} {}', $.n)", 'States.IntrinsicFailure'],
  ["States.Format('{}', $.items)", 'States.IntrinsicFailure'],
  ['States.ArrayGetItem($.items, 2)', 'States.IntrinsicFailure'],
  ['States.ArrayLength($.plan)', 'States.IntrinsicFailure'],
  ['States.MathAdd($.plan, 1)', 'States.IntrinsicFailure'],
  ["States.StringToJson('{')", 'States.IntrinsicFailure'],
  ['States.ArrayLength($.gone)', 'States.ParameterPathFailure'],
])('%s fails with %s', (text, error) => {
  expect(() => value(text)).toThrow(expect.objectContaining({ error }) as Error);
});

test.each([
  ['States.UUID()', 'States.UUID is not known'],
  ["States.Format('a", 'the end of a text'],
  ['States.ArrayLength($.a', 'a comma'],
  ['States.ArrayLength($.a, $.b)', '2 arguments'],
  ['States.ArrayLength($.a) + 1', 'nothing more'],
  ['States.ArrayLength($.a[*])', 'is no path'],
  ['States.MathAdd(1, x)', 'a value'],
])('%s is refused', (text, message) => {
  expect(() => parseExpression(text)).toThrow(message);
});

test('what is not documented is refused, not guessed', () => {
  expect(() => value("States.StringSplit('a::b', ':')")).toThrow('empty part');
});
