/** The state machine of backup plans: one execution is one run of a plan. Plain data; paths are JSONPath, which the local emulator can run. */
import { MAX_CONCURRENCY } from '../functions/backup/contract';

/** Parts of the time for which a run was planned, `2026-11-24T03:00:00Z`: execution names have no colons. */
const TIME_PARTS = "States.StringSplit($.scheduledTime, ':')";
const SLOT_PARTS = `States.ArrayGetItem(${TIME_PARTS}, 0), States.ArrayGetItem(${TIME_PARTS}, 1)`;
const SLOT = `States.Format('{}{}', ${SLOT_PARTS})`;

/** Repeats what crashed or was throttled: every step of the functions can be repeated. */
const RETRY = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 2, MaxDelaySeconds: 120, MaxAttempts: 8, JitterStrategy: 'FULL' }];

/** Whatever fails, the run is reported. */
const REPORT_ERROR = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Report' }];

/** The definition, for a function and the partition that it is in. */
export function backupDefinition(partition: string, functionArn: string): object {
  /** The function gets all that the run knows, and what it returns is put beside that. */
  const invoke = (action: string, results: readonly string[], resultPath: string, more: object = {}) => ({
    Type: 'Task',
    Resource: `arn:${partition}:states:::lambda:invoke`,
    Parameters: { FunctionName: functionArn, Payload: { action, 'run.$': '$', ...more } },
    ResultSelector: Object.fromEntries(results.map(name => [`${name}.$`, `$.Payload.${name}`])),
    ResultPath: resultPath,
    Retry: RETRY,
  });
  return {
    Comment: 'One run of a backup plan',
    StartAt: 'Start',
    States: {
      Start: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.slot', IsPresent: true, Next: 'Select' },
          { Variable: '$.onDemand', IsPresent: true, Next: 'Begin' },
        ],
        Default: 'Enter',
      },
      // an execution's name exists once, so a schedule that fires twice makes one run
      Enter: {
        Type: 'Task',
        Resource: `arn:${partition}:states:::states:startExecution`,
        Parameters: {
          'StateMachineArn.$': '$$.StateMachine.Id',
          'Name.$': `States.Format('{}.{}{}', $.plan.name, ${SLOT_PARTS})`,
          'Input': { 'plan.$': '$.plan', 'slot.$': SLOT, 'keepFor': 0 },
        },
        Retry: [{ ErrorEquals: ['StepFunctions.ExecutionAlreadyExistsException', 'ExecutionAlreadyExists'], MaxAttempts: 0 }, ...RETRY],
        Catch: [
          { ErrorEquals: ['StepFunctions.ExecutionAlreadyExistsException', 'ExecutionAlreadyExists'], Next: 'Entered' },
          { ErrorEquals: ['States.ALL'], ResultPath: '$.refused', Next: 'GoOnUnnamed' },
        ],
        Next: 'Entered',
      },
      // A run that cannot be started under its name takes place here: a refused start would be a night without a backup, and nobody would hear of
      // it. If two executions come here for one slot, the second finds the snapshots of the first by their names.
      GoOnUnnamed: {
        Type: 'Pass',
        Parameters: { 'plan.$': '$.plan', 'slot.$': SLOT, 'keepFor': 0, 'refused.$': '$.refused' },
        Next: 'Select',
      },
      Entered: { Type: 'Succeed' },
      Begin: {
        Type: 'Task',
        Resource: `arn:${partition}:states:::lambda:invoke`,
        Parameters: { FunctionName: functionArn, Payload: { 'action': 'begin', 'run.$': '$', 'startedAt.$': '$$.Execution.StartTime' } },
        OutputPath: '$.Payload',
        Retry: RETRY,
        Next: 'Select',
      },
      Select: { ...invoke('select', ['batches', 'more', 'after', 'tally'], '$.page'), Catch: REPORT_ERROR, Next: 'Selected' },
      Selected: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.page.more', BooleanEquals: true, Next: 'Take' },
          // a selection that matches nothing may be a mistake: nothing is pruned
          { Variable: '$.page.tally.selected', NumericEquals: 0, Next: 'Report' },
          { Variable: '$.keepFor', NumericGreaterThan: 0, Next: 'Report' },
        ],
        Default: 'Prune',
      },
      Take: {
        Type: 'Map',
        ItemsPath: '$.page.batches',
        ItemSelector: { 'plan.$': '$.plan', 'slot.$': '$.slot', 'keepFor.$': '$.keepFor', 'batch.$': '$$.Map.Item.Value' },
        MaxConcurrency: MAX_CONCURRENCY,
        ToleratedFailurePercentage: 100,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Step',
          States: {
            Step: {
              ...invoke('take', ['done', 'wait', 'state', 'result'], '$.step', { 'enteredAt.$': '$$.State.EnteredTime' }),
              Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'GiveUp' }],
              Next: 'Stepped',
            },
            Stepped: { Type: 'Choice', Choices: [{ Variable: '$.step.done', BooleanEquals: true, Next: 'Finish' }], Default: 'Wait' },
            Wait: { Type: 'Wait', SecondsPath: '$.step.wait', Next: 'Step' },
            Finish: { Type: 'Pass', OutputPath: '$.step.result', End: true },
            // stopped instances are started by their schedules
            GiveUp: { Type: 'Pass', Parameters: { 'index.$': '$.batch.index', 'outcomes': '' }, End: true },
          },
        },
        ResultPath: '$.results',
        Catch: REPORT_ERROR,
        Next: 'Select',
      },
      Prune: {
        ...invoke('prune', ['done', 'wait', 'rounds', 'region', 'rest', 'pruned', 'adopted', 'throttled', 'notes', 'problems'], '$.round'),
        Catch: REPORT_ERROR,
        Next: 'Pruned',
      },
      Pruned: { Type: 'Choice', Choices: [{ Variable: '$.round.done', BooleanEquals: true, Next: 'Report' }], Default: 'WaitForRound' },
      WaitForRound: { Type: 'Wait', SecondsPath: '$.round.wait', Next: 'Prune' },
      Report: {
        ...invoke('report', ['failed', 'error', 'report'], '$.report'),
        OutputPath: '$.report',
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Unreported' }],
        Next: 'Reported',
      },
      Reported: { Type: 'Choice', Choices: [{ Variable: '$.failed', BooleanEquals: true, Next: 'Failed' }], Default: 'Succeeded' },
      Succeeded: { Type: 'Succeed' },
      Failed: { Type: 'Fail', ErrorPath: '$.error', CausePath: '$.report' },
      Unreported: { Type: 'Fail', Error: 'Failed', Cause: 'the report could not be written: the function\'s log says why' },
    },
  };
}
