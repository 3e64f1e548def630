import { CreateInstanceSnapshotCommand, DeleteInstanceSnapshotCommand, GetInstanceSnapshotCommand, LightsailClient } from '@aws-sdk/client-lightsail';

/** An event of CloudFormation's, as far as hand-written handlers care. */
export interface SnapshotEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResponseURL: string;
  readonly ResourceProperties: Readonly<Record<string, string>>;
}

/** Attempts of each call: a careful author raises the SDK's 3, since snapshots are taken many at a time. */
export const MAX_ATTEMPTS = 10;

/** Starts what an event asks for, and says under which name. What the peers' handlers have in common. */
export async function begin(lightsail: LightsailClient, event: SnapshotEvent): Promise<string> {
  if (event.RequestType === 'Delete') {
    const instanceSnapshotName = event.PhysicalResourceId!;
    try {
      await lightsail.send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName }));
    } catch (error) {
      if ((error as Error).name !== 'NotFoundException') throw error;
    }
    return instanceSnapshotName;
  }
  const { InstanceName: instanceName } = event.ResourceProperties;
  const instanceSnapshotName = `${instanceName}-${event.RequestId.slice(0, 8)}`;
  await lightsail.send(new CreateInstanceSnapshotCommand({ instanceName, instanceSnapshotName }));
  return instanceSnapshotName;
}

/** Attributes once the snapshot is available, or nothing as long as it is not. */
export async function look(lightsail: LightsailClient, instanceSnapshotName: string): Promise<Record<string, unknown> | undefined> {
  try {
    const { instanceSnapshot } = await lightsail.send(new GetInstanceSnapshotCommand({ instanceSnapshotName }));
    if (instanceSnapshot?.state === 'error') throw new Error(`snapshot ${instanceSnapshotName} failed`);
    return instanceSnapshot?.state === 'available' ? { Arn: instanceSnapshot.arn, SizeInGb: instanceSnapshot.sizeInGb } : undefined;
  } catch (error) {
    // the framework takes whatever is thrown for the end
    if ((error as Error).name === 'ThrottlingException') return undefined;
    throw error;
  }
}

/** Whether a snapshot that was deleted is gone. */
export async function isGone(lightsail: LightsailClient, instanceSnapshotName: string): Promise<boolean> {
  try {
    await lightsail.send(new GetInstanceSnapshotCommand({ instanceSnapshotName }));
    return false;
  } catch (error) {
    if ((error as Error).name === 'NotFoundException') return true;
    if ((error as Error).name === 'ThrottlingException') return false;
    throw error;
  }
}
