import { generatedName } from '../../../src/functions/aws/ownership';
import type { DiskSnapshotRecord, InstanceSnapshotRecord, Tag } from '../../../testbed/simulator';
import type { SuccessResponse } from '../scenario';

/** What a snapshot's record says: worked out from the simulator's own data, not from its answers. */
export function expectedSnapshot(
  { id, properties }: SuccessResponse, record: InstanceSnapshotRecord | DiskSnapshotRecord | undefined, target: string,
) {
  if (!record) return { wrong: [`there is no snapshot '${id}'`], attributes: {} };
  const tags = new Map(record.tags.map(({ key, value }) => [key, value]));
  const untagged = Object.entries(properties.Tags ?? {}).filter(([key, value]) => tags.get(key) !== value).map(([key]) => key);
  const wrong = [
    ...record.state === target ? [] : [`'${id}' is ${record.state}`],
    ...record.deleting ? [`'${id}' is being deleted`] : [],
    ...tags.has('cdk-lightsail-snapshots:resource') ? [] : [`'${id}' does not carry its ownership tags`],
    ...untagged.length > 0 ? [`'${id}' is without the tags ${untagged.join(', ')}`] : [],
  ];
  const disks = 'fromAttachedDisks' in record ? record.fromAttachedDisks : [];
  return {
    wrong,
    attributes: {
      Arn: record.arn,
      State: record.state,
      SizeInGb: record.sizeInGb,
      CreatedAt: new Date(record.createdAt).toISOString(),
      AttachedDiskNames: disks.map(({ name }) => name),
      FromDiskName: 'fromDiskName' in record ? record.fromDiskName ?? '' : '',
      FromInstanceName: record.fromInstanceName ?? '',
    },
  };
}

interface Tagged {
  readonly tags: readonly Tag[];
}

/** What something stands for by its ownership tags. */
export function idOf({ tags }: Tagged): string | undefined {
  const ownershipTag = (name: string) => tags.find(({ key }) => key === `cdk-lightsail-snapshots:${name}`)?.value ?? '';
  const [replacementKey] = ownershipTag('creator').split('/');
  return replacementKey === '' ? undefined : generatedName({ stackId: ownershipTag('stack'), logicalId: ownershipTag('resource') }, replacementKey);
}

/** Whether something carries the ownership tags of what an id stands for. */
export function standsFor(tagged: Tagged, id: string): boolean {
  return idOf(tagged) === id;
}
