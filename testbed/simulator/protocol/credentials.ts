import type { IncomingHttpHeaders } from 'node:http';
import { REGIONS } from '../catalogue';
import { AwsError, modelled } from '../errors';

const CREDENTIAL = /^AWS4-HMAC-SHA256 .*?Credential=([^/\s]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request,? ?.*SignedHeaders=[^,\s]+,? ?Signature=[0-9a-f]{64}$/;

/** Same header, same scope: clients repeat the key, the day and the Region, and only the signature differs. */
export interface Scope {
  accessKeyId: string;
  region: string;
}

/** The Region that the request is signed for. The signature itself is taken on trust. */
export function readScope(headers: IncomingHttpHeaders, service: 'lightsail' | 'ec2'): Scope {
  const header = headers.authorization;
  if (!header) {
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  }
  const match = CREDENTIAL.exec(header);
  if (!match) {
    throw modelled('UnauthenticatedException', 'The Authorization header is not a signature of version 4');
  }
  const [, accessKeyId, , region, scopeService] = match;
  if (scopeService !== service) {
    throw new AwsError('InvalidSignatureException', `Credential should be scoped to correct service: '${service}'.`, 403);
  }
  if (!REGIONS.has(region)) {
    throw new AwsError('UnrecognizedClientException', `There is no such Region: ${region}`, 403);
  }
  return { accessKeyId, region };
}
