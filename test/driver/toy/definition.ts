import type { Definition } from '../asl';

const RETRY = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 5, BackoffRate: 2, MaxDelaySeconds: 30, JitterStrategy: 'FULL' as const }];

/** The shape that the real one has. */
export const TOY_DEFINITION: Definition = {
  StartAt: 'Step',
  States: {
    'Step': {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { 'FunctionName.$': '$.handler', 'Payload.$': '$' },
      OutputPath: '$.Payload',
      Retry: RETRY,
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.crash', Next: 'GiveUp' }],
      Next: 'Done?',
    },
    'Done?': { Type: 'Choice', Choices: [{ Variable: '$.done', IsPresent: true, Next: 'Done' }], Default: 'Wait' },
    'Wait': { Type: 'Wait', SecondsPath: '$.wait', Next: 'Step' },
    'GiveUp': {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { 'FunctionName.$': '$.handler', 'Payload.$': '$' },
      OutputPath: '$.Payload',
      Retry: RETRY,
      Next: 'Done',
    },
    'Done': { Type: 'Succeed' },
  },
};
