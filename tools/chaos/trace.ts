import type { ChaosEnvironment } from './environment';

/** What happened in the last case, in the order in which it did. */
export function trace({ environment, stack }: ChaosEnvironment): string[] {
  const began = stack.events[0]?.at ?? 0;
  const events = stack.events.map(({ at, logicalId, status, physicalId, reason }) =>
    ({ at, text: `stack        ${logicalId} ${status} ${physicalId ?? ''} ${reason ?? ''}` }));
  const calls = environment.calls.map(({ at, ordinal, invocation, service, operation, outcome, body }) =>
    ({ at, text: `call ${String(ordinal).padStart(3)} of ${invocation.trigger} ${invocation.id}: ${service} ${operation} -> ${outcome ?? 'nothing'} ${body.slice(0, 160)}` }));
  const crashPoints = environment.lambda.invocations.filter(({ death }) => death)
    .map(({ endedAt, id, death }) => ({ at: endedAt!, text: `invocation ${id} died ${death}` }));
  return [...events, ...calls, ...crashPoints].sort((a, b) => a.at - b.at)
    .map(({ at, text }) => `${((at - began) / 1000).toFixed(3).padStart(10)} ${text}`);
}
