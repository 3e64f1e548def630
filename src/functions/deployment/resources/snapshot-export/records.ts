/** Export records: Lightsail has no call for one, nothing in them says whose they are, and they hold no error text. */
import { ExportSnapshotRecord, GetExportSnapshotRecordsCommand } from '@aws-sdk/client-lightsail';
import { Checkpoint, ExportContext } from './checkpoint';
import { allPages } from '../../../aws/paging';
import { sentence } from '../../../aws/text';
import { FUNCTION_TIMEOUT } from '../../contract';
import { operationsOf } from '../operations';

/** Milliseconds by which Lightsail's clock may differ from the function's. */
export const SKEW = 10_000;

/** All records of the region. */
export function records({ lightsail }: Pick<ExportContext, 'lightsail'>): Promise<ExportSnapshotRecord[]> {
  return allPages(async pageToken => {
    const { exportSnapshotRecords, nextPageToken } = await lightsail.send(new GetExportSnapshotRecordsCommand({ pageToken }));
    return { items: exportSnapshotRecords, next: nextPageToken };
  });
}

/** The record that an answered call has made: by name, else the one that began closest to what the answer says. */
export function ownRecord(checkpoint: Checkpoint, all: readonly ExportSnapshotRecord[]): ExportSnapshotRecord | undefined {
  if (checkpoint.record && !checkpoint.othersRecords) return all.find(({ name }) => name === checkpoint.record);
  const distance = (record: ExportSnapshotRecord) => Math.abs(startedAt(record) - checkpoint.requestedAt!);
  return since(checkpoint, all, checkpoint.after!).sort((a, b) => distance(a) - distance(b))[0];
}

/** Records that a call without an answer may have made: it left when it was written down, and its function lived no longer than a minute. */
export function candidates(checkpoint: Checkpoint, all: readonly ExportSnapshotRecord[]): ExportSnapshotRecord[] {
  const { after, callingAt } = checkpoint;
  if (callingAt === undefined) return [];
  return since(checkpoint, all, Math.max(after!, callingAt - SKEW)).filter(record => startedAt(record) <= callingAt + FUNCTION_TIMEOUT * 1000 + SKEW);
}

function since({ source, othersRecords }: Checkpoint, all: readonly ExportSnapshotRecord[], from: number): ExportSnapshotRecord[] {
  return all.filter(record => record.sourceInfo?.arn === source && !othersRecords?.includes(record.name!) && startedAt(record) > from);
}

export function startedAt({ createdAt }: ExportSnapshotRecord): number {
  return createdAt?.getTime() ?? 0;
}

/** Lightsail's own words: the operation has them. */
export async function failureOf(context: ExportContext, checkpoint: Checkpoint, ...names: (string | undefined)[]): Promise<string | undefined> {
  const operations = (await Promise.all(names.filter(name => name !== undefined).map(name => operationsOf(context, name)))).flat();
  const failed = operations.find(({ id, status, createdAt }) => status === 'Failed'
    && (checkpoint.operations?.length ? checkpoint.operations.includes(id!) : createdAt!.getTime() > checkpoint.after!));
  return failed && ([failed.errorCode, sentence(failed.errorDetails)].filter(Boolean).join(': ') || undefined);
}
