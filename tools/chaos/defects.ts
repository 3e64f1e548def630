import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import type { Engine } from '../../testbed/driver';

/** A mistake, made on purpose in one place of the source. */
export interface Defect {
  readonly name: string;
  /** Below src/functions/deployment. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Kind whose scenarios are looked at. @default - instance snapshots */
  readonly kind?: string;
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
  { name: 'who made it is not checked before a deletion', file: 'resources/snapshot.ts', from: 'if (only && creator.requestId !== only.requestId)', to: 'if (false)' },
  { name: 'no deadline', file: 'engine/step.ts', from: 'if (now < limit) return pause', to: 'if (now < Infinity) return pause' },
  {
    name: 'a timeout counts as success',
    file: 'engine/step.ts',
    from: 'fail(request, phase, overdue(request, phase, progress.waiting, now), now);',
    to: 'return conclude(request, {});',
  },
  {
    name: 'the first operation is trusted instead of the state',
    file: 'resources/snapshot.ts',
    from: 'const waiting = await pendingReason(context, calls.noun, found.name!, found.state, calls.states);',
    to: `const { GetOperationsForResourceCommand } = require('@aws-sdk/client-lightsail');
      const { operations } = await context.lightsail.send(new GetOperationsForResourceCommand({ resourceName: found.name }));
      const waiting = operations[0].status === 'Started' ? 'the first operation' : undefined;`,
  },
  { name: 'an event that comes twice begins twice', file: 'engine/executions.ts', from: 'name: nameOf(request), input', to: 'input' },
  { name: 'an event that comes late is carried out', file: 'events/receive.ts', from: 'env.clock.now() > request.issued + LATE &&', to: 'false &&' },
  {
    name: 'the old goes before the new is there',
    file: 'resources/snapshot.ts',
    from: 'if (!found) return take(calls, context, name);',
    to: `if (!found && context.request.requestType === 'Update') await calls.delete(context, context.request.previousId).catch(() => undefined);
      if (!found) return take(calls, context, name);`,
  },
  { name: 'what is made is not marked', file: 'resources/snapshot.ts', from: 'await calls.create(context, name, tags);', to: 'await calls.create(context, name, []);' },
  { name: 'tags are not kept in step', file: 'resources/tagging.ts', from: 'if (changed.length > 0)', to: 'if (false)' },
  {
    name: 'the two 428 are not tried again',
    file: '../aws/errors.ts',
    from: "'AccountSetupInProgressException', 'RegionSetupInProgressException', ",
    to: '',
  },
  { name: 'a permission on its way is not waited for', file: 'engine/step.ts', from: 'const arriving = isDenied(error) &&', to: 'const arriving = false &&' },
  { name: 'an abandoned creation is not stopped', file: 'events/accept.ts', from: "['fence', 'tidy', 'remove']", to: "['remove']" },
  { name: 'an abandoned update is not stopped', file: 'events/accept.ts', from: "relay ? ['make'] : ['fence', 'tidy', 'make']", to: "['make']" },
  {
    name: 'the answer does not stand before it is given',
    file: 'engine/step.ts',
    from: 'return { ...request, answer, wait: 0 };',
    to: 'return { ...request, answer, wait: 0, toJSON: () => ({ ...request, wait: 0 }) };',
  },
  { name: 'an unknown state counts as pending', file: 'engine/polling.ts', from: "?? 'unknown'", to: "?? 'pending'" },
  { name: 'an answer that was not taken is not given again', file: 'events/respond.ts', from: 'status < 500', to: 'status < 600' },
  {
    name: 'the reason carries the ResponseURL',
    file: 'events/respond.ts',
    from: "clip(answer.Reason ?? 'see",
    to: "clip(answer.Status === 'FAILED' ? `${answer.Reason} ${to.responseUrl}` : 'see",
  },
  { name: 'properties are logged', file: 'engine/step.ts', from: 'env.log({ notice: outcome,', to: 'env.log({ props: request.props, notice: outcome,' },
  { name: 'all attributes are answered', file: 'engine/step.ts', from: '.filter(([name]) => request.attributes.includes(name))', to: '' },
  { name: 'a replacement gets the same name', file: '../aws/ownership.ts', from: 'hash(10, [owner.stackId, owner.logicalId, replacementKey])', to: 'hash(10, [owner.stackId, owner.logicalId])' },
  {
    name: 'secrets travel',
    file: 'events/accept.ts',
    from: '.filter(([name]) => !contract.secret.includes(name))',
    to: '',
    kind: 'InstancesFromSnapshot',
  },
  { name: 'of a list only the first page is read', file: '../aws/paging.ts', from: 'while (token);', to: 'while (false);', kind: 'DisksFromSnapshot' },
  { name: 'a relay forgets what there was', file: 'events/accept.ts', from: 'checkpoint: relay ? progressOf(given) : {}', to: 'checkpoint: {}', kind: 'SnapshotCopy' },
  { name: 'a deletion is not waited for', file: 'resources/snapshot.ts', from: 'await removeOnce(calls, context, name);', to: 'void removeOnce(calls, context, name); return { done: {} };' },
];

const SOURCE = resolve(__dirname, '..', '..', 'src', 'functions', 'deployment');
const ENTRY = "export { createHandler } from './events/receive'; export { createClients } from '../aws/clients';";

/** The handler with a mistake in it. Fails where the place is not there any more, or there more than once. */
export async function loadDefect(name: string): Promise<Pick<Engine, 'createHandler' | 'createClients'>> {
  const defect = DEFECTS.find(candidate => candidate.name === name);
  if (!defect) throw new Error(`there is no defect '${name}'`);
  const path = join(SOURCE, defect.file);
  const parts = readFileSync(path, 'utf8').split(defect.from);
  if (parts.length !== 2) throw new Error(`${defect.file} holds ${parts.length - 1} times what the defect '${name}' replaces: ${defect.from}`);
  const { outputFiles: [{ text }] } = await build({
    stdin: { contents: ENTRY, resolveDir: SOURCE, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    logLevel: 'silent',
    plugins: [{
      name: 'defect',
      setup: ({ onLoad }) => onLoad({ filter: /\.ts$/ }, ({ path: loaded }) => (loaded === path ? { contents: parts.join(defect.to), loader: 'ts' } : undefined)),
    }],
  });
  const module = { exports: {} as Pick<Engine, 'createHandler' | 'createClients'> };
  compileFunction(text, ['module', 'exports', 'require'])(module, module.exports, createRequire(path));
  return module.exports;
}
