/** What a backup plan and an imported one have in common. */
import { Resource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS } from '../functions/backup/contract';

/**
 * What follows from a plan's name. Not exported: its members appear on the classes that are.
 *
 * @internal
 */
export abstract class BackupPlanBase extends Resource {
  /**
   * Name of the plan.
   * @attribute
   */
  public abstract readonly planName: string;

  /**
   * ARN of the plan's schedule.
   * @attribute
   */
  public abstract readonly scheduleArn: string;

  /** @internal */
  protected readonly _stateMachineArn?: string;

  /**
   * A rule for the runs of this plan: each change of their status, `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED` in
   * `detail.status`. A run fails when it ends without a good snapshot of a selected source, or without one of its
   * copies, and its cause names them.
   *
   * A run on demand is among them if its execution was given a name that begins with the plan's and a dot. A run that Step Functions refuses
   * to start under its name is not: its report says so, and `metricFailed` counts what fails in it as in any other.
   *
   * @param id id of the rule
   * @param options what the rule does; narrow it with `eventPattern`
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
   */
  public onRunEvent(id: string, options: events.OnEventOptions = {}): events.Rule {
    const { crossStackScope, target, ...props } = options;
    const rule = new events.Rule(crossStackScope ?? this, id, { ...props, targets: target && [target] });
    rule.addEventPattern({
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      // executions are called by plan and slot, and no plan's name has a dot
      detail: { name: [{ prefix: `${this.planName}.` }], ...this._stateMachineArn && { stateMachineArn: [this._stateMachineArn] } },
    });
    return rule;
  }

  /**
   * A metric of this plan, in the namespace `CdkLightsailSnapshots`.
   *
   * @param metricName `NewestAge`, `Unprotected`, `Failed`, `Taken`, `Pruned`, `Throttled` or `Downtime`
   * @param props what to change
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { [METRIC_DIMENSION]: this.planName },
      statistic: 'Maximum',
      ...props,
    }).attachTo(this);
  }

  /**
   * Age in seconds of the newest good snapshot of the source where it is oldest, by each audit. Of sources that have one.
   *
   * @param props what to change
   */
  public metricNewestAge(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.newestAge, props);
  }

  /**
   * Sources without a good snapshot of the last two periods, by each audit; 1 if nothing matches the selection. New ones are left out, and of a
   * plan that is new all that it has no snapshot of yet.
   *
   * @param props what to change
   */
  public metricUnprotected(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.unprotected, props);
  }

  /**
   * Sources of which a run has no good snapshot.
   *
   * @param props what to change
   */
  public metricFailed(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.failed, { statistic: 'Sum', ...props });
  }

  /**
   * Snapshots that a run removed.
   *
   * @param props what to change
   */
  public metricPruned(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.pruned, { statistic: 'Sum', ...props });
  }
}
