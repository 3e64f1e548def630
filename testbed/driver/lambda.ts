import type { Agent } from 'node:http';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { LightsailClient } from '@aws-sdk/client-lightsail';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { never } from './activity';
import type { CallInterceptor } from './call-interceptor';
import type { VirtualClock } from './clock';
import { Invocation, Result } from './invocation';
import { jsonClient } from './json-client';
import type { Random } from './random';
import type { Environment, InvocationContext } from '../../src/functions/deployment/environment';

export interface Clients {
  lightsail(region?: string): LightsailClient;
  ec2(): EC2Client;
  sfn(): SFNClient;
  dynamodb(): DynamoDBClient;
}

/** The code under test. */
export interface Engine {
  readonly createHandler: (env: Environment) => (event: unknown, context: InvocationContext) => Promise<unknown>;
  readonly createClients: (options: {
    readonly region: string;
    readonly endpoints?: { readonly lightsail?: string; readonly ec2?: string; readonly sfn?: string; readonly dynamodb?: string };
    readonly requestHandler?: object;
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  }) => Clients;
  /** @default - a plain PUT of the driver's */
  readonly put?: (url: string, body: string, agent: Agent) => Promise<number>;
}

export interface LambdaOptions {
  readonly arn: string;
  readonly region: string;
  readonly clockArn: string;
  readonly ledgerTable: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Whether calls stay within the process. */
  readonly direct?: boolean;
}

/** Milliseconds between the tries of an event that failed. */
const EVENT_RETRIES = [60_000, 120_000];

/** Says when an event arrives: milliseconds for each delivery. `[0]` is once and at once, `[0, 500]` twice, `[]` never. */
export type Delivery = (event: Readonly<Record<string, unknown>>) => readonly number[];

const ONCE: Delivery = () => [0];

type Settings = Pick<LightsailClient['config'], 'logger' | 'cacheMiddleware' | 'signer'>;

/** The SDK prepares each answer for its log, even for one that keeps nothing, unless the log cannot take it. */
const DEAF = { trace: () => undefined, debug: () => undefined, warn: () => undefined } as unknown as Settings['logger'];

/** Says who calls, where and what. Nobody here checks the signature itself, which takes longer than the rest. */
function signer(service: string, region: string): Settings['signer'] {
  const authorization = authorizationFor(service, region);
  const sign = async (request: { headers: Record<string, string> }) => Object.assign(request, { headers: { ...request.headers, authorization } });
  return async () => ({ sign }) as unknown as Awaited<ReturnType<Settings['signer']>>;
}

function authorizationFor(service: string, region: string): string {
  return `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
}

/** Leaves out what takes most of a call's time and nobody sees. */
export function quick<C extends { readonly config: Settings }>(client: C, direct: boolean, service: string, region: string): C {
  Object.assign(client.config, { logger: DEAF, cacheMiddleware: true, ...direct && { signer: signer(service, region) } });
  return client;
}

export class LambdaFunction {
  readonly invocations: Invocation[] = [];
  delivery: Delivery = ONCE;
  /** Errors with which the service turns away the next invocations, such as `Lambda.TooManyRequestsException`. */
  invocationErrors: string[] = [];
  /** Error with which the service turns away every invocation by the state machine. */
  stepError?: string;
  /** The step, counted from the next one on, that is invoked twice at once. */
  repeated = 0;
  readonly clients: Clients;

  constructor(
    private readonly engine: Engine & { readonly put: NonNullable<Engine['put']> },
    private readonly options: LambdaOptions,
    endpoints: { readonly lightsail: string; readonly ec2: string; readonly sfn: string; readonly dynamodb: string },
    private readonly clock: VirtualClock,
    private readonly interceptor: CallInterceptor,
    private readonly random: () => Random,
  ) {
    // one set for all invocations, since making them is dear; the interceptor knows whose call it is
    const { lightsail, ec2, sfn, dynamodb } = engine.createClients({
      region: options.region,
      endpoints,
      requestHandler: interceptor.requestHandler,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    });
    const { direct = false, region: here } = options;
    const { requestHandler } = interceptor;
    const bare = <C>(endpoint: string, target: string, service: string) =>
      jsonClient<C>({ requestHandler, endpoint, target, authorization: authorizationFor(service, here) });
    const bareSfn = bare<SFNClient>(endpoints.sfn, 'AWSStepFunctions', 'states');
    const bareDynamoDb = bare<DynamoDBClient>(endpoints.dynamodb, 'DynamoDB_20120810', 'dynamodb');
    this.clients = {
      lightsail: (region = here) => quick(lightsail(region), direct, 'lightsail', region),
      ec2: () => quick(ec2(), direct, 'ec2', here),
      sfn: () => (direct ? bareSfn : quick(sfn(), direct, 'states', here)),
      dynamodb: () => (direct ? bareDynamoDb : quick(dynamodb(), direct, 'dynamodb', here)),
    };
  }

  get arn(): string {
    return this.options.arn;
  }

  /** As Step Functions does: waits for the result. */
  async invoke(payload: unknown): Promise<Result> {
    const error = this.stepError ?? this.invocationErrors.shift();
    if (error) return { error, cause: 'the service turned the invocation away' };
    const run = () => this.start('step', this.random().uuid(), JSON.stringify(payload));
    // Step Functions invokes again when an answer is lost, and both run at once
    if (this.repeated > 0 && --this.repeated === 0) void run();
    return run();
  }

  /** As CloudFormation does: hands the event over and hears no more of it. */
  send(event: Readonly<Record<string, unknown>>): void {
    const input = JSON.stringify(event);
    for (const delay of this.delivery(event)) this.deliver(input, this.random().uuid(), delay, 0);
  }

  clear(): void {
    for (const invocation of this.invocations) void invocation.die('the environment was reset');
    this.invocations.length = 0;
    this.delivery = ONCE;
    this.invocationErrors = [];
    this.repeated = 0;
    this.stepError = undefined;
  }

  private deliver(input: string, requestId: string, delay: number, attempt: number): void {
    this.clock.in(delay, () => {
      // an event that the service itself turns away is tried again for hours, not twice
      if (this.invocationErrors.shift()) return this.deliver(input, requestId, 1000, attempt);
      void this.start('event', requestId, input).then(result => {
        if ('error' in result && attempt < EVENT_RETRIES.length) this.deliver(input, requestId, EVENT_RETRIES[attempt], attempt + 1);
      });
    }, 'an event arrives');
  }

  private start(trigger: Invocation['trigger'], requestId: string, input: string): Promise<Result> {
    const invocation = new Invocation(this.invocations.length + 1, trigger, requestId, input, this.clock, this.options.timeout);
    this.invocations.push(invocation);
    const context = {
      invokedFunctionArn: this.options.arn,
      awsRequestId: requestId,
      getRemainingTimeInMillis: () => Math.max(0, invocation.deadline - this.clock.now()),
    };
    this.interceptor.within(invocation, async () => this.engine.createHandler(this.environment(invocation))(JSON.parse(input), context))
      .then(output => invocation.returned(output), (error: unknown) => invocation.failed(error));
    return invocation.result;
  }

  private environment(invocation: Invocation): Environment {
    return {
      region: this.options.region,
      clockArn: this.options.clockArn,
      testResponseHost: '127.0.0.1',
      ledgerTable: this.options.ledgerTable,
      clock: {
        now: () => this.clock.now(),
        sleep: milliseconds => (invocation.isOver ? never() : invocation.activity.sleep(milliseconds)),
      },
      random: () => this.random().next(),
      ...this.clients,
      put: (url, body) => this.interceptor.put(this.engine.put, url, body),
      log: entry => {
        if (!invocation.isOver) invocation.logs.push(JSON.stringify(entry));
      },
    };
  }
}
