import { definitionOf } from './definition';
import { FIXTURE_DEFINITION } from './fixture/definition';
import { Scope, dependencies, resolve, stringified } from './template';

const SCOPE: Scope = { ref: name => (name === 'Gone' ? undefined : `ref:${name}`), getAtt: (id, attribute) => `${id}:${attribute}` };

test.each<[unknown, unknown]>([
  [{ a: [{ Ref: 'X' }, { Ref: 'AWS::NoValue' }], b: { Ref: 'AWS::NoValue' } }, { a: ['ref:X'] }],
  [{ 'Fn::GetAtt': 'X.Nested.Name' }, 'X:Nested.Name'],
  [{ 'Fn::GetAtt': ['X', 'Arn'] }, 'X:Arn'],
  [{ 'Fn::Join': ['', ['a', { Ref: 'X' }, 1]] }, 'aref:X1'],
  [{ 'Fn::Select': ['1', { 'Fn::Split': [',', 'a,b,c'] }] }, 'b'],
  [{ 'Fn::Sub': '${X}/${X.Arn}/${!Literal}' }, 'ref:X/X:Arn/${Literal}'],
  [{ 'Fn::Sub': ['${Y}/${X}', { Y: { Ref: 'Z' } }] }, 'ref:Z/ref:X'],
  [{ 'Ref': 'X', 'Fn::Join': 'two keys make plain data' }, { 'Ref': 'X', 'Fn::Join': 'two keys make plain data' }],
])('%j', (value, expected) => {
  expect(resolve(value, SCOPE)).toEqual(expected);
});

test.each<[unknown, string]>([
  [{ 'Fn::ImportValue': 'x' }, 'Fn::ImportValue is not known'],
  [{ Ref: 'Gone' }, 'Unresolved reference Gone'],
  [{ a: null }, "'null' values are not allowed"],
  [{ 'Fn::Select': [3, ['a']] }, 'nonexistent value'],
])('%j is an error', (value, message) => {
  expect(() => resolve(value, SCOPE)).toThrow(message);
});

test('dependencies are found in every kind of reference', () => {
  const resource = {
    Type: 'Custom::Fixture',
    DependsOn: 'A',
    Properties: { x: [{ Ref: 'B' }], y: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['C', 'x'] }]] }, z: { 'Fn::GetAtt': 'D.x' }, s: { 'Fn::Sub': '${E} ${F.Arn}' }, r: { Ref: 'AWS::Region' } },
  };
  expect([...dependencies(resource, [...'ABCDEFG'])].sort()).toEqual([...'ABCDEF']);
  const mapped = { Type: 'Custom::Fixture', Properties: { x: { 'Fn::Sub': ['${A} ${B}', { A: { 'Fn::GetAtt': ['C', 'x'] } }] } } };
  expect([...dependencies(mapped, [...'ABC'])].sort()).toEqual([...'BC']);
});

test('every scalar becomes a string, empty things stay', () => {
  expect(stringified({ a: 1, b: [true, { c: 'x' }], d: [], e: {} })).toEqual({ a: '1', b: ['true', { c: 'x' }], d: [], e: {} });
});

test('the definition is read from a synthesised template', () => {
  const text = JSON.stringify(FIXTURE_DEFINITION).split('arn:aws:');
  const template = {
    Resources: {
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: { DefinitionString: { 'Fn::Join': ['', text.flatMap((part, index) => (index ? ['arn:', { Ref: 'AWS::Partition' }, `:${part}`] : [part]))] } },
      },
      Other: { Type: 'AWS::IAM::Role' },
    },
  };
  expect(definitionOf(template)).toEqual(FIXTURE_DEFINITION);
  expect(() => definitionOf({ Resources: {} })).toThrow('one state machine wanted, found 0');
});
