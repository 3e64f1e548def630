/** Who hears of it when a plan falls silent: the dead-letter queue, and the alarm as its template has it, in virtual time. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BackupSelection, LightsailBackupPlan } from '../src';
import { ACCOUNT, BackupTestEnvironment, DAY, HOUR, REGION, startBackups } from './support/backup';
import type { PlanSettings } from '../src/functions/backup/contract';

interface ScheduleProperties {
  readonly Name?: string;
  readonly ScheduleExpression: string;
  readonly Target: { readonly Input: string };
}

interface AlarmProperties {
  readonly MetricName: string;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly TreatMissingData: string;
}

const stack = new Stack(new App(), 'Site', { env: { account: ACCOUNT, region: REGION } });
new LightsailBackupPlan(stack, 'Nightly', { planName: 'nightly', selection: BackupSelection.allInstances() });
const template = Template.fromStack(stack);
const propertiesOf = <T>(type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties as T);
const schedules = propertiesOf<ScheduleProperties>('AWS::Scheduler::Schedule');
const run = schedules.find(({ Name }) => Name)!;
const audit = schedules.find(({ Name }) => !Name)!;
const [alarm] = propertiesOf<AlarmProperties>('AWS::CloudWatch::Alarm');
const { plan } = JSON.parse(run.Target.Input) as { plan: PlanSettings };

let environment: BackupTestEnvironment;
let start: number;
beforeAll(async () => { environment = await startBackups(); });
beforeEach(() => {
  start = environment.clock.now();
  environment.sim.region(REGION).addInstance({ name: 'web', createdAt: start - 30 * DAY });
  environment.deploy(plan, run.ScheduleExpression);
});
afterEach(async () => {
  expect(environment.problems).toEqual([]);
  await environment.reset(1);
});
afterAll(() => environment.close());

const snapshots = () => [...environment.sim.region(REGION).instanceSnapshots.keys()].sort();

/** Lets days go by, with audits as the template has them. */
async function days(count: number, isAudited = true): Promise<void> {
  expect(audit.ScheduleExpression).toBe('rate(3 hours)');
  for (const end = environment.clock.now() + count * DAY; environment.clock.now() < end;) {
    await environment.until(Math.min(end, start + (Math.floor((environment.clock.now() - start) / (3 * HOUR)) + 1) * 3 * HOUR));
    if (isAudited) await environment.clock.run(environment.lambda.invoke(JSON.parse(audit.Target.Input)));
  }
}

/** Hours after the start at which the alarm changes, and to what: it rings when all of the last periods breach, as CloudWatch documents it. */
function alarmChanges(): [number, string][] {
  const values = new Map<number, number>();
  const periodOf = (time: number) => Math.floor((time - start) / 1000 / alarm.Period);
  for (const line of environment.lambda.invocations.flatMap(({ logs }) => logs)) {
    const { _aws: about, [alarm.MetricName]: value } = JSON.parse(line) as Record<string, never> & { _aws?: { Timestamp: number } };
    if (about && value !== undefined) values.set(periodOf(about.Timestamp), Math.max(value, values.get(periodOf(about.Timestamp)) ?? 0));
  }
  const breaches = (period: number) => {
    const value = values.get(period);
    return value === undefined ? alarm.TreatMissingData === 'breaching' : value >= alarm.Threshold;
  };
  const changes: [number, string][] = [];
  for (let period = alarm.EvaluationPeriods; period < periodOf(environment.clock.now()); period++) {
    const rings = Array.from({ length: alarm.EvaluationPeriods }, (_, i) => period - i).every(breaches);
    const state = rings ? 'ALARM' : 'OK';
    if (changes.at(-1)?.[1] !== state) changes.push([(period + 1) * alarm.Period / 3600, state]);
  }
  return changes;
}

test('while runs and audits come, nobody is woken', async () => {
  await days(4);
  expect(snapshots()).toHaveLength(4);
  expect(environment.scheduler.deadLetters).toEqual([]);
  expect(alarmChanges()).toEqual([[9, 'OK']]);
});

test('runs that cannot be started are dead letters with their slots, nothing is removed, and the alarm rings after two periods', async () => {
  await days(2);
  const before = snapshots();
  environment.startErrors = Array<string>(10_000).fill('AccessDeniedException');
  await days(4);
  expect(snapshots()).toEqual(before);
  expect(environment.scheduler.deadLetters.map(({ queueArn, input }) => [queueArn?.split(':').pop(), (JSON.parse(input) as { scheduledTime: string }).scheduledTime]))
    .toEqual([3, 4, 5, 6].map(day => ['DeadLetters', `2026-01-0${day}T04:00:00Z`]));
  environment.startErrors = [];
  await days(1);
  expect(snapshots()).toHaveLength(before.length + 1);
  const [[, first], [rang, second], [calm, third], ...others] = alarmChanges();
  expect([first, second, third, others]).toEqual(['OK', 'ALARM', 'OK', []]);
  // the last good one was of 2 January, 04:00, and two periods of a day later it is too old
  expect(rang - (24 + 4)).toBeGreaterThan(48);
  expect(rang - (24 + 4)).toBeLessThanOrEqual(48 + 3 * alarm.Period / 3600);
  // the next run was on 7 January, within an hour after 04:00
  expect(calm - (6 * 24 + 4)).toBeLessThanOrEqual(1 + 2 * alarm.Period / 3600);
});

test('an audit that is silent rings, although runs go on', async () => {
  await days(2);
  await days(2, false);
  expect(snapshots()).toHaveLength(4);
  // the last audit was after 48 hours, in a period of its own
  expect(alarmChanges()).toEqual([[9, 'OK'], [48 + 3 * alarm.Period / 3600, 'ALARM']]);
});
