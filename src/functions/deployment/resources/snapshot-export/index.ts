import {
  ExportSnapshotCommand, ExportSnapshotRecord, GetExportSnapshotRecordsCommand, InstanceSnapshot,
} from '@aws-sdk/client-lightsail';
import { DESTINATIONS, Exported, findExported, hasMark, isGone, isInUse, marked, tag } from './destinations';
import { Advice, Refusal, describe, isNotFound, refuse } from '../../../aws/errors';
import { generatedName, originOf, ownerTags } from '../../../aws/ownership';
import { allPages } from '../../../aws/paging';
import { FUNCTION_TIMEOUT, SnapshotExportProperties } from '../../contract';
import { States, judge } from '../../engine/polling';
import { Data } from '../../events/respond';
import { diskSnapshots } from '../disk-snapshot';
import { instanceSnapshots } from '../instance-snapshot';
import { operationsOf } from '../operations';
import { INTERRUPTED, Job, Kind, MadeBy, Progress } from '../resource-handler';
import { SnapshotRecord, SnapshotType } from '../snapshot';
import { awaited, recent } from '../tagging';

/**
 * An export has no name, no tags and no token, and nothing stops it: a second one is made as soon as it is asked for again. So the engine
 * remembers that it is about to ask before it does, and finds its own among the records afterwards. What comes of it is marked in EC2.
 */
export const snapshotExport: Kind<SnapshotExportProperties> = {
  id: (owner, identity) => generatedName(owner, identity),
  make: advance,
  watch: advance,

  async remove(job, id, only) {
    const under = await claim(job, id, only);
    if (under) return { waiting: under };
    let left: string | undefined;
    for (const destination of DESTINATIONS) {
      for (const exported of await marked(job.env.ec2(), destination, job.owner)) {
        const origin = originOf(job.owner, exported.tags)!;
        if (generatedName(job.owner, origin.identity) !== id || (only && only.requestId !== origin.requestId)) continue;
        left = await remove(job, exported);
      }
    }
    return left ? { waiting: left } : { done: {} };
  },
};

type ExportJob = Job<SnapshotExportProperties>;

/** What a request remembers of its export. */
interface Memo {
  /** ARN of the snapshot. */
  source?: string;
  /** Milliseconds since 1970: records of before are older. Set before the export is asked for. */
  after?: number;
  /** When a call was made of which nobody knows whether it was carried out. */
  doubt?: number;
  /** When Lightsail says that it began, under which operations, and the record's name where that is known. */
  asked?: number;
  operations?: string[];
  record?: string;
  /** Records that turned out to be of others. */
  foreign?: string[];
  /** When the snapshot, and what came of it in EC2, was missed for the first time. */
  missed?: number;
  unseen?: number;
  /** All is done, and marked. */
  settled?: true;
  /** When the step began that the request did not end. */
  [INTERRUPTED]?: number;
}

/** Milliseconds by which Lightsail's clock may differ from the function's. */
const SKEW = 10_000;

/** Milliseconds over which exports that begin together are spread: of one snapshot, only the time of the call tells them apart. */
const SPREAD = 3_000;

/** Milliseconds for which an EBS snapshot may still be held by an image that is gone. */
const RELEASES = 300_000;

const STATES: States = { pending: ['Started'], target: ['Succeeded'], failed: ['Failed'] };

const SNAPSHOTS: Readonly<Record<SnapshotExportProperties['SnapshotType'], SnapshotType<SnapshotRecord>>> = {
  instance: instanceSnapshots as SnapshotType<SnapshotRecord>,
  disk: diskSnapshots as SnapshotType<SnapshotRecord>,
};

const DOCS = 'https://docs.aws.amazon.com/lightsail/latest/userguide/amazon-lightsail-exporting-snapshots-to-amazon-ec2.html';
const NOT_EXPORTABLE = /cpanel|django|ghost/i;
const QUOTA = /quota|limit|maximum|too many/i;

async function advance(job: ExportJob): Promise<Progress> {
  const memo = job.request.memo as Memo;
  if (memo.asked === undefined) {
    const kept = await findKept(job);
    if (kept) return settle(job, kept, (await records(job)).find(({ destinationInfo }) => destinationInfo?.id === kept.id));
    const waiting = await begin(job, memo);
    if (waiting) return { waiting };
  }
  return follow(job, memo);
}

/** What these properties were exported to before. */
async function findKept(job: ExportJob): Promise<Exported | undefined> {
  const { request, owner, props } = job;
  // the mark of an image comes last; EBS snapshots that carry one already may be those of an image that does not
  const destination = DESTINATIONS[props.SnapshotType === 'instance' ? 0 : 1];
  const all = await marked(job.env.ec2(), destination, owner);
  const kept = all.find(({ tags }) => originOf(owner, tags)?.identity === request.identity);
  if (kept && request.previousId !== request.id && !request.relay) await checkSource(job, kept);
  return kept;
}

/** A kept export is of use again only while its snapshot is the same: another one may have its name by now. */
async function checkSource(job: ExportJob, { id, tags, in: { noun } }: Exported): Promise<void> {
  if (originOf(job.owner, tags)?.requestId === job.owner.requestId) return;
  const snapshot = await source(job).type.find(job, job.props.SnapshotName);
  const record = (await records(job)).find(({ destinationInfo }) => destinationInfo?.id === id);
  if (!snapshot || !record || record.sourceInfo?.arn === snapshot.arn) return;
  throw new Refusal(`${source(job).text} was exported to ${noun} '${id}' when another snapshot had its name, and that export was kept. `
    + 'change `revision` to export the snapshot of now');
}

/** Nothing once an export has begun. */
async function begin(job: ExportJob, memo: Memo): Promise<string | undefined> {
  const { request, env } = job;
  const { text, type } = source(job);
  const now = env.clock.now();
  if (request.retries > 0 && memo.after !== undefined) memo.doubt = now;
  if (memo.doubt !== undefined) {
    const found = suspects(memo, await records(job), memo.doubt);
    if (found.length > 1) {
      throw new Refusal(`the call that was to export ${text} was lost, and ${found.length} exports of it have begun since: `
        + `${found.map(record => record.name).join(', ')}. which one is this stack's cannot be told, so all were left alone. `
        + 'deploy again, and remove from EC2 what you do not need');
    }
    if (found.length === 1) {
      Object.assign(memo, { asked: found[0].createdAt!.getTime(), record: found[0].name });
      return undefined;
    }
    if (recent(job, memo.doubt)) return `export of ${text} to appear (the call may have been lost)`;
  }
  if (request.relay) throw new Refusal(`the export of ${text} could not be begun within the first hour. deploy again when that snapshot is there`);

  const snapshot = await type.find(job, job.props.SnapshotName);
  if (!snapshot) {
    memo.missed ??= now;
    if (recent(job, memo.missed)) return `${text} to appear`;
    throw new Refusal(`there is no ${text} in ${env.region}: check the name, and that the stack is in the snapshot's region. `
      + 'an automatic snapshot has no name and is not exported: copy it with SnapshotCopy, and export the copy');
  }
  const waiting = await awaited(job, type.noun, job.props.SnapshotName, snapshot.state, type.states);
  if (waiting) return waiting;
  if (memo.after === undefined) {
    const earlier = (await records(job)).filter(({ sourceInfo }) => sourceInfo?.arn === snapshot.arn).map(timeOf);
    Object.assign(memo, { source: snapshot.arn, after: Math.max(now - SKEW, ...earlier) });
    // an answer that leaves now is remembered whatever becomes of the next step
    return `export of ${text} to begin`;
  }
  return ask(job, memo, snapshot);
}

async function ask(job: ExportJob, memo: Memo, snapshot: SnapshotRecord): Promise<string> {
  const { env, props } = job;
  const { text } = source(job);
  const waiting = `export of ${text} to be ${STATES.target[0]} (last state: asked for)`;
  await env.clock.sleep(SPREAD * env.random());
  try {
    const { operations = [] } = await job.lightsail.send(new ExportSnapshotCommand({ sourceSnapshotName: props.SnapshotName }));
    memo.asked = operations[0]?.createdAt?.getTime() ?? env.clock.now();
    memo.operations = operations.map(({ id }) => id!);
    // it is not documented whether an operation of an export is the record's or the snapshot's
    const told = operations.map(({ resourceName, operationDetails }) => `${resourceName} ${operationDetails}`).join(' ');
    memo.record = /ExportSnapshotRecord-[\w-]+/.exec(told)?.[0];
    return waiting;
  } catch (error) {
    if (!wasTurnedAway(error)) {
      memo.doubt = env.clock.now();
      return `${waiting} (last trouble: ${describe(error)})`;
    }
    // nothing has begun, and what others begin from now on is of before
    if (memo.doubt === undefined) delete memo.after;
    const { fromBlueprintId = '' } = snapshot as InstanceSnapshot;
    const advice: Advice[] = [
      [isNotFound, `there is no ${text} in ${env.region} any more: take another one`],
      [() => NOT_EXPORTABLE.test(fromBlueprintId), 'lightsail does not export instances of cPanel & WHM, Django and Ghost, and this snapshot is of '
        + `blueprint '${fromBlueprintId}': see ${DOCS}`],
      [({ message }: any) => QUOTA.test(message), 'wait until other exports and copies of EBS snapshots have ended, or ask for a higher quota of '
        + 'Amazon EBS in Service Quotas, and deploy again'],
      [() => true, `what can be exported is told in ${DOCS}`],
    ];
    return refuse(`export ${text}`, error, advice);
  }
}

/** An error that the service answered with. Without an answer, nobody knows. */
function wasTurnedAway(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}

async function follow(job: ExportJob, memo: Memo): Promise<Progress> {
  const { text } = source(job);
  const record = ours(memo, await records(job));
  if (!record) {
    const failed = await failureOf(job, memo, job.props.SnapshotName);
    if (failed) throw new Refusal(`the export of ${text} failed: ${failed}`);
    return { waiting: `record ${memo.record ?? ''} of the export of ${text} to appear` };
  }
  const what = `export '${record.name}' of ${text}`;
  switch (judge(record.state, STATES)) {
    case 'pending': return { waiting: `${what} to be ${STATES.target[0]} (last state: ${record.state})` };
    case 'failed': {
      const told = await failureOf(job, memo, job.props.SnapshotName, record.name);
      throw new Refusal(`${what} ended in state '${record.state}' instead of '${STATES.target[0]}': `
        + `${told ?? 'lightsail gives no details; deploy again, and ask AWS support if it stays so'}`);
    }
    case 'unknown': throw new Refusal(`${what} is in the unknown state '${record.state}' instead of '${STATES.target[0]}': `
      + 'look at it in the Lightsail console, and report it if it is well');
    default:
  }
  const id = record.destinationInfo?.id ?? '';
  const destination = DESTINATIONS.find(({ prefix }) => id.startsWith(prefix));
  if (!destination) {
    throw new Refusal(`${what} succeeded and made '${id}' (${record.destinationInfo?.service}), which is neither an image nor an EBS snapshot. `
      + 'it was left alone: remove it in EC2 if you do not need it, and report this');
  }
  const exported = await findExported(job.env.ec2(), destination, id);
  if (!exported) {
    memo.unseen ??= job.env.clock.now();
    if (recent(job, memo.unseen)) return { waiting: `${destination.noun} '${id}' to appear` };
    throw new Refusal(`${what} succeeded, but its ${destination.noun} '${id}' is not in EC2: it was removed meanwhile. deploy again to export anew`);
  }
  if (hasMark(exported) && !originOf(job.owner, exported.tags)) {
    // an export of the same snapshot that another resource of this library has begun at the same time
    memo.foreign = [...memo.foreign ?? [], record.name!];
    return { waiting: `record of the export of ${text} to appear` };
  }
  return settle(job, exported, record);
}

async function settle(job: ExportJob, exported: Exported, record: ExportSnapshotRecord | undefined): Promise<Progress> {
  const { request, props, owner } = job;
  const { id, state, reason, in: { noun, states } } = exported;
  const target = states.target[0];
  const verdict = judge(state, states);
  if (verdict === 'pending') return { waiting: `${noun} '${id}' to be ${target} (last state: ${state})` };
  if (verdict !== 'target') {
    throw new Refusal(`${noun} '${id}', the export of ${source(job).text}, is in ${verdict === 'unknown' ? 'the unknown ' : ''}state '${state}' `
      + `instead of '${target}'${reason ? `: ${reason}` : ''}. look at it in EC2, and change \`revision\` to export anew`);
  }
  const there = new Map(exported.tags.map(({ key, value }) => [key, value]));
  const given = props.Tags ?? {};
  const wanted = { ...given, ...(!originOf(owner, exported.tags) && ownerTags(owner, request.identity)) };
  const inStep = Object.entries(wanted).every(([key, value]) => there.get(key) === value);
  // a tag that was put there by hand is not in the old properties and stays
  const before = (request.oldProps as Partial<SnapshotExportProperties>).Tags ?? {};
  const dropped = Object.keys(before).filter(key => !Object.hasOwn(given, key) && there.has(key));
  await tag(job.env.ec2(), exported, dropped, inStep ? {} : wanted);
  (request.memo as Memo).settled = true;
  return { done: attributes(exported, record) };
}

/** What an export that nobody has marked yet is waited for, when it may still bring about what is to be removed: it cannot be cancelled. */
async function claim(job: ExportJob, id: string, only: MadeBy | undefined): Promise<string | undefined> {
  const { request, env } = job;
  const own = request.relay || only?.requestId === request.requestId;
  const begun = own ? { ...job.owner, identity: request.identity, memo: request.memo } : only?.memo ? only : await job.recall(id, only?.requestId);
  const memo: Memo = { ...begun?.memo };
  if (!begun || memo.after === undefined || memo.settled || request.memo.claimed === begun.requestId) return undefined;
  const all = await records(job);
  const uncertain = Math.max(memo.doubt ?? 0, memo[INTERRUPTED] === undefined ? 0 : memo[INTERRUPTED] + FUNCTION_TIMEOUT * 1000);
  const found = memo.asked !== undefined ? [ours(memo, all)].filter(record => record !== undefined) : suspects(memo, all, uncertain);
  // nothing was asked for, or it is not known which of several it is: what may be of others is left alone
  if (found.length !== 1) return found.length === 0 && recent(job, memo.asked ?? uncertain) ? 'an export that may have begun to appear' : undefined;
  const [record] = found;
  const verdict = judge(record.state, STATES);
  if (verdict === 'pending') return `export '${record.name}' of '${record.sourceInfo?.name}' to end, which cannot be cancelled`;
  const made = record.destinationInfo?.id ?? '';
  const destination = DESTINATIONS.find(({ prefix }) => made.startsWith(prefix));
  if (verdict !== 'target' || !destination) return undefined;
  const exported = await findExported(env.ec2(), destination, made);
  if (!exported) {
    request.memo.unseen ??= env.clock.now();
    return recent(job, request.memo.unseen) ? `${destination.noun} '${made}' to appear` : undefined;
  }
  if (judge(exported.state, destination.states) === 'pending') return `${destination.noun} '${made}' to be ${destination.states.target[0]}`;
  request.memo.claimed = begun.requestId;
  if (hasMark(exported)) return undefined;
  // only what carries the mark may be removed, and a crash between an image and its EBS snapshots then loses none
  await tag(env.ec2(), exported, [], ownerTags({ ...job.owner, requestId: begun.requestId }, begun.identity ?? request.identity));
  return `${destination.noun} '${made}' to be gone`;
}

async function remove(job: ExportJob, { id, protected: isProtected, in: { noun, remove: drop } }: Exported): Promise<string> {
  const { memo } = job.request;
  const now = job.env.clock.now();
  try {
    await drop(job.env.ec2(), id);
  } catch (error) {
    if (isInUse(error) && now < ((memo.heldSince ??= now) as number) + RELEASES) return `${noun} '${id}' to be free (${describe(error)})`;
    const advice: Advice[] = [
      [() => isProtected, `image '${id}' has deregistration protection. switch it off with `
        + `"aws ec2 disable-image-deregistration-protection --image-id ${id}" (with a cooldown, it ends a day later) and try again, or keep the image `
        + 'with removalPolicy RETAIN'],
      [isInUse, 'deregister the image that was made from it and try again, or keep both with removalPolicy RETAIN'],
    ];
    if (!isGone(error)) refuse(`remove ${noun} '${id}'`, error, advice, 'ec2');
  }
  return `${noun} '${id}' to be gone`;
}

/** All records of the region: there is no call for one. */
function records({ lightsail }: ExportJob): Promise<ExportSnapshotRecord[]> {
  return allPages(async pageToken => {
    const { exportSnapshotRecords, nextPageToken } = await lightsail.send(new GetExportSnapshotRecordsCommand({ pageToken }));
    return { items: exportSnapshotRecords, next: nextPageToken };
  });
}

/** The record that an answered call has made: by name, else the one that began closest to what the answer says. */
function ours(memo: Memo, all: readonly ExportSnapshotRecord[]): ExportSnapshotRecord | undefined {
  if (memo.record && !memo.foreign) return all.find(({ name }) => name === memo.record);
  const distance = (record: ExportSnapshotRecord) => Math.abs(timeOf(record) - memo.asked!);
  return suspects(memo, all, Infinity).sort((a, b) => distance(a) - distance(b))[0];
}

/** Records of the snapshot that a call may have made, until then at the latest. */
function suspects(memo: Memo, all: readonly ExportSnapshotRecord[], until: number): ExportSnapshotRecord[] {
  const since = memo.asked === undefined && memo.doubt === undefined ? memo[INTERRUPTED] ?? 0 : 0;
  return all.filter(record => record.sourceInfo?.arn === memo.source && !memo.foreign?.includes(record.name!)
    && timeOf(record) > Math.max(memo.after!, since - SKEW) && timeOf(record) <= until + SKEW);
}

function timeOf({ createdAt }: ExportSnapshotRecord): number {
  return createdAt?.getTime() ?? 0;
}

/** Lightsail's own words. */
async function failureOf(job: ExportJob, memo: Memo, ...names: (string | undefined)[]): Promise<string | undefined> {
  const operations = (await Promise.all(names.filter(name => name !== undefined).map(name => operationsOf(job, name)))).flat();
  const failed = operations.find(({ id, status, createdAt }) => status === 'Failed'
    && (memo.operations?.length ? memo.operations.includes(id!) : createdAt!.getTime() > memo.after!));
  return failed && ([failed.errorCode, failed.errorDetails].filter(Boolean).join(': ') || undefined);
}

function source({ props }: ExportJob) {
  const type = SNAPSHOTS[props.SnapshotType];
  if (!Object.hasOwn(SNAPSHOTS, props.SnapshotType)) throw new Refusal(`SnapshotType must be one of ${Object.keys(SNAPSHOTS).join(', ')}, got ${JSON.stringify(props.SnapshotType)}`);
  return { type, text: `${type.noun} '${props.SnapshotName}'` };
}

/** Lists are joined: the construct splits at the commas, which no id, name or path has. */
function attributes({ id, ebsSnapshotIds, in: { prefix } }: Exported, record: ExportSnapshotRecord = {}): Data {
  const { sourceInfo: from, destinationInfo: to } = record;
  const disks = from?.instanceSnapshotInfo?.fromDiskInfo ?? [];
  return {
    ImageId: prefix === 'ami-' ? id : '',
    EbsSnapshotIds: ebsSnapshotIds.join(','),
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
    DiskNames: disks.map(disk => disk.name).join(','),
    DiskPaths: disks.map(disk => disk.path).join(','),
    DiskSizesInGb: disks.map(disk => disk.sizeInGb).join(','),
    DisksAreSystemDisks: disks.map(disk => disk.isSystemDisk ?? false).join(','),
    DiskSizeInGb: from?.diskSnapshotInfo?.sizeInGb ?? '',
  };
}
