/** Sends CloudFormation the response to a request. */
import type { Environment } from '../environment';

/** Longest response that CloudFormation takes, in bytes. */
const MAX_RESPONSE = 4096;

/** Longest reason, in bytes: leaves room for the rest of the response. */
const MAX_REASON = 1500;

/** Pauses between tries of one response, in milliseconds. */
const PAUSES = [200, 1000, 3000];

/** Attributes. Lists are lists, so that an empty one is empty: split from a text, it would hold an empty text. */
export type Data = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface Outcome {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Data;
}

/** Whom a response is for. */
export interface ResponseTarget {
  readonly responseUrl: string;
  readonly stackId: string;
  readonly requestId: string;
  /** Logical id. */
  readonly answersFor: string;
}

/** Sends CloudFormation the outcome of a request. Throws, to be called again, while the response was not accepted. */
export async function respond(env: Environment, to: ResponseTarget, outcome: Outcome): Promise<Outcome['Status']> {
  const fitting = fit(to, outcome);
  const body = JSON.stringify(buildResponse(to, fitting));
  for (const pause of [...PAUSES, undefined]) {
    const status = await env.put(to.responseUrl, body).catch((error: Error) => error.message);
    if (typeof status === 'number' && (status < 300 || status === 403)) {
      // 403: the address has expired, and with it everybody who would read the response
      if (status >= 300) env.log({ level: 'WARN', message: 'the answer was refused', status, request_id: to.requestId });
      return fitting.Status;
    }
    if (pause === undefined) throw new Error(`the answer could not be left: ${status}`);
    await env.clock.sleep(pause);
  }
  throw new Error('unreachable');
}

/** CloudFormation takes a response that is too long for none. */
function fit(to: ResponseTarget, outcome: Outcome): Outcome {
  const short = { ...outcome, Reason: clip(outcome.Reason ?? 'see the log group of cdk-lightsail-snapshots in this stack', MAX_REASON) };
  const size = Buffer.byteLength(JSON.stringify(buildResponse(to, short)));
  if (size <= MAX_RESPONSE) return short;
  const { Data, ...rest } = short;
  return {
    ...rest,
    Status: 'FAILED',
    Reason: clip(`the attributes ${Object.keys(Data ?? {}).join(', ')} make an answer of ${size} bytes, and CloudFormation takes ${MAX_RESPONSE}: `
      + `refer to fewer of them${outcome.Status === 'FAILED' ? `. ${short.Reason}` : ''}`, MAX_REASON),
  };
}

function buildResponse(to: ResponseTarget, outcome: Outcome) {
  return { ...outcome, StackId: to.stackId, RequestId: to.requestId, LogicalResourceId: to.answersFor };
}

/** Cuts by the bytes that a text takes in a response, and never inside a character. */
function clip(text: string, bytes: number): string {
  if (bytesOf(text) <= bytes) return text;
  const characters = [...text.slice(0, bytes)];
  while (bytesOf(characters.join('')) > bytes) characters.length = Math.floor(characters.length * 0.95);
  return `${characters.join('')}…`;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
