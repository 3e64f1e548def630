/** IAM's quotas on policies, which no emulator enforces, for the largest stack there can be. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { BackupConsistency, BackupCopy, BackupRetention, BackupSelection, LightsailBackupPlan, SnapshotProvider } from '../src';
import { REGIONS } from '../src/functions/aws/regions';
import { CONTRACTS, ResourceType } from '../src/functions/deployment/contract';
import { resolve } from '../testbed/driver/template';

/** Characters of all inline policies of a role together, white space aside. */
const INLINE = 10_240;
/** Characters of a managed policy, white space aside. */
const MANAGED = 6_144;
/** Managed policies of a role. */
const ATTACHED = 10;

const NAME = 'S'.repeat(128);
/** No region of Lightsail's has a longer name. */
const REGION = 'ap-southeast-1';
const ACCOUNT = '123456789012';
const UUID = '01234567-89ab-cdef-0123-456789abcdef';

/** The longest values that a stack can have. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::StackName': NAME,
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${NAME}/${UUID}`,
};

/** The longest ARNs and names of what a template holds, by resource type. */
const NAMED: Readonly<Record<string, (attribute?: string) => string>> = {
  'AWS::StepFunctions::StateMachine': attribute => (attribute === 'Name' ? 'n'.repeat(80) : `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${'n'.repeat(80)}`),
  'AWS::Lambda::Function': () => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${'n'.repeat(64)}`,
  'AWS::DynamoDB::Table': () => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${'n'.repeat(255)}`,
  'AWS::Logs::LogGroup': () => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/vendedlogs/states/${NAME}-${UUID}:*`,
  'AWS::SQS::Queue': () => `arn:aws:sqs:${REGION}:${ACCOUNT}:${'n'.repeat(80)}`,
  'AWS::IAM::Role': () => `arn:aws:iam::${ACCOUNT}:role/${'n'.repeat(64)}`,
  'AWS::KMS::Key': () => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${UUID}`,
};

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, any>;
}

/** Everything on: each type of resource with all its features, a key of the user's, and a backup plan that copies to every region. */
function everything(): Record<string, Resource> {
  const stack = new Stack(new App(), NAME, { env: { region: REGION, account: ACCOUNT } });
  const provider = SnapshotProvider.getOrCreate(stack);
  for (const type of Object.keys(CONTRACTS) as ResourceType[]) {
    provider._serve(type, Object.fromEntries(CONTRACTS[type].permissions.flatMap(({ when }) => (when ? [[when, 'given']] : []))));
  }
  new LightsailBackupPlan(stack, 'Plan', {
    planName: 'nightly',
    selection: BackupSelection.allInstances().or(BackupSelection.allDisks()),
    retention: BackupRetention.keep({ last: 1 }),
    copies: REGIONS.filter(region => region !== REGION).map(region => BackupCopy.toRegion({ region })),
    consistency: BackupConsistency.stopInstance(),
    adopt: [{ snapshotName: 'auto-*' }],
  });
  provider.encryptWith(new kms.Key(stack, 'Key'));
  return Template.fromStack(stack).toJSON().Resources;
}

/** Characters of a policy document in a stack. */
function sizeOf(document: unknown, resources: Record<string, Resource>): number {
  const value = (id: string, attribute?: string) => {
    const known = PSEUDO[id] ?? NAMED[resources[id]?.Type]?.(attribute);
    if (known === undefined) throw new Error(`there is no value yet for ${id}.${attribute}`);
    return known;
  };
  return JSON.stringify(resolve(document, { ref: id => value(id), getAtt: value })).replace(/\s/g, '').length;
}

/** So many plans for both types of resources, in a stack of any region. */
function plansOf(count: number, order = (numbers: number[]) => numbers): Stack {
  const stack = new Stack(new App(), NAME);
  for (const number of order(Array.from({ length: count }, (_, index) => index))) {
    new LightsailBackupPlan(stack, `Plan${number}`, { planName: `nightly-of-team-${number}`, selection: BackupSelection.allInstances().or(BackupSelection.allDisks()) });
  }
  return stack;
}

const handlerPolicy = (resources: Record<string, Resource>) =>
  Object.entries(resources).find(([id]) => id.startsWith('cdklightsailsnapshotsbackupHandlerRole'))![1].Properties.Policies[0].PolicyDocument;

test('more plans than a role has policy for are told at synthesis, with what they need, and as many as it has are not', () => {
  const size = (count: number) => {
    const { Resources } = Template.fromStack(plansOf(count)).toJSON();
    return sizeOf(handlerPolicy(Resources), Resources);
  };
  const [one, most] = [size(1), size(35)];
  expect(most).toBeLessThanOrEqual(INLINE);
  const expected = one + (most - one) / 34 * 39;
  expect(expected).toBeGreaterThan(INLINE);
  let message = '';
  try {
    Template.fromStack(plansOf(40));
  } catch (error) {
    message = (error as Error).message;
  }
  const [, path, told] = /\[(.*)\] the plans of this stack need (\d+) characters of policy, of which a role takes 10240: put some/.exec(message)!;
  expect(path).toBe(`${NAME}/cdk-lightsail-snapshots-backup/HandlerRole`);
  // names of plans have one digit or two
  expect(Math.abs(Number(told) - expected)).toBeLessThan(100);
});

test('plans that swap places in the code leave the policies as they are', () => {
  const policy = (order: (numbers: number[]) => number[]) => handlerPolicy(Template.fromStack(plansOf(3, order)).toJSON().Resources);
  expect(policy(numbers => numbers.reverse())).toEqual(policy(numbers => numbers));
});

test('no role has larger policies, or more, than IAM takes', () => {
  const resources = everything();
  const refersTo = (list: unknown, id: string) => JSON.stringify(list ?? []).includes(`{"Ref":"${id}"}`);
  const all = Object.values(resources);
  const roles = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  expect(roles).toHaveLength(7);
  for (const [id, { Properties }] of roles) {
    const inline = [
      ...Properties.Policies ?? [],
      ...all.filter(({ Type, Properties: { Roles } }) => Type === 'AWS::IAM::Policy' && refersTo(Roles, id)).map(policy => policy.Properties),
    ];
    const managed = all.filter(({ Type, Properties: { Roles } }) => Type === 'AWS::IAM::ManagedPolicy' && refersTo(Roles, id));
    const sizes = inline.map(({ PolicyDocument }) => sizeOf(PolicyDocument, resources));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.info(`${id}: ${total} characters in ${sizes.length} inline policies, ${managed.length} managed`);
    expect(total).toBeLessThanOrEqual(INLINE);
    expect(managed.length + (Properties.ManagedPolicyArns ?? []).length).toBeLessThanOrEqual(ATTACHED);
    for (const policy of managed) expect(sizeOf(policy.Properties.PolicyDocument, resources)).toBeLessThanOrEqual(MANAGED);
  }
});
