/** Scheduler as SDK clients see it: the calls with which a function makes and removes one-time schedules. */
import type { Schedule, VirtualScheduler } from './scheduler';
import { Direct, LoopbackServer, ServerAnswer, ServerRequest } from './server';

type Input = Readonly<Record<string, unknown>>;

interface TargetInput {
  readonly Arn?: string;
  readonly RoleArn?: string;
  readonly Input?: string;
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
  readonly DeadLetterConfig?: { readonly Arn?: string };
}

class ServiceError extends Error {
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

export class SchedulerServer {
  static async start(scheduler: VirtualScheduler): Promise<SchedulerServer> {
    const parts: { server?: SchedulerServer } = {};
    parts.server = new SchedulerServer(scheduler, await LoopbackServer.listen(request => parts.server!.answer(request)));
    return parts.server;
  }

  readonly url: string;
  readonly direct: Direct;

  private constructor(private readonly scheduler: VirtualScheduler, private readonly server: LoopbackServer) {
    this.url = server.url;
    this.direct = request => this.answer(request);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private answer({ method, url, headers, body }: ServerRequest): ServerAnswer {
    try {
      if (!headers.authorization) throw new ServiceError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
      const { pathname, searchParams } = new URL(url, 'http://scheduler');
      const [, name] = /^\/schedules\/([^/]+)$/.exec(pathname) ?? [];
      if (!name) throw new ServiceError(404, 'UnknownOperationException', `the testbed does not know ${method} ${pathname}`);
      const answer = this.carryOut(method, decodeURIComponent(name), searchParams.get('groupName') ?? 'default', body);
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
    } catch (error) {
      const { status, code, message } = error instanceof ServiceError ? error : new ServiceError(500, 'InternalServerException', (error as Error).stack!);
      return { status, headers: { 'content-type': 'application/json', 'x-amzn-errortype': code }, body: JSON.stringify({ Message: message }) };
    }
  }

  private carryOut(method: string, name: string, group: string, body: string): object {
    const known = this.scheduler.get(name, group);
    if (method === 'POST') return this.create(name, JSON.parse(body) as Input);
    if (!known) throw new ServiceError(404, 'ResourceNotFoundException', `Schedule ${name} does not exist.`);
    if (method === 'DELETE') {
      this.scheduler.delete(name, group);
      return {};
    }
    if (method !== 'GET') throw new ServiceError(404, 'UnknownOperationException', `the testbed does not know ${method}`);
    const { schedule, arn, createdAt } = known;
    return {
      Arn: arn,
      Name: name,
      GroupName: group,
      CreationDate: createdAt / 1000,
      ScheduleExpression: schedule.expression,
      ScheduleExpressionTimezone: schedule.timeZone ?? 'UTC',
      State: schedule.enabled === false ? 'DISABLED' : 'ENABLED',
      ActionAfterCompletion: schedule.deleteAfterCompletion ? 'DELETE' : 'NONE',
      FlexibleTimeWindow: schedule.flexibleWindow ? { Mode: 'FLEXIBLE', MaximumWindowInMinutes: schedule.flexibleWindow } : { Mode: 'OFF' },
      Target: { Arn: schedule.target.arn, RoleArn: schedule.target.roleArn, Input: schedule.target.input },
    };
  }

  private create(name: string, input: Input): object {
    const validationError = (message: string) => new ServiceError(400, 'ValidationException', message);
    const {
      ScheduleExpression, ScheduleExpressionTimezone, FlexibleTimeWindow, Target, GroupName, ActionAfterCompletion, State, ClientToken, Description,
      ...others
    } = input as Record<string, never>;
    if (Object.keys(others).length > 0) throw validationError(`the testbed does not know ${Object.keys(others).join(', ')}`);
    if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) throw validationError(`1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint`);
    const window = FlexibleTimeWindow as { Mode?: string; MaximumWindowInMinutes?: number } | undefined;
    const target = Target as TargetInput | undefined;
    if (!window?.Mode) throw validationError('FlexibleTimeWindow is required');
    if (!target?.Arn || !target.RoleArn) throw validationError('Target needs an Arn and a RoleArn');
    if ((window.Mode === 'FLEXIBLE') !== (window.MaximumWindowInMinutes !== undefined)) throw validationError('MaximumWindowInMinutes goes with FLEXIBLE');
    const known = this.scheduler.get(name, GroupName);
    if (known) throw new ServiceError(409, 'ConflictException', `Schedule ${name} already exists.`);
    const schedule: Schedule = {
      name,
      group: GroupName,
      expression: String(ScheduleExpression),
      timeZone: ScheduleExpressionTimezone,
      flexibleWindow: window.MaximumWindowInMinutes,
      enabled: State !== 'DISABLED',
      deleteAfterCompletion: ActionAfterCompletion === 'DELETE',
      target: {
        arn: target.Arn,
        roleArn: target.RoleArn,
        input: target.Input,
        deadLetterArn: target.DeadLetterConfig?.Arn,
        maximumRetryAttempts: target.RetryPolicy?.MaximumRetryAttempts,
        maximumEventAge: target.RetryPolicy?.MaximumEventAgeInSeconds,
      },
    };
    try {
      return { ScheduleArn: this.scheduler.put(schedule) };
    } catch (error) {
      throw validationError((error as Error).message);
    }
  }
}
