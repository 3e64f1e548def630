import { Execution, Executions, ServiceError } from './executions';
import { historyEvent } from './history';
import { Direct, LoopbackServer, ServerAnswer, ServerRequest } from './server';

type Input = Readonly<Record<string, unknown>>;

/** Step Functions as SDK clients see it: a server for the executions of one state machine. */
export class StatesServer {
  static async start(executions: Executions): Promise<StatesServer> {
    const states: StatesServer = new StatesServer(executions, await LoopbackServer.listen(request => states.answer(request)));
    return states;
  }

  readonly url: string;
  readonly direct: Direct;

  private constructor(readonly executions: Executions, private readonly server: LoopbackServer) {
    this.url = server.url;
    this.direct = server.direct;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private answer({ headers, body }: ServerRequest): ServerAnswer {
    const [service, operation] = String(headers['x-amz-target']).split('.');
    try {
      if (service !== 'AWSStepFunctions' || !Object.hasOwn(OPERATIONS, operation)) {
        throw new ServiceError('UnknownOperationException', `the driver does not know ${service}.${operation}`);
      }
      if (!headers.authorization) throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
      const output = OPERATIONS[operation](this.executions, JSON.parse(body) as Input);
      return { status: 200, headers: TYPE, body: JSON.stringify(output) };
    } catch (error) {
      const { code, message } = error instanceof ServiceError ? error : new ServiceError('InternalFailure', (error as Error).message);
      return { status: 400, headers: TYPE, body: JSON.stringify({ __type: `com.amazonaws.swf.service.v2.model#${code}`, message }) };
    }
  }
}

const TYPE = { 'content-type': 'application/x-amz-json-1.0' };

const OPERATIONS: Readonly<Record<string, (executions: Executions, input: Input) => object>> = {
  StartExecution(executions, input) {
    onlyKnown(input, ['stateMachineArn', 'name', 'input', 'traceHeader']);
    sameMachine(executions, input.stateMachineArn);
    const { arn, startedAt } = executions.start((input.input as string | undefined) ?? '{}', input.name as string | undefined);
    return { executionArn: arn, startDate: startedAt / 1000 };
  },

  ListExecutions(executions, input) {
    onlyKnown(input, ['stateMachineArn', 'statusFilter', 'maxResults', 'nextToken']);
    sameMachine(executions, input.stateMachineArn);
    const maxResults = input.maxResults as number | undefined;
    if (maxResults !== undefined && (maxResults < 0 || maxResults > 1000)) throw new ServiceError('ValidationException', 'maxResults is 0 to 1000');
    const { page, nextToken } = executions.list(input);
    return {
      executions: page.map(({ execution, status }) => summary(executions, execution, status)),
      ...(nextToken && { nextToken }),
    };
  },

  DescribeExecution(executions, input) {
    onlyKnown(input, ['executionArn', 'includedData']);
    const execution = executions.find(String(input.executionArn));
    const { status, output, error, cause } = execution;
    return { ...summary(executions, execution, status), input: execution.input, output, error, cause };
  },

  /** Only the events that a state was left: what the engine reads. */
  GetExecutionHistory(executions, input) {
    onlyKnown(input, ['executionArn', 'maxResults', 'reverseOrder', 'nextToken', 'includeExecutionData']);
    const maxResults = (input.maxResults as number | undefined) || 100;
    if (maxResults < 0 || maxResults > 1000) throw new ServiceError('ValidationException', 'maxResults is 0 to 1000');
    const all = executions.events(String(input.executionArn)).map((event, index) => ({ event, index }));
    if (input.reverseOrder) all.reverse();
    const from = Number(input.nextToken ?? 0);
    const to = from + Math.min(maxResults, executions.pageSize);
    const events = all.slice(from, to).map(({ event, index }) => historyEvent(event, index, input.includeExecutionData !== false));
    return { events, ...(to < all.length && { nextToken: String(to) }) };
  },

  StopExecution(executions, input) {
    onlyKnown(input, ['executionArn', 'error', 'cause']);
    if (String(input.error ?? '').length > 256) throw new ServiceError('ValidationException', 'error is at most 256 characters');
    if (String(input.cause ?? '').length > 32768) throw new ServiceError('ValidationException', 'cause is at most 32768 characters');
    const stopped = executions.stop(String(input.executionArn), input.error as string | undefined, input.cause as string | undefined);
    return { stopDate: stopped / 1000 };
  },
};

function summary(executions: Executions, { arn, name, startedAt, stoppedAt }: Execution, status: string): object {
  return {
    executionArn: arn,
    stateMachineArn: executions.machineArn,
    name,
    status,
    startDate: startedAt / 1000,
    ...(stoppedAt !== undefined && status !== 'RUNNING' && { stopDate: stoppedAt / 1000 }),
    redriveCount: 0,
  };
}

function sameMachine(executions: Executions, arn: unknown): void {
  if (arn !== executions.machineArn) throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${String(arn)}'`);
}

function onlyKnown(input: Input, known: readonly string[]): void {
  const unknown = Object.keys(input).find(field => !known.includes(field));
  if (unknown) throw new ServiceError('ValidationException', `the driver does not know ${unknown}`);
}
