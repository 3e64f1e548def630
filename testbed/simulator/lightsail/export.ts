import { BLUEPRINTS } from '../catalogue';
import { publish } from '../ec2/publish';
import { invalidInput } from '../errors';
import type { ExportedSnapshot } from './export-hook';
import { shownState } from './shown';
import { assertReady } from './sources';
import type { Context, Handler } from '../model/context';
import { grow, use } from '../model/lifecycle';
import { getAny } from '../model/lookup';
import { startOperation, viewOperations } from '../model/operations';
import { pageOf } from '../model/paging';
import type { AttachedDisk, DiskSnapshotRecord, ExportRecord, InstanceSnapshotRecord } from '../model/records';

export const ExportSnapshot: Handler = c => {
  const snapshot = getAny(c, ['InstanceSnapshot', 'DiskSnapshot'], c.input.sourceSnapshotName);
  assertReady(c, snapshot);
  if (snapshot.resourceType === 'InstanceSnapshot' && !BLUEPRINTS.get(snapshot.fromBlueprintId)?.exportable) {
    throw invalidInput(`Snapshots of instances with the blueprint ${snapshot.fromBlueprintId} can't be exported to Amazon EC2`);
  }
  const record: ExportRecord = {
    ...c.model.base('ExportSnapshotRecord', c.region, `ExportSnapshotRecord-${c.model.ids.uuid()}`, 'all', [], c.now),
    state: 'Started',
    ...sourceOf(snapshot),
    snapshotIds: [],
  };
  record.visibleAt = Math.max(record.visibleAt, c.now + c.options.exportRecordDelay);
  c.region.add(record);
  if (c.options.exportDestinationEarly) {
    setDestination(c, record);
  }
  const release = use(snapshot);
  const ending = grow(c, record, {
    duration: c.model.durations.export,
    outcomeName: snapshot.name,
    onReady: at => finish(c, record, at),
    onEnd: release,
  });
  const named = c.options.exportOperationNames === 'record' ? record : snapshot;
  return viewOperations(c, startOperation(c, {
    resourceName: named.name,
    resourceType: named.resourceType,
    operationType: c.operation,
    operationDetails: named === record ? snapshot.name : undefined,
    zone: 'all',
    ...ending,
  }));
};

function sourceOf(snapshot: InstanceSnapshotRecord | DiskSnapshotRecord) {
  const common = {
    sourceType: snapshot.resourceType,
    sourceName: snapshot.name,
    sourceArn: snapshot.arn,
    sourceCreatedAt: snapshot.createdAt,
    sizeInGb: snapshot.sizeInGb,
  };
  return snapshot.resourceType === 'InstanceSnapshot'
    ? {
      ...common,
      fromResourceName: snapshot.fromInstanceName,
      fromResourceArn: snapshot.fromInstanceArn,
      fromBlueprintId: snapshot.fromBlueprintId,
      fromBundleId: snapshot.fromBundleId,
      disks: snapshot.fromAttachedDisks,
    }
    : {
      ...common,
      fromResourceName: (snapshot.fromDiskName ?? snapshot.fromInstanceName)!,
      fromResourceArn: (snapshot.fromDiskArn ?? snapshot.fromInstanceArn)!,
      disks: [],
    };
}

function setDestination(c: Context, record: ExportRecord): void {
  const { ids } = c.model;
  if (record.sourceType === 'InstanceSnapshot') {
    record.destinationId = ids.ec2('ami');
    record.destinationService = 'Aws::EC2::Image';
  } else {
    record.destinationId = ids.ec2('snap');
    record.destinationService = 'Aws::EC2::Snapshot';
  }
}

/** The export is through: EC2 has an image, or a snapshot, from now on. */
function finish(c: Context, record: ExportRecord, at: number): void {
  if (!record.destinationId) {
    setDestination(c, record);
  }
  const exported = describe(c, record);
  const { model } = c;
  if (!model.onExport) {
    record.snapshotIds = publish(c, record, exported, at);
    return;
  }
  record.state = 'Started';
  const hook = model.onExport(exported).then(
    ({ imageId, snapshotIds }) => {
      record.state = 'Succeeded';
      record.destinationId = imageId ?? snapshotIds[0];
      record.snapshotIds = snapshotIds;
    },
    () => {
      record.state = 'Failed';
      record.destinationId = undefined;
    },
  ).finally(() => {
    model.hooks.delete(hook);
  });
  model.hooks.add(hook);
}

function describe(c: Context, record: ExportRecord): ExportedSnapshot {
  const blueprint = record.fromBlueprintId ? BLUEPRINTS.get(record.fromBlueprintId) : undefined;
  const rootDeviceName = blueprint?.rootDevice;
  return {
    region: c.region.name,
    sourceType: record.sourceType,
    sourceName: record.sourceName,
    sourceArn: record.sourceArn,
    name: `${record.sourceName}-${record.name.slice(-12)}`,
    rootDeviceName,
    ...blueprint?.platform === 'WINDOWS' ? { platform: 'windows' as const } : {},
    disks: [
      { deviceName: rootDeviceName ?? '', sizeInGb: record.sizeInGb },
      ...record.disks.map(({ path, sizeInGb }) => ({ deviceName: path, sizeInGb })),
    ],
  };
}

export const GetExportSnapshotRecords: Handler = c => {
  const { items, nextPageToken } = pageOf(c, 'ExportSnapshotRecord');
  return { exportSnapshotRecords: items.map(record => viewRecord(c, record)), nextPageToken };
};

function viewRecord(c: Context, record: ExportRecord): object {
  const showDestination = record.destinationId && (record.state === 'Succeeded' || c.options.exportDestinationEarly);
  return {
    name: record.name,
    arn: record.arn,
    createdAt: record.createdAt / 1000,
    location: { availabilityZone: record.zone, regionName: record.region },
    resourceType: record.resourceType,
    state: shownState(c, record),
    sourceInfo: {
      resourceType: record.sourceType,
      createdAt: record.sourceCreatedAt / 1000,
      name: record.sourceName,
      arn: record.sourceArn,
      fromResourceName: record.fromResourceName,
      fromResourceArn: record.fromResourceArn,
      ...record.sourceType === 'InstanceSnapshot'
        ? { instanceSnapshotInfo: viewInstanceSource(record) }
        : { diskSnapshotInfo: { sizeInGb: record.sizeInGb } },
    },
    destinationInfo: showDestination ? { id: record.destinationId, service: record.destinationService } : undefined,
  };
}

const viewInstanceSource = (record: ExportRecord): object => ({
  fromBundleId: record.fromBundleId,
  fromBlueprintId: record.fromBlueprintId,
  fromDiskInfo: [
    { path: BLUEPRINTS.get(record.fromBlueprintId!)!.rootDevice, sizeInGb: record.sizeInGb, isSystemDisk: true },
    ...record.disks.map(({ name, path, sizeInGb }: AttachedDisk) => ({ name, path, sizeInGb, isSystemDisk: false })),
  ],
});
