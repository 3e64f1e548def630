/** Two minutes of throttled invocations are waited out. */
const THROTTLED = {
  ErrorEquals: ['Lambda.TooManyRequestsException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException'],
  IntervalSeconds: 2,
  BackoffRate: 1.5,
  MaxDelaySeconds: 20,
  MaxAttempts: 30,
  JitterStrategy: 'FULL',
};

/** Tries again what crashed: the function timed out, could not leave the answer. */
const patiently = (attempts: number) => ({
  Retry: [THROTTLED, { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 60, MaxAttempts: attempts, JitterStrategy: 'FULL' }],
});

/**
 * The state machine: the function takes a step, and says how long to wait for the next one or that it has answered.
 * What waits, since when and until when is in the execution's data, which the function alone understands.
 */
export function waiterDefinition(partition: string): object {
  const invoke = {
    Type: 'Task',
    Resource: `arn:${partition}:states:::lambda:invoke`,
    // a step that may have crashed looks twice before it does what cannot be done twice
    Parameters: { 'FunctionName.$': '$.handler', 'Payload': { 'request.$': '$', 'retries.$': '$$.State.RetryCount' } },
    OutputPath: '$.Payload',
    Next: 'Answered',
  };
  return {
    StartAt: 'Step',
    States: {
      Step: { ...invoke, ...patiently(8), Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.crash', Next: 'GiveUp' }] },
      Answered: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.done', StringEquals: 'SUCCESS', Next: 'Succeeded' },
          { Variable: '$.done', StringEquals: 'FAILED', Next: 'Failed' },
        ],
        Default: 'Wait',
      },
      Wait: { Type: 'Wait', SecondsPath: '$.wait', Next: 'Step' },
      GiveUp: { ...invoke, ...patiently(12) },
      Succeeded: { Type: 'Succeed' },
      Failed: { Type: 'Fail', Error: 'Failed', Cause: 'CloudFormation has the reason' },
    },
  };
}
