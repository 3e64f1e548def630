import { AwsError, isModelled } from '../errors';
import type { Options } from '../options';

/** What goes over the wire. */
export interface Answer {
  status: number;
  contentType: string;
  body: string;
  /** Name of the error. */
  error?: string;
}

export const JSON_TYPE = 'application/x-amz-json-1.1';

export const jsonAnswer = (body: object): Answer => ({ status: 200, contentType: JSON_TYPE, body: JSON.stringify(body) });

export function jsonError(error: AwsError, options: Options): Answer {
  const name = options.errorNameFrom === 'code' && error.fields.code ? error.fields.code : error.type;
  const clientError = error.status < 500 && isModelled(error.type);
  return {
    status: clientError && options.errorStatus === 'always400' ? 400 : error.status,
    contentType: JSON_TYPE,
    body: JSON.stringify({ __type: name, ...error.fields, message: error.message }),
    error: name,
  };
}
