/** What invariants make exceptions for. These cases lie on either side of each. */
import type { ChaosEnvironment } from './environment';
import { INVARIANTS } from './invariants';
import { SECRET } from './secret';
import { generatedName, ownerTags, toTags } from '../../src/functions/aws/ownership';

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

  const unanswered = (status: number, at: number, more: object = {}) => violations('every request is answered once and in time', {
    environment: {
      responseUrls: { requests: [request], urlStyle: 'v4' },
      calls: [{ service: 'put', operation: 'PUT', outcome: status, at, body: '"r"', ...more }],
    },
  });

  test.each([['refuses', 403, 1_000], ['does not take in the last minutes', 503, 300_001]])('but for one whose answer the address %s', (_, status, at) => {
    expect(unanswered(status, at)).toEqual([]);
  });

  test.each([
    ['was not taken earlier', unanswered(503, 300_000)],
    ['went to another request', unanswered(403, 1_000, { body: '"s"' })],
    ['was no answer', unanswered(403, 1_000, { service: 'lightsail' })],
  ])('and not where the call %s', (_, found) => {
    expect(found).toHaveLength(2);
  });
});

describe('nothing that was made is left', () => {
  const NAME = 'Site-Subject-0123456789';
  const failed = (Reason: string, outcome = 'FAILED') => ({
    requests: [{ requestId: 'r', outcome }],
    puts: [{ service: 'put', body: JSON.stringify({ Status: 'FAILED', RequestId: 'r', Reason }) }],
  });
  const when = ({ requests, puts }: { requests: object[]; puts: object[] } = { requests: [], puts: [] }, events: object[] = []) => violations(
    'nothing that was made is left', {
      entry: { resourceType: {} },
      stack: { events },
      made: () => [{ key: `us-east-1/InstanceSnapshot/${NAME}`, record: { resourceType: 'InstanceSnapshot', name: NAME, tags: [] } }],
      environment: { responseUrls: { requests }, calls: puts },
    });

  test.each([
    ['the stack keeps', when(undefined, [{ status: 'DELETE_SKIPPED', physicalId: NAME }])],
    ['a failure names', when(failed(`the function kept failing: look for ${NAME} in Lightsail`))],
  ])('but for what %s', (_, found) => {
    expect(found).toEqual([]);
  });

  test.each([
    ['nobody names', when()],
    ['the stack deletes', when(undefined, [{ status: 'DELETE_COMPLETE', physicalId: NAME }])],
    ['a failure names that nobody is told', when(failed(`look for ${NAME}`, 'CANCELLED'))],
    ['a failure of another name is about', when(failed('look for Site-Subject-9876543210'))],
  ])('and not for what %s', (_, found) => {
    expect(found).toHaveLength(1);
  });
});

describe('what is to be kept is kept', () => {
  const when = (tampered: string[], answers: object[] = [{ content: { Status: 'SUCCESS', PhysicalResourceId: 'web' } }], Continued?: string) => violations(
    'what is to be kept is kept', {
      entry: { resourceType: { makes: ['InstanceSnapshot'] } },
      stack: { events: [{ status: 'DELETE_SKIPPED', physicalId: 'web' }] },
      made: () => [],
      tampered: new Map(tampered.map(name => [name, 1])),
      environment: { responseUrls: { requests: [{ answers, event: { ResourceProperties: { Continued } } }] } },
    });

  test.each([
    ['was removed behind the back of all', when(['web'])],
    ['is a group of which one was', when(['web-1'])],
    ['was never told to be there', when([], [{ content: { Status: 'FAILED', PhysicalResourceId: 'web' } }])],
    ['a wait resource goes on with', when([], undefined, 'true')],
  ])('but for what %s', (_, found) => {
    expect(found).toEqual([]);
  });

  test.each([['was told to be there', when([])], ['is beside what was removed', when(['webserver', 'db'])]])('and not for what %s', (_, found) => {
    expect(found).toHaveLength(1);
  });
});

describe('what was removed behind the back of all, and made again', () => {
  const owner = { stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/Site/1', logicalId: 'Subject' };
  const NAME = generatedName(owner, 'key');
  const success = { counted: true, status: 200, at: 1_000, content: { Status: 'SUCCESS', PhysicalResourceId: NAME } };
  const creation = { requestId: 'r', requestType: 'Create', logicalId: 'Subject', sentAt: 0, answers: [success], event: { ResourceProperties: {} } };
  const tags = toTags(ownerTags({ ...owner, requestId: 'r' }, 'key'));
  const when = (invariant: string, tampered: [string, number][]) => violations(invariant, {
    environment: { responseUrls: { requests: [creation] } },
    sim: { calls: [{ operation: 'DeleteInstanceSnapshot', input: { instanceSnapshotName: NAME }, resources: [{ tags }], at: 50_000 }] },
    tampered: new Map(tampered),
  });

  describe.each(['nothing is removed before CloudFormation says so', 'what a deployment did not make stays until CloudFormation asks for its removal'])('%s', invariant => {
    test('but for that', () => {
      expect(when(invariant, [[NAME, 50_000]])).toEqual([]);
    });

    test.each<[string, [string, number][]]>([
      ['nothing was removed', []], ['it is removed later', [[NAME, 50_001]]], ['something else was', [['web', 1]]],
    ])('and not where %s', (_, tampered) => {
      expect(when(invariant, tampered)).toHaveLength(1);
    });
  });
});

describe('nothing secret is left in the ledger', () => {
  const url = 'https://cloudformation-custom-resource-response.example/answer';
  const when = (status: string, outcome: number, item: string) => violations('nothing secret is left in the ledger', {
    environment: { ledger: { items: new Map([['Subject', { item }]]) }, responseUrls: { url }, calls: [{ service: 'put', outcome }] },
    stack: { status },
  });

  test.each([['refused the answer', when('DELETE_COMPLETE', 403, url)], ['is waited at', when('DELETE_FAILED', 200, url)]])(
    'but for an address that %s', (_, found) => { expect(found).toEqual([]); },
  );

  test.each([
    ['an address that was answered', when('DELETE_COMPLETE', 200, url)],
    ['a secret property where the address refused the answer', when('DELETE_FAILED', 403, SECRET)],
  ])('and not for %s', (_, found) => {
    expect(found).toHaveLength(1);
  });
});

describe('what passes changes nothing', () => {
  const request = { requestId: 'r', sentAt: 0 };
  const when = (urlStyle: string, at: number, calm = true) => INVARIANTS['what passes changes nothing']({
    chaos: {
      entry: { scenario: { stages: [{ ends: 'CREATE_COMPLETE' }] } },
      endings: [{ status: 'ROLLBACK_COMPLETE' }],
      environment: { responseUrls: { requests: [request], urlStyle }, calls: [{ operation: 'PutItem', outcome: 200, at, body: '"r"' }] },
    } as unknown as ChaosEnvironment,
    faults: [],
    calm,
  });

  test('but for a request without a date that is written down late, and where more went wrong than passes', () => {
    expect([when('v2', 15_001), when('v4', 100, false)]).toEqual([[], []]);
  });

  test.each([['has a date', when('v4', 15_001)], ['is written down in time', when('v2', 15_000)]])('and not for a request that %s', (_, found) => {
    expect(found).toHaveLength(1);
  });
});
