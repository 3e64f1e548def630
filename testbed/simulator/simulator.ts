import type { Call } from './calls';
import type { Durations } from './durations';
import { ec2Fault, handleEc2, readAction } from './ec2/dispatch';
import { xmlError } from './ec2/errors';
import { readQuery } from './ec2/query';
import { AwsError, throttled } from './errors';
import { Fault, FaultEffect, isSlow, strike } from './faults';
import { handleLightsail, lightsailFault, readJson, readTarget } from './lightsail/dispatch';
import type { ExportHook } from './lightsail/export-hook';
import type { Context } from './model/context';
import { Model } from './model/model';
import type { Options } from './options';
import type { Outcome } from './outcomes';
import { Answer, jsonAnswer, jsonError, JSON_TYPE } from './protocol/answer';
import { readScope } from './protocol/credentials';
import { RateLimiter } from './rate-limit';
import { RegionView } from './seed';
import { HttpServer, Request } from './server';

export interface SimulatorProps {
  /** The clock, in milliseconds. Every state is worked out from it when somebody looks, so it may jump. @default Date.now */
  now?: () => number;
  /** @default 0 - any free port */
  port?: number;
  /** @default '123456789012' */
  account?: string;
}

/** How one service reads its requests and writes its answers. */
interface Protocol {
  service: 'lightsail' | 'ec2';
  readOperation(request: Request): string;
  readInput(request: Request, operation: string): any;
  handle(c: Context): Answer;
  fault(effect: FaultEffect, operation: string): AwsError;
  error(error: AwsError): Answer;
}

/** Amazon Lightsail, and the few EC2 calls that go with it, as an HTTP server for all Regions at once. */
export class Simulator {
  static async start(props: SimulatorProps = {}): Promise<Simulator> {
    const simulator = new Simulator(props);
    simulator.http = await HttpServer.listen(props.port ?? 0, request => simulator.serve(request));
    return simulator;
  }

  /** Every call, in the order of arrival. May be emptied. */
  readonly calls: Call[] = [];
  /** Failures to show; the first that matches strikes. */
  readonly faults: Fault[] = [];
  readonly durations: Durations;
  readonly options: Options;
  /** How things that are made or deleted from now on end. */
  readonly outcomes: Outcome[];
  /** The simulator's own mistakes: `stop` throws the first. */
  readonly bugs: Error[] = [];

  private readonly model: Model;
  private readonly limiter = new RateLimiter();
  private readonly views = new Map<string, RegionView>();
  private readonly lightsail: Protocol;
  private readonly ec2: Protocol;
  private http!: HttpServer;

  private constructor(props: SimulatorProps) {
    this.model = new Model(props.account ?? '123456789012', props.now ?? Date.now);
    ({ durations: this.durations, options: this.options, outcomes: this.outcomes } = this.model);
    const callerArn = `arn:aws:sts::${this.model.account}:assumed-role/caller/session`;
    this.lightsail = {
      service: 'lightsail',
      readOperation: request => readTarget(request.headers['x-amz-target']),
      readInput: request => readJson(request.body),
      handle: c => jsonAnswer(handleLightsail(c)),
      fault: (effect, operation) => lightsailFault(effect, operation, callerArn),
      error: error => jsonError(error, this.options),
    };
    this.ec2 = {
      service: 'ec2',
      readOperation: request => readAction(new URLSearchParams(request.body)),
      readInput: (request, operation) => readQuery(operation, new URLSearchParams(request.body)),
      handle: handleEc2,
      fault: (effect, operation) => ec2Fault(effect, operation, callerArn),
      error: xmlError,
    };
  }

  get url(): string {
    return `http://127.0.0.1:${this.http.port}`;
  }

  /** Milliseconds of real time after which a connection that was kept open is reset by its next request. @default - never */
  set resetsKeptAfter(milliseconds: number) {
    this.http.resetsKeptAfter = milliseconds;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.http.open;
  }

  get account(): string {
    return this.model.account;
  }

  /** Registers finished exports elsewhere; without it they appear in the simulator's own EC2. */
  get onExport(): ExportHook | undefined {
    return this.model.onExport;
  }

  set onExport(hook: ExportHook | undefined) {
    this.model.onExport = hook;
  }

  region(name: string): RegionView {
    let view = this.views.get(name);
    if (!view) {
      view = new RegionView(this.model, name);
      this.views.set(name, view);
    }
    return view;
  }

  /** Forgets everything that exists and happened, faults and outcomes too. Keeps the port, the durations and the options. */
  reset(): void {
    this.model.reset();
    this.limiter.clear();
    this.views.clear();
    this.calls.length = 0;
    this.faults.length = 0;
  }

  /** Answers a request that did not come through the port. */
  async direct({ method, url, headers, body }: Request): Promise<{ status: number; headers: Record<string, string>; body: string } | undefined> {
    const answer = await this.serve({ method, url, headers, body });
    return answer && { status: answer.status, headers: { 'content-type': answer.contentType }, body: answer.body };
  }

  /** Closes the port, and throws if the simulator made a mistake of its own meanwhile. */
  async stop(): Promise<void> {
    await this.http.close();
    if (this.bugs.length > 0) {
      throw this.bugs[0];
    }
  }

  private async serve(request: Request): Promise<Answer | undefined> {
    const protocol = this.protocol(request);
    if (!protocol) {
      return { status: 404, contentType: 'text/plain', body: 'Neither Lightsail nor EC2' };
    }
    const call: Call = {
      service: protocol.service, operation: '', region: '', accessKeyId: '', input: undefined, at: this.model.now(), resources: [],
    };
    this.calls.push(call);
    const answer = await this.answer(protocol, request, call);
    if (answer?.error) {
      call.error = answer.error;
    }
    return answer;
  }

  private protocol({ method, url, headers }: Request): Protocol | undefined {
    if (method !== 'POST' || url !== '/') {
      return undefined;
    }
    const type = headers['content-type'];
    if (type === JSON_TYPE) {
      return this.lightsail;
    }
    return type?.startsWith('application/x-www-form-urlencoded') ? this.ec2 : undefined;
  }

  private async answer(protocol: Protocol, request: Request, call: Call): Promise<Answer | undefined> {
    try {
      ({ region: call.region, accessKeyId: call.accessKeyId } = readScope(request.headers, protocol.service));
      call.operation = protocol.readOperation(request);
      call.input = protocol.readInput(request, call.operation);

      const effects = this.faults.length > 0 ? strike(this.faults, { ...call, now: call.at }) : [];
      let cutAfterwards = false;
      for (const effect of effects) {
        if (isSlow(effect)) {
          await new Promise(resolve => setTimeout(resolve, effect.slow));
        } else if (effect === 'reset') {
          call.error = 'reset';
          return undefined;
        } else if (effect === 'reset-after') {
          cutAfterwards = true;
        } else {
          throw protocol.fault(effect, call.operation);
        }
      }
      if (!this.limiter.admits(this.options.rateLimits, call.region, call.operation, call.at)) {
        throw throttled();
      }
      const answer = await this.carryOut(protocol, call);
      if (cutAfterwards) {
        call.error = 'reset-after';
        return undefined;
      }
      return answer;
    } catch (error) {
      return protocol.error(error instanceof AwsError ? error : this.bug(error));
    }
  }

  private async carryOut(protocol: Protocol, call: Call): Promise<Answer> {
    const { model } = this;
    let now = model.now();
    model.settle(now);
    while (model.hooks.size > 0) {
      await Promise.all(model.hooks);
      now = model.now();
      model.settle(now);
    }
    try {
      return protocol.handle({
        model,
        options: model.options,
        region: model.region(call.region),
        operation: call.operation,
        input: call.input,
        now,
        resources: call.resources,
      });
    } catch (error) {
      return protocol.error(error instanceof AwsError ? error : this.bug(error));
    }
  }

  /** Answered with a status that no SDK retries, so that it is seen at once. */
  private bug(error: unknown): AwsError {
    const bug = error instanceof Error ? error : new Error(String(error));
    this.bugs.push(bug);
    return new AwsError('SimulatorBug', bug.stack ?? bug.message, 501);
  }
}
