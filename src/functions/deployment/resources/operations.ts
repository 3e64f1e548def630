/** What Lightsail has done to what has a name. */
import { GetOperationsForResourceCommand, Operation } from '@aws-sdk/client-lightsail';
import { HandlerContext } from './resource-handler';
import { orNothing } from '../../aws/errors';
import { allPages } from '../../aws/paging';

export function operationsOf({ lightsail }: Pick<HandlerContext<unknown>, 'lightsail'>, resourceName: string): Promise<Operation[]> {
  return allPages(async pageToken => {
    const page = await orNothing(lightsail.send(new GetOperationsForResourceCommand({ resourceName, pageToken })));
    return { items: page?.operations, next: page?.nextPageToken };
  });
}

/**
 * Seconds that the latest operation of the same type took, as far as Lightsail knows one: so that the first wait of a stack looks as
 * seldom as a later one. One call, for one page, and never a failure.
 */
export async function earlierDuration(
  { lightsail }: HandlerContext<unknown>, { resourceName, operationType: type }: { readonly resourceName?: string; readonly operationType: string },
): Promise<number | undefined> {
  if (resourceName === undefined) return undefined;
  try {
    const { operations = [] } = await lightsail.send(new GetOperationsForResourceCommand({ resourceName }));
    const done = operations.filter(({ operationType, status, isTerminal }) => operationType === type && isTerminal && status !== 'Failed');
    const times = done.map(({ createdAt, statusChangedAt }) => ({ from: createdAt?.getTime() ?? 0, to: statusChangedAt?.getTime() ?? 0 }));
    const latest = times.filter(({ from, to }) => from > 0 && to > from).sort((a, b) => b.to - a.to)[0];
    return latest && (latest.to - latest.from) / 1000;
  } catch {
    // what is not known costs a few more looks
    return undefined;
  }
}
