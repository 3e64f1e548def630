/** Clients of the services that the functions call. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { LightsailClient } from '@aws-sdk/client-lightsail';
import { SFNClient } from '@aws-sdk/client-sfn';

export interface Clients {
  /** For a region, the stack's own unless told otherwise. */
  lightsail(region?: string): LightsailClient;
  ec2(): EC2Client;
  sfn(): SFNClient;
  dynamodb(): DynamoDBClient;
}

/** Settings of every client. */
export interface ClientOptions {
  readonly region: string;
  readonly endpoints?: Readonly<Partial<Record<string, string>>>;
  readonly requestHandler?: object;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Gives clients, one for each service and region, made on first use. */
export function clientFactory(options: ClientOptions) {
  const made = new Map<string, unknown>();
  return <C>(service: string, Client: new (settings: object) => C, region = options.region): C => {
    const key = `${service} ${region}`;
    if (!made.has(key)) {
      made.set(key, new Client({
        region,
        // every step can be repeated and the state machine repeats it, so a second layer of retries would only hide time
        maxAttempts: 1,
        ...(options.requestHandler && { requestHandler: options.requestHandler }),
        ...(options.endpoints?.[service] && { endpoint: options.endpoints[service] }),
        ...(options.credentials && { credentials: options.credentials }),
      }));
    }
    return made.get(key) as C;
  };
}

export function createClients(options: ClientOptions): Clients {
  const client = clientFactory(options);
  return {
    lightsail: region => client('lightsail', LightsailClient, region),
    ec2: () => client('ec2', EC2Client),
    sfn: () => client('sfn', SFNClient),
    dynamodb: () => client('dynamodb', DynamoDBClient),
  };
}
