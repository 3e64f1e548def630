import { COMPARISONS, Catcher, Definition, Retrier, Rule, State, check } from './asl';
import type { VirtualClock } from './clock';
import { textOf } from './history';
import type { Result } from './invocation';
import { Json, Path, parsePath, read, write } from './paths';

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
}

/** Longest input or output of a state, in bytes. */
export const MAX_DATA = 262_144;

const TERMINAL = ['States.Runtime', 'States.DataLimitExceeded'];

class StateError extends Error {
  constructor(readonly error: string, readonly cause: string, readonly deliberate = false) {
    super(`${error}: ${cause}`);
  }
}

const STOPPED = Symbol('stopped');

/** Carries out a definition in virtual time. */
export class Interpreter {
  constructor(private readonly definition: Definition, private readonly outside: Outside) {
    check(definition);
  }

  /** Undefined when it was stopped. */
  async run(run: Run): Promise<Ending | undefined> {
    const late = new StateError('States.Timeout', '');
    try {
      const { TimeoutSeconds } = this.definition;
      const work = this.walk(run);
      if (TimeoutSeconds === undefined) return await work;
      return await this.within(TimeoutSeconds, work, late);
    } catch (thrown) {
      if (thrown === STOPPED) return undefined;
      if (!(thrown instanceof StateError)) throw thrown;
      const { error, cause, deliberate } = thrown;
      return { status: thrown === late ? 'TIMED_OUT' : 'FAILED', error, cause, ...(deliberate && { deliberate }) };
    }
  }

  private async walk(run: Run): Promise<Ending> {
    let data: Json = JSON.parse(run.input) as Json;
    for (let name: string | undefined = this.definition.StartAt; name !== undefined;) {
      const state: State = this.definition.States[name];
      run.transition();
      this.note(run, `${state.Type}StateEntered`, name, data);
      const visit: Visit = new Visit(this.outside, run, name, state);
      const { output, next } = await visit.go(data);
      data = limited(name, output);
      this.note(run, `${state.Type}StateExited`, name, data);
      name = next;
    }
    return { status: 'SUCCEEDED', output: JSON.stringify(data) };
  }

  private note(run: Run, type: string, state: string, data: Json): void {
    run.record({ at: this.outside.clock.now(), type, state, data });
  }

  private async within<T>(seconds: number, work: Promise<T>, late: Error): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = this.outside.clock.in(seconds * 1000, () => reject(late), 'an execution times out');
      void work.finally(() => timer.cancel()).then(resolve, reject);
    });
  }
}

/** One stay in one state. */
class Visit {
  private readonly enteredAt: number;
  private retries = 0;

  constructor(private readonly outside: Outside, private readonly run: Run, private readonly name: string, private readonly state: State) {
    this.enteredAt = outside.clock.now();
  }

  async go(data: Json): Promise<{ output: Json; next?: string }> {
    const { state } = this;
    const input = this.through(state.InputPath, data, {});
    switch (state.Type) {
      case 'Task':
        return this.task(data, input);
      case 'Choice':
        return { output: this.through(state.OutputPath, input, {}), next: this.choose(input) };
      case 'Wait':
        await this.unlessStopped(this.outside.clock.sleep(this.waitingTime(input)));
        return { output: this.through(state.OutputPath, input, {}), next: state.Next };
      case 'Pass': {
        const result = state.Result ?? (state.Parameters === undefined ? input : this.fill(state.Parameters, input));
        return { output: this.finish(data, result), next: state.Next };
      }
      case 'Succeed':
        return { output: this.through(state.OutputPath, input, {}) };
      case 'Fail': {
        const words = (literal?: string, path?: string) => (path === undefined ? literal ?? '' : String(this.at(parsePath(path), input, 'States.Runtime')));
        throw new StateError(words(state.Error, state.ErrorPath), words(state.Cause, state.CausePath), true);
      }
    }
  }

  private async task(data: Json, input: Json): Promise<{ output: Json; next?: string }> {
    const { state } = this;
    const used = new Map<Retrier, number>();
    for (;;) {
      try {
        const result = await this.call(input);
        const selected = state.ResultSelector === undefined ? result : this.fill(state.ResultSelector, result);
        return { output: this.finish(data, selected), next: state.Next };
      } catch (thrown) {
        if (!(thrown instanceof StateError)) throw thrown;
        this.note('TaskFailed', { error: thrown.error, cause: thrown.cause });
        const retrier = state.Retry?.find(entry => matches(entry.ErrorEquals, thrown.error));
        const attempt = retrier ? used.get(retrier) ?? 0 : 0;
        if (retrier && attempt < (retrier.MaxAttempts ?? 3)) {
          used.set(retrier, attempt + 1);
          await this.unlessStopped(this.outside.clock.sleep(this.backoff(retrier, attempt)));
          this.retries++;
          this.run.transition();
          continue;
        }
        return this.caught(data, thrown, state.Catch?.find(entry => matches(entry.ErrorEquals, thrown.error)));
      }
    }
  }

  private caught(data: Json, thrown: StateError, catcher: Catcher | undefined): { output: Json; next: string } {
    if (!catcher) throw thrown;
    const problem = { Error: thrown.error, Cause: thrown.cause };
    if (catcher.ResultPath === null) return { output: data, next: catcher.Next };
    return { output: this.put(catcher.ResultPath ?? '$', data, problem), next: catcher.Next };
  }

  private async call(input: Json): Promise<Json> {
    const { state } = this;
    const parameters = (state.Parameters === undefined ? input : this.fill(state.Parameters, input)) as Record<string, Json>;
    const { FunctionName, Payload = {} } = parameters;
    this.note('TaskScheduled', parameters);
    this.note('TaskStarted', undefined);
    const result = await this.inTime(this.outside.invoke(String(FunctionName), Payload));
    if ('error' in result) throw new StateError(result.error, result.cause);
    const output = {
      ExecutedVersion: '$LATEST',
      Payload: copy(result.payload as Json),
      SdkHttpMetadata: { HttpStatusCode: 200 },
      StatusCode: 200,
    };
    this.note('TaskSucceeded', output);
    return limited(this.name, output);
  }

  private async inTime<T>(work: Promise<T>): Promise<T> {
    const { TimeoutSeconds } = this.state;
    if (TimeoutSeconds === undefined) return this.unlessStopped(work);
    return this.unlessStopped(new Promise<T>((resolve, reject) => {
      const late = new StateError('States.Timeout', `the task took more than ${TimeoutSeconds} s`);
      const timer = this.outside.clock.in(TimeoutSeconds * 1000, () => reject(late), `${this.name} times out`);
      void work.finally(() => timer.cancel()).then(resolve, reject);
    }));
  }

  private backoff({ IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity, JitterStrategy = 'NONE' }: Retrier, attempt: number): number {
    const delay = Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** attempt) * 1000;
    return JitterStrategy === 'FULL' ? delay * this.outside.random() : delay;
  }

  private waitingTime(input: Json): number {
    const { Seconds, SecondsPath, Timestamp, TimestampPath } = this.state;
    const seconds = SecondsPath === undefined ? Seconds : this.at(parsePath(SecondsPath), input, 'States.Runtime');
    if (seconds !== undefined) {
      if (!Number.isInteger(seconds) || (seconds as number) < 0 || (seconds as number) > 99999999) {
        throw new StateError('States.Runtime', `${this.name}: ${JSON.stringify(seconds)} is no number of seconds: a whole one is wanted`);
      }
      return (seconds as number) * 1000;
    }
    const until = Date.parse(String(TimestampPath === undefined ? Timestamp : this.at(parsePath(TimestampPath), input, 'States.Runtime')));
    if (Number.isNaN(until)) throw new StateError('States.Runtime', `${this.name}: no time to wait until`);
    return until - this.outside.clock.now();
  }

  private choose(input: Json): string {
    const chosen = this.state.Choices!.find(rule => this.holds(rule, input))?.Next ?? this.state.Default;
    if (chosen === undefined) throw new StateError('States.NoChoiceMatched', this.name);
    return chosen;
  }

  private holds(rule: Rule, input: Json): boolean {
    if (rule.And) return rule.And.every(inner => this.holds(inner, input));
    if (rule.Or) return rule.Or.some(inner => this.holds(inner, input));
    if (rule.Not) return !this.holds(rule.Not, input);
    const comparison = Object.keys(rule).find(field => Object.hasOwn(COMPARISONS, field))!;
    const value = this.find(parsePath(rule.Variable!), input);
    if (value === undefined && comparison !== 'IsPresent') {
      throw new StateError('States.Runtime', `${this.name}: there is nothing at ${rule.Variable}`);
    }
    return COMPARISONS[comparison](value, rule[comparison]);
  }

  /** A template's fields that end in `.$` are filled in from paths. */
  private fill(template: Json, data: Json): Json {
    if (Array.isArray(template)) return template.map(item => this.fill(item, data));
    if (typeof template !== 'object' || template === null) return template;
    return Object.fromEntries(Object.entries(template).map(([field, value]) => {
      if (!field.endsWith('.$')) return [field, this.fill(value, data)];
      return [field.slice(0, -2), this.at(parsePath(value as string), data, 'States.ParameterPathFailure')];
    }));
  }

  private finish(raw: Json, result: Json): Json {
    const { ResultPath, OutputPath } = this.state;
    const combined = ResultPath === null ? raw : this.put(ResultPath ?? '$', raw, result);
    return this.through(OutputPath, combined, {});
  }

  private put(path: string, data: Json, value: Json): Json {
    const combined = write(parsePath(path), data, value);
    if (combined === undefined) throw new StateError('States.ResultPathMatchFailure', `${this.name}: ${path} does not fit the state's input`);
    return combined;
  }

  private through(path: string | null | undefined, data: Json, nothing: Json): Json {
    if (path === null) return nothing;
    return path === undefined ? data : this.at(parsePath(path), data, 'States.Runtime');
  }

  private at(path: Path, data: Json, failure: string): Json {
    const value = this.find(path, data);
    if (value === undefined) throw new StateError(failure, `${this.name}: there is nothing at ${path.text}`);
    return value;
  }

  private find(path: Path, data: Json): Json | undefined {
    return read(path, data, path.fromContext ? this.context() : null);
  }

  private context(): Json {
    const { run } = this;
    const time = (at: number) => new Date(at).toISOString();
    return {
      Execution: { Id: run.id, Name: run.name, Input: JSON.parse(run.input) as Json, StartTime: time(run.startedAt), RedriveCount: 0 },
      State: { Name: this.name, EnteredTime: time(this.enteredAt), RetryCount: this.retries },
      StateMachine: { Id: run.machine.arn, Name: run.machine.name },
    };
  }

  private async unlessStopped<T>(work: Promise<T>): Promise<T> {
    const first = await Promise.race([work, this.run.stopped.then(() => STOPPED)]);
    if (first === STOPPED) throw STOPPED;
    return first as T;
  }

  private note(type: string, data: unknown): void {
    this.run.record({ at: this.outside.clock.now(), type, state: this.name, data });
  }
}

function matches(names: readonly string[], error: string): boolean {
  if (names.includes(error)) return true;
  if (TERMINAL.includes(error)) return false;
  return names.includes('States.ALL') || (names.includes('States.TaskFailed') && error !== 'States.Timeout');
}

function copy(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function limited(where: string, value: Json): Json {
  if (Buffer.byteLength(textOf(value)!) > MAX_DATA) throw new StateError('States.DataLimitExceeded', `${where}: more than ${MAX_DATA} bytes`);
  return value;
}
