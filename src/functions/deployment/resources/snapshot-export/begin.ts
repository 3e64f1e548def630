/** How an export is asked for: written down before, since a call that is lost and made again would make a second one. */
import { ExportSnapshotCommand, InstanceSnapshot } from '@aws-sdk/client-lightsail';
import { Checkpoint, ExportContext, STATES } from './checkpoint';
import { SKEW, candidates, records, startedAt } from './records';
import { sourceOf } from './source';
import { Advice, TerminalError, describe, isNotFound, toTerminalError, wasTurnedAway } from '../../../aws/errors';
import { FUNCTION_TIMEOUT } from '../../contract';
import { Pending, pending } from '../../engine/progress';
import { earlierDuration } from '../operations';
import { SnapshotRecord } from '../snapshot';
import { notReady, recent } from '../tagging';

/** Milliseconds over which exports that begin together are spread: of one snapshot, only the time of the call tells them apart. */
const SPREAD = 3_000;

const DOCS = 'https://docs.aws.amazon.com/lightsail/latest/userguide/amazon-lightsail-exporting-snapshots-to-amazon-ec2.html';
const MAY_NOT_EXPORT = /cpanel|django|ghost/i;
const QUOTA = /quota|limit|maximum|too many/i;

/** Nothing once an export has begun. */
export async function begin(context: ExportContext, checkpoint: Checkpoint): Promise<Pending | undefined> {
  const { env } = context;
  const { text, type } = sourceOf(context);
  const now = env.clock.now();
  if (checkpoint.callingAt !== undefined) {
    const waiting = await findLost(context, checkpoint, text);
    if (waiting || checkpoint.requestedAt !== undefined) return waiting;
  }
  const snapshot = await type.find(context, context.props.SnapshotName);
  if (!snapshot) {
    checkpoint.missed ??= now;
    if (recent(context, checkpoint.missed)) return pending(`${text} to appear`);
    throw new TerminalError(`there is no ${text} in ${env.region}: check the name, and that the stack is in the snapshot's region. `
      + 'an automatic snapshot has no name and is not exported: copy it with SnapshotCopy, and export the copy');
  }
  return await notReady(context, type.noun, context.props.SnapshotName, snapshot.state, type.states) ?? ask(context, checkpoint, snapshot);
}

/** The record of a call that left without an answer having come. Nothing when there is none, so that the call can be made again. */
async function findLost(context: ExportContext, checkpoint: Checkpoint, text: string): Promise<Pending | undefined> {
  const found = candidates(checkpoint, await records(context));
  if (found.length > 1) {
    throw new TerminalError(`the call that was to export ${text} was lost, and ${found.length} exports of it have begun since: `
      + `${found.map(record => record.name).join(', ')}. which one is this stack's cannot be told, so all were left alone. `
      + 'deploy again, and remove from EC2 what you do not need');
  }
  if (found.length === 1) {
    Object.assign(checkpoint, { requestedAt: startedAt(found[0]), record: found[0].name });
    return undefined;
  }
  const answeredBy = Math.min(context.env.clock.now(), checkpoint.callingAt! + FUNCTION_TIMEOUT * 1000);
  return recent(context, answeredBy) ? pending(`export of ${text} to appear (the call may have been lost)`) : undefined;
}

async function ask(context: ExportContext, checkpoint: Checkpoint, snapshot: SnapshotRecord): Promise<Pending> {
  const { env, props, request } = context;
  const { text } = sourceOf(context);
  const started = pending(`export of ${text} to be ${STATES.target[0]} (last state: asked for)`);
  if (checkpoint.after === undefined) {
    const earlier = (await records(context)).filter(({ sourceInfo }) => sourceInfo?.arn === snapshot.arn).map(startedAt);
    Object.assign(checkpoint, { source: snapshot.arn, after: Math.max(env.clock.now() - SKEW, ...earlier) });
  }
  await env.clock.sleep(SPREAD * env.random());
  checkpoint.callingAt = env.clock.now();
  await context.writeAhead();
  try {
    const { operations = [] } = await context.lightsail.send(new ExportSnapshotCommand({ sourceSnapshotName: props.SnapshotName }));
    checkpoint.requestedAt = operations[0]?.createdAt?.getTime() ?? env.clock.now();
    checkpoint.operations = operations.map(({ id }) => id!);
    // it is not documented whether an operation of an export is the record's or the snapshot's
    const told = operations.map(({ resourceName, operationDetails }) => `${resourceName} ${operationDetails}`).join(' ');
    checkpoint.record = /ExportSnapshotRecord-[\w-]+/.exec(told)?.[0];
    request.before ??= await earlierDuration(context, { resourceName: props.SnapshotName, operationType: 'ExportSnapshot' });
    return started;
  } catch (error) {
    if (!wasTurnedAway(error)) return pending(`${started.pending} (last error: ${describe(error)})`);
    // nothing has begun, and what others begin from now on is of before
    delete checkpoint.callingAt;
    delete checkpoint.after;
    return toTerminalError(`export ${text}`, error, adviceFor(context, snapshot as InstanceSnapshot));
  }
}

function adviceFor(context: ExportContext, { fromBlueprintId = '' }: InstanceSnapshot): Advice[] {
  const { text } = sourceOf(context);
  return [
    [isNotFound, `there is no ${text} in ${context.env.region} any more: take another one`],
    [() => MAY_NOT_EXPORT.test(fromBlueprintId), 'lightsail may not export instances of cPanel & WHM, Django and Ghost, and this snapshot is of '
      + `blueprint '${fromBlueprintId}': see ${DOCS}`],
    [({ message }: any) => QUOTA.test(message), 'wait until other exports and copies of EBS snapshots have ended, or ask for a higher quota of '
      + 'Amazon EBS in Service Quotas, and deploy again'],
    [() => true, `what can be exported is told in ${DOCS}`],
  ];
}
