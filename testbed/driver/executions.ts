import type { VirtualClock } from './clock';
import type { Random } from './random';
import { Child, Ending, HistoryEvent, MAX_DATA, MapRunHost, Processor, Run, ServiceError } from './run';

export { ServiceError } from './run';

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly input: string;
  readonly startedAt: number;
  readonly history: HistoryEvent[];
  status: Status;
  stoppedAt?: number;
  output?: string;
  error?: string;
  cause?: string;
  /** Whether it failed because a Fail state of the definition said so. */
  deliberate: boolean;
  /** Entered states and retries: what is billed. */
  transitions: number;
  /** ARN of the Map's run that started it. */
  readonly mapRunArn?: string;
  abort(): void;
}

export interface ListOptions {
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly statusFilter?: string;
}

interface Beginning {
  readonly arn: string;
  readonly name: string;
  readonly input: string;
  readonly machineArn: string;
  readonly processor: Processor;
  readonly mapRunArn?: string;
}

const FORBIDDEN_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/]|[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;
const LAST_EVENT = { SUCCEEDED: 'ExecutionSucceeded', FAILED: 'ExecutionFailed', TIMED_OUT: 'ExecutionTimedOut', ABORTED: 'ExecutionAborted' } as const;

/** A standard execution that has more events is ended by Step Functions. */
const MAX_EVENTS = 25_000;
const NAME_IS_TAKEN_FOR = 90 * 24 * 3600_000;

/** The executions of one state machine. */
export class Executions {
  readonly all: Execution[] = [];
  /** Those that a distributed Map started, which ListExecutions does not show with the others. */
  readonly children: Execution[] = [];
  /** Most that ListExecutions and GetExecutionHistory give at a time, whatever they are asked for. */
  pageSize = 1000;
  /** Milliseconds until ListExecutions and GetExecutionHistory show what has happened. */
  listDelay = 0;
  private readonly latest = new Map<string, Execution>();

  constructor(
    readonly machineArn: string,
    private readonly interpreter: Processor,
    private readonly clock: VirtualClock,
    private readonly random: () => Random,
  ) {}

  start(input: string, name = this.random().uuid()): Execution {
    if (name.length < 1 || name.length > 80 || FORBIDDEN_IN_NAMES.test(name)) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
    if (Buffer.byteLength(input) > MAX_DATA) throw new ServiceError('ValidationException', `'input' failed to satisfy constraint: at most ${MAX_DATA} bytes`);
    try {
      JSON.parse(input);
    } catch {
      throw new ServiceError('InvalidExecutionInput', 'Invalid State Machine Execution Input');
    }
    const earlier = this.latest.get(`${this.machineArn.replace(':stateMachine:', ':execution:')}:${name}`);
    if (earlier?.status === 'RUNNING' && earlier.input === input) return earlier;
    if (earlier && (earlier.status === 'RUNNING' || this.clock.now() < earlier.stoppedAt! + NAME_IS_TAKEN_FOR)) {
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${earlier.arn}'`);
    }
    const arn = `${this.machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const { execution } = this.begin({ arn, name, input, machineArn: this.machineArn, processor: this.interpreter });
    this.all.push(execution);
    this.latest.set(arn, execution);
    return execution;
  }

  stop(arn: string, error?: string, cause?: string): number {
    const execution = this.find(arn);
    if (execution.status === 'RUNNING') {
      this.end(execution, 'ABORTED', { error, cause });
    }
    return execution.stoppedAt!;
  }

  find(arn: string): Execution {
    const found = this.latest.get(arn);
    if (!found) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return found;
  }

  /** The newest first. */
  list({ maxResults = 100, nextToken, statusFilter }: ListOptions): { page: { execution: Execution; status: Status }[]; nextToken?: string } {
    const seen = this.clock.now() - this.listDelay;
    const shown = this.all
      .filter(execution => execution.startedAt <= seen)
      .map(execution => ({ execution, status: execution.stoppedAt !== undefined && execution.stoppedAt > seen ? 'RUNNING' as const : execution.status }))
      .filter(({ status }) => !statusFilter || status === statusFilter)
      .reverse();
    const from = nextToken ? shown.findIndex(({ execution }) => execution.arn === nextToken) : 0;
    if (from < 0) throw new ServiceError('InvalidToken', `Invalid Token: '${nextToken}'`);
    const size = Math.min(maxResults || 100, this.pageSize);
    return { page: shown.slice(from, from + size), nextToken: shown[from + size]?.execution.arn };
  }

  /** Events as far as they are shown yet, the oldest first. */
  events(arn: string): HistoryEvent[] {
    const seen = this.clock.now() - this.listDelay;
    return this.find(arn).history.filter(({ at }) => at <= seen);
  }

  clear(): void {
    for (const execution of [...this.all, ...this.children]) execution.abort();
    this.all.length = 0;
    this.children.length = 0;
    this.latest.clear();
    this.pageSize = 1000;
    this.listDelay = 0;
  }

  private begin({ arn, name, input, machineArn, processor, mapRunArn }: Beginning): { execution: Execution; ended: Promise<Ending | undefined> } {
    let abort!: () => void;
    const stopped = new Promise<void>(resolve => { abort = resolve; });
    const execution: Execution = {
      arn, name, input, startedAt: this.clock.now(), history: [], status: 'RUNNING', deliberate: false, transitions: 0, mapRunArn, abort,
    };
    const record = (event: HistoryEvent) => execution.history.push(event);
    record({ at: execution.startedAt, type: 'ExecutionStarted', data: JSON.parse(input) });
    const run: Run = {
      id: arn,
      name,
      input,
      startedAt: execution.startedAt,
      machine: { arn: machineArn, name: machineArn.split(':').pop()! },
      stopped,
      record: event => {
        if (execution.status !== 'RUNNING') return;
        record(event);
        if (execution.history.length < MAX_EVENTS) return;
        this.end(execution, 'FAILED', { error: 'States.Runtime', cause: `the execution reached the maximum number of history events (${MAX_EVENTS})` });
      },
      transition: () => { if (execution.status === 'RUNNING') execution.transitions++; },
      startMapRun: label => this.mapRun(machineArn, label),
    };
    const ended = new Promise<Ending | undefined>(resolve => {
      void stopped.then(() => resolve(undefined));
      // not within the call that asked for it
      this.clock.in(0, () => {
        if (execution.status !== 'RUNNING') return;
        processor.run(run).then(ending => {
          this.ended(execution, ending);
          resolve(ending);
        }).catch((error: Error) => this.clock.fail(error));
      }, 'an execution begins');
    });
    return { execution, ended };
  }

  private mapRun(machineArn: string, label: string): MapRunHost {
    const ofMap = `${machineArn}/${label}`;
    const arn = `${ofMap.replace(':stateMachine:', ':mapRun:')}:${this.random().uuid()}`;
    return { arn, start: (processor, input) => this.child(ofMap, arn, processor, input) };
  }

  private child(machineArn: string, mapRunArn: string, processor: Processor, input: string): Child {
    const name = this.random().uuid();
    const arn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const { execution, ended } = this.begin({ arn, name, input, machineArn, processor, mapRunArn });
    this.children.push(execution);
    this.latest.set(arn, execution);
    return {
      ended,
      stop: () => this.end(execution, 'ABORTED', {}),
    };
  }

  private ended(execution: Execution, ending: Ending | undefined): void {
    if (!ending) return;
    execution.deliberate = ending.status === 'FAILED' && ending.deliberate === true;
    this.end(execution, ending.status, ending);
  }

  private end(execution: Execution, status: Exclude<Status, 'RUNNING'>, how: { output?: string; error?: string; cause?: string }): void {
    if (execution.status !== 'RUNNING') return;
    const { output, error, cause } = how;
    const data = output === undefined ? { error, cause } : JSON.parse(output) as unknown;
    execution.history.push({ at: this.clock.now(), type: LAST_EVENT[status], data });
    Object.assign(execution, { status, stoppedAt: this.clock.now(), output, error, cause });
    // what still runs of it, such as the executions of a Map when the time is up, ends with it
    execution.abort();
  }
}
