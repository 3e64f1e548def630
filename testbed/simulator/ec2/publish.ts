import type { ExportedSnapshot } from '../lightsail/export-hook';
import type { Context } from '../model/context';
import type { ExportRecord } from '../model/records';

/** Puts a finished export into the simulator's own EC2; returns the ids of its EBS snapshots. */
export function publish(c: Pick<Context, 'model' | 'options' | 'region'>, record: ExportRecord, exported: ExportedSnapshot, at: number): string[] {
  const destination = record.destinationId!;
  const isImage = destination.startsWith('ami-');
  const ids = exported.disks.map(({ deviceName, sizeInGb }) =>
    addEbsSnapshot(c, at, sizeInGb, {
      id: isImage ? undefined : destination,
      description: isImage
        ? `Copied for DestinationAmi ${destination} from Lightsail snapshot ${exported.sourceName} (${deviceName})`
        : `Copied from Lightsail disk snapshot ${exported.sourceName}`,
    }));
  if (isImage) {
    c.region.ec2.images.set(destination, {
      imageId: destination,
      name: exported.name,
      description: `Exported from Lightsail snapshot ${exported.sourceName}`,
      state: c.options.imagePendingFor > 0 ? 'pending' : 'available',
      createdAt: at,
      seq: c.model.nextSeq(),
      visibleAt: at + c.options.ec2EventualConsistency,
      architecture: 'x86_64',
      platform: exported.platform,
      rootDeviceName: exported.rootDeviceName!,
      mappings: exported.disks.map(({ deviceName, sizeInGb }, i) => ({ deviceName, snapshotId: ids[i], volumeSize: sizeInGb })),
      deregistrationProtection: 'disabled',
      tags: [],
    });
    if (c.options.imagePendingFor > 0) {
      c.model.events.add(at + c.options.imagePendingFor, () => {
        const image = c.region.ec2.images.get(destination);
        if (image?.state === 'pending') {
          image.state = 'available';
        }
      });
    }
  }
  return ids;
}

function addEbsSnapshot(
  c: Pick<Context, 'model' | 'options' | 'region'>, at: number, volumeSize: number, { id, description }: { id?: string; description: string },
): string {
  const snapshotId = id ?? c.model.ids.ec2('snap');
  c.region.ec2.snapshots.set(snapshotId, {
    snapshotId,
    volumeId: 'vol-ffffffff',
    volumeSize,
    description,
    state: 'completed',
    createdAt: at,
    seq: c.model.nextSeq(),
    visibleAt: at + c.options.ec2EventualConsistency,
    inUseUntil: 0,
    tags: [],
  });
  return snapshotId;
}
