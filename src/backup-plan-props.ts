import { Duration, TimeZone } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { AdoptedSnapshots } from './adopted-snapshots';
import { BackupConsistency } from './backup-consistency';
import { BackupCopy } from './backup-copy';
import { BackupRetention } from './backup-retention';
import { BackupSelection } from './backup-selection';
import { OrphanRetention } from './orphan-retention';

/** What is backed up, when, and for how long it is kept. */
export interface LightsailBackupPlanProps {
  /**
   * Name of the plan: 1 to 40 letters, digits and hyphens, of which the first and the last are letters or digits. It stands in the names
   * and in a tag of the snapshots, which are the plan's by it: a plan of the same name, in another stack and years later, goes on with
   * them. In a region there is one plan of a name.
   */
  readonly planName: string;

  /** Which instances and disks of the stack's region are backed up. */
  readonly selection: BackupSelection;

  /**
   * When snapshots are taken, in `timeZone`: at most once an hour.
   * @default events.Schedule.cron({ hour: '4', minute: '0' }) - every day at 04:00, when no zone's clock changes
   */
  readonly schedule?: events.Schedule;

  /**
   * Time zone of `schedule`, and of the days, weeks, months and years of `retention`.
   * @default TimeZone.ETC_UTC
   */
  readonly timeZone?: TimeZone;

  /**
   * Within how long after its time a run begins: up to a day, in whole minutes. None at all begins it at once.
   * @default - an hour, or a quarter of the shortest time between two runs
   */
  readonly startWindow?: Duration;

  /**
   * How long a run may take after the start window: at least 10 minutes. Nothing is created later, and what is not good by then is named
   * as failed. Between two runs, both windows together leave an hour for pruning, or a quarter of the time if that is less.
   * @default - 6 hours, or half the shortest time between two runs
   */
  readonly completionWindow?: Duration;

  /**
   * Which snapshots are kept of each source.
   * @default BackupRetention.keep({ daily: 7, weekly: 4 })
   */
  readonly retention?: BackupRetention;

  /**
   * Copies in other regions.
   * @default - none
   */
  readonly copies?: BackupCopy[];

  /**
   * In which state instances are when their snapshot begins.
   * @default BackupConsistency.crashConsistent()
   */
  readonly consistency?: BackupConsistency;

  /**
   * What becomes of snapshots whose source does not exist any more.
   * @default OrphanRetention.keep()
   */
  readonly whenSourceIsGone?: OrphanRetention;

  /**
   * Tags of the snapshots and copies, besides those that `Tags.of()` puts on the plan: at most 43.
   * @default - none
   */
  readonly snapshotTags?: { [key: string]: string };

  /**
   * Whether snapshots get the tags of their source as well. If they are too many, the plan's come first and the run says what is missing.
   * @default false
   */
  readonly copySourceTags?: boolean;

  /**
   * Snapshots of a script or of another plan that the retention takes over: those of sources that this plan selects, which one of these
   * matches. Try it with `dryRun` first.
   * @default - none: the plan removes only what it took
   */
  readonly adopt?: AdoptedSnapshots[];

  /**
   * Names that this plan had. Their snapshots are this plan's.
   * @default - none
   */
  readonly previousNames?: string[];

  /**
   * Whether nothing is removed or taken over, and the report of each run says what would be. Snapshots are taken.
   * @default false
   */
  readonly dryRun?: boolean;

  /**
   * Whether the schedule runs. The audit goes on without it, so that a plan is not forgotten.
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Whether the plan is audited: a function that looks at the snapshots themselves, and an alarm that rings when a selected source has had
   * no good one for two periods, when nothing is selected, or when nothing is heard of the audit.
   * @default true
   */
  readonly audit?: boolean;

  /**
   * Calls to Lightsail in a second that create, change or remove something, of all steps of a run together: 0.1 to 100. Reading calls may
   * be five times as many. Two plans that run at the same time add up.
   * @default 2
   */
  readonly callsPerSecond?: number;
}
