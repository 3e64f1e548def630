import * as fc from 'fast-check';
import { CONTRACTS } from '../../../src/functions/deployment/contract';
import type { Environment } from '../../../src/functions/deployment/environment';
import { createHandler } from '../../../src/functions/deployment/events/receive';

const URL = 'https://cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com/answer?X-Amz-Date=20260105T090000Z&X-Amz-Signature=s3cret';
const START = Date.UTC(2026, 0, 5, 9);
const STACK = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Site/0';
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:Handler';

/** How Lightsail, EC2 and Step Functions answer whatever they are asked. */
type Outside = 'nothing there' | 'refused at length' | 'down';

const ERRORS: Readonly<Record<Outside, () => Error>> = {
  'nothing there': () => Object.assign(new Error('The thing does not exist'), { name: 'NotFoundException' }),
  'refused at length': () => Object.assign(new Error(`"${'\u0000\\"ü💥'.repeat(2000)}"`), { name: 'InvalidInputException', tip: '"'.repeat(3000) }),
  'down': () => Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }),
};

/** The handler, and all that comes of an event: what it leaves for CloudFormation, what it starts, what it logs. */
async function handle(event: unknown, outside: Outside = 'nothing there') {
  const answers: { url: string; body: string }[] = [];
  const started: Record<string, unknown>[] = [];
  const logs: string[] = [];
  let now = START;
  const toTerminalError = { send: async () => { throw ERRORS[outside](); } };
  const sfn = {
    send: async ({ input }: { input: { input: string } }) => {
      started.push(JSON.parse(input.input));
      return {};
    },
  };
  const items = new Map<string, unknown>();
  const dynamodb = {
    send: async ({ input }: { input: { Key?: { id: { S: string } }; Item?: { id: { S: string } } } }) => {
      if (input.Key) return { Item: items.get(input.Key.id.S) };
      items.set(input.Item!.id.S, input.Item);
      return {};
    },
  };
  const env = {
    region: 'us-east-1',
    clockArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:Waiter',
    stackId: STACK,
    ledgerTable: 'Ledger',
    clock: { now: () => now, sleep: async (milliseconds: number) => { now += milliseconds; } },
    random: () => 0.5,
    lightsail: () => toTerminalError,
    ec2: () => toTerminalError,
    sfn: () => sfn,
    dynamodb: () => dynamodb,
    put: async (url: string, body: string) => { answers.push({ url, body }); return 200; },
    log: (entry: object) => { logs.push(JSON.stringify(entry)); },
  } as unknown as Environment;
  const handler = createHandler(env);
  // the event's own invocation fails when no step has begun in time, and here they begin afterwards
  await handler(event, { invokedFunctionArn: ARN, getRemainingTimeInMillis: () => 20_000 }).catch(error => {
    if (started.length === 0) throw error;
  });
  // what the state machine does
  for (let clock = started.shift(), steps = 0; clock?.status === 'WAITING'; steps++) {
    if (steps > 500) throw new Error('the execution does not come to its end');
    clock = JSON.parse(JSON.stringify(await handler({ clock, gaveUp: false }, { invokedFunctionArn: ARN, getRemainingTimeInMillis: () => 60_000 })));
    now += Number(clock!.seconds) * 1000;
  }
  return { answers, logs };
}

/** Text of any sort, with what trips up the unwary. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '\u0000', '${Token[TOKEN.1]}', '"\\', '💥'.repeat(40), 'x'.repeat(200)),
);
// as it comes out of JSON
const anything = fc.oneof(text, fc.jsonValue({ maxDepth: 3 }), fc.dictionary(text, text, { maxKeys: 4 }), fc.constant(JSON.parse('{"toString":1,"valueOf":null,"__proto__":{"x":1}}')));
const types = [...Object.keys(CONTRACTS), 'Custom::LightsailWait'];
const names = [...new Set(Object.values(CONTRACTS).flatMap(({ replacementKey, required }) => [...replacementKey, ...required]))];
const properties = fc.oneof(
  anything,
  fc.record(Object.fromEntries([
    ...names, 'Tags', 'Attributes', 'Timeout', 'Continued', 'WholeTimeout', 'WaitedBefore', 'For', 'Subject', 'Maker', 'Progress', 'Count', 'Names', 'PublicPorts',
  ].map(name => [name, fc.oneof({ weight: 2, arbitrary: fc.constantFrom('web-1', 'InstanceSnapshot', 'instance', '60') }, { weight: 1, arbitrary: anything })])),
  { requiredKeys: [] }),
);
const mostly = (value: string) => fc.oneof({ weight: 5, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: anything });
const event = fc.record({
  RequestType: fc.oneof({ weight: 5, arbitrary: fc.constantFrom('Create', 'Update', 'Delete') }, { weight: 1, arbitrary: anything }),
  ResponseURL: fc.constant(URL),
  StackId: mostly(STACK),
  RequestId: mostly('request-1'),
  LogicalResourceId: mostly('Subject'),
  PhysicalResourceId: fc.oneof(fc.constantFrom('site-1', 'failed-request-0@1767603600000', 'failed-'), text, anything),
  ResourceType: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...types) }, { weight: 1, arbitrary: anything }),
  ResourceProperties: properties,
  OldResourceProperties: properties,
}, { requiredKeys: ['ResponseURL'] });

test('whatever an event holds, one answer is given that CloudFormation understands', async () => {
  await fc.assert(fc.asyncProperty(event, fc.constantFrom<Outside>('nothing there', 'refused at length', 'down'), async (given, outside) => {
    const { answers, logs } = await handle(given, outside);
    expect(answers).toHaveLength(1);
    const [{ url, body }] = answers;
    expect(url).toBe(URL);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
    const { Status, Reason, PhysicalResourceId, Data } = JSON.parse(body);
    expect(['SUCCESS', 'FAILED']).toContain(Status);
    expect(typeof PhysicalResourceId).toBe('string');
    expect(PhysicalResourceId).not.toBe('');
    expect(Buffer.byteLength(PhysicalResourceId)).toBeLessThanOrEqual(1024);
    expect(typeof Reason).toBe('string');
    expect(Reason).not.toBe('');
    expect(Reason).not.toContain('s3cret');
    expect(Reason).not.toMatch(/is not a function|Cannot read prop|undefined \(/);
    for (const value of Object.values(Data ?? {})) expect(typeof value).not.toBe('object');
    expect(logs.join()).not.toContain('s3cret');
  }), { numRuns: 1000 });
}, 60_000);

test('without an address of AWS\'s nothing is done and nothing breaks', async () => {
  const addresses = fc.constantFrom<unknown>(undefined, null, '', 7, [], {}, 'https://example.com/answer', 'http://127.0.0.1:4566/answer', URL.replace('https', 'http'));
  const without = fc.oneof(anything, fc.tuple(event, addresses).map(([given, address]) => ({ ...given, ResponseURL: address })));
  await fc.assert(fc.asyncProperty(without, async given => {
    const { answers, logs } = await handle(given);
    expect(answers).toEqual([]);
    expect(logs).toHaveLength(1);
  }), { numRuns: 300 });
});

test.each([
  ['a resource type of a later version', { ResourceType: 'Custom::LightsailBucket' }, /unknown resource type "Custom::LightsailBucket": .*with one version/],
  ['another stack', { StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/Other/0' }, /this function serves the stack arn:\S+:stack\/Site\/0 only/],
  ['no resource type', { ResourceType: undefined }, /unknown resource type/],
  ['a request type of the future', { RequestType: 'Import' }, /RequestType must be one of Create, Update, Delete, got "Import"/],
  ['a property that is missing', { ResourceProperties: {} }, /InstanceName must be given and not empty/],
  ['a property of another type', { ResourceProperties: { InstanceName: { a: 1 } } }, /InstanceName must be given and not empty, got \{"a":1\}/],
  ['a name that is none', { ResourceProperties: { InstanceName: 'web-1', InstanceSnapshotName: [] } }, /a name must be a text and not empty, got \[\]/],
  ['a timeout that is none', { ResourceProperties: { InstanceName: 'web-1', Timeout: 'soon' } }, /Timeout must be 60 to 3600 seconds, got "soon"/],
  ['an update without an id', { RequestType: 'Update' }, /the event has no PhysicalResourceId/],
  ['attributes that cannot be read', { ResourceProperties: { InstanceName: 'web-1', Attributes: [{ toString: 1 }] } }, /the event cannot be read: TypeError/],
])('%s is told', async (_, more, words) => {
  const given = {
    RequestType: 'Create',
    ResponseURL: URL,
    StackId: STACK,
    RequestId: 'r',
    LogicalResourceId: 'Subject',
    ResourceType: 'Custom::LightsailInstanceSnapshot',
    ResourceProperties: { InstanceName: 'web-1' },
    ...more,
  };
  const { answers } = await handle(given);
  expect(JSON.parse(answers[0].body)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(words) });
});
