/** Mistakes, made on purpose in the code of the deployment: each must be caught. */
import { resolve } from 'node:path';
import type { Case } from './case';
import { Edit, loadMutated } from './load-mutated';
import type { Engine } from '../../testbed/driver';

/** A mistake in one place below src/functions/deployment. */
export interface Defect extends Edit {
  readonly name: string;
  /** Resource type whose scenarios are looked at. @default - instance snapshots */
  readonly resourceType?: string;
  /** A case that shows it, where random ones seldom do. @default - random cases */
  readonly given?: Case;
}

export const DEFECTS: readonly Defect[] = [
  {
    name: 'ownership is not checked when a name is found taken',
    file: 'resources/snapshot.ts',
    from: 'if (!creator) {',
    to: 'if (!creator) return undefined; if (false) {',
  },
  {
    name: 'ownership is not checked before a deletion',
    file: 'resources/snapshot.ts',
    from: 'if (!creator) return mayGetTags(context, found) ?',
    to: 'if (!creator && (only || mayGetTags(context, found))) return mayGetTags(context, found) ?',
  },
  { name: 'who made it is not checked before a deletion', file: 'resources/snapshot.ts', from: 'if (only && creator.requestId !== only.creatorRequestId)', to: 'if (false)' },
  { name: 'no deadline', file: 'engine/step.ts', from: '&& now < limit) return pause', to: '&& now < Infinity) return pause' },
  {
    name: 'a timeout counts as success',
    file: 'engine/step.ts',
    from: 'await failAhead(run, phase, isPending(progress) ? overdue(request, progress.pending, now) : progress.failed, now);',
    to: 'request.phases = [];',
  },
  {
    name: 'the first operation is trusted instead of the state',
    file: 'resources/snapshot.ts',
    from: '?? await notReady(context, calls.noun, name, found.state, calls.states)',
    to: `?? await (async () => {
      const { GetOperationsForResourceCommand } = require('@aws-sdk/client-lightsail');
      const { operations } = await context.lightsail.send(new GetOperationsForResourceCommand({ resourceName: found.name }));
      return operations[0].status === 'Started' ? pending('the first operation') : undefined;
    })()`,
  },
  {
    name: 'the old goes before the new is there',
    file: 'resources/snapshot.ts',
    from: 'if (!found) return create(calls, context, name);',
    to: `if (!found && context.request.requestType === 'Update') await calls.delete(context, context.request.previousId).catch(() => undefined);
      if (!found) return create(calls, context, name);`,
  },
  {
    name: 'what is made is not tagged',
    file: 'resources/snapshot.ts',
    from: 'toTags({ ...context.props.Tags, ...ownerTags(context.owner, replacementKey) }));',
    to: '[]);',
  },
  { name: 'tags are not kept in step', file: 'resources/tagging.ts', from: 'if (changed.length > 0)', to: 'if (false)' },
  {
    name: 'the two 428 are not tried again',
    file: '../aws/errors.ts',
    from: "'AccountSetupInProgressException', 'RegionSetupInProgressException', ",
    to: '',
  },
  { name: 'a permission on its way is not waited for', file: 'engine/step.ts', from: 'const arriving = isDenied(error) &&', to: 'const arriving = false &&' },
  { name: 'an unknown state counts as pending', file: 'engine/polling.ts', from: "?? 'unknown'", to: "?? 'pending'" },
  { name: 'an answer that was not taken is not given again', file: 'events/respond.ts', from: 'status === 403', to: 'status < 600' },
  {
    name: 'the reason carries the ResponseURL',
    file: 'events/respond.ts',
    from: "clip(outcome.Reason ?? 'see",
    to: "clip(outcome.Status === 'FAILED' ? `${outcome.Reason} ${to.responseUrl}` : 'see",
  },
  { name: 'properties are logged', file: 'engine/step.ts', from: "env.log({ level: 'INFO', message, resource_type", to: "env.log({ props: request.props, level: 'INFO', message, resource_type" },
  { name: 'all attributes are answered', file: 'engine/step.ts', from: '.filter(([name]) => request.attributes.includes(name))', to: '' },
  { name: 'a replacement gets the same name', file: '../aws/ownership.ts', from: 'hash(10, [owner.stackId, owner.logicalId, replacementKey])', to: 'hash(10, [owner.stackId, owner.logicalId])' },
  { name: 'of a list only the first page is read', file: '../aws/paging.ts', from: 'while (token);', to: 'while (false);', resourceType: 'DisksFromSnapshot' },
  { name: 'a deletion is not waited for', file: 'resources/snapshot.ts', from: 'await deleteOnce(calls, context, name);', to: 'await deleteOnce(calls, context, name); return { done: {} };' },
  { name: 'a rollback removes what was kept and only taken up again', file: 'engine/step.ts', from: "return String(Retain) === 'true';", to: 'return Retain === 0;' },

  // the ledger, rule by rule
  { name: 'an event that comes late takes over', file: 'engine/takeover.ts', from: 'if (item && !continues && !isLater(owner, item.owner))', to: 'if (false)' },
  { name: 'an event that comes twice takes over twice', file: 'engine/takeover.ts', from: 'if (item?.seen.includes(requestId))', to: 'if (item && false)' },
  {
    name: 'a step does not wait for the lease of another',
    file: 'engine/step.ts',
    from: 'own.outcome || env.clock.now() < blockedUntil)',
    to: 'own.outcome)',
    // a call that creates needs the lease anyway; tags do not
    given: {
      scenario: 'InstancesFromSnapshot/change',
      seed: 1,
      faults: [{ name: 'clock repeats a step whose answer was lost', nth: 8, times: 1, seconds: 0 }],
    },
  },
  { name: 'a call is not written down before it is made', file: 'engine/run.ts', from: 'if (!await this.write(this.lease)) throw new Superseded();', to: '', resourceType: 'SnapshotExport' },
  {
    name: 'what a superseded request made is not kept',
    file: 'engine/takeover.ts',
    from: 'if (isBefore && isOrphan(one, request)) return',
    to: 'if (false) return',
  },
  { name: 'orphans are not removed', file: 'engine/step.ts', from: 'of run.orphans()) {', to: 'of run.orphans().slice(1000)) {' },
  {
    name: 'what cannot be removed of an earlier request keeps the resource itself',
    file: 'engine/step.ts',
    from: "if (request.phases[1] === 'remove') {",
    to: 'if (false) {',
    given: {
      scenario: 'SnapshotCopy/replace, there and back',
      seed: 1,
      faults: [{ name: 'its name taken behind our back', nth: 1, times: 1, seconds: 69 }],
      switches: { cloudFormation: {}, lightsail: { tagPendingRefused: true, createdAtBefore: 'absent' } },
    },
  },
  {
    name: 'a failure is rolled back before it is written down',
    file: 'engine/step.ts',
    from: 'if (run.request.phases.length === 0) return;',
    to: 'return;',
    given: {
      scenario: 'DisksFromSnapshot/create, fails',
      seed: 1,
      faults: [{ name: 'crash before a call', nth: 30, times: 1, seconds: 0 }, { name: 'crash before a call', nth: 13, times: 1, seconds: 0 }],
      switches: { cloudFormation: {}, lightsail: { emptyPages: true, createdAtBefore: 'absent' } },
    },
  },
  {
    name: 'the deletion of what CloudFormation invented removes nothing',
    file: 'events/accept.ts',
    from: "['removeOrphans', 'remove'];",
    to: "['remove'];",
  },
  {
    name: 'the answer does not stand before it is given',
    file: 'engine/step.ts',
    from: 'const stored = await (run ? run.store() : store(ledger, request));',
    to: 'const stored = { ...request, failure: undefined }; void run;',
  },
  {
    name: 'what a deletion could not remove is not taken up by the creation of the same',
    file: 'engine/takeover.ts',
    from: 'return HANDLERS[type].takesUp && ',
    to: 'return false && ',
    given: {
      scenario: 'SnapshotExport/waits: added, cancelled late, added again',
      seed: 1,
      faults: [{ name: 'slow operations', nth: 1, times: 1, seconds: 94 }, { name: 'slow operations', nth: 1, times: 1, seconds: 52 }],
    },
  },
  {
    name: 'what a wait resource has waited for is forgotten before a rollback has removed it',
    file: 'engine/takeover.ts',
    from: 'if (isBefore || request.isWait || (isComplete(one)',
    to: 'if ((isComplete(one)',
    given: {
      scenario: 'SnapshotExport/waits: replace, keep, rolled back', seed: 1, faults: [], switches: { cloudFormation: { rollbackOfReplacement: 'update with old id' }, lightsail: {} },
    },
  },
  { name: 'a wait resource starts anew', file: 'engine/takeover.ts', from: 'checkpoint: before.checkpoint, before: before.before,', to: 'before: before.before,', resourceType: 'SnapshotExport' },
  { name: 'a failed wait rolls back', file: 'engine/step.ts', from: "phase === 'reconcile' && !request.isWait ?", to: "phase === 'reconcile' ?" },
  { name: 'a deletion takes what stands beside it', file: 'engine/takeover.ts', from: "if (request.requestType === 'Delete') return [{ ...one, responseUrl: '' }];", to: "if (request.requestType === 'Delete') return [{ ...one, orphan: true }];" },
  {
    name: 'secret properties are kept',
    file: 'engine/run.ts',
    from: 'await this.ledger.eraseSecrets(logicalId, requestId, secretsExpire(request));',
    to: '',
    resourceType: 'InstancesFromSnapshot',
  },
  { name: 'secret properties stand beside the rest', file: 'events/accept.ts', from: 'filter(entry => !isSecret(entry))', to: 'filter(() => true)', resourceType: 'InstancesFromSnapshot' },
  { name: 'the address stays when it has been used', file: 'engine/step.ts', from: "{ ...own, responseUrl: '' } } };", to: '{ ...own } } };' },
];

const SOURCE = resolve(__dirname, '..', '..', 'src', 'functions', 'deployment');
const ENTRY = "export { createHandler } from './events/receive'; export { createClients } from '../aws/clients';";

/** The handler with a mistake in it. */
export async function loadDefect(name: string): Promise<Pick<Engine, 'createHandler' | 'createClients'>> {
  const defect = DEFECTS.find(candidate => candidate.name === name);
  if (!defect) throw new Error(`there is no defect '${name}'`);
  return loadMutated(SOURCE, ENTRY, [defect]);
}
