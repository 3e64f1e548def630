/** What the interpreter needs of an execution and of the environment, and what comes of a run. */
import type { VirtualClock } from './clock';
import type { Result } from './invocation';

export interface HistoryEvent {
  readonly at: number;
  readonly type: string;
  readonly state?: string;
  /** What went in, came out or went wrong: all that a reader of the execution's history sees. */
  readonly data?: unknown;
}

/** What the interpreter needs of the execution that it carries out. */
export interface Run {
  readonly id: string;
  readonly name: string;
  readonly input: string;
  readonly startedAt: number;
  readonly machine: { readonly arn: string; readonly name: string };
  /** Resolves when the execution is stopped. */
  readonly stopped: Promise<void>;
  record(event: HistoryEvent): void;
  /** Counts what Step Functions bills: entering a state, and each retry. */
  transition(): void;
  /** Starts the run of a Map. @default - no definition with a Map can be run */
  startMapRun?(label: string): MapRunHost;
}

/** Whoever holds the executions that a Map starts. */
export interface MapRunHost {
  readonly arn: string;
  /** @param input JSON */
  start(processor: Processor, input: string): Child;
}

/** An execution that a Map has started. */
export interface Child {
  /** Undefined when it was stopped. */
  readonly ended: Promise<Ending | undefined>;
  stop(): void;
}

/** Carries out an execution. Gives undefined when it was stopped. */
export interface Processor {
  run(run: Run): Promise<Ending | undefined>;
}

export type Ending =
  | { readonly status: 'SUCCEEDED'; readonly output: string }
  | {
    readonly status: 'FAILED' | 'TIMED_OUT';
    readonly error: string;
    readonly cause: string;
    /** A Fail state said so. */
    readonly deliberate?: boolean;
  };

export interface Outside {
  readonly clock: VirtualClock;
  random(): number;
  invoke(functionName: string, payload: unknown): Promise<Result>;
  /** Throws a ServiceError as StartExecution does. @default - no definition may start an execution */
  startExecution?(machineArn: string, input: string, name?: string): { readonly arn: string; readonly startedAt: number };
}

/** Longest input or output of a state, in bytes. */
export const MAX_DATA = 262_144;

/** An error that Step Functions answers with. */
export class ServiceError extends Error {
  constructor(readonly code: string, message: string) {
    super(message);
  }
}
