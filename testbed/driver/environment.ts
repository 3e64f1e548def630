import type { Definition } from './asl';
import type { Call } from './call';
import { Crash, Latency, CallInterceptor } from './call-interceptor';
import { ClockOptions, VirtualClock } from './clock';
import { DEFAULT_SWITCHES, Switches, VirtualStack } from './cloudformation';
import { DynamoDbServer } from './dynamodb';
import { Executions } from './executions';
import type { Fault } from './faults';
import { textOf } from './history';
import { Interpreter } from './interpreter';
import { Clients, Engine, LambdaFunction } from './lambda';
import { directPut, plainPut } from './put';
import { Random } from './random';
import { Requests } from './requests';
import { ResponseUrlServer } from './response-url-server';
import type { Direct } from './server';
import { StatesServer } from './states';

/** A Lightsail and EC2 that answer over HTTP. */
export interface SimulatorLike {
  readonly url: string;
  /** The same without a socket. */
  readonly direct?: Direct;
  close(): Promise<unknown> | void;
}

export interface TestEnvironmentOptions<S extends SimulatorLike> {
  readonly engine: Engine;
  readonly definition: Definition;
  /** Starts the simulator on the environment's clock. @default - calls to Lightsail and EC2 find nobody */
  readonly simulator?: (about: { readonly now: () => number }) => Promise<S>;
  /** Makes the simulator as new; told by `reset`. */
  readonly resetSimulator?: (simulator: S) => Promise<void> | void;
  /** @default 1 */
  readonly seed?: number;
  /** @default us-east-1 */
  readonly region?: string;
  /** @default 123456789012 */
  readonly account?: string;
  /** Seconds. @default 60 */
  readonly functionTimeout?: number;
  /** How long the function's calls take. @default - 10 ms each, so that a loop without a pause comes to an end as well */
  readonly latency?: Latency;
  readonly clock?: ClockOptions;
  /** Whether calls are handed over within the process, which is faster. @default false - over sockets */
  readonly direct?: boolean;
}

/** Two full stops or spaces in a row, a line break, or a space before a full stop: sentences that were not made for each other. */
const ILL_SET = /(?<!\.)\.\.(?!\.)| {2}|\n| [.,](?!\.)/;

/** Where and when a function is killed: by a call's place among all calls, or by its place in its own invocation. */
export type CrashPoint =
  | { readonly ordinal: number; readonly when: 'before' | 'after' }
  | { readonly invocation: number; readonly nth: number; readonly when: 'before' | 'after' };

const USUAL_LATENCY: Latency = { after: 10 };

/** CloudFormation, Lambda and Step Functions in one process and in virtual time. */
export class TestEnvironment<S extends SimulatorLike = SimulatorLike> {
  static async start<T extends SimulatorLike = SimulatorLike>(options: TestEnvironmentOptions<T>): Promise<TestEnvironment<T>> {
    const clock = new VirtualClock(options.clock);
    const simulator = await options.simulator?.({ now: () => clock.now() });
    const parts: { environment?: TestEnvironment<T> } = {};
    const random = () => parts.environment!.random;
    const region = options.region ?? 'us-east-1';
    const account = options.account ?? '123456789012';
    const clockArn = `arn:aws:states:${region}:${account}:stateMachine:Clock`;
    const interceptor = new CallInterceptor(clock, random, options.latency ?? USUAL_LATENCY);
    const interpreter = new Interpreter(options.definition, {
      clock,
      random: () => random().next(),
      invoke: async (name, payload) => parts.environment!.invokeByName(name, payload),
    });
    const states = await StatesServer.start(new Executions(clockArn, interpreter, clock, random));
    const responseUrls = await ResponseUrlServer.open(clock, random);
    const ledger = await DynamoDbServer.start('Ledger');
    // nobody listens on the first port: a call that should not be made fails at once
    const nowhere = 'http://127.0.0.1:1';
    const lambda = new LambdaFunction(
      { ...options.engine, put: options.engine.put ?? (options.direct ? directPut(responseUrls.direct) : plainPut) },
      {
        arn: `arn:aws:lambda:${region}:${account}:function:Handler`,
        region,
        clockArn,
        ledgerTable: ledger.table,
        timeout: (options.functionTimeout ?? 60) * 1000,
        direct: options.direct,
      },
      { lightsail: simulator?.url ?? nowhere, ec2: simulator?.url ?? nowhere, sfn: states.url, dynamodb: ledger.url },
      clock, interceptor, random,
    );
    if (options.direct) {
      for (const { url, direct } of [states, responseUrls, ledger, ...simulator ? [simulator] : []]) if (direct) interceptor.direct.set(url, direct);
    }
    const place = { region, account };
    const environment = new TestEnvironment<T>(options, place, clock, interceptor, lambda, states, responseUrls, simulator as T, ledger);
    parts.environment = environment;
    return environment;
  }

  random: Random;
  switches: Switches = { ...DEFAULT_SWITCHES };
  /** What nobody should do, and somebody did. */
  readonly problems: string[] = [];
  private readonly requests: Requests;

  private constructor(
    private readonly options: TestEnvironmentOptions<S>,
    private readonly place: { readonly region: string; readonly account: string },
    readonly clock: VirtualClock,
    readonly interceptor: CallInterceptor,
    readonly lambda: LambdaFunction,
    private readonly states: StatesServer,
    readonly responseUrls: ResponseUrlServer,
    readonly sim: S,
    readonly ledger: DynamoDbServer,
  ) {
    this.random = new Random(options.seed ?? 1);
    this.requests = new Requests(clock, lambda, responseUrls, () => this.random);
    interceptor.onStray = (invocation, operation) => this.problems.push(`invocation ${invocation.id} had ended and then called ${operation}`);
  }

  get executions(): Executions {
    return this.states.executions;
  }

  /** Clients like the function's, for tests; their calls are not among `calls`. */
  get clients(): Clients {
    return this.lambda.clients;
  }

  /** All calls that the function made, in order. */
  get calls(): readonly Call[] {
    return this.interceptor.calls;
  }

  stack(name: string): VirtualStack {
    const settings = { name, ...this.place, functionArn: this.lambda.arn };
    return new VirtualStack(settings, this.clock, this.requests, () => this.random, () => this.switches);
  }

  /** Kills the function at these points, or wherever a function says so. */
  crashAt(...points: readonly (CrashPoint | Crash)[]): void {
    const crashes = points.map(point => (typeof point === 'function' ? point : at(point)));
    this.interceptor.crash = call => {
      for (const crash of crashes) {
        const when = crash(call);
        if (when) return when;
      }
      return undefined;
    };
  }

  /** Makes calls fail. */
  fault(fault: Fault): void {
    this.interceptor.faults.add(fault);
  }

  /** Lets the environment go on until nothing is left to do, such as executions that nobody waits for. */
  settle(limit?: number): Promise<void> {
    return this.clock.settle(limit);
  }

  /** What is wrong once all is over, whatever was done: for runs in which anything may happen. */
  audit(): string[] {
    const found = [...this.problems];
    for (const { requestId, logicalId, requestType, answers, outcome } of this.responseUrls.requests) {
      // nobody listens to what was cancelled
      if (outcome === 'CANCELLED') continue;
      const who = `${requestType} of ${logicalId} (${requestId})`;
      const taken = answers.filter(({ status }) => status === 200);
      if (taken.length === 0) found.push(`${who} was never answered`);
      const reasons = taken.map(({ body }) => String((JSON.parse(body) as { Reason?: string }).Reason ?? ''));
      for (const reason of reasons.filter(text => ILL_SET.test(text))) found.push(`${who} was told in ill-set words: ${reason}`);
      const different = new Set(taken.map(({ body }) => body));
      if (different.size > 1) found.push(`${who} was answered in ${different.size} different ways`);
      for (const { problem } of taken.filter(answer => answer.problem)) found.push(`${who} was answered wrongly: ${problem}`);
    }
    for (const { name, status, error, cause, deliberate } of this.executions.all) {
      if (status !== 'SUCCEEDED' && status !== 'ABORTED' && !deliberate) found.push(`execution ${name} is ${status}: ${error ?? ''} ${cause ?? ''}`);
    }
    for (const invocation of this.lambda.invocations) {
      if (invocation.state === 'running') found.push(`invocation ${invocation.id} still runs`);
    }
    return found;
  }

  /** What Lambda and Step Functions would bill, and how often the function called others. */
  usage(): { invocations: number; milliseconds: number; transitions: number; calls: number } {
    const { invocations } = this.lambda;
    return {
      invocations: invocations.length,
      milliseconds: invocations.reduce((sum, { startedAt, endedAt }) => sum + (endedAt ?? this.clock.now()) - startedAt, 0),
      transitions: this.executions.all.reduce((sum, { transitions }) => sum + transitions, 0),
      calls: this.calls.length,
    };
  }

  /** Where a text can be read by somebody who has no business with it. Answers and calls are not searched. */
  search(text: string): string[] {
    const found: string[] = [];
    for (const { name, history } of this.executions.all) {
      for (const { type, state, data } of history) {
        if (textOf(data)?.includes(text)) found.push(`execution ${name}: ${type} ${state ?? ''}`.trim());
      }
    }
    for (const { id, logs } of this.lambda.invocations) {
      for (const line of logs) if (line.includes(text)) found.push(`log of invocation ${id}: ${line}`);
    }
    return found;
  }

  /** Everything as new, on the same ports. */
  async reset(seed = this.options.seed ?? 1): Promise<void> {
    this.lambda.clear();
    this.executions.clear();
    // what is on its way arrives before the next case begins
    await this.clock.run(Promise.resolve(), 'the last calls');
    this.clock.reset(this.options.clock?.start);
    this.interceptor.clear();
    this.interceptor.latency = this.options.latency ?? USUAL_LATENCY;
    this.responseUrls.clear();
    this.ledger.clear();
    this.problems.length = 0;
    this.switches = { ...DEFAULT_SWITCHES };
    this.random = new Random(seed);
    if (this.sim) await this.options.resetSimulator?.(this.sim);
  }

  async close(): Promise<void> {
    this.lambda.clear();
    this.executions.clear();
    this.clock.reset();
    this.interceptor.close();
    await Promise.all([this.states.close(), this.responseUrls.close(), this.ledger.close(), this.sim?.close()]);
  }

  private async invokeByName(name: string, payload: unknown) {
    if (name === this.lambda.arn || name === this.lambda.arn.split(':').pop()) return this.lambda.invoke(payload);
    return { error: 'Lambda.ResourceNotFoundException', cause: `Function not found: ${name}` };
  }
}

function at(point: CrashPoint): Crash {
  return call => {
    const meant = 'ordinal' in point ? call.ordinal === point.ordinal : call.invocation.id === point.invocation && call.nth === point.nth;
    return meant ? point.when : undefined;
  };
}
