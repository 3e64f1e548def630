import { Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import type { RetentionSettings } from './functions/backup/contract';
import { checkCount, durationOf } from './private/backup-checks';
import { warnOfUndefined } from './private/lifecycle';
import { validationError, isKnown } from './private/validate';

/** Numbers of periods that a backup plan keeps a snapshot of. What several rules keep is kept once. At least one rule must be given. */
export interface BackupRetentionProps {
  /**
   * How many of the newest snapshots are kept.
   * @default - no rule of this sort
   */
  readonly last?: number;

  /**
   * Of how many hours the newest snapshot is kept. Hours without one do not count, and so with the other rules.
   * @default - no rule of this sort
   */
  readonly hourly?: number;

  /**
   * Of how many days the newest snapshot is kept. Days begin at midnight in the plan's time zone.
   * @default - no rule of this sort
   */
  readonly daily?: number;

  /**
   * Of how many weeks the newest snapshot is kept. Weeks are those of ISO 8601 and begin on Monday.
   * @default - no rule of this sort
   */
  readonly weekly?: number;

  /**
   * Of how many months the newest snapshot is kept.
   * @default - no rule of this sort
   */
  readonly monthly?: number;

  /**
   * Of how many years the newest snapshot is kept.
   * @default - no rule of this sort
   */
  readonly yearly?: number;

  /**
   * All snapshots are kept that are not older than this before the newest good one: not before now, so that a pause removes nothing.
   * @default - no rule of this sort
   */
  readonly within?: Duration;

  /**
   * How many good snapshots are kept whatever the rules say: 1 or more. The last good one is never removed.
   * @default 1
   */
  readonly minimum?: number;
}

/**
 * Which snapshots a backup plan keeps of each source: grandfather, father, son.
 *
 * A number counts periods that hold a good snapshot. Seven daily ones are the last seven days that have one, so that a pause in the
 * backups removes nothing. Snapshots with the tag `cdk-lightsail-snapshots:keep` are kept in any case and count for no rule.
 *
 * @example
 * BackupRetention.keep({ daily: 7, weekly: 4, monthly: 12, yearly: 3 });
 */
export class BackupRetention {
  /**
   * Snapshots of so many periods.
   *
   * @param props at least one rule
   */
  public static keep(props: BackupRetentionProps): BackupRetention {
    return new BackupRetention(props);
  }

  /**
   * The newest snapshot of each of so many days.
   *
   * @param count number of days that have one
   */
  public static days(count: number): BackupRetention {
    return new BackupRetention({ daily: count });
  }

  /** Of 7 days, 4 weeks and 12 months. */
  public static dailyWeeklyMonthly(): BackupRetention {
    return new BackupRetention({ daily: 7, weekly: 4, monthly: 12 });
  }

  private constructor(private readonly props: BackupRetentionProps) {}

  /**
   * The retention as the plan's settings hold it.
   *
   * @internal
   */
  public _bind(scope: IConstruct, property: string): RetentionSettings {
    const { minimum = 1, within, last, hourly, daily, weekly, monthly, yearly } = this.props;
    // what a rule kept is removed without it
    warnOfUndefined(scope, this.props, ...Object.keys(this.props) as (keyof BackupRetentionProps)[]);
    const counts = { last, hourly, daily, weekly, monthly, yearly };
    for (const [rule, count] of Object.entries(counts)) checkCount(scope, `${rule} of ${property}`, count, 0, MAX_COUNT);
    checkCount(scope, `minimum of ${property}`, minimum, 1, MAX_COUNT);
    const seconds = within && durationOf(scope, `within of ${property}`, within, 'seconds', 1);
    if (seconds === undefined && Object.values(counts).every(count => !count && isKnown(count ?? 0))) {
      throw validationError(scope, `${property} must keep something: give at least one of last, hourly, daily, weekly, monthly, yearly and within`);
    }
    return { ...counts, within: seconds && seconds * 1000, minimum };
  }
}

/** A mistake rather than a wish. */
const MAX_COUNT = 10_000;
