import {
  ExportSnapshotCommand, ExportSnapshotRecord, GetExportSnapshotRecordsCommand, InstanceSnapshot,
} from '@aws-sdk/client-lightsail';
import { DESTINATIONS, Exported, findExported, hasOwnershipTag, isGone, isInUse, marked, tag } from './destinations';
import { Advice, TerminalError, describe, isNotFound, toTerminalError } from '../../../aws/errors';
import { generatedName, creatorOf, ownerTags } from '../../../aws/ownership';
import { allPages } from '../../../aws/paging';
import { sentence } from '../../../aws/text';
import { FUNCTION_TIMEOUT, SnapshotExportProperties } from '../../contract';
import { States, classifyState } from '../../engine/polling';
import { Data } from '../../events/respond';
import { diskSnapshots } from '../disk-snapshot';
import { instanceSnapshots } from '../instance-snapshot';
import { operationsOf } from '../operations';
import { INTERRUPTED, HandlerContext, ResourceHandler, MadeBy, Progress } from '../resource-handler';
import { SnapshotRecord, SnapshotType } from '../snapshot';
import { pendingReason, recent } from '../tagging';

/**
 * An export has no name, no tags and no token, and nothing stops it: a second one is made as soon as it is asked for again. So the engine
 * remembers that it is about to ask before it does, and finds its own among the records afterwards. What comes of it is marked in EC2.
 */
export const snapshotExport: ResourceHandler<SnapshotExportProperties> = {
  id: (owner, replacementKey) => generatedName(owner, replacementKey),
  make: advance,
  watch: advance,

  async remove(context, id, only) {
    const under = await claim(context, id, only);
    if (under) return { waiting: under };
    let left: string | undefined;
    for (const destination of DESTINATIONS) {
      for (const exported of await marked(context.env.ec2(), destination, context.owner)) {
        const creator = creatorOf(context.owner, exported.tags)!;
        if (generatedName(context.owner, creator.replacementKey) !== id || (only && only.requestId !== creator.requestId)) continue;
        left = await remove(context, exported);
      }
    }
    return left ? { waiting: left } : { done: {} };
  },
};

type ExportJob = HandlerContext<SnapshotExportProperties>;

/** What a request remembers of its export. */
interface Checkpoint {
  /** ARN of the snapshot. */
  source?: string;
  /** Milliseconds since 1970: records of before are older. Set before the export is asked for. */
  after?: number;
  /** When a call was made of which nobody knows whether it was carried out. */
  uncertainSince?: number;
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

async function advance(context: ExportJob): Promise<Progress> {
  const checkpoint = context.request.checkpoint as Checkpoint;
  if (checkpoint.asked === undefined) {
    const kept = await findKept(context);
    if (kept) return stabilize(context, kept, (await records(context)).find(({ destinationInfo }) => destinationInfo?.id === kept.id));
    const waiting = await begin(context, checkpoint);
    if (waiting) return { waiting };
  }
  return follow(context, checkpoint);
}

/** What these properties were exported to before. */
async function findKept(context: ExportJob): Promise<Exported | undefined> {
  const { request, owner, props } = context;
  // the mark of an image comes last; EBS snapshots that carry one already may be those of an image that does not
  const destination = DESTINATIONS[props.SnapshotType === 'instance' ? 0 : 1];
  const all = await marked(context.env.ec2(), destination, owner);
  const kept = all.find(({ tags }) => creatorOf(owner, tags)?.replacementKey === request.replacementKey);
  if (kept && request.previousId !== request.id && !request.relay) await checkSource(context, kept);
  return kept;
}

/** A kept export is of use again only while its snapshot is the same: another one may have its name by now. */
async function checkSource(context: ExportJob, { id, tags, in: { noun } }: Exported): Promise<void> {
  if (creatorOf(context.owner, tags)?.requestId === context.owner.requestId) return;
  const snapshot = await source(context).type.find(context, context.props.SnapshotName);
  const record = (await records(context)).find(({ destinationInfo }) => destinationInfo?.id === id);
  if (!snapshot || !record || record.sourceInfo?.arn === snapshot.arn) return;
  throw new TerminalError(`${source(context).text} was exported to ${noun} '${id}' when another snapshot had its name, and that export was kept. `
    + 'change `revision` to export the snapshot of now');
}

/** Nothing once an export has begun. */
async function begin(context: ExportJob, checkpoint: Checkpoint): Promise<string | undefined> {
  const { request, env } = context;
  const { text, type } = source(context);
  const now = env.clock.now();
  if (request.retries > 0 && checkpoint.after !== undefined) checkpoint.uncertainSince = now;
  if (checkpoint.uncertainSince !== undefined) {
    const found = candidates(checkpoint, await records(context), checkpoint.uncertainSince);
    if (found.length > 1) {
      throw new TerminalError(`the call that was to export ${text} was lost, and ${found.length} exports of it have begun since: `
        + `${found.map(record => record.name).join(', ')}. which one is this stack's cannot be told, so all were left alone. `
        + 'deploy again, and remove from EC2 what you do not need');
    }
    if (found.length === 1) {
      Object.assign(checkpoint, { asked: found[0].createdAt!.getTime(), record: found[0].name });
      return undefined;
    }
    if (recent(context, checkpoint.uncertainSince)) return `export of ${text} to appear (the call may have been lost)`;
  }
  if (request.relay) throw new TerminalError(`the export of ${text} could not be begun within the first hour. deploy again when that snapshot is there`);

  const snapshot = await type.find(context, context.props.SnapshotName);
  if (!snapshot) {
    checkpoint.missed ??= now;
    if (recent(context, checkpoint.missed)) return `${text} to appear`;
    throw new TerminalError(`there is no ${text} in ${env.region}: check the name, and that the stack is in the snapshot's region. `
      + 'an automatic snapshot has no name and is not exported: copy it with SnapshotCopy, and export the copy');
  }
  const waiting = await pendingReason(context, type.noun, context.props.SnapshotName, snapshot.state, type.states);
  if (waiting) return waiting;
  if (checkpoint.after === undefined) {
    const earlier = (await records(context)).filter(({ sourceInfo }) => sourceInfo?.arn === snapshot.arn).map(timeOf);
    Object.assign(checkpoint, { source: snapshot.arn, after: Math.max(now - SKEW, ...earlier) });
    // an answer that leaves now is remembered whatever becomes of the next step
    return `export of ${text} to begin`;
  }
  return ask(context, checkpoint, snapshot);
}

async function ask(context: ExportJob, checkpoint: Checkpoint, snapshot: SnapshotRecord): Promise<string> {
  const { env, props } = context;
  const { text } = source(context);
  const waiting = `export of ${text} to be ${STATES.target[0]} (last state: asked for)`;
  await env.clock.sleep(SPREAD * env.random());
  try {
    const { operations = [] } = await context.lightsail.send(new ExportSnapshotCommand({ sourceSnapshotName: props.SnapshotName }));
    checkpoint.asked = operations[0]?.createdAt?.getTime() ?? env.clock.now();
    checkpoint.operations = operations.map(({ id }) => id!);
    // it is not documented whether an operation of an export is the record's or the snapshot's
    const told = operations.map(({ resourceName, operationDetails }) => `${resourceName} ${operationDetails}`).join(' ');
    checkpoint.record = /ExportSnapshotRecord-[\w-]+/.exec(told)?.[0];
    return waiting;
  } catch (error) {
    if (!wasTurnedAway(error)) {
      checkpoint.uncertainSince = env.clock.now();
      return `${waiting} (last trouble: ${describe(error)})`;
    }
    // nothing has begun, and what others begin from now on is of before
    if (checkpoint.uncertainSince === undefined) delete checkpoint.after;
    const { fromBlueprintId = '' } = snapshot as InstanceSnapshot;
    const advice: Advice[] = [
      [isNotFound, `there is no ${text} in ${env.region} any more: take another one`],
      [() => NOT_EXPORTABLE.test(fromBlueprintId), 'lightsail may not export instances of cPanel & WHM, Django and Ghost, and this snapshot is of '
        + `blueprint '${fromBlueprintId}': see ${DOCS}`],
      [({ message }: any) => QUOTA.test(message), 'wait until other exports and copies of EBS snapshots have ended, or ask for a higher quota of '
        + 'Amazon EBS in Service Quotas, and deploy again'],
      [() => true, `what can be exported is told in ${DOCS}`],
    ];
    return toTerminalError(`export ${text}`, error, advice);
  }
}

/** An error that the service answered with. Without an answer, nobody knows. */
function wasTurnedAway(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}

async function follow(context: ExportJob, checkpoint: Checkpoint): Promise<Progress> {
  const { text } = source(context);
  const record = ours(checkpoint, await records(context));
  if (!record) {
    const failed = await failureOf(context, checkpoint, context.props.SnapshotName);
    if (failed) throw new TerminalError(`the export of ${text} failed: ${failed}`);
    return { waiting: `record ${checkpoint.record ?? ''} of the export of ${text} to appear` };
  }
  const what = `export '${record.name}' of ${text}`;
  switch (classifyState(record.state, STATES)) {
    case 'pending': return { waiting: `${what} to be ${STATES.target[0]} (last state: ${record.state})` };
    case 'failed': {
      const told = await failureOf(context, checkpoint, context.props.SnapshotName, record.name);
      throw new TerminalError(`${what} ended in state '${record.state}' instead of '${STATES.target[0]}': `
        + `${told ?? 'lightsail gives no details; deploy again, and ask AWS support if it stays so'}`);
    }
    case 'unknown': throw new TerminalError(`${what} is in the unknown state '${record.state}' instead of '${STATES.target[0]}': `
      + 'look at it in the Lightsail console, and report it if it is well');
    default:
  }
  const id = record.destinationInfo?.id ?? '';
  const destination = DESTINATIONS.find(({ prefix }) => id.startsWith(prefix));
  if (!destination) {
    throw new TerminalError(`${what} succeeded and made '${id}' (${record.destinationInfo?.service}), which is neither an image nor an EBS snapshot. `
      + 'it was left alone: remove it in EC2 if you do not need it, and report this');
  }
  const exported = await findExported(context.env.ec2(), destination, id);
  if (!exported) {
    checkpoint.unseen ??= context.env.clock.now();
    if (recent(context, checkpoint.unseen)) return { waiting: `${destination.noun} '${id}' to appear` };
    throw new TerminalError(`${what} succeeded, but its ${destination.noun} '${id}' is not in EC2: it was removed meanwhile. deploy again to export anew`);
  }
  if (hasOwnershipTag(exported) && !creatorOf(context.owner, exported.tags)) {
    // an export of the same snapshot that another resource of this library has begun at the same time
    checkpoint.foreign = [...checkpoint.foreign ?? [], record.name!];
    return { waiting: `record of the export of ${text} to appear` };
  }
  return stabilize(context, exported, record);
}

async function stabilize(context: ExportJob, exported: Exported, record: ExportSnapshotRecord | undefined): Promise<Progress> {
  const { request, props, owner } = context;
  const { id, state, reason, in: { noun, states } } = exported;
  const target = states.target[0];
  const stateClass = classifyState(state, states);
  if (stateClass === 'pending') return { waiting: `${noun} '${id}' to be ${target} (last state: ${state})` };
  if (stateClass !== 'target') {
    throw new TerminalError(`${noun} '${id}', the export of ${source(context).text}, is in ${stateClass === 'unknown' ? 'the unknown ' : ''}state '${state}' `
      + `instead of '${target}'${reason ? `: ${sentence(reason)}` : ''}. look at it in EC2, and change \`revision\` to export anew`);
  }
  const there = new Map(exported.tags.map(({ key, value }) => [key, value]));
  const given = props.Tags ?? {};
  const wanted = { ...given, ...(!creatorOf(owner, exported.tags) && ownerTags(owner, request.replacementKey)) };
  const inStep = Object.entries(wanted).every(([key, value]) => there.get(key) === value);
  // a tag that was put there by hand is not in the old properties and stays
  const before = (request.oldProps as Partial<SnapshotExportProperties>).Tags ?? {};
  const dropped = Object.keys(before).filter(key => !Object.hasOwn(given, key) && there.has(key));
  await tag(context.env.ec2(), exported, dropped, inStep ? {} : wanted);
  (request.checkpoint as Checkpoint).settled = true;
  return { done: attributes(exported, record) };
}

/** What an export that nobody has marked yet is waited for, when it may still bring about what is to be removed: it cannot be cancelled. */
async function claim(context: ExportJob, id: string, only: MadeBy | undefined): Promise<string | undefined> {
  const { request, env } = context;
  const own = request.relay || only?.requestId === request.requestId;
  const begun = own
    ? { ...context.owner, replacementKey: request.replacementKey, checkpoint: request.checkpoint }
    : only?.checkpoint ? only : await context.recall(id, only?.requestId);
  const checkpoint: Checkpoint = { ...begun?.checkpoint };
  if (!begun || checkpoint.after === undefined || checkpoint.settled || request.checkpoint.claimed === begun.requestId) return undefined;
  const all = await records(context);
  const uncertain = Math.max(
    checkpoint.uncertainSince ?? 0,
    checkpoint[INTERRUPTED] === undefined ? 0 : checkpoint[INTERRUPTED] + FUNCTION_TIMEOUT * 1000,
  );
  const found = checkpoint.asked !== undefined
    ? [ours(checkpoint, all)].filter(record => record !== undefined)
    : candidates(checkpoint, all, uncertain);
  // nothing was asked for, or it is not known which of several it is: what may be of others is left alone
  if (found.length !== 1) return found.length === 0 && recent(context, checkpoint.asked ?? uncertain) ? 'an export that may have begun to appear' : undefined;
  const [record] = found;
  const stateClass = classifyState(record.state, STATES);
  if (stateClass === 'pending') return `export '${record.name}' of '${record.sourceInfo?.name}' to end, which cannot be cancelled`;
  const made = record.destinationInfo?.id ?? '';
  const destination = DESTINATIONS.find(({ prefix }) => made.startsWith(prefix));
  if (stateClass !== 'target' || !destination) return undefined;
  const exported = await findExported(env.ec2(), destination, made);
  if (!exported) {
    request.checkpoint.unseen ??= env.clock.now();
    return recent(context, request.checkpoint.unseen) ? `${destination.noun} '${made}' to appear` : undefined;
  }
  if (classifyState(exported.state, destination.states) === 'pending') return `${destination.noun} '${made}' to be ${destination.states.target[0]}`;
  request.checkpoint.claimed = begun.requestId;
  if (hasOwnershipTag(exported)) return undefined;
  // only what carries the mark may be removed, and a crash between an image and its EBS snapshots then loses none
  await tag(env.ec2(), exported, [], ownerTags({ ...context.owner, requestId: begun.requestId }, begun.replacementKey ?? request.replacementKey));
  return `${destination.noun} '${made}' to be gone`;
}

async function remove(context: ExportJob, { id, protected: isProtected, in: { noun, remove: removeExported } }: Exported): Promise<string> {
  const { checkpoint } = context.request;
  const now = context.env.clock.now();
  try {
    await removeExported(context.env.ec2(), id);
  } catch (error) {
    if (isInUse(error) && now < ((checkpoint.heldSince ??= now) as number) + RELEASES) return `${noun} '${id}' to be free (${describe(error)})`;
    const advice: Advice[] = [
      [() => isProtected, `image '${id}' has deregistration protection. switch it off with `
        + `"aws ec2 disable-image-deregistration-protection --image-id ${id}" (with a cooldown, it ends a day later) and try again, or keep the image `
        + 'with removalPolicy RETAIN'],
      [isInUse, 'deregister the image that was made from it and try again, or keep both with removalPolicy RETAIN'],
    ];
    if (!isGone(error)) toTerminalError(`remove ${noun} '${id}'`, error, advice, { service: 'ec2' });
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
function ours(checkpoint: Checkpoint, all: readonly ExportSnapshotRecord[]): ExportSnapshotRecord | undefined {
  if (checkpoint.record && !checkpoint.foreign) return all.find(({ name }) => name === checkpoint.record);
  const distance = (record: ExportSnapshotRecord) => Math.abs(timeOf(record) - checkpoint.asked!);
  return candidates(checkpoint, all, Infinity).sort((a, b) => distance(a) - distance(b))[0];
}

/** Records of the snapshot that a call may have made, until then at the latest. */
function candidates(checkpoint: Checkpoint, all: readonly ExportSnapshotRecord[], until: number): ExportSnapshotRecord[] {
  const since = checkpoint.asked === undefined && checkpoint.uncertainSince === undefined ? checkpoint[INTERRUPTED] ?? 0 : 0;
  return all.filter(record => record.sourceInfo?.arn === checkpoint.source && !checkpoint.foreign?.includes(record.name!)
    && timeOf(record) > Math.max(checkpoint.after!, since - SKEW) && timeOf(record) <= until + SKEW);
}

function timeOf({ createdAt }: ExportSnapshotRecord): number {
  return createdAt?.getTime() ?? 0;
}

/** Lightsail's own words. */
async function failureOf(context: ExportJob, checkpoint: Checkpoint, ...names: (string | undefined)[]): Promise<string | undefined> {
  const operations = (await Promise.all(names.filter(name => name !== undefined).map(name => operationsOf(context, name)))).flat();
  const failed = operations.find(({ id, status, createdAt }) => status === 'Failed'
    && (checkpoint.operations?.length ? checkpoint.operations.includes(id!) : createdAt!.getTime() > checkpoint.after!));
  return failed && ([failed.errorCode, sentence(failed.errorDetails)].filter(Boolean).join(': ') || undefined);
}

function source({ props }: ExportJob) {
  const type = SNAPSHOTS[props.SnapshotType];
  if (!Object.hasOwn(SNAPSHOTS, props.SnapshotType)) throw new TerminalError(`SnapshotType must be one of ${Object.keys(SNAPSHOTS).join(', ')}, got ${JSON.stringify(props.SnapshotType)}`);
  return { type, text: `${type.noun} '${props.SnapshotName}'` };
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
