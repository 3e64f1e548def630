import { COMPARISONS, Catcher, Retrier, Rule, State, serviceOf } from './asl';
import { textOf } from './history';
import { MapRun } from './map-run';
import { Json, parsePath, write } from './paths';
import { MAX_DATA, Outside, Processor, Run } from './run';
import { StateError } from './state-error';
import { TASKS } from './tasks';
import { Scope } from './templates';

export const STOPPED = Symbol('stopped');

const TERMINAL = ['States.Runtime', 'States.DataLimitExceeded'];

/** One stay in one state. */
export class Visit {
  private readonly enteredAt: number;
  private readonly scope: Scope;
  private retries = 0;

  constructor(
    private readonly outside: Outside,
    private readonly run: Run,
    private readonly name: string,
    private readonly state: State,
    /** Carries out what a Map does with each item. */
    private readonly processor: Processor | undefined,
  ) {
    this.enteredAt = outside.clock.now();
    this.scope = new Scope(name, () => this.context());
  }

  async go(data: Json): Promise<{ output: Json; next?: string }> {
    const { state } = this;
    const input = this.through(state.InputPath, data, {});
    switch (state.Type) {
      case 'Task':
        return this.attempt(data, () => this.call(input));
      case 'Map':
        return this.attempt(data, () => this.map(input));
      case 'Choice':
        return { output: this.through(state.OutputPath, input, {}), next: this.choose(input) };
      case 'Wait':
        await this.unlessStopped(this.outside.clock.sleep(this.waitingTime(input)));
        return { output: this.through(state.OutputPath, input, {}), next: state.Next };
      case 'Pass': {
        const result = state.Result ?? (state.Parameters === undefined ? input : this.scope.fill(state.Parameters, input));
        return { output: this.finish(data, result), next: state.Next };
      }
      case 'Succeed':
        return { output: this.through(state.OutputPath, input, {}) };
      case 'Fail': {
        const words = (literal?: string, path?: string) => (path === undefined ? literal ?? '' : String(this.scope.at(path, input, 'States.Runtime')));
        throw new StateError(words(state.Error, state.ErrorPath), words(state.Cause, state.CausePath), true);
      }
    }
  }

  /** Does what a Task or a Map does until it succeeds, or fails for good. */
  private async attempt(data: Json, action: () => Promise<Json>): Promise<{ output: Json; next?: string }> {
    const { state } = this;
    const used = new Map<Retrier, number>();
    for (;;) {
      try {
        const result = await action();
        const selected = state.ResultSelector === undefined ? result : this.scope.fill(state.ResultSelector, result);
        return { output: this.finish(data, selected), next: state.Next };
      } catch (thrown) {
        if (!(thrown instanceof StateError)) throw thrown;
        this.note(state.Type === 'Task' ? 'TaskFailed' : 'MapStateFailed', { error: thrown.error, cause: thrown.cause });
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
    const parameters = limited(this.name, state.Parameters === undefined ? input : this.scope.fill(state.Parameters, input)) as Record<string, Json>;
    this.note('TaskScheduled', parameters);
    this.note('TaskStarted', undefined);
    const output = await TASKS[serviceOf(state.Resource)](parameters, this.outside, work => this.inTime(work));
    this.note('TaskSucceeded', output);
    return limited(this.name, output);
  }

  private async map(input: Json): Promise<Json> {
    const { state, run } = this;
    const items = state.ItemsPath === undefined ? input : this.scope.at(state.ItemsPath, input, 'States.Runtime');
    if (!Array.isArray(items)) throw new StateError('States.Runtime', `${this.name}: the items are no list`);
    const inputs = items.map((item, index) => {
      const scope = new Scope(this.name, () => ({ ...this.context() as object, Map: { Item: { Index: index, Value: item } } }));
      return JSON.stringify(limited(this.name, state.ItemSelector === undefined ? item : scope.fill(state.ItemSelector, input)));
    });
    const host = run.startMapRun?.(state.Label ?? this.name.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 40));
    if (!host) throw new Error('whoever runs this execution does not know maps');
    const mapRun = new MapRun({
      inputs,
      maxConcurrency: state.MaxConcurrency ?? 0,
      toleratedCount: state.ToleratedFailureCount ?? 0,
      toleratedPercentage: state.ToleratedFailurePercentage ?? 0,
      start: item => host.start(this.processor!, item),
    });
    this.note('MapStateStarted', { length: items.length });
    this.note('MapRunStarted', { mapRunArn: host.arn });
    try {
      const outputs = await this.unlessStopped(mapRun.result());
      this.note('MapRunSucceeded', undefined);
      this.note('MapStateSucceeded', undefined);
      return limited(this.name, outputs);
    } catch (thrown) {
      mapRun.stop();
      if (thrown instanceof StateError) this.note('MapRunFailed', { error: thrown.error, cause: thrown.cause });
      throw thrown;
    }
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
    const seconds = SecondsPath === undefined ? Seconds : this.scope.at(SecondsPath, input, 'States.Runtime');
    if (seconds !== undefined) {
      if (!Number.isInteger(seconds) || (seconds as number) < 0 || (seconds as number) > 99999999) {
        throw new StateError('States.Runtime', `${this.name}: ${JSON.stringify(seconds)} is no number of seconds: a whole one is wanted`);
      }
      return (seconds as number) * 1000;
    }
    const until = Date.parse(String(TimestampPath === undefined ? Timestamp : this.scope.at(TimestampPath, input, 'States.Runtime')));
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
    const value = this.scope.find(rule.Variable!, input);
    if (value === undefined && comparison !== 'IsPresent') {
      throw new StateError('States.Runtime', `${this.name}: there is nothing at ${rule.Variable}`);
    }
    return COMPARISONS[comparison](value, rule[comparison]);
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
    return path === undefined ? data : this.scope.at(path, data, 'States.Runtime');
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

/** The data, if it is not longer than Step Functions takes. */
export function limited(where: string, value: Json): Json {
  if (Buffer.byteLength(textOf(value)!) > MAX_DATA) throw new StateError('States.DataLimitExceeded', `${where}: more than ${MAX_DATA} bytes`);
  return value;
}
