/** The services that a Task calls. */
import type { Json } from './paths';
import { Outside, ServiceError } from './run';
import { StateError } from './state-error';

/** Waits for something as long as the task may take. */
type InTime = <T>(work: Promise<T>) => Promise<T>;

export const TASKS: Readonly<Record<string, (parameters: Record<string, Json>, outside: Outside, inTime: InTime) => Promise<Json>>> = {
  'lambda:invoke': async ({ FunctionName, Payload = {} }, outside, inTime) => {
    const result = await inTime(outside.invoke(String(FunctionName), Payload));
    if ('error' in result) throw new StateError(result.error, result.cause);
    // data is text between states, so no object is shared
    const payload = JSON.parse(JSON.stringify(result.payload)) as Json;
    return { ExecutedVersion: '$LATEST', Payload: payload, SdkHttpMetadata: { HttpStatusCode: 200 }, StatusCode: 200 };
  },

  'states:startExecution': async ({ StateMachineArn, Input = {}, Name }, outside) => {
    if (!outside.startExecution) throw new Error('there is no state machine to start');
    if (typeof Input === 'string') throw new Error('an input that is a text is not known to this interpreter');
    try {
      const name = Name === undefined ? undefined : String(Name);
      const { arn, startedAt } = outside.startExecution(String(StateMachineArn), JSON.stringify(Input), name);
      return { ExecutionArn: arn, StartDate: startedAt / 1000, SdkHttpMetadata: { HttpStatusCode: 200 } };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new StateError(`StepFunctions.${error.code.replace(/(Exception)?$/, 'Exception')}`, error.message);
    }
  },
};
