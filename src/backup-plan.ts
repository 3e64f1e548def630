import { Annotations, Duration, IResource, ITaggableV2, Lazy, Stack, TagManager, TagType } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { LightsailBackupPlanProps } from './backup-plan-props';
import { SCHEDULE_PREFIX, SCHEDULED_TIME } from './functions/backup/contract';
import { checkPlanName, durationOf } from './private/backup-checks';
import { BackupPlanBase } from './private/backup-plan-base';
import { BackupProvider } from './private/backup-provider';
import { BackupSettings } from './private/backup-settings';
import { checkGiven } from './private/given';
import { isKnown } from './private/validate';

/** A backup plan: of this app, or known by its name. */
export interface ILightsailBackupPlan extends IResource {
  /**
   * Name of the plan.
   * @attribute
   */
  readonly planName: string;

  /**
   * ARN of the plan's schedule.
   * @attribute
   */
  readonly scheduleArn: string;

  /**
   * A rule for the runs of this plan: each change of their status.
   *
   * @param id id of the rule
   * @param options what the rule does
   */
  onRunEvent(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A metric of this plan, in the namespace `CdkLightsailSnapshots`.
   *
   * @param metricName `NewestAge`, `Unprotected`, `Failed`, `Taken`, `Pruned`, `Throttled` or `Downtime`
   * @param props what to change
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * Snapshots of Lightsail instances and block storage disks, taken on a schedule, kept by a retention and looked after by an audit.
 *
 * Each run takes a snapshot of every selected source, copies it, removes what the retention does not keep, and ends with a report. One
 * source that fails stops no other; the run then fails at its end and names it. Only snapshots that carry the plan's tag are ever removed,
 * the last good one of a source never, and no scheduled one while new ones do not succeed.
 *
 * The alarm that comes with a plan rings when its backups stop: give it an action. After the first deployment it may ring until the first
 * audit was heard of. What a plan has no snapshot of yet is waited for while the source or the plan is younger than two periods; an older
 * server that an older plan selects anew, by a tag, rings until its first run.
 *
 * Snapshots are kept when the plan or its stack is removed. A plan of the same name goes on with them.
 *
 * The first plan of a stack makes what all of them share: two functions, a state machine, their roles and logs, and a queue for what
 * EventBridge Scheduler cannot deliver.
 *
 * @example
 * declare const topic: sns.Topic;
 * const plan = new LightsailBackupPlan(this, 'Nightly', {
 *   planName: 'nightly',
 *   selection: BackupSelection.instancesTagged('backup'),
 *   timeZone: TimeZone.EUROPE_BERLIN,
 *   retention: BackupRetention.dailyWeeklyMonthly(),
 * });
 * plan.alarm?.addAlarmAction(new cloudwatch_actions.SnsAction(topic));
 *
 * @see https://docs.aws.amazon.com/lightsail/latest/userguide/understanding-snapshots-in-amazon-lightsail.html
 */
export class LightsailBackupPlan extends BackupPlanBase implements ILightsailBackupPlan, ITaggableV2 {
  /**
   * A plan of another stack or app in the same region, by its name.
   *
   * @param scope where to put it
   * @param id its id there
   * @param planName name of the plan
   */
  public static fromPlanName(scope: Construct, id: string, planName: string): ILightsailBackupPlan {
    class Import extends BackupPlanBase implements ILightsailBackupPlan {
      public readonly planName = planName;
      public readonly scheduleArn = Stack.of(this).formatArn({ service: 'scheduler', resource: 'schedule/default', resourceName: SCHEDULE_PREFIX + planName });
    }
    const plan = new Import(scope, id);
    checkGiven(plan, 'planName', planName);
    if (isKnown(planName)) checkPlanName(plan, planName);
    return plan;
  }

  public readonly planName: string;
  public readonly scheduleArn: string;
  /** Rings when a selected source stays without a good snapshot, or when the audit is silent. It has no action yet: add one. */
  public readonly alarm?: cloudwatch.Alarm;
  /** The state machine of all plans of the stack. */
  public readonly stateMachine: sfn.IStateMachine;
  /** What EventBridge Scheduler could not deliver, of all plans of the stack. It is kept for 14 days. */
  public readonly deadLetterQueue: sqs.IQueue;
  /** Log of the runs of all plans of the stack: kept for a month and removed with the stack. */
  public readonly logGroup: logs.ILogGroup;
  public readonly cdkTagManager: TagManager;

  /** @internal */
  protected readonly _stateMachineArn: string;
  private readonly settings: BackupSettings;

  constructor(scope: Construct, id: string, props: LightsailBackupPlanProps) {
    super(scope, id, { physicalName: props.planName });
    this.cdkTagManager = new TagManager(TagType.MAP, 'Custom::LightsailBackupPlan', props.snapshotTags);
    this.settings = new BackupSettings(this, props, this.cdkTagManager);
    this.planName = props.planName;

    const provider = BackupProvider.getOrCreate(this);
    provider.addPlan(this.settings.needs);
    this.stateMachine = provider.stateMachine;
    this._stateMachineArn = provider.stateMachine.stateMachineArn;
    this.deadLetterQueue = provider.deadLetterQueue;
    this.logGroup = provider.logGroup;

    const { expression, startWindow, maximumAge } = this.settings;
    const schedule = this.schedule('Resource', provider, {
      name: SCHEDULE_PREFIX + props.planName,
      expression,
      state: props.enabled === false ? 'DISABLED' : undefined,
      flexibleTimeWindow: startWindow > 0 ? { mode: 'FLEXIBLE', maximumWindowInMinutes: startWindow } : { mode: 'OFF' },
      targetArn: provider.stateMachine.stateMachineArn,
      input: { plan: this.settings.plan, scheduledTime: SCHEDULED_TIME },
      maximumAge,
    });
    this.scheduleArn = schedule.attrArn;
    if (props.audit !== false) this.alarm = this.audited(provider);
  }

  /**
   * How many snapshots the retention keeps of each source, at most, when the plan has run for long enough. While a run takes place there is one more.
   */
  public get snapshotsPerSource(): number {
    return this.settings.snapshotsPerSource;
  }

  /**
   * What starts a run on demand, as the input of an execution of `stateMachine`. It takes snapshots of all that is selected, and removes
   * none. They count for no rule of the retention.
   *
   * @param keepFor how long these snapshots are kept: at least an hour. The first scheduled run after that removes them, but for the last
   * good one of a source.
   */
  public startRunInput(keepFor: Duration): string {
    return this.stack.toJsonString({ plan: this.settings.plan, onDemand: { keepFor: durationOf(this, 'keepFor', keepFor, 'minutes', 60) * 60 } });
  }

  /**
   * Permits to start runs on demand, with `startRunInput`. Who may do this can give any input, so it is permitted for all plans of the stack.
   *
   * @param grantee who may
   */
  public grantStartRun(grantee: iam.IGrantable): iam.Grant {
    return this.stateMachine.grantStartExecution(grantee);
  }

  private schedule(id: string, provider: BackupProvider, props: {
    readonly name?: string;
    readonly expression: string;
    readonly state?: string;
    readonly flexibleTimeWindow: scheduler.CfnSchedule.FlexibleTimeWindowProperty;
    readonly targetArn: string;
    readonly input: object;
    readonly maximumAge: number;
  }): scheduler.CfnSchedule {
    const schedule = new scheduler.CfnSchedule(this, id, {
      name: props.name,
      description: `backup plan ${this.planName}`,
      scheduleExpression: props.expression,
      scheduleExpressionTimezone: this.settings.timeZone,
      state: props.state,
      flexibleTimeWindow: props.flexibleTimeWindow,
      target: {
        arn: props.targetArn,
        roleArn: provider.schedulerRole.roleArn,
        input: Lazy.uncachedString({ produce: () => this.stack.toJsonString(props.input) }),
        deadLetterConfig: { arn: provider.deadLetterQueue.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: props.maximumAge },
      },
    });
    schedule.node.addDependency(provider.ready);
    return schedule;
  }

  /** The audit and its alarm. */
  private audited(provider: BackupProvider): cloudwatch.Alarm {
    const hours = this.settings.auditHours;
    this.schedule('Audit', provider, {
      expression: hours === 1 ? 'rate(1 hour)' : `rate(${hours} hours)`,
      flexibleTimeWindow: { mode: 'OFF' },
      targetArn: provider.getOrCreateAuditor().functionArn,
      input: { action: 'audit', plan: this.settings.plan },
      maximumAge: hours * 3600,
    });
    const alarm = this.metricUnprotected({ period: Duration.hours(hours) }).createAlarm(this, 'Alarm', {
      alarmDescription: `Backup plan ${this.planName}: a selected source has had no good snapshot for two periods, or nothing was heard of the audit`,
      threshold: 1,
      evaluationPeriods: 2,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    this.node.addValidation({
      validate: () => {
        const { alarmActions } = alarm.node.defaultChild as cloudwatch.CfnAlarm;
        if (!this.stack.resolve(alarmActions)?.length) {
          Annotations.of(this).addWarningV2('cdk-lightsail-snapshots:alarmWithoutAction',
            'nobody hears the alarm of this plan: give `plan.alarm` an action with `addAlarmAction`, or look at it some other way and acknowledge this');
        }
        return [];
      },
    });
    return alarm;
  }
}
