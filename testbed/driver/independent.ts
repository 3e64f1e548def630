import type { Definition } from './asl';
import { VirtualClock } from './clock';
import { Interpreter } from './interpreter';
import type { Result } from './invocation';
import type { Json } from './paths';

/** What somebody sees who only sees the function being called. */
export interface Trace {
  readonly payloads: readonly Json[];
  readonly ending: { readonly output: Json } | { readonly error: string };
}

/** Answers the function's n-th call, counted from 0. */
export type Script = (n: number, payload: Json) => Result;

interface LocalStates {
  StateMachine: new (definition: Definition, options: object) => {
    run(input: Json, options: object): { readonly result: Promise<Json> };
  };
}

/** Carries out a definition with an interpreter that others wrote, without any waiting. */
export async function runElsewhere(definition: Definition, input: Json, script: Script): Promise<Trace> {
  // it wants Node.js 22, but this is all that it is without on 20
  (Promise as { withResolvers?: unknown }).withResolvers ??= withResolvers;
  // a plain import would not compile: the package's types are an ES module's
  const { StateMachine } = jest.requireActual<LocalStates>('aws-local-stepfunctions');
  const payloads: Json[] = [];
  const retries = new Map<string, number>();
  const invoke = (state: string) => async (parameters: { Payload?: Json }) => {
    const retryCount = retries.get(state) ?? 0;
    payloads.push(counted(parameters.Payload ?? {}, retryCount));
    const result = script(payloads.length - 1, payloads.at(-1)!);
    retries.set(state, 'error' in result ? retryCount + 1 : 0);
    if ('error' in result) throw Object.assign(new Error(result.cause), { name: result.error });
    return { Payload: structured(result.payload as Json) };
  };
  const all = <T>(type: string, value: (name: string) => T) => {
    const names = Object.keys(definition.States).filter(name => definition.States[name].Type === type);
    return Object.fromEntries(names.map(name => [name, value(name)]));
  };
  const run = new StateMachine(definition, { validationOptions: { checkArn: false } }).run(input, {
    context: { State: { RetryCount: RETRY_COUNT } },
    overrides: { taskResourceLocalHandlers: all('Task', invoke), waitTimeOverrides: all('Wait', () => 0), retryIntervalOverrides: all('Task', () => 0) },
  });
  const [ending] = await Promise.allSettled([run.result]);
  if (ending.status === 'fulfilled') return { payloads, ending: { output: ending.value } };
  const { cause, name } = ending.reason as Error & { cause?: Error };
  return { payloads, ending: { error: cause?.name ?? name } };
}

/** The same with the driver's own. */
export async function runHere(definition: Definition, input: Json, script: Script): Promise<Trace> {
  const clock = new VirtualClock();
  const payloads: Json[] = [];
  const interpreter = new Interpreter(definition, {
    clock,
    random: () => 0.5,
    invoke: async (_, payload) => {
      payloads.push(structured(payload as Json));
      return script(payloads.length - 1, payloads.at(-1)!);
    },
  });
  const ending = await clock.run(interpreter.run({
    id: 'arn:aws:states:us-east-1:123456789012:execution:m:n',
    name: 'n',
    input: JSON.stringify(input),
    startedAt: clock.now(),
    machine: { arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m', name: 'm' },
    stopped: new Promise(() => undefined),
    record: () => undefined,
    transition: () => undefined,
  }));
  return { payloads, ending: ending!.status === 'SUCCEEDED' ? { output: JSON.parse(ending!.output) as Json } : { error: ending!.error } };
}

function withResolvers() {
  const parts: Record<string, unknown> = {};
  const promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return { promise, ...parts };
}

/** Stands for the number of retries, which the other interpreter does not count. */
const RETRY_COUNT = '<retry count>';

function counted(value: Json, retryCount: number): Json {
  return JSON.parse(JSON.stringify(value), (_, item) => (item === RETRY_COUNT ? retryCount : item)) as Json;
}

function structured(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
