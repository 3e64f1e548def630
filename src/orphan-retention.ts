import { Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { durationOf } from './private/backup-checks';

/** What becomes of a backup plan's snapshots when the instance or disk that they were taken of does not exist any more. */
export class OrphanRetention {
  /** They are kept, and billed, until somebody removes them. The report of each run counts them. */
  public static keep(): OrphanRetention {
    return new OrphanRetention();
  }

  /**
   * Those are removed that are older than a time before the last good one of that source. The last good one is never removed.
   *
   * @param age at least an hour
   */
  public static deleteAfter(age: Duration): OrphanRetention {
    return new OrphanRetention(age);
  }

  private constructor(private readonly age?: Duration) {}

  /**
   * The time in milliseconds, if there is one.
   *
   * @internal
   */
  public _bind(scope: IConstruct): number | undefined {
    return this.age && durationOf(scope, 'age of orphaned snapshots', this.age, 'minutes', 60) * 60_000;
  }
}
