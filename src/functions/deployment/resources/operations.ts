import { GetOperationsForResourceCommand, Operation } from '@aws-sdk/client-lightsail';
import { HandlerContext } from './resource-handler';
import { orNothing } from '../../aws/errors';
import { allPages } from '../../aws/paging';

/** What Lightsail has done to what has a name. */
export function operationsOf({ lightsail }: Pick<HandlerContext<unknown>, 'lightsail'>, resourceName: string): Promise<Operation[]> {
  return allPages(async pageToken => {
    const page = await orNothing(lightsail.send(new GetOperationsForResourceCommand({ resourceName, pageToken })));
    return { items: page?.operations, next: page?.nextPageToken };
  });
}
