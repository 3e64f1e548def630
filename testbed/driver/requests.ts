import type { VirtualClock } from './clock';
import type { LambdaFunction } from './lambda';
import type { Random } from './random';
import type { Answer, ResponseUrlServer, StackRequest } from './response-url-server';

export interface Question {
  readonly requestType: StackRequest['requestType'];
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly oldProperties?: Readonly<Record<string, unknown>>;
  readonly physicalId?: string;
}

export interface Outcome {
  readonly status: NonNullable<StackRequest['outcome']>;
  readonly reason: string;
  /** As answered, also by a failure. */
  readonly physicalId?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Something that may be called off. */
export class Signal {
  reason?: string;
  readonly called: Promise<void>;
  private call!: () => void;

  constructor() {
    this.called = new Promise(resolve => { this.call = resolve; });
  }

  callOff(reason: string): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.call();
  }
}

const MAX_SERVICE_TIMEOUT = 3600;

/** Sends events and waits for their answers as CloudFormation does. */
export class Requests {
  constructor(
    private readonly clock: VirtualClock,
    private readonly lambda: LambdaFunction,
    readonly responseUrls: ResponseUrlServer,
    private readonly random: () => Random,
  ) {}

  async ask(question: Question, signal?: Signal): Promise<Outcome> {
    const { requestType, stackId, logicalId, type, properties, oldProperties, physicalId } = question;
    if (properties.ServiceToken !== this.lambda.arn) {
      return { status: 'FAILED', reason: `Invalid service token: ${String(properties.ServiceToken)}`, data: {} };
    }
    const requestId = this.random().uuid();
    const event: Record<string, unknown> = {
      RequestType: requestType,
      ServiceToken: this.lambda.arn,
      ResponseURL: '',
      StackId: stackId,
      RequestId: requestId,
      LogicalResourceId: logicalId,
      ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
      ResourceType: type,
      ResourceProperties: properties,
      ...(oldProperties && { OldResourceProperties: oldProperties }),
    };
    const { request, answered } = this.responseUrls.expect({ requestId, stackId, logicalId, requestType }, event);
    this.lambda.send(event);
    const outcome = await this.firstOf(request, answered, properties, signal);
    Object.assign(request, { outcome: outcome.status, reason: outcome.reason, closedAt: this.clock.now() });
    return outcome;
  }

  private async firstOf(
    request: StackRequest, answered: Promise<Answer>, properties: Question['properties'], signal?: Signal,
  ): Promise<Outcome> {
    const timeout = Number(properties.ServiceTimeout ?? MAX_SERVICE_TIMEOUT);
    if (!Number.isInteger(timeout) || timeout < 1 || timeout > MAX_SERVICE_TIMEOUT) {
      return { status: 'FAILED', reason: `ServiceTimeout ${String(properties.ServiceTimeout)} is not 1 to ${MAX_SERVICE_TIMEOUT}`, data: {} };
    }
    return new Promise<Outcome>(resolve => {
      const timer = this.clock.in(timeout * 1000, () => resolve({
        status: 'TIMEOUT',
        reason: 'CloudFormation did not receive a response from your custom resource. '
          + `Please check your logs for requestId [${request.requestId}].`,
        data: {},
      }), `${request.requestType} of ${request.logicalId} runs out of time`);
      void answered.then(answer => {
        timer.cancel();
        resolve(outcomeOf(answer));
      });
      void signal?.called.then(() => {
        timer.cancel();
        resolve({ status: 'CANCELLED', reason: `Resource ${request.requestType === 'Create' ? 'creation' : 'update'} cancelled`, data: {} });
      });
    });
  }
}

function outcomeOf({ problem, content }: Answer): Outcome {
  if (!content) return { status: 'INVALID', reason: problem!, data: {} };
  const reason = content.Reason ?? '';
  return { status: content.Status, reason, physicalId: content.PhysicalResourceId, data: content.Data ?? {} };
}
