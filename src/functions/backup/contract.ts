/**
 * What the backup constructs, the state machine and the backup functions agree on: settings, names, tags, metrics.
 * Pure data. It imports nothing, so that constructs never load the function or the AWS SDK.
 */

/** What can be backed up, by Lightsail's own names of the types. */
export type SourceType = 'Instance' | 'Disk';

/** Which sources a plan backs up. A source is backed up when the whole tree is true for it. */
export type Selection =
  | { readonly and: readonly Selection[] }
  | { readonly or: readonly Selection[] }
  | { readonly not: Selection }
  | { readonly type: SourceType }
  /** Exact names. */
  | { readonly names: readonly string[] }
  /** `*` in the value stands for any characters. Without a value: the key alone. */
  | { readonly tag: { readonly key: string; readonly value?: string } };

/** What the function `retain` takes, without `freshSince`, which each run works out. */
export interface RetentionSettings {
  readonly last?: number;
  readonly hourly?: number;
  readonly daily?: number;
  readonly weekly?: number;
  readonly monthly?: number;
  readonly yearly?: number;
  /** In milliseconds before the newest good snapshot. */
  readonly within?: number;
  /** How many good ones stay whatever the other rules say. Less than 1 counts as 1. */
  readonly minimum: number;
}

/** A region and what is kept there. */
export interface RegionSettings {
  readonly region: string;
  readonly retention: RetentionSettings;
}

/** Stop an instance while its snapshot begins. */
export interface StopSettings {
  /** Seconds after which the instance is started again, by a schedule of its own if nothing else does it. */
  readonly timeout: number;
  /** Also instances without a static IP, which get another address by this. */
  readonly withoutStaticIp?: boolean;
  /** Also instances that do not run: their snapshot is taken as they are, and they stay as they are. */
  readonly alsoNotRunning?: boolean;
}

/** Snapshots of a script or of an earlier plan that the retention takes over. All that is given must apply. */
export interface AdoptRule {
  /** `*` stands for any characters. */
  readonly name?: string;
  readonly tag?: { readonly key: string; readonly value?: string };
}

/** All that a run knows of its plan. It travels in the schedule's `Input`, so that a run keeps the settings that it began with. */
export interface PlanSettings {
  /** Account, because the names of snapshots follow from it. */
  readonly account: string;
  /** Region of the plan and of its sources. */
  readonly homeRegion: string;
  readonly name: string;
  /** Earlier names of this plan in this region. Their snapshots are this plan's. */
  readonly previousNames?: readonly string[];
  readonly selection: Selection;
  /** IANA name. Days, weeks, months and years of the retention are this zone's. */
  readonly timeZone: string;
  /** Seconds between two slots, the longest of all, clock changes included. */
  readonly period: number;
  /** Seconds between two slots, the shortest of all: within that a run has to end. @default - the longest */
  readonly shortestPeriod?: number;
  /** Seconds after the slot within which a run begins. */
  readonly startWindow: number;
  /** Seconds after the start window within which a run ends. Nothing is created later. */
  readonly completionWindow: number;
  /** What is kept of the originals. */
  readonly retention: RetentionSettings;
  readonly copies?: readonly RegionSettings[];
  /** Tags of every snapshot. */
  readonly snapshotTags?: Readonly<Record<string, string>>;
  /** Snapshots get their source's tags as well. */
  readonly copySourceTags?: boolean;
  /** Milliseconds before the newest one, for which snapshots are kept when their source is gone. The last good one always is. Without it all are. */
  readonly orphansWithin?: number;
  /** Without it snapshots are crash-consistent. */
  readonly stop?: StopSettings;
  readonly adopt?: readonly AdoptRule[];
  /** Nothing is deleted, adopted or deferred; what would be is reported. Snapshots are taken. */
  readonly dryRun?: boolean;
  /** Mutating calls to Lightsail, of all steps together. Reading calls: five times that. */
  readonly callsPerSecond: number;
}

/** A plan's name: at most 40 characters, because the schedule's name (64) and the execution's (80) follow from it. */
export const PLAN_NAME = /^[A-Za-z0-9]([A-Za-z0-9-]{0,38}[A-Za-z0-9])?$/;

/** The schedule of a plan is called this and the plan's name, so that a second plan of that name in a region fails at deployment. */
export const SCHEDULE_PREFIX = 'lightsail-backup-';

/** The one-time schedules that start stopped instances are called this and a hash. They are in the default group. */
export const RESTART_SCHEDULE_PREFIX = 'lightsail-start-';

/** What Scheduler replaces by the time for which a run was planned. */
export const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/**
 * A slot is the UTC minute for which a run was planned: `2026-11-24T0300`. One of a run on demand has seconds: `2026-11-24T031245`.
 * An execution is called `<plan>.<slot>`: no plan's name has a dot, so that rules for events can tell plans by a prefix. A snapshot and its
 * copies are called `<source>-<plan>-<slot>-<hash>`.
 */
export const SLOT = /^\d{4}-\d\d-\d\dT\d{4}(\d\d)?$/;

/** Longest name of a snapshot. The source's part is cut to fit. */
export const MAX_SNAPSHOT_NAME = 255;

/** Characters of the hash that ends a snapshot's name: of account, home region, plan, type and name of the source, and slot. */
export const NAME_HASH_LENGTH = 10;

/** Sources that one child of the Distributed Map works on. */
export const BATCH_SIZE = 50;

/** Children of the Distributed Map that run at once. Each waits for its turn, so that all of a page begin. */
export const MAX_CONCURRENCY = 1000;

/** Seconds. */
export const FUNCTION_TIMEOUT = 900;

/** Megabytes. */
export const FUNCTION_MEMORY = 512;

/** Minutes within which one listing of a region has to end: about 250,000 snapshots. */
export const LISTING_MINUTES = 12;

const PREFIX = 'cdk-lightsail-snapshots:';

/** Tags of snapshots and of stopped instances. */
export const TAGS = {
  /** `<home region>/<plan>`. The role deletes nothing without it. */
  plan: `${PREFIX}plan`,
  /** Slot for which it was taken, or the minute in which an adopted one was created. */
  slot: `${PREFIX}slot`,
  /** `original` or `copy`. */
  type: `${PREFIX}type`,
  /** ARN of what it was taken of. On copies and adopted ones. */
  source: `${PREFIX}source`,
  /** Of a run on demand: ISO time until which it is kept. It counts for no rule of the retention. */
  keepUntil: `${PREFIX}keep-until`,
  /** `<runs>/<slot>`: how many runs could not delete it because it was in use, and the last of them. */
  deferred: `${PREFIX}deferred`,
  /** Pin: whatever carries it, with any value, is kept. The role may not delete it. */
  keep: `${PREFIX}keep`,
  /** On an instance: `<home region>/<plan>/<slot>`, by which run it is stopped. */
  stopped: `${PREFIX}stopped-by`,
} as const;

/** Lightsail allows 50 tags; those of snapshots are ours first. */
export const MAX_USER_TAGS = 50 - 7;

/** Environment variable of the function: ARN of the role with which Scheduler starts stopped instances. Only where some plan stops. */
export const RESTART_ROLE_ARN = 'RESTART_ROLE_ARN';

/** Metrics have one dimension, the plan's name. They are written as lines of the log (embedded metric format). */
export const METRIC_NAMESPACE = 'CdkLightsailSnapshots';
export const METRIC_DIMENSION = 'Plan';

export const METRICS = {
  /** By the audit. Seconds: age of the newest good snapshot of the source where it is oldest. */
  newestAge: 'NewestAge',
  /** By the audit. Sources without a good snapshot of the last two periods, where they or the plan are not new; 1 when nothing matches the selection. */
  unprotected: 'Unprotected',
  /** By the run. Sources of which this run has no good snapshot, or not all of its copies. */
  failed: 'Failed',
  /** By the run. */
  taken: 'Taken',
  /** By the run. */
  pruned: 'Pruned',
  /** By the run. Calls that Lightsail refused as too many. */
  throttled: 'Throttled',
  /** By the run, only where it stops instances. Seconds that the one stopped for the longest was not running. */
  downtime: 'Downtime',
} as const;
