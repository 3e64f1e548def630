import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { SnapshotProvider } from '../src';
import { CONSTRUCTS } from './support/everything';
import { RequestedAction, requestedBy, isAllowed as isAllowedBy, Policy, Tags } from './support/iam';
import { CONTRACTS } from '../src/functions/deployment/contract';
import { resolve } from '../testbed/driver/template';
import { run } from '../tools/chaos/case';
import { ChaosEnvironment } from '../tools/chaos/environment';
import { ResourceTypeScenarios } from '../tools/chaos/scenario';
import { RESOURCE_TYPES, SCENARIOS, shortName } from '../tools/chaos/scenarios';

const ACCOUNT = '123456789012';
const REGION = 'us-east-1';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/Handler`;

/** Granted, and used by no call that a simulator could see: by Lambda itself, and by Lightsail in the caller's name when it exports. */
const USED_ELSEWHERE = ['logs:CreateLogStream', 'logs:PutLogEvents', 'iam:CreateServiceLinkedRole', 'iam:PutRolePolicy'];

const LEDGER_ARN = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/Ledger`;

/** What the role of the function may do in a stack that has a resource type with all its features: said once the stack's id is known. */
function policiesOf({ type }: ResourceTypeScenarios, clockArn: string): (stackId: string) => Policy[] {
  const stack = new Stack(new App(), 'Site');
  const features = CONTRACTS[type].permissions.flatMap(({ when }) => (when ? [when] : []));
  SnapshotProvider.getOrCreate(stack)._serve(type, Object.fromEntries(features.map(name => [name, 'given'])));
  const template = Template.fromStack(stack);
  const [role] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) => /HandlerRole/.test(id));
  const attached = ['Policy', 'ManagedPolicy'].flatMap(resourceType => Object.values(template.findResources(`AWS::IAM::${resourceType}`))).filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role[0]));
  const documents = [...role[1].Properties.Policies, ...attached.map(({ Properties }) => Properties)].map(({ PolicyDocument }) => PolicyDocument);
  const pseudo: Record<string, string> = { 'AWS::Partition': 'aws', 'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT };
  return stackId => documents.map(document => resolve(document, {
    ref: name => (name === 'AWS::StackId' ? stackId : pseudo[name] ?? clockArn),
    getAtt: id => (/Ledger/.test(id) ? LEDGER_ARN : `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${id}:*`),
  }) as Policy);
}

/** What the function's calls are, in the words of IAM. */
async function requestedActions({ environment, sim }: ChaosEnvironment): Promise<RequestedAction[]> {
  const clock = environment.calls.filter(({ service }) => service === 'sfn')
    .map(({ operation, body }) => ({ action: `states:${operation}`, resource: JSON.parse(body).stateMachineArn as string, tags: {} }));
  const ledger = environment.calls.filter(({ service }) => service === 'dynamodb')
    .map(({ operation }) => ({ action: `dynamodb:${operation}`, resource: LEDGER_ARN, tags: {} }));
  return [...await requestedBy(sim.calls, ACCOUNT), ...clock, ...ledger];
}

const isAllowed = (one: RequestedAction, policies: readonly Policy[]) => isAllowedBy(one, policies, { role: ROLE, account: ACCOUNT });

let chaos: ChaosEnvironment;
beforeAll(async () => { chaos = await ChaosEnvironment.start(); });
afterAll(() => chaos.environment.close());

test.each(RESOURCE_TYPES.map(resourceType => [shortName(resourceType), resourceType] as const))('%s: every call is allowed, and every permission is used', async (name, resourceType) => {
  const used = new Set<string>();
  const refused = new Set<string>();
  const known = new Map<string, Promise<boolean>>();
  let evaluated = 0;
  const inStack = policiesOf(resourceType, chaos.environment.executions.machineArn);
  const granted = inStack('').flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
  for (const scenario of [...SCENARIOS.keys()].filter(key => key.startsWith(`${name}/`))) {
    expect(await run(chaos, { scenario, seed: 1, faults: [] })).toEqual([]);
    const policies = inStack(chaos.stack.stackId);
    for (const one of await requestedActions(chaos)) {
      evaluated++;
      used.add(one.action);
      const owner = (tags: Tags = {}) => Object.entries(tags).filter(([tag]) => tag.endsWith(':stack')).map(([, id]) => (id === chaos.stack.stackId ? 'own' : 'other'));
      const key = `${one.action} ${one.region ?? ''} ${one.resource.replace(/\/.*|execution:.*/, '')} ${owner(one.tags)} ${owner(one.requestTags)}`;
      if (!known.has(key)) known.set(key, isAllowed(one, policies));
      if (!await known.get(key)) refused.add(`${one.action} on ${one.resource} in ${scenario}`);
    }
  }
  expect([...refused]).toEqual([]);
  const unused = granted.filter(action => !used.has(action) && !USED_ELSEWHERE.includes(action));
  expect([...new Set(unused)]).toEqual([]);
  console.info(`${name}: ${evaluated} calls evaluated, ${known.size} different ones, ${new Set(granted).size} actions granted`);
}, 60_000);

test('snapshots are copied into the region of the stack alone', async () => {
  const policies = policiesOf(RESOURCE_TYPES.find(type => shortName(type) === 'SnapshotCopy')!, chaos.environment.executions.machineArn)('arn:ours');
  const copying = (region: string) => isAllowed({ action: 'lightsail:CopySnapshot', resource: '*', region, tags: {} }, policies);
  expect([await copying(REGION), await copying('us-west-2')]).toEqual([true, false]);
});

test('what carries no ownership tag, or that of another stack, cannot be removed', async () => {
  const [resourceType] = RESOURCE_TYPES;
  const policies = policiesOf(resourceType, chaos.environment.executions.machineArn)('arn:ours');
  const snapshot = (tags: RequestedAction['tags']) => ({ action: 'lightsail:DeleteInstanceSnapshot', resource: `arn:aws:lightsail:${REGION}:${ACCOUNT}:InstanceSnapshot/0`, tags });
  expect(await isAllowed(snapshot({ 'cdk-lightsail-snapshots:stack': 'arn:ours' }), policies)).toBe(true);
  expect(await isAllowed(snapshot({ 'cdk-lightsail-snapshots:stack': 'arn:theirs' }), policies)).toBe(false);
  expect(await isAllowed(snapshot({}), policies)).toBe(false);
});

const OURS = { 'cdk-lightsail-snapshots:stack': 'arn:ours' };
const THEIRS = { 'cdk-lightsail-snapshots:stack': 'arn:theirs' };

function policiesFor(name: string): Policy[] {
  return policiesOf(RESOURCE_TYPES.find(resourceType => shortName(resourceType) === name)!, chaos.environment.executions.machineArn)('arn:ours');
}

test.each([
  ['InstanceSnapshot', 'lightsail:TagResource', `arn:aws:lightsail:${REGION}:${ACCOUNT}:InstanceSnapshot/0`],
  ['SnapshotCopy', 'lightsail:TagResource', `arn:aws:lightsail:${REGION}:${ACCOUNT}:DiskSnapshot/0`],
  ['InstancesFromSnapshot', 'lightsail:TagResource', `arn:aws:lightsail:${REGION}:${ACCOUNT}:Disk/0`],
  ['SnapshotExport', 'ec2:CreateTags', `arn:aws:ec2:${REGION}::image/ami-0`],
  ['SnapshotExport', 'ec2:CreateTags', `arn:aws:ec2:${REGION}::snapshot/snap-0`],
])('%s: %s on %s is for what is the stack\'s, or becomes so', async (name, action, resource) => {
  const policies = policiesFor(name);
  const tagging = (tags: Tags, requestTags: Tags) => isAllowed({ action, resource, tags, requestTags }, policies);
  expect(await tagging(OURS, { team: 'web' })).toBe(true);
  expect(await tagging({ team: 'web' }, { ...OURS, team: 'web' })).toBe(true);
  expect(await tagging({}, { team: 'web' })).toBe(false);
  expect(await tagging({}, THEIRS)).toBe(false);
  expect(await tagging(THEIRS, OURS)).toBe(false);
  expect(await tagging(THEIRS, { team: 'web' })).toBe(false);
});

test("a static IP is attached to the stack's instances only", async () => {
  const policies = policiesFor('InstancesFromSnapshot');
  const attaching = (tags: Tags) => isAllowed({ action: 'lightsail:AttachStaticIp', resource: `arn:aws:lightsail:${REGION}:${ACCOUNT}:Instance/0`, tags }, policies);
  expect(await attaching(OURS)).toBe(true);
  expect(await attaching(THEIRS)).toBe(false);
  expect(await attaching({})).toBe(false);
});

test('a permissions boundary reaches every role of a stack with everything', () => {
  const stack = new Stack(new App(), 'Site');
  for (const [name, make] of Object.entries(CONSTRUCTS)) make(stack, name);
  iam.PermissionsBoundary.of(stack).apply(iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary'));
  const roles = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
  expect(roles).toHaveLength(7);
  for (const { Properties } of roles) expect(Properties.PermissionsBoundary).toBeDefined();
});
