import { Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import type { StopSettings } from './functions/backup/contract';
import { durationOf } from './private/backup-checks';
import { checkBoolean } from './private/given';

/** How an instance is stopped for its snapshot. */
export interface StopInstanceOptions {
  /**
   * How long an instance may be stopped before it is started again in any case, by a schedule of its own: at least 10 minutes.
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;

  /**
   * Whether instances without a static IP are stopped too. They have another public address when they run again.
   * @default false - of these no snapshot is taken, and the run names them as failed
   */
  readonly withoutStaticIp?: boolean;

  /**
   * Whether snapshots are also taken of instances that do not run. They stay as they are.
   * @default false - of these no snapshot is taken, and the run names them as failed
   */
  readonly alsoNotRunning?: boolean;
}

/** In which state a backup plan takes snapshots of instances. */
export class BackupConsistency {
  /** While the instance runs: what its disk would hold after a power cut. Databases and file systems with a journal recover from that. */
  public static crashConsistent(): BackupConsistency {
    return new BackupConsistency();
  }

  /**
   * Stops the instance, begins the snapshot, and starts the instance again whatever happens to the run: before it is stopped, a one-time
   * schedule is created that starts it without any of this library's code. The run reports how long it was down.
   *
   * @example
   * BackupConsistency.stopInstance({ timeout: Duration.minutes(30) });
   *
   * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_StopInstance.html
   */
  public static stopInstance(options: StopInstanceOptions = {}): BackupConsistency {
    return new BackupConsistency(options);
  }

  private constructor(private readonly stop?: StopInstanceOptions) {}

  /**
   * What the plan's settings hold of it: nothing if instances are not stopped.
   *
   * @internal
   */
  public _bind(scope: IConstruct): StopSettings | undefined {
    if (!this.stop) return undefined;
    const { timeout = Duration.hours(1), withoutStaticIp, alsoNotRunning } = this.stop;
    checkBoolean(scope, 'withoutStaticIp', withoutStaticIp);
    checkBoolean(scope, 'alsoNotRunning', alsoNotRunning);
    return { timeout: durationOf(scope, 'timeout of stopInstance', timeout, 'minutes', 10) * 60, withoutStaticIp, alsoNotRunning };
  }
}
