/** The list of instances, from which everything is read. */
import { GetInstancesCommand, Instance } from '@aws-sdk/client-lightsail';
import { allPages } from '../../../aws/paging';
import { HandlerContext } from '../resource-handler';

/** Every instance in the region. */
export function allInstances({ lightsail }: Pick<HandlerContext<unknown>, 'lightsail'>): Promise<Instance[]> {
  return allPages(async pageToken => {
    const { instances, nextPageToken } = await lightsail.send(new GetInstancesCommand({ pageToken }));
    return { items: instances, next: nextPageToken };
  });
}
