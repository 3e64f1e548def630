import { Emulator } from './emulator';
import type { ExportHook, ExportedSnapshot } from '../../testbed/simulator';

const EC2 = '2016-11-15';

/** Registers what the simulator exports in the emulator's EC2, so that cleaning up meets an EC2 that was written by others. */
export function exportInto(emulator: Emulator): ExportHook {
  return async ({ region, sourceType, name, rootDeviceName = '/dev/xvda', disks }: ExportedSnapshot) => {
    const snapshotIds: string[] = [];
    for (const { sizeInGb } of disks) {
      const volume = await call('CreateVolume', { AvailabilityZone: `${region}a`, Size: String(sizeInGb) }, 'volumeId');
      snapshotIds.push(await call('CreateSnapshot', { VolumeId: volume }, 'snapshotId'));
    }
    if (sourceType === 'DiskSnapshot') return { snapshotIds };
    const mappings = disks.flatMap(({ deviceName }, index) => [
      [`BlockDeviceMapping.${index + 1}.DeviceName`, deviceName], [`BlockDeviceMapping.${index + 1}.Ebs.SnapshotId`, snapshotIds[index]],
    ]);
    return { imageId: await call('RegisterImage', { Name: name, RootDeviceName: rootDeviceName, ...Object.fromEntries(mappings) }, 'imageId'), snapshotIds };

    async function call(action: string, parameters: Record<string, string>, wanted: string): Promise<string> {
      const answer = String(await emulator.query('ec2', action, EC2, parameters, region));
      const found = new RegExp(`<${wanted}>([^<]+)</${wanted}>`).exec(answer)?.[1];
      if (!found) throw new Error(`${action} of the emulator answered without ${wanted}: ${answer}`);
      return found;
    }
  };
}

/** How many images and EBS snapshots of a stack's the emulator's EC2 has. */
export async function exportsOf(emulator: Emulator, tag: string): Promise<{ images: number; snapshots: number }> {
  const filter = { 'Filter.1.Name': 'tag-key', 'Filter.1.Value.1': tag };
  const count = async (action: string, id: string) =>
    new Set(String(await emulator.query('ec2', action, EC2, { ...filter, 'Owner.1': 'self' })).match(new RegExp(`<${id}>[^<]+`, 'g')) ?? []).size;
  return { images: await count('DescribeImages', 'imageId'), snapshots: await count('DescribeSnapshots', 'snapshotId') };
}
