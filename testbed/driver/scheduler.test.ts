import { CreateScheduleCommand, DeleteScheduleCommand, GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { VirtualClock } from './clock';
import { Random } from './random';
import { parseSchedule } from './schedule-expression';
import { Schedule, VirtualScheduler } from './scheduler';
import { SchedulerServer } from './scheduler-server';

const iso = (instant?: number) => (instant === undefined ? undefined : new Date(instant).toISOString().replace('.000', ''));

/** The next few times after an instant. */
function times(expression: string, zone: string, after: string, count = 3): (string | undefined)[] {
  const due = parseSchedule(expression, zone, Date.parse(after));
  const found: (string | undefined)[] = [];
  let last = Date.parse(after);
  while (found.length < count) {
    const next = due(last);
    found.push(iso(next));
    if (next === undefined) break;
    last = next;
  }
  return found;
}

describe('expressions', () => {
  test.each<[string, string, string, string, (string | undefined)[]]>([
    ['each night', 'cron(0 4 * * ? *)', 'UTC', '2026-01-01T04:00:00Z', ['2026-01-02T04:00:00Z', '2026-01-03T04:00:00Z', '2026-01-04T04:00:00Z']],
    ['in a zone', 'cron(0 4 * * ? *)', 'Asia/Kolkata', '2026-01-01T00:00:00Z', ['2026-01-01T22:30:00Z', '2026-01-02T22:30:00Z', '2026-01-03T22:30:00Z']],
    ['what spring skips', 'cron(30 2 * * ? *)', 'Europe/Berlin', '2026-03-28T00:00:00Z', ['2026-03-28T01:30:00Z', '2026-03-30T00:30:00Z', '2026-03-31T00:30:00Z']],
    ['what comes twice in autumn', 'cron(30 2 * * ? *)', 'Europe/Berlin', '2026-10-24T12:00:00Z', ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z', '2026-10-27T01:30:00Z']],
    ['half an hour', 'cron(45 1 * * ? *)', 'Australia/Lord_Howe', '2026-04-03T20:00:00Z', ['2026-04-04T14:45:00Z', '2026-04-05T15:15:00Z', '2026-04-06T15:15:00Z']],
    ['weekdays by name', 'cron(0 4 ? * MON-FRI *)', 'UTC', '2026-01-02T05:00:00Z', ['2026-01-05T04:00:00Z', '2026-01-06T04:00:00Z', '2026-01-07T04:00:00Z']],
    ['the first of a month', 'cron(0 4 1 * ? *)', 'UTC', '2026-01-02T05:00:00Z', ['2026-02-01T04:00:00Z', '2026-03-01T04:00:00Z', '2026-04-01T04:00:00Z']],
    ['steps and lists', 'cron(0 0/8,6 * * ? *)', 'UTC', '2026-01-02T05:00:00Z', ['2026-01-02T06:00:00Z', '2026-01-02T08:00:00Z', '2026-01-02T16:00:00Z']],
    ['a rate', 'rate(12 hours)', 'UTC', '2026-01-02T05:00:00Z', ['2026-01-02T17:00:00Z', '2026-01-03T05:00:00Z', '2026-01-03T17:00:00Z']],
    ['once', 'at(2026-01-02T05:30:00)', 'Europe/Berlin', '2026-01-02T00:00:00Z', ['2026-01-02T04:30:00Z', undefined]],
    ['years that are over', 'cron(0 4 * * ? 2020)', 'UTC', '2026-01-02T00:00:00Z', [undefined]],
  ])('%s', (_, expression, zone, after, expected) => {
    expect(times(expression, zone, after)).toEqual(expected);
  });

  test.each(['cron(0 4 * * * *)', 'cron(0 4 * * ?)', 'cron(0 4 L * ? *)', 'cron(61 4 * * ? *)', 'rate(0 days)', 'rate(1 week)', 'at(2026-01-02)', 'daily'])(
    '%s is refused', expression => {
      expect(() => parseSchedule(expression, 'UTC', 0)).toThrow('Invalid Schedule Expression');
    });

  test('a zone that is none is refused', () => {
    expect(() => parseSchedule('cron(0 4 * * ? *)', 'Europe/Atlantis', 0)(0)).toThrow('Europe/Atlantis');
  });
});

const START = Date.UTC(2026, 0, 1);
const HOUR = 3600_000;

function scheduler(deliver: (input: string, attempt: number) => void = () => undefined) {
  const clock = new VirtualClock({ start: START });
  const random = new Random(7);
  const inputs: { at: number; input: string }[] = [];
  const made = new VirtualScheduler(clock, () => random, async (_, input) => {
    inputs.push({ at: clock.now(), input });
    deliver(input, inputs.length);
  });
  return { clock, scheduler: made, inputs };
}

const nightly = (more: Partial<Schedule> = {}): Schedule => ({
  name: 'nightly',
  expression: 'cron(0 4 * * ? *)',
  target: { arn: 'arn:t', input: '{"time":"<aws.scheduler.scheduled-time>","attempt":"<aws.scheduler.attempt-number>"}' },
  ...more,
});

test('it comes within its window, and says for what time', async () => {
  const { clock, scheduler: s, inputs } = scheduler();
  s.put(nightly({ flexibleWindow: 60 }));
  await clock.advance(30 * 24 * HOUR);
  expect(inputs).toHaveLength(30);
  const delays = inputs.map(({ at }) => at % (24 * HOUR) - 4 * HOUR);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...delays)).toBeLessThan(HOUR);
  expect(new Set(delays).size).toBeGreaterThan(20);
  expect(JSON.parse(inputs[0].input)).toEqual({ time: '2026-01-01T04:00:00Z', attempt: '1' });
});

test('it comes never early, and within a minute, where there is no window', async () => {
  const { clock, scheduler: s, inputs } = scheduler();
  s.put(nightly());
  await clock.advance(10 * 24 * HOUR);
  for (const { at } of inputs) expect((at - 4 * HOUR) % (24 * HOUR)).toBeLessThan(60_000);
});

test('what fails is tried again with the same time, until it is too old, and then is a dead letter', async () => {
  const { clock, scheduler: s, inputs } = scheduler(() => { throw new Error('throttled'); });
  s.put(nightly({ target: { ...nightly().target, maximumEventAge: 3600, deadLetterArn: 'arn:q' } }));
  await clock.advance(12 * HOUR);
  expect(inputs.length).toBeGreaterThan(5);
  expect(new Set(inputs.map(({ input }) => (JSON.parse(input) as { time: string }).time))).toEqual(new Set(['2026-01-01T04:00:00Z']));
  expect(inputs.at(-1)!.at).toBeLessThanOrEqual(START + 5 * HOUR);
  expect(s.deadLetters).toMatchObject([{ queueArn: 'arn:q', schedule: 'nightly', error: 'throttled' }]);
});

test('the number of retries is limited as well', async () => {
  const { clock, scheduler: s, inputs } = scheduler(() => { throw new Error('no'); });
  s.put(nightly({ target: { arn: 'arn:t', maximumRetryAttempts: 2 } }));
  await clock.advance(12 * HOUR);
  expect(inputs).toHaveLength(3);
  expect(s.deadLetters).toHaveLength(1);
});

test('a time can be missed, or come twice', async () => {
  const { clock, scheduler: s, inputs } = scheduler();
  const counts = [0, 2, 1];
  s.deliveries = () => counts.shift()!;
  s.put(nightly());
  await clock.advance(3 * 24 * HOUR);
  expect(inputs.map(({ input }) => (JSON.parse(input) as { time: string }).time.slice(0, 10))).toEqual(['2026-01-02', '2026-01-02', '2026-01-03']);
});

test('disabled, changed and deleted', async () => {
  const { clock, scheduler: s, inputs } = scheduler();
  s.put(nightly({ enabled: false }));
  await clock.advance(2 * 24 * HOUR);
  expect(inputs).toEqual([]);
  s.put(nightly({ expression: 'cron(0 5 * * ? *)' }));
  await clock.advance(24 * HOUR);
  expect(inputs).toHaveLength(1);
  s.delete('nightly');
  await clock.advance(24 * HOUR);
  expect(inputs).toHaveLength(1);
});

describe('through the wire', () => {
  let server: SchedulerServer;
  let client: SchedulerClient;
  const { clock, scheduler: s, inputs } = scheduler();
  beforeAll(async () => {
    server = await SchedulerServer.start(s);
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
    client = new SchedulerClient({ region: 'us-east-1', endpoint: server.url, credentials, maxAttempts: 1 });
  });
  afterAll(async () => {
    client.destroy();
    await server.close();
  });

  const once = (Name: string, ScheduleExpression = 'at(2026-01-01T01:00:00)') => client.send(new CreateScheduleCommand({
    Name,
    ScheduleExpression,
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: { Arn: 'arn:aws:scheduler:::aws-sdk:lightsail:startInstance', RoleArn: 'arn:r', Input: '{"InstanceName":"web"}', RetryPolicy: { MaximumRetryAttempts: 3 } },
  }));

  test('a one-time schedule is created, fires once, and is gone', async () => {
    await expect(once('start-web')).resolves.toMatchObject({ ScheduleArn: expect.stringContaining('schedule/default/start-web') as string });
    await expect(once('start-web')).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(client.send(new GetScheduleCommand({ Name: 'start-web' }))).resolves.toMatchObject({ ScheduleExpression: 'at(2026-01-01T01:00:00)' });
    await clock.advance(2 * HOUR);
    expect(inputs.map(({ input }) => input)).toEqual(['{"InstanceName":"web"}']);
    await expect(client.send(new DeleteScheduleCommand({ Name: 'start-web' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('one that was deleted does not fire', async () => {
    await once('start-db', 'at(2026-01-01T05:00:00)');
    await client.send(new DeleteScheduleCommand({ Name: 'start-db' }));
    await clock.advance(6 * HOUR);
    expect(inputs).toHaveLength(1);
  });

  test.each([['a name with spaces', undefined], ['fine', 'at(tomorrow)']])('%s, %s: refused', async (name, expression) => {
    await expect(once(name, expression)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
