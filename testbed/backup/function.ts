/** The backup function in virtual time: an invocation for each step, which may crash, hang or be turned away. */
import type { LightsailClient } from '@aws-sdk/client-lightsail';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import { never } from '../driver/activity';
import type { CallInterceptor } from '../driver/call-interceptor';
import type { VirtualClock } from '../driver/clock';
import { Invocation, Result } from '../driver/invocation';
import { quick } from '../driver/lambda';
import type { Random } from '../driver/random';

export interface BackupClients {
  lightsail(region?: string): LightsailClient;
  scheduler(): SchedulerClient;
}

/** What the code under test is given. */
export interface BackupFunctionEnvironment extends BackupClients {
  readonly clock: { now(): number; sleep(milliseconds: number): Promise<void> };
  readonly restartRoleArn?: string;
  log(entry: Record<string, unknown>): void;
}

interface Context {
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

/** The code under test. */
export interface BackupEngine {
  readonly createBackupHandler: (env: BackupFunctionEnvironment) => (request: never, context: Context) => Promise<unknown>;
  readonly createBackupClients: (options: {
    readonly region: string;
    readonly endpoints: { readonly lightsail: string; readonly scheduler: string };
    readonly requestHandler: object;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  }) => BackupClients;
}

export interface BackupFunctionOptions {
  readonly arn: string;
  readonly region: string;
  readonly restartRoleArn: string;
  /** Seconds. */
  readonly timeout: number;
}

export class BackupFunction {
  readonly invocations: Invocation[] = [];
  /** Errors with which the service turns away the next invocations. */
  invocationErrors: string[] = [];
  /** May be exchanged between two invocations: an update of the code. */
  engine: BackupEngine;
  private readonly clients = new Map<BackupEngine, BackupClients>();

  constructor(
    engine: BackupEngine,
    private readonly options: BackupFunctionOptions,
    private readonly endpoints: { readonly lightsail: string; readonly scheduler: string },
    private readonly clock: VirtualClock,
    private readonly interceptor: CallInterceptor,
    private readonly random: () => Random,
  ) {
    this.engine = engine;
  }

  get arn(): string {
    return this.options.arn;
  }

  async invoke(payload: unknown): Promise<Result> {
    const refused = this.invocationErrors.shift();
    if (refused) return { error: refused, cause: 'the service turned the invocation away' };
    const { timeout, arn } = this.options;
    const invocation = new Invocation(this.invocations.length + 1, 'step', this.random().uuid(), JSON.stringify(payload), this.clock, timeout * 1000);
    this.invocations.push(invocation);
    const context = {
      invokedFunctionArn: arn,
      getRemainingTimeInMillis: () => Math.max(0, invocation.deadline - this.clock.now()),
    };
    const { engine } = this;
    const run = async () => engine.createBackupHandler(this.environment(invocation))(JSON.parse(invocation.input) as never, context);
    this.interceptor.within(invocation, run)
      .then(output => invocation.returned(output), (error: unknown) => invocation.failed(error));
    return invocation.result;
  }

  /** One set for all invocations, since making them is dear; the interceptor knows whose call it is. */
  clientsOf(engine = this.engine): BackupClients {
    const known = this.clients.get(engine);
    if (known) return known;
    const { region } = this.options;
    const made = engine.createBackupClients({
      region,
      endpoints: this.endpoints,
      requestHandler: this.interceptor.requestHandler,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    });
    const clients: BackupClients = {
      lightsail: (where = region) => quick(made.lightsail(where), true, 'lightsail', where),
      scheduler: () => quick(made.scheduler(), true, 'scheduler', region),
    };
    this.clients.set(engine, clients);
    return clients;
  }

  clear(): void {
    for (const invocation of this.invocations) void invocation.die('the environment was reset');
    this.invocations.length = 0;
    this.invocationErrors = [];
  }

  private environment(invocation: Invocation): BackupFunctionEnvironment {
    return {
      clock: {
        now: () => this.clock.now(),
        sleep: milliseconds => (invocation.isOver ? never() : invocation.activity.sleep(milliseconds)),
      },
      restartRoleArn: this.options.restartRoleArn,
      ...this.clientsOf(),
      log: entry => {
        if (!invocation.isOver) invocation.logs.push(JSON.stringify(entry));
      },
    };
  }
}
