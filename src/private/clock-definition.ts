/** The clock: a state machine that calls the function, waits as long as it is told, and calls again. It carries ids and seconds only. */

/** Minutes of throttled invocations are waited out. */
const THROTTLED = {
  ErrorEquals: ['Lambda.TooManyRequestsException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException'],
  IntervalSeconds: 2,
  BackoffRate: 1.5,
  MaxDelaySeconds: 20,
  MaxAttempts: 30,
  JitterStrategy: 'FULL',
};

/** What crashed is tried again: the function timed out, or could not reach the ledger or leave the answer. */
const crashed = (attempts: number) => (
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 60, MaxAttempts: attempts, JitterStrategy: 'FULL' }
);

export function clockDefinition(partition: string): object {
  const invoke = (gaveUp: boolean, attempts: number) => ({
    Type: 'Task',
    Resource: `arn:${partition}:states:::lambda:invoke`,
    Parameters: { 'FunctionName.$': '$.function', 'Payload': { 'clock.$': '$', gaveUp } },
    OutputPath: '$.Payload',
    Retry: [THROTTLED, crashed(attempts)],
    Next: 'Answered',
  });
  return {
    StartAt: 'Step',
    States: {
      Step: { ...invoke(false, 8), Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'GiveUp' }] },
      Answered: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.status', StringEquals: 'WAITING', Next: 'Wait' },
          { Variable: '$.status', StringEquals: 'FAILED', Next: 'Failed' },
        ],
        Default: 'Succeeded',
      },
      Wait: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Step' },
      GiveUp: invoke(true, 12),
      Succeeded: { Type: 'Succeed' },
      Failed: { Type: 'Fail', Error: 'Failed', Cause: 'CloudFormation has the reason' },
    },
  };
}
