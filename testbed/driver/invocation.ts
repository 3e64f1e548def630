import { Activity, never } from './activity';
import type { VirtualClock } from './clock';

/** What Lambda reports when a function did not return. */
export interface FunctionError {
  readonly error: string;
  readonly cause: string;
}

export type Result = { readonly payload: unknown } | FunctionError;

/** One run of the function. */
export class Invocation {
  readonly activity: Activity;
  readonly startedAt: number;
  readonly deadline: number;
  readonly logs: string[] = [];
  readonly result: Promise<Result>;
  callCount = 0;
  endedAt?: number;
  state: 'running' | 'returned' | 'failed' | 'dead' = 'running';
  /** How it died. */
  death?: string;
  private settle!: (result: Result) => void;

  constructor(
    /** Place among all invocations since the environment began or was reset, from 1. */
    readonly id: number,
    /** `event` comes from CloudFormation, `step` from the state machine. */
    readonly trigger: 'event' | 'step',
    readonly requestId: string,
    /** JSON. */
    readonly input: string,
    private readonly clock: VirtualClock,
    timeout: number,
  ) {
    this.activity = new Activity(clock, `invocation ${id} (${trigger})`);
    this.startedAt = clock.now();
    this.deadline = this.startedAt + timeout;
    this.result = new Promise(resolve => { this.settle = resolve; });
    const timer = clock.at(this.deadline, () => this.timeOut(timeout), `invocation ${id} times out`);
    void this.result.then(() => timer.cancel());
  }

  get isOver(): boolean {
    return this.state !== 'running';
  }

  returned(output: unknown): void {
    this.end('returned', { payload: output === undefined ? null : output });
  }

  failed(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : Object.assign(new Error(String(thrown)), { name: typeof thrown });
    this.end('failed', { error: error.name, cause: JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: [] }) });
  }

  /** The process is gone. What its code still does has no effect, and it never hears of anything again. */
  die(how: string): Promise<never> {
    this.perish('Runtime.ExitError', 'Runtime exited with error: signal: killed', how);
    return never();
  }

  private timeOut(timeout: number): void {
    this.perish('Sandbox.Timedout', `Task timed out after ${(timeout / 1000).toFixed(2)} seconds`, 'timed out');
  }

  private perish(error: string, text: string, how: string): void {
    if (this.isOver) return;
    this.death = how;
    this.end('dead', { error, cause: JSON.stringify({ errorType: error, errorMessage: `RequestId: ${this.requestId} Error: ${text}` }) });
  }

  private end(state: Invocation['state'], result: Result): void {
    if (this.isOver) return;
    this.state = state;
    this.endedAt = this.clock.now();
    this.activity.end();
    this.settle(result);
  }
}
