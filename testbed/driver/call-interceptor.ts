import { AsyncLocalStorage } from 'node:async_hooks';
import { Agent } from 'node:http';
import { SFNClient } from '@aws-sdk/client-sfn';
import { never } from './activity';
import type { Call } from './call';
import type { VirtualClock } from './clock';
import { Faults, Mishap } from './faults';
import type { Invocation } from './invocation';
import type { Random } from './random';
import type { Direct } from './server';

/** Chooses whether the function dies just before or just after a call. */
export type Crash = (call: Call) => 'before' | 'after' | undefined;

/** Milliseconds, or from where to where by chance. */
export type Delay = number | readonly [number, number];

export interface Latency {
  readonly before?: Delay;
  readonly after?: Delay;
}

interface HttpRequestLike {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

interface HttpResponseLike {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  body?: unknown;
}

interface HttpHandler {
  handle(request: HttpRequestLike, options?: unknown): Promise<{ response: HttpResponseLike }>;
}

/** All that leaves the function goes through here: counted, delayed, made to fail, cut off when its invocation is dead. */
export class CallInterceptor {
  readonly faults = new Faults();
  readonly calls: Call[] = [];
  crash?: Crash;
  latency: Latency;
  /** Told when an invocation that has ended still calls. */
  onStray?: (invocation: Invocation, operation: string) => void;

  /** Who answers without a socket in between, by address: what is said is the same, and it is said faster. */
  readonly direct = new Map<string, Direct>();

  /** For SDK clients. */
  readonly requestHandler: object;

  private readonly current = new AsyncLocalStorage<Invocation>();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private readonly real: HttpHandler;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly clock: VirtualClock, private readonly random: () => Random, latency: Latency) {
    this.latency = latency;
    // the SDK makes its own kind of handler from these settings: no dependency on the package that has it
    const maker = new SFNClient({ region: 'us-east-1', requestHandler: { httpAgent: this.agent } });
    this.real = maker.config.requestHandler as unknown as HttpHandler;
    this.requestHandler = {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: (request: HttpRequestLike, options: unknown) => this.handle(request, options),
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
      destroy: () => undefined,
    };
  }

  /** Whatever the action calls is called by this invocation. */
  within<T>(invocation: Invocation, action: () => Promise<T>): Promise<T> {
    return this.current.run(invocation, action);
  }

  /** Leaves an answer for CloudFormation. */
  async put(send: (url: string, body: string, agent: Agent) => Promise<number>, url: string, body: string): Promise<number> {
    return this.outside({ service: 'put', operation: 'PUT', body }, {
      real: () => send(url, body, this.agent),
      fake: ({ status }) => status,
      outcome: status => status,
    });
  }

  clear(): void {
    this.calls.length = 0;
    this.faults.clear();
    this.crash = undefined;
  }

  close(): void {
    this.agent.destroy();
  }

  private async handle(request: HttpRequestLike, options: unknown): Promise<{ response: HttpResponseLike }> {
    const about = describe(request);
    return this.outside(about, {
      real: async () => {
        const near = this.direct.get(`${request.protocol}//${request.hostname}:${request.port}`);
        if (near) return { response: await ask(near, request, about.body) };
        const answer = await this.real.handle(request, options).catch(rethrow);
        // read to the end here, so that a call is over when it is over
        answer.response.body = await collect(answer.response.body);
        return answer;
      },
      fake: mishap => ({ response: fakeAnswer(about.service, mishap) }),
      outcome: ({ response }) => response.statusCode,
    });
  }

  private async outside<T>(
    about: Pick<Call, 'service' | 'operation' | 'region' | 'body'>,
    how: { real: () => Promise<T>; fake: (mishap: Exclude<Mishap, string>) => T; outcome: (result: T) => number },
  ): Promise<T> {
    const invocation = this.current.getStore();
    if (!invocation) return this.clock.busy(this.inTurn(how.real), `${about.service} ${about.operation}`);
    if (invocation.isOver) {
      if (invocation.state !== 'dead') this.onStray?.(invocation, about.operation);
      return never();
    }
    const call: Call = { ordinal: this.calls.length + 1, nth: ++invocation.callCount, invocation, ...about, at: this.clock.now() };
    this.calls.push(call);
    const crash = this.crash?.(call);
    if (crash === 'before') return invocation.die(`before call ${call.nth}, ${call.operation}`);
    await this.pause(invocation, this.latency.before);
    const result = await this.carryOut(call, how);
    if (crash === 'after') return invocation.die(`after call ${call.nth}, ${call.operation}`);
    await this.pause(invocation, this.latency.after);
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  private async carryOut<T>(
    call: Call,
    how: { real: () => Promise<T>; fake: (mishap: Exclude<Mishap, string>) => T; outcome: (result: T) => number },
  ): Promise<PromiseSettledResult<T>> {
    const { activity } = call.invocation;
    const send = () => activity.work(() => this.clock.busy(this.inTurn(how.real), `${call.service} ${call.operation}`));
    const mishap = this.faults.take(call);
    const [result] = await Promise.allSettled([(async () => {
      if (mishap === 'reset') throw broken();
      if (mishap === 'unresolved') throw unresolved(call);
      if (typeof mishap === 'object') return how.fake(mishap);
      const value = await send();
      if (mishap === 'lost') throw broken();
      if (mishap === 'hang') await activity.sleep(Infinity);
      return value;
    })()]);
    call.outcome = result.status === 'fulfilled' ? how.outcome(result.value) : (result.reason as Error).name;
    return result;
  }

  private async pause(invocation: Invocation, delay: Delay = 0): Promise<void> {
    const milliseconds = typeof delay === 'number' ? delay : this.random().whole(...delay);
    if (milliseconds > 0) await invocation.activity.sleep(milliseconds);
  }

  /** One at a time, in the order of asking: sockets would otherwise choose an order of their own. */
  private inTurn<T>(action: () => Promise<T>): Promise<T> {
    const mine = this.tail.then(action);
    this.tail = mine.catch(() => undefined);
    return mine;
  }
}

const SCHEDULER_OPERATIONS: Readonly<Record<string, string>> = { POST: 'CreateSchedule', DELETE: 'DeleteSchedule', GET: 'GetSchedule' };

function describe(request: HttpRequestLike): Pick<Call, 'service' | 'operation' | 'region' | 'body'> {
  const header = (name: string) => Object.entries(request.headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  const body = textOf(request.body as string | Uint8Array | undefined);
  const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(header('authorization'))?.[1];
  const [prefix, target] = header('x-amz-target').split('.');
  if (prefix.startsWith('Lightsail')) return { service: 'lightsail', operation: target, region, body };
  if (prefix === 'AWSStepFunctions') return { service: 'sfn', operation: target, region, body };
  if (prefix === 'DynamoDB_20120810') return { service: 'dynamodb', operation: target, region, body };
  const scheduled = request.path.startsWith('/schedules/') ? SCHEDULER_OPERATIONS[request.method] as string | undefined : undefined;
  if (scheduled) return { service: 'scheduler', operation: scheduled, region, body };
  const action = /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  return action ? { service: 'ec2', operation: action, region, body } : { service: 'other', operation: '?', region, body };
}

function textOf(body: string | Uint8Array = ''): string {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}

function fakeAnswer(service: Call['service'], mishap: Exclude<Mishap, string>): HttpResponseLike {
  const { status, error = 'InternalFailure', message = 'made to fail' } = mishap;
  const body = service === 'ec2'
    ? `<Response><Errors><Error><Code>${error}</Code><Message>${message}</Message></Error></Errors><RequestID>0</RequestID></Response>`
    : JSON.stringify({ __type: error, message });
  return { statusCode: status, headers: { 'content-type': service === 'ec2' ? 'text/xml' : 'application/x-amz-json-1.0' }, body: Buffer.from(body) };
}

function broken(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

function unresolved({ service, region }: Call): Error {
  const hostname = `${service}.${region}.amazonaws.com`;
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname });
}

async function ask(direct: Direct, { method, path: url, headers }: HttpRequestLike, body: string): Promise<HttpResponseLike> {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const answer = await direct({ method, url, headers: lower, body });
  if (!answer) throw broken();
  return { statusCode: answer.status, headers: answer.headers ?? {}, body: Buffer.from(answer.body ?? '') };
}

async function collect(stream: unknown): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Errors of Node's own are none to the SDK where tests run, since a test file has classes of its own. */
function rethrow(error: Error): never {
  throw Object.assign(new Error(error.message), error, { name: error.name });
}
