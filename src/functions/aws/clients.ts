import { EC2Client } from '@aws-sdk/client-ec2';
import { LightsailClient } from '@aws-sdk/client-lightsail';
import { SFNClient } from '@aws-sdk/client-sfn';
import { Environment } from '../deployment/environment';

export type Clients = Pick<Environment, 'lightsail' | 'ec2' | 'sfn'>;

/** Settings of every client. */
export interface ClientOptions {
  readonly region: string;
  readonly endpoints?: { readonly lightsail?: string; readonly ec2?: string; readonly sfn?: string };
  readonly requestHandler?: object;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** One client for each service and region, made on first use. */
export function createClients(options: ClientOptions): Clients {
  const made = new Map<string, unknown>();
  const once = <T>(key: string, make: () => T) => {
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as T;
  };
  const settings = (service: keyof NonNullable<ClientOptions['endpoints']>, region = options.region) => ({
    region,
    // every step can be repeated and the waiter repeats it, so a second layer of retries would only hide time
    maxAttempts: 1,
    ...(options.requestHandler && { requestHandler: options.requestHandler }),
    ...(options.endpoints?.[service] && { endpoint: options.endpoints[service] }),
    ...(options.credentials && { credentials: options.credentials }),
  });
  return {
    lightsail: (region = options.region) => once(`lightsail ${region}`, () => new LightsailClient(settings('lightsail', region))),
    ec2: () => once('ec2', () => new EC2Client(settings('ec2'))),
    sfn: () => once('sfn', () => new SFNClient(settings('sfn'))),
  };
}
