import type { Definition } from './asl';
import { FIXTURE_DEFINITION } from './fixture/definition';
import { Script, runElsewhere, runHere } from './independent';
import { clockDefinition } from '../../src/private/clock-definition';

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:Handler';
const INPUT = { handler: FUNCTION, wait: 3, function: FUNCTION, status: 'WAITING', seconds: 3, deep: { list: [1, { x: null }] } };
const CRASH = { error: 'Sandbox.Timedout', cause: '{"errorMessage":"late"}' };
const THROTTLED = { error: 'Lambda.TooManyRequestsException', cause: 'Rate exceeded' };

/** What an execution carries: the fixture hands it over as it is, the clock under a name. */
const stateOf = (payload: unknown) => (payload as { clock?: object }).clock ?? payload as object;
const over = (payload: unknown, status: string) => ({ payload: { ...stateOf(payload), done: status, status, seconds: 0 } });
const gaveUp = (payload: unknown) => (payload as { gaveUp?: boolean }).gaveUp === true || 'crash' in stateOf(payload);

const scripts: Record<string, Script> = {
  'done at once': (_, payload) => over(payload, 'SUCCESS'),
  'done after three waits': (n, payload) => (n < 3 ? { payload: { ...stateOf(payload), wait: n, seconds: n, seen: n } } : over(payload, 'SUCCESS')),
  'failed': (_, payload) => over(payload, 'FAILED'),
  'superseded': (_, payload) => over(payload, 'SUPERSEDED'),
  'two crashes, then done': (n, payload) => (n < 2 ? CRASH : over(payload, 'SUCCESS')),
  'throttled, then done': (n, payload) => (n < 12 ? THROTTLED : over(payload, 'SUCCESS')),
  'crashes until it is given up': (_, payload) => (gaveUp(payload) ? over(payload, 'FAILED') : CRASH),
  'crashes for ever': () => CRASH,
};

const DEFINITIONS: Record<string, Definition> = { fixture: FIXTURE_DEFINITION, real: clockDefinition('aws') as Definition };

// an interpreter that others wrote says whether ours carries the definition out as it should
describe.each(Object.entries(DEFINITIONS))('%s', (_, definition) => {
  test.each(Object.entries(scripts))('%s', async (__, script) => {
    expect(await runHere(definition, INPUT, script)).toEqual(await runElsewhere(definition, INPUT, script));
  });
});
