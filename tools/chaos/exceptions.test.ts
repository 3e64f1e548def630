/** Three invariants make an exception each. These cases lie on either side of it. */
import type { ChaosEnvironment } from './environment';
import { INVARIANTS } from './invariants';

const [FIRST, LAST] = [{ id: 1 }, { id: 2 }];
const look = (at: number, invocation: object) => ({ service: 'lightsail', operation: 'GetInstances', at, invocation, body: '' });

/** What of a chaos environment these invariants read. */
function violations(invariant: string, chaos: object): string[] {
  return INVARIANTS[invariant]({ chaos: chaos as ChaosEnvironment, faults: [], calm: false });
}

describe('success is told only of what is there as told', () => {
  const request = { requestId: 'r', requestType: 'Create', logicalId: 'Subject', outcome: 'SUCCESS' };
  const when = (tamperedAt: number) => violations('success is told only of what is there as told', {
    environment: { responseUrls: { requests: [request] }, calls: [look(10_000, FIRST), look(90_000, LAST), look(95_000, LAST)] },
    successes: [{ requestId: 'r', at: 96_000, problems: ["'web' is error"] }],
    tampered: new Map([['web', tamperedAt]]),
  });

  test.each([90_000, 95_500])('but for what changes after the last step has begun to look (%d ms)', at => {
    expect(when(at)).toEqual([]);
  });

  test.each([10_500, 89_999])('and not for what changes between two steps (%d ms)', at => {
    expect(when(at)).toHaveLength(1);
  });
});

describe('nothing foreign is changed or removed', () => {
  const when = (operation: string, name: string, at: number) => violations('nothing foreign is changed or removed', {
    picture: () => new Map([['us-east-1/InstanceSnapshot/web', 'after']]),
    before: new Map([['us-east-1/InstanceSnapshot/web', 'before']]),
    sim: { calls: [{ operation, input: { resourceName: name }, at }] },
    tampered: new Map([['web', 10_000]]),
  });

  test.each(['DeleteInstanceSnapshot', 'TagResource', 'UntagResource'])('but for what came between a look and %s, which the role does not permit', operation => {
    expect(when(operation, 'web', 14_999)).toEqual([]);
  });

  test.each([
    ['comes later', when('TagResource', 'web', 15_000)],
    ['is about something else', when('TagResource', 'web-2', 10_100)],
    ['is another call', when('CreateInstanceSnapshot', 'web', 10_100)],
  ])('and not where the call %s', (_, found) => {
    expect(found).toHaveLength(1);
  });
});

describe('every request is answered once and in time', () => {
  const request = {
    requestId: 'r',
    requestType: 'Create',
    logicalId: 'Subject',
    outcome: 'TIMEOUT',
    answers: [],
    sentAt: 0,
    closedAt: 420_000,
    event: { ResourceProperties: { ServiceTimeout: '420' } },
  };
  const when = (urlStyle: string, ...written: number[]) => violations('every request is answered once and in time', {
    environment: {
      responseUrls: { requests: [request], urlStyle },
      calls: written.map(at => ({ service: 'dynamodb', operation: 'PutItem', outcome: 200, at, body: '"r"' })),
    },
  });

  test('but for one without a date that is written down late', () => {
    expect(when('v2', 15_001)).toEqual([]);
  });

  test.each([
    ['has a date', when('v4', 15_001)],
    ['is written down in time', when('v2', 15_000)],
    ['is written down in time, and again later', when('v2', 100, 15_001)],
    ['is never written down', when('v2')],
  ])('and not for one that %s', (_, found) => {
    expect(found).toHaveLength(2);
  });
});
