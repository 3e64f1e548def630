/**
 * An SDK client for services whose JSON is what the SDK's commands hold, such as DynamoDB and Step Functions. The SDK's own takes most of a call's time,
 * and what it says over the wire is tested wherever calls do not stay within the process.
 */
interface Handler {
  handle(request: object): Promise<{ readonly response: { readonly statusCode: number; readonly body?: unknown } }>;
}

export interface JsonClientOptions {
  readonly requestHandler: object;
  readonly endpoint: string;
  /** What stands before the operation in `x-amz-target`. */
  readonly target: string;
  readonly authorization: string;
}

export function jsonClient<C>({ requestHandler, endpoint, target, authorization }: JsonClientOptions): C {
  const { protocol, hostname, port } = new URL(endpoint);
  const send = async (command: { readonly input: object }): Promise<unknown> => {
    const operation = command.constructor.name.replace(/Command$/, '');
    const { response: { statusCode, body } } = await (requestHandler as Handler).handle({
      method: 'POST',
      protocol,
      hostname,
      port: Number(port),
      path: '/',
      headers: { 'x-amz-target': `${target}.${operation}`, authorization },
      body: JSON.stringify(command.input),
    });
    const answer = JSON.parse(String(body)) as { readonly __type?: string; readonly message?: string };
    const $metadata = { httpStatusCode: statusCode };
    if (statusCode < 300) return { ...answer, $metadata };
    const name = answer.__type?.split('#').pop() ?? 'Error';
    throw Object.assign(new Error(answer.message), { name, $metadata, $fault: statusCode < 500 ? 'client' : 'server' });
  };
  return { send } as C;
}
