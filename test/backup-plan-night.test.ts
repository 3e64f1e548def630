/** What a template says of a plan, lived through: the schedule of the construct, its input and its time zone, in virtual time. */
import { App, Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import { BackupCopy, BackupRetention, BackupSelection, LightsailBackupPlan } from '../src';
import { ACCOUNT, BackupTestEnvironment, DAY, REGION, startBackups } from './support/backup';
import type { PlanSettings } from '../src/functions/backup/contract';

let environment: BackupTestEnvironment;
beforeAll(async () => { environment = await startBackups(); });
afterAll(() => environment.close());

test('a plan takes, copies and prunes what its construct says', async () => {
  const stack = new Stack(new App(), 'Site', { env: { account: ACCOUNT, region: REGION } });
  const built = new LightsailBackupPlan(stack, 'Nightly', {
    planName: 'nightly',
    selection: BackupSelection.instancesTagged('backup').exceptTagged('stage', 't*').except('web-3'),
    schedule: events.Schedule.cron({ minute: '30', hour: '5' }),
    timeZone: TimeZone.EUROPE_BERLIN,
    retention: BackupRetention.keep({ daily: 3 }),
    copies: [BackupCopy.toRegion({ region: 'eu-west-1', retention: BackupRetention.keep({ last: 1 }) })],
    snapshotTags: { team: 'web' },
  });
  const schedules = Object.values(Template.fromStack(stack).findResources('AWS::Scheduler::Schedule'));
  const { Properties: schedule } = schedules.find(({ Properties }) => Properties.Name === 'lightsail-backup-nightly')!;
  expect(schedule.ScheduleExpressionTimezone).toBe('Europe/Berlin');
  const { plan } = JSON.parse(schedule.Target.Input) as { plan: PlanSettings };

  const tag = (key: string, value = '') => ({ key, value });
  const home = environment.sim.region(REGION);
  const created = { createdAt: environment.clock.now() - 30 * DAY };
  home.addInstance({ name: 'web-1', tags: [tag('backup')], ...created });
  home.addInstance({ name: 'web-2', tags: [tag('backup'), tag('stage', 'test')], ...created });
  home.addInstance({ name: 'web-3', tags: [tag('backup')], ...created });
  home.addInstance({ name: 'web-4', tags: [], ...created });
  environment.deploy(plan, schedule.ScheduleExpression);
  await environment.until(environment.clock.now() + 6 * DAY);

  const left = (region: string) => [...environment.sim.region(region).instanceSnapshots.values()]
    .map(({ fromInstanceName, tags }) => [fromInstanceName, tags.find(({ key }) => key.endsWith(':slot'))?.value, tags.find(({ key }) => key === 'team')?.value])
    .sort();
  // 05:30 in Berlin is 04:30 UTC in winter
  expect(left(REGION)).toEqual([4, 5, 6].map(day => ['web-1', `2026-01-0${day}T0430`, 'web']));
  expect(left('eu-west-1')).toEqual([['web-1', '2026-01-06T0430', 'web']]);
  expect(built.snapshotsPerSource).toBe(3);

  environment.executions.start(JSON.stringify(JSON.parse(stack.resolve(built.startRunInput(Duration.hours(30))))));
  await environment.until(environment.clock.now() + DAY / 4);
  expect(left(REGION)).toHaveLength(4);
  await environment.until(environment.clock.now() + 3 * DAY);
  expect(left(REGION)).toEqual(['08', '09', '10'].map(day => ['web-1', `2026-01-${day}T0430`, 'web']));
  expect(environment.problems).toEqual([]);
});
