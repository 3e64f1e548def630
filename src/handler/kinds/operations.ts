import { GetOperationsForResourceCommand, Operation } from '@aws-sdk/client-lightsail';
import { orNothing } from '../errors';
import { Job } from './kind';

/** What Lightsail has done to what has a name. */
export async function operationsOf({ lightsail }: Pick<Job<unknown>, 'lightsail'>, resourceName: string): Promise<Operation[]> {
  const operations: Operation[] = [];
  let pageToken: string | undefined;
  do {
    const page = await orNothing(lightsail.send(new GetOperationsForResourceCommand({ resourceName, pageToken })));
    operations.push(...page?.operations ?? []);
    pageToken = page?.nextPageToken;
  } while (pageToken);
  return operations;
}
