import type { HistoryEvent } from './run';

const RESOURCE = { resourceType: 'lambda', resource: 'invoke' };
const WHOLE = { truncated: false };

/** Data of events as text: the same from one event to the next, asked for often, and never changed. */
const texts = new WeakMap<object, string>();

export function textOf(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return JSON.stringify(data);
  const text = texts.get(data) ?? JSON.stringify(data);
  texts.set(data, text);
  return text;
}

/** An event as GetExecutionHistory gives it. */
export function historyEvent({ at, type, state: name, data }: HistoryEvent, index: number, withData: boolean): object {
  const text = () => (withData ? textOf(data) : undefined);
  const details: Record<string, object> = {};
  const lower = type[0].toLowerCase() + type.slice(1);
  if (type.endsWith('StateEntered')) details.stateEnteredEventDetails = { name, input: text(), inputDetails: WHOLE };
  else if (type.endsWith('StateExited')) details.stateExitedEventDetails = { name, output: text(), outputDetails: WHOLE };
  else if (type === 'ExecutionStarted') details.executionStartedEventDetails = { input: text(), inputDetails: WHOLE };
  else if (type === 'ExecutionSucceeded') details.executionSucceededEventDetails = { output: text(), outputDetails: WHOLE };
  else if (type === 'TaskScheduled') details.taskScheduledEventDetails = { ...RESOURCE, region: 'us-east-1', parameters: text() };
  else if (type === 'TaskSucceeded') details.taskSucceededEventDetails = { ...RESOURCE, output: text(), outputDetails: WHOLE };
  else if (type === 'TaskStarted') details.taskStartedEventDetails = RESOURCE;
  else details[`${lower}EventDetails`] = { ...type === 'TaskFailed' && RESOURCE, ...data as object };
  return { timestamp: at / 1000, type, id: index + 1, previousEventId: index, ...details };
}
