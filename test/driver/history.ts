import type { HistoryEvent } from './interpreter';

const RESOURCE = { resourceType: 'lambda', resource: 'invoke' };
const WHOLE = { truncated: false };

/** An event as GetExecutionHistory gives it. */
export function historyEvent({ at, type, state: name, data }: HistoryEvent, index: number, withData: boolean): object {
  const text = (value: unknown) => (withData ? JSON.stringify(value) : undefined);
  const details: Record<string, object> = {};
  const lower = type[0].toLowerCase() + type.slice(1);
  if (type.endsWith('StateEntered')) details.stateEnteredEventDetails = { name, input: text(data), inputDetails: WHOLE };
  else if (type.endsWith('StateExited')) details.stateExitedEventDetails = { name, output: text(data), outputDetails: WHOLE };
  else if (type === 'ExecutionStarted') details.executionStartedEventDetails = { input: text(data), inputDetails: WHOLE };
  else if (type === 'ExecutionSucceeded') details.executionSucceededEventDetails = { output: text(data), outputDetails: WHOLE };
  else if (type === 'TaskScheduled') details.taskScheduledEventDetails = { ...RESOURCE, region: 'us-east-1', parameters: text(data) };
  else if (type === 'TaskSucceeded') details.taskSucceededEventDetails = { ...RESOURCE, output: text(data), outputDetails: WHOLE };
  else if (type === 'TaskStarted') details.taskStartedEventDetails = RESOURCE;
  else details[`${lower}EventDetails`] = { ...type === 'TaskFailed' && RESOURCE, ...data as object };
  return { timestamp: at / 1000, type, id: index + 1, previousEventId: index, ...details };
}
