/** Backup plans as the templates have them: resources, permissions, settings, and what is said of bad input. */
import { App, Aws, CfnParameter, Duration, Stack, StackProps, Stage, Tags, TimeZone } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  BackupConsistency, BackupCopy, BackupRetention, BackupSelection, LightsailBackupPlan, LightsailBackupPlanProps, OrphanRetention,
} from '../src';
import { statementsOf } from './support/statements';
import { PlanSettings } from '../src/functions/backup/contract';
import { selectedTypes } from '../src/functions/backup/selected-types';

const ENV = { account: '123456789012', region: 'eu-central-1' };
const newStack = (props: StackProps = { env: ENV }) => new Stack(new App(), 'Site', props);
const newPlan = (props: Partial<LightsailBackupPlanProps> = {}, stack = newStack(), id = 'Nightly') =>
  new LightsailBackupPlan(stack, id, { planName: 'nightly', selection: BackupSelection.allInstances(), ...props });
const cron = (expression: string) => events.Schedule.expression(`cron(${expression})`);

interface Schedule {
  readonly Properties: {
    readonly Name?: string;
    readonly ScheduleExpression: string;
    readonly ScheduleExpressionTimezone: string;
    readonly State?: string;
    readonly FlexibleTimeWindow: object;
    readonly Target: { readonly Input: string; readonly RetryPolicy: object };
  };
}

function schedulesOf(stack: Stack): { readonly run: Schedule; readonly audit?: Schedule } {
  const all = Object.values(Template.fromStack(stack).findResources('AWS::Scheduler::Schedule')) as Schedule[];
  return { run: all.find(({ Properties }) => Properties.Name)!, audit: all.find(({ Properties }) => !Properties.Name) };
}

/** What a run of the plan is told, in a stack whose account and region are known. */
function settingsOf(props: Partial<LightsailBackupPlanProps>): PlanSettings {
  const stack = newStack();
  newPlan(props, stack);
  return JSON.parse(schedulesOf(stack).run.Properties.Target.Input).plan;
}

describe('footprint', () => {
  const count = (stack: Stack) => Object.keys(Template.fromStack(stack).toJSON().Resources).length;

  test('the first plan of a stack takes 14 resources, alarm and audit included, and each further one 3', () => {
    const stack = newStack();
    newPlan({}, stack);
    const two = newStack();
    newPlan({}, two);
    newPlan({ planName: 'hourly' }, two, 'Hourly');
    expect([count(stack), count(two)]).toEqual([14, 17]);
  });

  test('without an audit a plan takes 9 and 1, and one that stops instances a role more', () => {
    const stack = newStack();
    newPlan({ audit: false }, stack);
    const two = newStack();
    newPlan({ audit: false }, two);
    newPlan({ audit: false, planName: 'hourly' }, two, 'Hourly');
    const stopping = newStack();
    newPlan({ audit: false, consistency: BackupConsistency.stopInstance() }, stopping);
    expect([count(stack), count(two), count(stopping)]).toEqual([9, 10, 10]);
  });
});

describe('schedule', () => {
  test('every day at 04:00 UTC, within an hour, and Scheduler tries until the windows end', () => {
    const stack = newStack();
    newPlan({}, stack);
    expect(schedulesOf(stack).run.Properties).toMatchObject({
      Name: 'lightsail-backup-nightly',
      ScheduleExpression: 'cron(0 4 * * ? *)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 60 },
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 7 * 3600 } },
    });
  });

  test('it waits for all that a run needs', () => {
    const stack = newStack();
    newPlan({}, stack);
    Template.fromStack(stack).hasResource('AWS::Scheduler::Schedule', {
      Properties: { Name: 'lightsail-backup-nightly' },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('StateMachinePolicy')]),
    });
  });

  test('a run gets the settings and the time for which it was planned', () => {
    const stack = newStack();
    newPlan({}, stack);
    expect(JSON.parse(schedulesOf(stack).run.Properties.Target.Input)).toEqual({
      scheduledTime: '<aws.scheduler.scheduled-time>',
      plan: {
        account: ENV.account,
        homeRegion: ENV.region,
        name: 'nightly',
        selection: { type: 'Instance' },
        timeZone: 'Etc/UTC',
        period: 86_400,
        startWindow: 3600,
        completionWindow: 21_600,
        retention: { daily: 7, weekly: 4, minimum: 1 },
        callsPerSecond: 2,
      },
    });
  });

  test('all settings', () => {
    expect(settingsOf({
      selection: BackupSelection.instancesTagged('backup', 'yes*').or(BackupSelection.disks('data')).exceptTagged('skip').except('old'),
      schedule: events.Schedule.cron({ minute: '30', hour: '1', weekDay: 'MON-FRI' }),
      timeZone: TimeZone.EUROPE_BERLIN,
      startWindow: Duration.minutes(10),
      completionWindow: Duration.hours(3),
      retention: BackupRetention.keep({ last: 3, within: Duration.days(2), minimum: 2 }),
      copies: [BackupCopy.toRegion({ region: 'eu-west-1' }), BackupCopy.toRegion({ region: 'eu-west-2', retention: BackupRetention.days(3) })],
      consistency: BackupConsistency.stopInstance({ timeout: Duration.minutes(20), withoutStaticIp: true }),
      whenSourceIsGone: OrphanRetention.deleteAfter(Duration.days(90)),
      snapshotTags: { team: 'web' },
      copySourceTags: true,
      adopt: [{ snapshotName: '*-auto' }, { tagKey: 'made-by', tagValue: 'script' }],
      previousNames: ['weekly'],
      dryRun: true,
      callsPerSecond: 5,
    })).toEqual({
      account: ENV.account,
      homeRegion: ENV.region,
      name: 'nightly',
      previousNames: ['weekly'],
      selection: {
        and: [
          {
            and: [
              { or: [{ and: [{ type: 'Instance' }, { tag: { key: 'backup', value: 'yes*' } }] }, { and: [{ type: 'Disk' }, { names: ['data'] }] }] },
              { not: { tag: { key: 'skip' } } },
            ],
          },
          { not: { names: ['old'] } },
        ],
      },
      timeZone: 'Europe/Berlin',
      period: 73 * 3600, // over a weekend at the end of summer time
      shortestPeriod: 86_400,
      startWindow: 600,
      completionWindow: 10_800,
      retention: { last: 3, within: 172_800_000, minimum: 2 },
      copies: [
        { region: 'eu-west-1', retention: { last: 3, within: 172_800_000, minimum: 2 } },
        { region: 'eu-west-2', retention: { daily: 3, minimum: 1 } },
      ],
      snapshotTags: { team: 'web' },
      copySourceTags: true,
      orphansWithin: 7_776_000_000,
      stop: { timeout: 1200, withoutStaticIp: true },
      adopt: [{ name: '*-auto' }, { tag: { key: 'made-by', value: 'script' } }],
      dryRun: true,
      callsPerSecond: 5,
    });
  });

  test('tags of aspects are tags of the snapshots', () => {
    const stack = newStack();
    newPlan({ snapshotTags: { team: 'web' } }, stack);
    Tags.of(stack).add('cost-centre', '42');
    expect(JSON.parse(schedulesOf(stack).run.Properties.Target.Input).plan.snapshotTags).toEqual({ 'team': 'web', 'cost-centre': '42' });
  });

  test('account and region of a stack that is for any are those of its deployment', () => {
    const stack = newStack({});
    newPlan({}, stack);
    const { Input } = schedulesOf(stack).run.Properties.Target;
    expect(JSON.stringify(Input)).toMatch(/account.*"Ref":"AWS::AccountId".*homeRegion.*"Ref":"AWS::Region"/);
  });

  test('windows shrink with the time between two runs, and none begins at once', () => {
    expect(settingsOf({ schedule: cron('0 * * * ? *') })).toMatchObject({ period: 3600, startWindow: 900, completionWindow: 1800 });
    const stack = newStack();
    newPlan({ startWindow: Duration.minutes(0) }, stack);
    expect(schedulesOf(stack).run.Properties.FlexibleTimeWindow).toEqual({ Mode: 'OFF' });
  });

  test('a disabled plan has a disabled schedule, and its audit goes on', () => {
    const stack = newStack();
    newPlan({ enabled: false }, stack);
    const { run, audit } = schedulesOf(stack);
    expect([run.Properties.State, audit!.Properties.State]).toEqual(['DISABLED', undefined]);
  });

  test.each([
    ['0 4 * * ? *', 'rate(3 hours)', 10_800],
    ['0 * * * ? *', 'rate(1 hour)', 3600],
    ['0 4 ? * SUN *', 'rate(12 hours)', 43_200],
    ['0 4 1 * ? *', 'rate(24 hours)', 86_400],
  ])('the audit of %s runs at %s, and the alarm looks at as long a time', (expression, rate, period) => {
    const stack = newStack();
    newPlan({ schedule: cron(expression) }, stack);
    expect(schedulesOf(stack).audit!.Properties.ScheduleExpression).toBe(rate);
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'CdkLightsailSnapshots',
      MetricName: 'Unprotected',
      Dimensions: [{ Name: 'Plan', Value: 'nightly' }],
      Statistic: 'Maximum',
      Period: period,
      EvaluationPeriods: 2,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'breaching',
    });
  });
});

describe('permissions', () => {
  const template = (...plans: Partial<LightsailBackupPlanProps>[]) => {
    const stack = newStack();
    plans.forEach((props, index) => newPlan({ planName: `plan-${index}`, ...props }, stack, `Plan${index}`));
    return Template.fromStack(stack);
  };
  const deleting = (of: Template) => statementsOf(of).filter(({ Action }) => /Delete.*Snapshot/.test(String(Action)));

  test('only what carries the tag of a plan of the stack may be deleted, and nothing that is pinned', () => {
    const found = deleting(template({}, { planName: 'hourly', previousNames: ['often'], selection: BackupSelection.allDisks() }));
    expect(found.map(({ Action, Condition }) => [Action, Condition])).toEqual(['lightsail:DeleteInstanceSnapshot', 'lightsail:DeleteDiskSnapshot'].map(action => [action, {
      StringEquals: { 'aws:ResourceTag/cdk-lightsail-snapshots:plan': ['eu-central-1/hourly', 'eu-central-1/often', 'eu-central-1/plan-0'] },
      Null: { 'aws:ResourceTag/cdk-lightsail-snapshots:keep': 'true' },
    }]));
  });

  test('in the regions of the copies, and in no others', () => {
    const [{ Resource, Condition }] = deleting(template({ copies: [BackupCopy.toRegion({ region: 'eu-west-1' })] }));
    expect(Resource).toEqual({ 'Fn::Sub': 'arn:${AWS::Partition}:lightsail:*:${AWS::AccountId}:InstanceSnapshot/*' });
    expect(Condition).toMatchObject({ StringEquals: { 'aws:RequestedRegion': [{ Ref: 'AWS::Region' }, 'eu-west-1'] } });
    const [alone] = deleting(template({}));
    expect(alone.Resource).toEqual({ 'Fn::Sub': 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:InstanceSnapshot/*' });
  });

  test('in the regions of those plans alone that select such resources', () => {
    const [instances, disks] = deleting(template({ copies: [BackupCopy.toRegion({ region: 'eu-west-1' })] }, { selection: BackupSelection.allDisks() }));
    expect(JSON.stringify(instances)).toContain('"aws:RequestedRegion":[{"Ref":"AWS::Region"},"eu-west-1"]');
    expect(disks).toMatchObject({ Action: 'lightsail:DeleteDiskSnapshot', Resource: { 'Fn::Sub': expect.stringContaining('lightsail:${AWS::Region}:') } });
    expect(JSON.stringify(disks)).not.toContain('RequestedRegion');
  });

  test('what no plan needs is not permitted', () => {
    const actions = (of: Template) => statementsOf(of).flatMap(({ Action }) => Action).join();
    expect(actions(template({}))).not.toMatch(/Disk|CopySnapshot|StopInstance|StartInstance|scheduler:(Create|Delete)|PassRole/);
    expect(actions(template({ selection: BackupSelection.allDisks() }))).not.toMatch(/Instance/);
    expect(actions(template({}, { consistency: BackupConsistency.stopInstance() }))).toMatch(/StopInstance.*PassRole/);
    const all = BackupSelection.allInstances().or(BackupSelection.allDisks());
    const looks = (props: Partial<LightsailBackupPlanProps>) => actions(template({ selection: all, ...props }))
      .split(',').filter(action => /:Get(Instance|Disk)$/.test(action));
    expect(looks({})).toEqual([]);
    expect(looks({ consistency: BackupConsistency.stopInstance() })).toEqual(['lightsail:GetInstance']);
    expect(looks({ copySourceTags: true })).toEqual(['lightsail:GetInstance', 'lightsail:GetDisk']);
    expect(looks({ copySourceTags: true, selection: BackupSelection.allDisks() })).toEqual(['lightsail:GetDisk']);
  });

  test('only EventBridge Scheduler, for this account, gets the roles of the schedules', () => {
    const roles = template({ consistency: BackupConsistency.stopInstance() }).findResources('AWS::IAM::Role', {
      Properties: { AssumeRolePolicyDocument: { Statement: [Match.objectLike({ Principal: { Service: 'scheduler.amazonaws.com' } })] } },
    });
    expect(Object.keys(roles)).toHaveLength(2);
    for (const { Properties } of Object.values(roles)) {
      expect(Properties.AssumeRolePolicyDocument.Statement[0].Condition).toEqual({ StringEquals: { 'aws:SourceAccount': ENV.account } });
    }
  });

  test('the audit may only look', () => {
    const [role] = Object.values(template({ selection: BackupSelection.allInstances().or(BackupSelection.allDisks()) }).findResources('AWS::IAM::Role'))
      .filter(({ Properties }) => JSON.stringify(Properties.Policies).includes('AuditLogs'));
    const actions = role.Properties.Policies[0].PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action) as string[];
    expect(actions.filter(action => !/^lightsail:Get|^scheduler:GetSchedule$|^logs:(CreateLogStream|PutLogEvents)$/.test(action))).toEqual([]);
    expect(actions).toContain('lightsail:GetInstances');
  });
});

describe('a selection of which one side of an or can match nothing', () => {
  // the disk is left out again: that none can match is more than the function works out
  const selection = BackupSelection.instances('web').or(BackupSelection.disks('data')).except('data');
  const stack = newStack();
  newPlan({ selection }, stack);
  const { plan } = JSON.parse(schedulesOf(stack).run.Properties.Target.Input) as { plan: PlanSettings };

  test.each(['HandlerRole', 'AuditRole'])('has the permissions for all types that the function lists (%s)', name => {
    const [[, role]] = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Role')).filter(([id]) => id.includes(name));
    const text = JSON.stringify(role.Properties.Policies);
    expect(selectedTypes(plan.selection)).toEqual(['Instance', 'Disk']);
    for (const type of selectedTypes(plan.selection)) {
      for (const action of [`Get${type}s`, `Get${type}Snapshots`]) expect(text).toContain(`"lightsail:${action}"`);
    }
  });
});

describe('what a plan gives', () => {
  test('the events of its own runs', () => {
    const stack = newStack();
    newPlan({}, stack).onRunEvent('Failed', { eventPattern: { detail: { status: ['FAILED'] } } });
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        'source': ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        'detail': { status: ['FAILED'], name: [{ prefix: 'nightly.' }], stateMachineArn: [{ Ref: Match.stringLikeRegexp('StateMachine') }] },
      },
    });
  });

  test('runs on demand, with their own time, and the permission to start them', () => {
    const stack = newStack();
    const plan = newPlan({ snapshotTags: { team: 'web' } }, stack);
    expect(JSON.parse(stack.resolve(plan.startRunInput(Duration.days(2))))).toMatchObject({
      plan: { name: 'nightly', snapshotTags: { team: 'web' } }, onDemand: { keepFor: 172_800 },
    });
    plan.grantStartRun(new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() }));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Action: 'states:StartExecution', Resource: { Ref: Match.stringLikeRegexp('StateMachine') } }] },
      Roles: [{ Ref: Match.stringLikeRegexp('Operator') }],
    });
    expect(() => plan.startRunInput(Duration.minutes(5))).toThrow('Site/Nightly: keepFor must be at least 60 whole minutes, got');
  });

  test('a plan of elsewhere, by its name', () => {
    const stack = newStack();
    const plan = LightsailBackupPlan.fromPlanName(stack, 'Known', 'nightly');
    plan.onRunEvent('All');
    expect(stack.resolve(plan.scheduleArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':scheduler:eu-central-1:123456789012:schedule/default/lightsail-backup-nightly']],
    });
    expect(plan.metric('Failed').toMetricConfig().metricStat).toMatchObject({ metricName: 'Failed', dimensions: [{ name: 'Plan', value: 'nightly' }] });
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', { EventPattern: { detail: { name: [{ prefix: 'nightly.' }] } } });
    expect(() => LightsailBackupPlan.fromPlanName(stack, 'Bad', 'not a name')).toThrow('Site/Bad: planName must be 1 to 40 letters');
  });

  test('metrics of its own', () => {
    const plan = newPlan();
    const metrics = [plan.metricNewestAge(), plan.metricUnprotected(), plan.metricFailed(), plan.metricPruned()];
    expect(metrics.map(({ metricName, statistic }) => [metricName, statistic])).toEqual([['NewestAge', 'Maximum'], ['Unprotected', 'Maximum'], ['Failed', 'Sum'], ['Pruned', 'Sum']]);
  });

  test.each([
    // on a Sunday it is seven days, the first of which has the week's newest as well, and three Sundays before
    [undefined, '0 4 * * ? *', 10],
    [BackupRetention.days(7), '0 4 * * ? *', 7],
    // and the ends of eleven months, none of which was a Sunday
    [BackupRetention.dailyWeeklyMonthly(), '0 4 * * ? *', 21],
    // in December the end of no other year is among those of twelve months
    [BackupRetention.keep({ daily: 7, weekly: 4, monthly: 12, yearly: 5 }), '0 4 * * ? *', 25],
    // in the last hour of a day, no other day has one of the 24 hours
    [BackupRetention.keep({ hourly: 24, daily: 7 }), '0 * * * ? *', 30],
    [BackupRetention.keep({ within: Duration.days(10) }), '0 4 * * ? *', 11],
    // seven Sundays reach into the month before, and not always into the one before that
    [BackupRetention.keep({ daily: 7, monthly: 3 }), '0 4 ? * SUN *', 8],
    [BackupRetention.keep({ daily: 1, minimum: 5 }), '0 4 * * ? *', 5],
  ])('what the retention keeps in the long run: %#', (retention, expression, expected) => {
    expect(newPlan({ retention, schedule: cron(expression) }).snapshotsPerSource).toBe(expected);
  });
});

describe('warnings', () => {
  const warningsOf = (props: Partial<LightsailBackupPlanProps>) => {
    const stack = newStack();
    newPlan(props, stack).alarm?.addAlarmAction({ bind: () => ({ alarmActionArn: 'arn' }) });
    Template.fromStack(stack);
    return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));
  };

  test('a local time that a change of the clock skips or makes come twice', () => {
    const found = warningsOf({ schedule: cron('30 2 * * ? *'), timeZone: TimeZone.EUROPE_BERLIN });
    expect(found).toEqual([
      expect.stringMatching(/^there is no 2026-03-29 02:30 in Europe\/Berlin/),
      expect.stringMatching(/^2026-10-25 02:30 comes twice in Europe\/Berlin/),
    ]);
  });

  test.each([
    ['0 4 * * ? *', TimeZone.EUROPE_BERLIN],
    ['30 2 * * ? *', TimeZone.ETC_UTC],
    ['30 2 ? * TUE *', TimeZone.EUROPE_BERLIN],
    ['0 * * * ? *', TimeZone.EUROPE_BERLIN],
  ])('none for %s', (expression, timeZone) => {
    expect(warningsOf({ schedule: cron(expression), timeZone })).toEqual([]);
  });

  test('a region without Lightsail', () => {
    const stack = newStack({ env: { ...ENV, region: 'us-west-1' } });
    newPlan({}, stack);
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp("^'us-west-1' has no Lightsail.*every run of a backup plan fails there"));
  });

  test('an alarm that nobody hears', () => {
    const stack = newStack();
    newPlan({}, stack);
    (stack.node.root as App).synth();
    Annotations.fromStack(stack).hasWarning('/Site/Nightly', Match.stringLikeRegexp('^nobody hears the alarm'));
    expect(warningsOf({})).toEqual([]);
    expect(warningsOf({ audit: false })).toEqual([]);
  });
});

describe('bad input', () => {
  const token = () => new CfnParameter(newStack(), 'Parameter').valueAsString;

  test.each<[Partial<LightsailBackupPlanProps>, string]>([
    [{ planName: 'a'.repeat(41) }, 'planName must be 1 to 40 letters, digits and hyphens'],
    [{ planName: 'a.b' }, 'planName must be 1 to 40 letters, digits and hyphens'],
    [{ planName: Aws.STACK_NAME }, 'planName must be known at synthesis, got a token'],
    [{ previousNames: ['_'] }, 'a name of previousNames must be 1 to 40 letters'],
    [{ previousNames: ['nightly'] }, "names of a plan must differ from each other, got 'nightly' twice"],
    [{ retention: BackupRetention.keep({}) }, 'retention must keep something: give at least one of'],
    [{ retention: BackupRetention.keep({ daily: 0 }) }, 'retention must keep something: give at least one of'],
    [{ retention: BackupRetention.keep({ daily: 7, minimum: 0 }) }, 'minimum of retention must be a whole number from 1 to 10000, got 0'],
    [{ retention: BackupRetention.days(1.5) }, 'daily of retention must be a whole number from 0 to 10000, got 1.5'],
    [{ retention: BackupRetention.keep({ weekly: -1 }) }, 'weekly of retention must be a whole number from 0 to 10000, got -1'],
    [{ schedule: cron('* 4 * * ? *') }, "schedule must run at most once an hour, got 'cron(* 4 * * ? *)'"],
    [{ schedule: events.Schedule.cron({ hour: '4' }) }, "schedule must run at most once an hour, got 'cron(* 4 * * ? *)'"],
    [{ schedule: cron('0,30 4 * * ? *') }, 'schedule must run at most once an hour'],
    [{ schedule: events.Schedule.rate(Duration.minutes(30)) }, "schedule must run at most once an hour, got 'rate(30 minutes)'"],
    [{ schedule: cron('0 25 * * ? *') }, 'schedule must be a rate or a cron expression of EventBridge Scheduler that recurs'],
    [{ schedule: cron('0 4 30 2 ? *') }, 'schedule must be a rate or a cron expression of EventBridge Scheduler that recurs'],
    [{ schedule: events.Schedule.expression('at(2026-11-24T04:00:00)') }, 'schedule must be a rate or a cron expression of EventBridge Scheduler that recurs'],
    [{ schedule: events.Schedule.expression(token()) }, 'schedule must be known at synthesis, got a token'],
    [{ timeZone: TimeZone.of('Europe/Nowhere') }, "timeZone must be a name of the IANA time zone database, such as Europe/Berlin, got 'Europe/Nowhere'"],
    [{ startWindow: Duration.hours(20), completionWindow: Duration.hours(5) }, 'startWindow and completionWindow may take 1380 minutes together, so that a run can prune before the next one begins, got 1200 and 300 minutes'],
    [{ startWindow: Duration.hours(1), completionWindow: Duration.hours(23) }, 'startWindow and completionWindow may take 1380 minutes together'],
    [{ startWindow: Duration.hours(25), schedule: cron('0 4 1 * ? *') }, 'startWindow must be at most a day, got'],
    [{ startWindow: Duration.seconds(90) }, 'startWindow must be at least 0 whole minutes, got'],
    [{ completionWindow: Duration.minutes(5) }, 'completionWindow must be at least 10 whole minutes, got'],
    [{ schedule: cron('0 * * * ? *'), completionWindow: Duration.minutes(35) }, 'startWindow and completionWindow may take 45 minutes together'],
    [{ copies: [BackupCopy.toRegion({ region: 'eu-central-1' })] }, 'a copy must be in another region than the plan, got eu-central-1'],
    [{ copies: [BackupCopy.toRegion({ region: 'Ireland' })] }, "region of a copy must be the name of a region, such as eu-west-1, got 'Ireland'"],
    [{ copies: [BackupCopy.toRegion({ region: 'eu-south-1' })] }, "region of a copy must be a region that has Lightsail: 'eu-south-1' has no Lightsail"],
    [{ copies: [BackupCopy.toRegion({ region: Aws.REGION })] }, 'region of a copy must be known at synthesis, got a token'],
    [{ copies: ['eu-west-1', 'eu-west-1'].map(region => BackupCopy.toRegion({ region })) }, 'copies must be in regions that differ from each other, got eu-west-1 twice'],
    [{ copies: [BackupCopy.toRegion({ region: 'eu-west-1', retention: BackupRetention.keep({}) })] }, 'retention of the copies in eu-west-1 must keep something'],
    [{ consistency: BackupConsistency.stopInstance({ timeout: Duration.minutes(1) }) }, 'timeout of stopInstance must be at least 10 whole minutes, got'],
    [{ consistency: BackupConsistency.stopInstance(), selection: BackupSelection.allDisks() }, 'stopInstance needs instances, and the selection has disks only'],
    [{ whenSourceIsGone: OrphanRetention.deleteAfter(Duration.minutes(1)) }, 'age of orphaned snapshots must be at least 60 whole minutes, got'],
    [{ adopt: [{}] }, 'an item of adopt needs snapshotName or tagKey, got neither'],
    [{ adopt: [{ snapshotName: '**' }] }, 'snapshotName of adopt must be'],
    [{ adopt: [{ snapshotName: 'a', tagValue: 'b' }] }, "an item of adopt with tagValue needs tagKey, got 'b' alone"],
    [{ retention: BackupRetention.keep({ daily: '7' as never }) }, "daily of retention must be a whole number from 0 to 10000, got '7'"],
    [{ callsPerSecond: 0 }, 'callsPerSecond must be a number from 0.1 to 100, got 0'],
    [{ callsPerSecond: '5' as never }, "callsPerSecond must be a number from 0.1 to 100, got '5'"],
    [{ selection: BackupSelection.instances() }, 'a selection by names has no names'],
    [{ selection: BackupSelection.instances('a') }, 'a name of the selection must be 2 to 255 letters'],
    [{ selection: BackupSelection.instancesTagged('') }, "a tag's key in selection must not be empty, got ''"],
    [{ selection: BackupSelection.instancesTagged('back*') }, "a tag's key in selection must be 1 to 128 letters"],
    [{ selection: BackupSelection.instancesTagged('backup', '?') }, "a tag's value in selection must be at most 256 letters"],
    [{ selection: BackupSelection.allInstances().and(BackupSelection.allDisks()) }, 'the selection can match nothing'],
  ])('%#: $1', (props, message) => {
    expect(() => newPlan(props)).toThrow(`Site/Nightly: ${message}`);
  });

  test('two plans of one name, where they could meet', () => {
    const app = new App();
    const make = (stack: Stack, id = 'Nightly', props = {}) => newPlan(props, stack, id);
    const first = new Stack(app, 'First', { env: ENV });
    make(first);
    expect(() => make(first, 'Again')).toThrow("First/Again: the name 'nightly' belongs to the backup plan First/Nightly");
    expect(() => make(new Stack(app, 'Second', { env: ENV }))).toThrow("the name 'nightly' belongs to the backup plan First/Nightly");
    expect(() => make(first, 'Other', { planName: 'other', previousNames: ['nightly'] })).toThrow("the name 'nightly' belongs to");
    make(new Stack(app, 'Elsewhere', { env: { ...ENV, region: 'eu-west-1' } }));
    // two stages of an app go to two accounts
    for (const name of ['Beta', 'Prod']) make(new Stack(new Stage(app, name), 'Site'));
    expect(() => make(new Stack(app.node.findChild('Prod') as Stage, 'Site2'))).toThrow("the name 'nightly' belongs to the backup plan Prod/Site/Nightly");
  });

  test('two plans of one name in stacks of which only the region is known: one region is one place, two are two', () => {
    const app = new App();
    const make = (id: string, region: string) => newPlan({}, new Stack(app, id, { env: { region } }));
    make('Frankfurt', 'eu-central-1');
    make('Ireland', 'eu-west-1');
    expect(() => make('Second', 'eu-central-1')).toThrow("the name 'nightly' belongs to the backup plan Frankfurt/Nightly");
  });

  test('tags that no snapshot can have, and settings that are too large, at the end of synthesis', () => {
    const stack = newStack();
    newPlan({ snapshotTags: Object.fromEntries(Array.from({ length: 44 }, (_, index) => [`key-${index}`, 'value'])) }, stack);
    newPlan({ planName: 'other', selection: BackupSelection.instances(...Array.from({ length: 500 }, (_, index) => `an-instance-with-a-long-name-${index}`)) }, stack, 'Other');
    newPlan({ planName: 'third', snapshotTags: { 'aws:x': '' } }, stack, 'Third');
    expect(() => (stack.node.root as App).synth()).toThrow(/snapshots of a plan may have 43 tags[^]*settings of a plan may take 16000 characters, got \d+[^]*a tag's key must not begin with 'aws:'/);
  });
});

describe('selections that can match nothing', () => {
  const of = (selection: BackupSelection) => () => newPlan({ selection });
  const tagged = (key: string, value?: string) => BackupSelection.instancesTagged(key, value);

  test.each<[string, BackupSelection]>([
    ['two types', BackupSelection.instances('web-1').and(BackupSelection.disks('data'))],
    ['two values of one tag', tagged('stage', 'prod').and(tagged('stage', 'test'))],
    ['a value that a pattern does not fit', tagged('stage', 'prod').and(tagged('stage', 't*'))],
    ['a tag and not that tag', tagged('backup').exceptTagged('backup')],
    ['a value and not any value', tagged('backup', 'yes').exceptTagged('backup')],
    ['a value and not a pattern that it fits', tagged('backup', 'yes').exceptTagged('backup', 'y*')],
    ['names without these names', BackupSelection.instances('web-1').except('web-1')],
    ['names that have none in common', BackupSelection.instances('web-1').and(BackupSelection.instances('web-2'))],
    ['both sides of an or', BackupSelection.instances('web-1').except('web-1').or(tagged('a').exceptTagged('a'))],
  ])('%s', (_, selection) => {
    expect(of(selection)).toThrow('the selection can match nothing');
  });

  test.each<[string, BackupSelection]>([
    ['two types, or', BackupSelection.instances('web-1').or(BackupSelection.disks('data'))],
    ['two tags', tagged('stage', 'prod').and(tagged('backup'))],
    ['two patterns', tagged('stage', 'p*').and(tagged('stage', '*d'))],
    ['a value that fits a pattern', tagged('stage', 'prod').and(tagged('stage', 'p*'))],
    ['a tag and not one of its values', tagged('backup').exceptTagged('backup', 'no')],
    ['a pattern and not one of its values', tagged('backup', 'y*').exceptTagged('backup', 'yes')],
    ['some of the names', BackupSelection.instances('web-1', 'web-2').except('web-1')],
    ['one side of an or', BackupSelection.instances('web-1').except('web-1').or(tagged('a'))],
    ['very many cases', Array.from({ length: 12 }, (_, n) => tagged(`a${n}`).or(tagged(`b${n}`)).or(tagged(`c${n}`))).reduce((all, one) => all.and(one))],
  ])('but not: %s', (_, selection) => {
    expect(of(selection)).not.toThrow();
  });
});

test('an alarm takes an action', () => {
  const { alarm } = newPlan();
  expect(alarm).toBeInstanceOf(cloudwatch.Alarm);
  expect(newPlan({ audit: false }).alarm).toBeUndefined();
});
