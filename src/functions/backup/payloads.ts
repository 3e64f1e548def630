/** What starts the state machine, and what its states pass on. Pure data. */
import type { PlanSettings, SourceType } from './contract';

/** What starts the state machine: the schedule's `Input`. The machine starts itself with the slot: one run a slot. */
export interface ScheduleInput {
  readonly plan: PlanSettings;
  /** `SCHEDULED_TIME`, or an ISO time in UTC with full seconds. */
  readonly scheduledTime: string;
}

/** What starts a run on demand, which takes snapshots and prunes nothing. */
export interface OnDemandInput {
  readonly plan: PlanSettings;
  /** Seconds for which the snapshots are kept. */
  readonly onDemand: { readonly keepFor: number };
}

/** What every state of a run has. The machine gives it to the function as a whole. */
export interface RunInput {
  readonly plan: PlanSettings;
  readonly slot: string;
  /** Seconds for which the snapshots of a run on demand are kept; 0 for a scheduled run. */
  readonly keepFor: number;
}

/** Sources of one child. `index` of `count`, which say when it is this child's turn to call. */
export interface Batch {
  readonly index: number;
  readonly count: number;
  readonly type: SourceType;
  readonly names: readonly string[];
}

/** A batch as it travels. The function alone understands its names. */
export interface PackedBatch extends Omit<Batch, 'names'> {
  readonly names: string;
}

/** What came of a source, one character each. */
export const OUTCOMES = {
  /** There is a good snapshot of this slot, and good copies. */
  good: 'g',
  /** The source went away before its snapshot was taken. Not a failure. */
  gone: 'x',
  /** The snapshot ended in an error. */
  failed: 'f',
  /** A copy ended in an error, or could not be made. */
  copyFailed: 'c',
  /** The original is good; the windows ended before its copy was. */
  copyPending: 'p',
  /** The windows ended before the snapshot was good. */
  pending: 'w',
  /** Lightsail could not take it until the windows ended: the source was busy. */
  busy: 'b',
  /** Lightsail refused for good: the log has the words. */
  refused: 'r',
  /** The snapshot's name is somebody else's. */
  nameTaken: 'n',
  /** Not stopped, so not taken: it was not running. */
  notRunning: 's',
  /** Not stopped, so not taken: it has no static IP. */
  noStaticIp: 'i',
  /** The instance was stopped and did not run again in time, whatever came of its snapshot. */
  notStarted: 'd',
  /** Named by the selection, and not there. */
  missing: 'm',
  /** The child's steps failed: what came of it is not known. */
  unknown: 'u',
} as const;

export type Outcome = (typeof OUTCOMES)[keyof typeof OUTCOMES];

/** What a child returns: `outcomes` has one character for each of the batch's names, in their order. */
export interface BatchResult {
  readonly index: number;
  readonly outcomes: string;
  readonly throttled?: number;
  /** Seconds, the longest. */
  readonly downtime?: number;
}

/** What is known of a run so far. Names are cut at some number; counts are not. */
export interface Tally {
  /** Sources that the selection matched. */
  readonly selected: number;
  /** How many sources had each outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** `<type>/<name>` by outcome, good ones left out. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly throttled: number;
  readonly downtime: number;
}

/** `Begin`: works out the slot of a run on demand. Returns a `RunInput`. */
export interface BeginRequest {
  readonly action: 'begin';
  readonly run: OnDemandInput;
  /** ISO time at which the execution started. */
  readonly startedAt: string;
}

/** `Select`: takes up what the children of a page returned, and gives the next page. */
export interface SelectRequest {
  readonly action: 'select';
  readonly run: RunInput & { readonly page?: SelectResult; readonly results?: readonly BatchResult[] };
}

export interface SelectResult {
  /** Empty when there are no more. */
  readonly batches: readonly PackedBatch[];
  /** Whether there are batches: what a Choice looks at. */
  readonly more: boolean;
  /** `<type>/<name>` of the last source of this page. */
  readonly after: string;
  readonly tally: Tally;
}

/** `Take`: one step of a child. The child's own states repeat it until `done`. */
export interface TakeRequest<B extends Batch | PackedBatch = Batch> {
  readonly action: 'take';
  /** ISO time at which the state machine came to this step: the same for all attempts. */
  readonly enteredAt?: string;
  readonly run: RunInput & { readonly batch: B; readonly step?: TakeResult };
}

export interface TakeResult {
  readonly done: boolean;
  /** Seconds until the next step. */
  readonly wait: number;
  /** The function alone understands it. */
  readonly state: unknown;
  /** What the child returns; `null` until done. */
  readonly result: BatchResult | null;
}

/** `Prune`: one round. Repeated, with what the round before returned, until `done`. */
export interface PruneRequest {
  readonly action: 'prune';
  readonly run: RunInput & { readonly round?: PruneResult };
}

export interface PruneResult {
  readonly done: boolean;
  /** Seconds until the next round. */
  readonly wait: number;
  /** Rounds so far. */
  readonly rounds: number;
  /** Place of the region that is next: 0 is the home region. */
  readonly region: number;
  /** What is decided for that region and not done. Empty: the region is listed. The function alone understands it. */
  readonly rest: string;
  readonly pruned: number;
  readonly adopted: number;
  readonly throttled: number;
  /** Sentences for the report, cut at some number. */
  readonly notes: readonly string[];
  /** What makes the run fail, in sentences. */
  readonly problems: readonly string[];
}

export interface CaughtError {
  readonly Error?: string;
  readonly Cause?: string;
}

/** `Report`: ends a run, also one in which a state failed. */
export interface ReportRequest {
  readonly action: 'report';
  readonly run: RunInput & {
    readonly page?: SelectResult;
    readonly round?: PruneResult;
    /** What a Catch caught. */
    readonly error?: CaughtError;
    /** Why this run has no execution of its own name. */
    readonly refused?: CaughtError;
  };
}

export interface ReportResult {
  readonly failed: boolean;
  /** `PartialFailure`, or `Failed` when the run stopped. Empty when nothing failed. */
  readonly error: string;
  /** The whole report in words, at most 30,000 characters: the output of the run, or the cause of its failure. */
  readonly report: string;
}

/** Scheduled on its own: how old the newest good snapshot of each source is. */
export interface AuditRequest {
  readonly action: 'audit';
  readonly plan: PlanSettings;
}

export type BackupRequest = BeginRequest | SelectRequest | TakeRequest<PackedBatch> | PruneRequest | ReportRequest | AuditRequest;
