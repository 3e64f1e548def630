import type { Definition } from './asl';
import { TOY_DEFINITION } from './fixture/definition';
import { Script, runElsewhere, runHere } from './independent';
import { clockDefinition } from '../../src/private/clock-definition';

const INPUT = { handler: 'arn:aws:lambda:us-east-1:123456789012:function:Handler', wait: 3, deep: { list: [1, { x: null }] } };
const CRASH = { error: 'Sandbox.Timedout', cause: '{"errorMessage":"late"}' };

const request = (payload: unknown) => {
  const { request: inner, ...rest } = payload as { request?: object; retries?: number };
  return inner ?? rest;
};

const scripts: Record<string, Script> = {
  'done at once': () => ({ payload: { done: 'SUCCESS' } }),
  'done after three waits': (n, payload) => ({ payload: n < 3 ? { ...payload as object, wait: n, seen: n } : { done: 'SUCCESS' } }),
  'failed': () => ({ payload: { done: 'FAILED' } }),
  'two crashes, then done': n => (n < 2 ? CRASH : { payload: { done: 'SUCCESS' } }),
  'crashes until it is given up': (_, payload) => ('crash' in request(payload) ? { payload: { done: 'FAILED' } } : CRASH),
  'crashes for ever': () => CRASH,
};

const DEFINITIONS: Record<string, Definition> = { toy: TOY_DEFINITION, real: clockDefinition('aws') as Definition };

// an interpreter that others wrote says whether ours carries the definition out as it should
describe.each(Object.entries(DEFINITIONS))('%s', (_, definition) => {
  test.each(Object.entries(scripts))('%s', async (__, script) => {
    expect(await runHere(definition, INPUT, script)).toEqual(await runElsewhere(definition, INPUT, script));
  });
});
