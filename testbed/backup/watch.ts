/** Lightsail's answers on their way: who watches sees each call with the state before and after it, and may refuse it as IAM would. */
import type { Direct } from '../driver/server';
import type { Simulator } from '../simulator';

/** A call to Lightsail as it arrives. */
export interface LightsailCall {
  readonly operation: string;
  readonly region: string;
  readonly input: Readonly<Record<string, never>>;
  readonly at: number;
}

export interface Watcher {
  /** Before it is carried out. A text refuses it: what IAM says. */
  readonly before?: (call: LightsailCall) => string | undefined;
  readonly after?: (call: LightsailCall, status: number) => void;
}

const DENIED = 403;

/** @param watchers in the order in which they are asked */
export function watched(simulator: Simulator, now: () => number, watchers: () => readonly Watcher[]): Direct {
  return async request => {
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    if (!operation) return simulator.direct(request);
    const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(String(request.headers.authorization))?.[1] ?? '';
    const call: LightsailCall = { operation, region, input: JSON.parse(request.body || '{}') as LightsailCall['input'], at: now() };
    for (const { before } of watchers()) {
      const reason = before?.(call);
      if (reason === undefined) continue;
      const message = `User: arn:aws:sts::${simulator.account}:assumed-role/Backup/f is not authorized to perform: lightsail:${operation} because ${reason}`;
      return { status: DENIED, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify({ __type: 'AccessDeniedException', message }) };
    }
    const answer = await simulator.direct(request);
    for (const { after } of watchers()) after?.(call, answer?.status ?? 0);
    return answer;
  };
}
