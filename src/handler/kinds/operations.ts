import { GetOperationsForResourceCommand, Operation } from '@aws-sdk/client-lightsail';
import { orNothing } from '../errors';
import { allPages } from '../pages';
import { Job } from './kind';

/** What Lightsail has done to what has a name. */
export function operationsOf({ lightsail }: Pick<Job<unknown>, 'lightsail'>, resourceName: string): Promise<Operation[]> {
  return allPages(async pageToken => {
    const page = await orNothing(lightsail.send(new GetOperationsForResourceCommand({ resourceName, pageToken })));
    return { items: page?.operations, next: page?.nextPageToken };
  });
}
