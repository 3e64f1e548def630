/** What stands between the markers of docs/security-review.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Grant, grantsOf, linesOf, partsOf, table, WORDS } from './grants';
import { boundary, guard } from './policies';
import { Answer, backupStack, COPIES, deploymentStack, DISKS, EVERYTHING, INSTANCES, Statement, STOP, Synthesised } from './stacks';
import { CONTRACTS, ResourceType } from '../../src/functions/deployment/contract';

/** The constructs of each resource type. */
const CONSTRUCTS: Readonly<Record<ResourceType, string>> = {
  'Custom::LightsailInstanceSnapshot': '`LightsailInstanceSnapshot`',
  'Custom::LightsailDiskSnapshot': '`LightsailDiskSnapshot`',
  'Custom::LightsailSnapshotCopy': '`SnapshotCopy`, `DiskSnapshotCopy`',
  'Custom::LightsailInstanceSnapshotLookup': '`InstanceSnapshotLookup`',
  'Custom::LightsailDiskSnapshotLookup': '`DiskSnapshotLookup`',
  'Custom::LightsailInstancesFromSnapshot': '`InstancesFromSnapshot`',
  'Custom::LightsailDisksFromSnapshot': '`DisksFromSnapshot`',
  'Custom::LightsailSnapshotExport': '`SnapshotExport`, `DiskSnapshotExport`',
};

/** What a user writes for the properties that need more. */
const FEATURES: Readonly<Record<string, string>> = {
  DiskName: 'with `diskName`',
  InstanceName: 'with `instanceName`',
  SourceResourceName: 'of an automatic snapshot',
  InstanceSnapshotName: 'of a manual snapshot',
  DiskSnapshotName: 'of a manual snapshot',
  PublicPorts: 'with `publicPorts`',
  AutoSnapshotTime: 'with `autoSnapshotTime`',
  StopOnIdle: 'with `stopOnIdle`',
  DiskPaths: 'with `attachedDisks`',
  AllocateStaticIps: 'with `allocateStaticIps`',
  StaticIpNames: 'with `staticIpNames`',
};

/** The tables, by the name of their markers. */
export function tables(): Readonly<Record<string, string>> {
  const deployment = deploymentStack();
  const plans = {
    instances: backupStack({ selection: INSTANCES }),
    disks: backupStack({ selection: DISKS }),
    copies: backupStack({ selection: INSTANCES.or(DISKS), copies: COPIES }),
    stop: backupStack({ selection: INSTANCES, consistency: STOP }),
    tags: backupStack({ selection: INSTANCES.or(DISKS), copySourceTags: true }),
    everything: backupStack(EVERYTHING),
  };
  return {
    words: wordsTable(),
    deployment: table('for', deploymentGrants(deployment).flatMap(linesOf)),
    backup: table('for', linesOf(backupGrants(plans))),
    roles: table('role', linesOf(new Map([...roleGrants(deployment), ...roleGrants(plans.everything, 'HandlerRole')]))),
    trust: trustTable(deployment, plans.everything),
    boundary: boundary(deployment, plans.everything),
    guard: guard(),
    answers: answersTable([...deployment.answers, ...plans.everything.answers]),
    packs: source('answer-packs.ts'),
    logs: source('encrypt-logs.ts'),
    types: typesOf(deployment, plans.everything),
  };
}

function wordsTable(): string {
  return ['| word | condition |', '|---|---|', ...[...WORDS].map(([word, parts]) => `| **${word}** | ${parts.join(' and ')} |`)].join('\n');
}

/** What the function of the deployment may do: for each resource type, by what needs it. */
function deploymentGrants({ policies, ids }: Synthesised): Map<string, Grant[]>[] {
  const left = new Set(policies.filter(({ role, id }) => role === 'HandlerRole' && ![role, 'DefaultPolicy'].includes(id)));
  const take = (id: string) => {
    const policy = [...left].find(one => one.id === id);
    if (!policy) throw new Error(`the template has no policy ${id}`);
    left.delete(policy);
    return grantsOf(policy.statements, ids);
  };
  const grants = (Object.keys(CONTRACTS) as ResourceType[]).map(type => {
    const features = [...new Set(CONTRACTS[type].permissions.map(({ when = '' }) => when))];
    return new Map(features.map(feature => [
      feature ? `${CONSTRUCTS[type]} ${featureText(feature)}` : CONSTRUCTS[type],
      take(`${type.replace('Custom::Lightsail', '')}${feature}Policy`),
    ]));
  });
  if (left.size > 0) throw new Error(`the tables do not know what these are for: ${[...left].map(({ id }) => id).join(', ')}`);
  return grants;
}

function featureText(feature: string): string {
  if (!FEATURES[feature]) throw new Error(`the tables do not know what users write for ${feature}`);
  return FEATURES[feature];
}

/** What the function of the backup plans may do, by what needs it. */
function backupGrants(plans: Readonly<Record<string, Synthesised>>): Map<string, Grant[]> {
  const all = (stack: Synthesised) => stack.policies.filter(({ role }) => role === 'HandlerRole').flatMap(({ statements }) => grantsOf(statements, stack.ids));
  const text = (grant: Grant) => JSON.stringify(grant);
  const without = (grants: readonly Grant[], ...others: readonly Grant[][]) => grants.filter(grant => !others.flat().map(text).includes(text(grant)));
  const [instances, disks, copies, stop, tags] = [plans.instances, plans.disks, plans.copies, plans.stop, plans.tags].map(all);
  const every = instances.filter(grant => disks.map(text).includes(text(grant)));
  const grants = new Map([
    ['every plan', every],
    ['plans of instances', without(instances, every)],
    ['plans of disks', without(disks, every)],
    ['plans with `copies`', without(copies, instances, disks)],
    ['plans with `stopInstance`', without(stop, instances)],
    ['plans with `copySourceTags`', without(tags, instances, disks)],
  ]);
  const missing = without(all(plans.everything), [...grants.values()].flat());
  if (missing.length > 0) throw new Error(`the tables do not know what these are for: ${missing.map(text).join(', ')}`);
  return grants;
}

/** What the roles have in every stack that has them. */
function roleGrants({ policies, ids }: Synthesised, shownElsewhere?: string): Map<string, Grant[]> {
  const grants = new Map<string, Grant[]>();
  for (const { id, role, statements } of policies) {
    if (role === shownElsewhere || (role === 'HandlerRole' && ![role, 'DefaultPolicy'].includes(id))) continue;
    grants.set(`\`${role}\``, [...grants.get(`\`${role}\``) ?? [], ...grantsOf(statements, ids)]);
  }
  return grants;
}

function trustTable(deployment: Synthesised, plans: Synthesised): string {
  const row = (role: string, { Principal, Condition }: Statement) => (
    `| ${role} | \`${(Principal as { Service: string }).Service}\` | ${partsOf(Condition, deployment.ids).join(' and ')} |`
  );
  const rowsOf = ({ trust }: Synthesised, suffix: string) => [...trust].flatMap(([role, statements]) => (
    statements.map(statement => row(`\`${role}\`${suffix}`, statement))
  ));
  const rows = [...rowsOf(deployment, ''), ...rowsOf(plans, ' of backup plans')];
  return ['| role | may be assumed by | condition |', '|---|---|---|', ...rows].join('\n');
}

/** The findings that the templates answer. A policy for each resource type is too much to name. */
function answersTable(answers: readonly Answer[]): string {
  const texts = [...new Set(answers.map(({ rule, reason }) => `${rule}\n${reason}`))].sort();
  const rows = texts.map(text => {
    const [rule, reason] = text.split('\n');
    const same = answers.filter(answer => answer.rule === rule && answer.reason === reason);
    const where = same.map(({ id }) => (ofResourceType(id) ? 'policies of `HandlerRole`' : `\`${id}\``));
    return `| \`${rule}\` | ${[...new Set(where)].join(', ')} | ${reason} |`;
  });
  return ['| finding | of | answer in the template |', '|---|---|---|', ...rows].join('\n');
}

function ofResourceType(policy: string): boolean {
  return Object.keys(CONTRACTS).some(type => policy.startsWith(type.replace('Custom::Lightsail', '')) && policy.endsWith('Policy'));
}

/** A file beside this one, as it is. */
function source(name: string): string {
  return ['```ts', readFileSync(join(__dirname, name), 'utf8').trim(), '```'].join('\n');
}

/** What whoever deploys has to be allowed to make, the key of the user's aside. */
function typesOf(...stacks: readonly Synthesised[]): string {
  const types = new Set(stacks.flatMap(({ resourceTypes }) => resourceTypes));
  types.delete('AWS::KMS::Key');
  return [...types].sort().map(type => `\`${type}\``).join(', ');
}
