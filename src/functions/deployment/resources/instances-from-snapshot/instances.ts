/** The list of instances, from which everything is read. */
import { GetInstancesCommand, Instance } from '@aws-sdk/client-lightsail';
import { allPages } from '../../../aws/paging';
import { InstancesFromSnapshotProperties } from '../../contract';
import { HandlerContext } from '../resource-handler';

/** What the files of this folder work with. */
export type InstanceContext = HandlerContext<InstancesFromSnapshotProperties>;

/** Every instance in the region. */
export function allInstances({ lightsail }: Pick<HandlerContext<unknown>, 'lightsail'>): Promise<Instance[]> {
  return allPages(async pageToken => {
    const { instances, nextPageToken } = await lightsail.send(new GetInstancesCommand({ pageToken }));
    return { items: instances, next: nextPageToken };
  });
}
