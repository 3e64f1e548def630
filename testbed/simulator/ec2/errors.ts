import { AwsError } from '../errors';
import { escapeXml } from './xml';
import type { Answer } from '../protocol/answer';

export const ec2Error = (code: string, message: string, status = 400): AwsError => new AwsError(code, message, status);

/** The front door's refusals have other names here than in the JSON protocol. */
const AUTHENTICATION = new Set([
  'MissingAuthenticationTokenException', 'UnauthenticatedException', 'InvalidSignatureException', 'UnrecognizedClientException',
]);

export function xmlError(error: AwsError): Answer {
  const [code, message, status] = AUTHENTICATION.has(error.type)
    ? ['AuthFailure', 'AWS was not able to validate the provided access credentials', 401]
    : [error.type, error.message, error.status];
  return {
    status,
    contentType: 'text/xml;charset=UTF-8',
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error></Errors>`
      + '<RequestID>00000000-0000-4000-8000-000000000000</RequestID></Response>',
    error: code,
  };
}
