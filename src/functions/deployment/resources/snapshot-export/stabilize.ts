/** What is in EC2 brought in step: its state, its tags, and what is told of it. */
import { ExportSnapshotRecord } from '@aws-sdk/client-lightsail';
import { ExportContext, checkpointOf } from './checkpoint';
import { Exported, tag } from './destinations';
import { sourceOf } from './source';
import { TerminalError } from '../../../aws/errors';
import { creatorOf, ownerTags } from '../../../aws/ownership';
import { sentence } from '../../../aws/text';
import { classifyState } from '../../engine/polling';
import { Progress, pending } from '../../engine/progress';
import { Data } from '../../events/respond';

export async function stabilize(context: ExportContext, exported: Exported, record: ExportSnapshotRecord | undefined): Promise<Progress> {
  const { request, props, owner, oldProps } = context;
  const { id, state, reason, in: { noun, states } } = exported;
  const target = states.target[0];
  const stateClass = classifyState(state, states);
  if (stateClass === 'pending') return pending(`${noun} '${id}' to be ${target} (last state: ${state})`);
  if (stateClass !== 'target') {
    throw new TerminalError(`${noun} '${id}', the export of ${sourceOf(context).text}, is in ${stateClass === 'unknown' ? 'the unknown ' : ''}state '${state}' `
      + `instead of '${target}'${reason ? `: ${sentence(reason)}` : ''}. look at it in EC2, and change \`revision\` to export anew`);
  }
  const there = new Map(exported.tags.map(({ key, value }) => [key, value]));
  const given = props.Tags ?? {};
  const wanted = { ...given, ...(!creatorOf(owner, exported.tags) && ownerTags(owner, request.replacementKey)) };
  const inStep = Object.entries(wanted).every(([key, value]) => there.get(key) === value);
  // a tag that was put there by hand is not in the old properties and stays
  const dropped = Object.keys(oldProps.Tags ?? {}).filter(key => !Object.hasOwn(given, key) && there.has(key));
  await tag(context.env.ec2(), exported, dropped, inStep ? {} : wanted);
  checkpointOf(context).complete = true;
  return { done: attributes(exported, record) };
}

function attributes({ id, ebsSnapshotIds, in: { prefix } }: Exported, record: ExportSnapshotRecord = {}): Data {
  const { sourceInfo: from, destinationInfo: to } = record;
  const disks = from?.instanceSnapshotInfo?.fromDiskInfo ?? [];
  return {
    ImageId: prefix === 'ami-' ? id : '',
    EbsSnapshotIds: ebsSnapshotIds,
    RecordName: record.name ?? '',
    RecordArn: record.arn ?? '',
    State: record.state ?? '',
    CreatedAt: record.createdAt?.toISOString() ?? '',
    Region: record.location?.regionName ?? '',
    DestinationId: id,
    DestinationService: to?.service ?? '',
    SourceType: from?.resourceType ?? '',
    SourceName: from?.name ?? '',
    SourceArn: from?.arn ?? '',
    SourceCreatedAt: from?.createdAt?.toISOString() ?? '',
    FromResourceName: from?.fromResourceName ?? '',
    FromResourceArn: from?.fromResourceArn ?? '',
    FromBlueprintId: from?.instanceSnapshotInfo?.fromBlueprintId ?? '',
    FromBundleId: from?.instanceSnapshotInfo?.fromBundleId ?? '',
    DiskNames: disks.map(disk => disk.name ?? ''),
    DiskPaths: disks.map(disk => disk.path ?? ''),
    DiskSizesInGb: disks.map(disk => String(disk.sizeInGb ?? '')),
    DisksAreSystemDisks: disks.map(disk => String(disk.isSystemDisk ?? false)),
    DiskSizeInGb: from?.diskSnapshotInfo?.sizeInGb ?? '',
  };
}
