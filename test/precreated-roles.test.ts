/** Roles that somebody else makes, by what the CDK reports of their policies: `iam.Role.customizeRoles`. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { BackupConsistency, BackupSelection, InstanceSnapshotSource, LightsailBackupPlan, SnapshotExport, SnapshotProvider } from '../src';
import { Statement } from './support/statements';

const ROLES = [
  ...['ClockRole', 'HandlerRole'].map(name => `cdk-lightsail-snapshots/${name}`),
  ...['HandlerRole', 'StateMachineRole', 'SchedulerRole', 'AuditRole', 'RestartRole'].map(name => `cdk-lightsail-snapshots-backup/${name}`),
];

/** A stack of both planes, with a key of the user's. */
function newStack(options?: iam.CustomizeRolesOptions): Stack {
  const stack = new Stack(new App(), 'Site');
  if (options) iam.Role.customizeRoles(stack, options);
  new SnapshotExport(stack, 'Export', { source: InstanceSnapshotSource.snapshot('golden') });
  const selection = BackupSelection.allInstances();
  new LightsailBackupPlan(stack, 'Nightly', { planName: 'nightly', selection, consistency: BackupConsistency.stopInstance() });
  new LightsailBackupPlan(stack, 'Hourly', { planName: 'hourly', selection: selection.or(BackupSelection.allDisks()) });
  SnapshotProvider.getOrCreate(stack).encryptWith(kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:123456789012:key/0'));
  return stack;
}

/** What the CDK reports of each role, by its path in the stack. */
function reportOf(stack: Stack): Record<string, { statements: Statement[]; missing: boolean }> {
  const { directory } = (stack.node.root as App).synth();
  const { roles } = JSON.parse(readFileSync(join(directory, 'iam-policy-report.json'), 'utf8'));
  return Object.fromEntries(roles.map(({ roleConstructPath, missing, managedPolicyStatements, identityPolicyStatements }: Record<string, any>) =>
    [roleConstructPath.replace('Site/', ''), { missing, statements: [...managedPolicyStatements, ...identityPolicyStatements] }]));
}

const actionsIn = (statements: Statement[]) => [...new Set(statements.flatMap(({ Action }) => Action))].sort();

/** The actions of each role of a template. */
function actionsOf(stack: Stack): Record<string, string[]> {
  const template = Template.fromStack(stack);
  const attached = ['Policy', 'ManagedPolicy'].flatMap(type => Object.values(template.findResources(`AWS::IAM::${type}`)));
  return Object.fromEntries(ROLES.map(path => {
    const id = stack.getLogicalId(path.split('/').reduce((node, name) => node.node.findChild(name) as never, stack as never as iam.Role).node.defaultChild as iam.CfnRole);
    const own = attached.filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(`"${id}"`)).map(({ Properties }) => Properties);
    const inline = template.findResources('AWS::IAM::Role')[id].Properties.Policies ?? [];
    return [path, actionsIn([...inline, ...own].flatMap(({ PolicyDocument }) => PolicyDocument.Statement))];
  }));
}

test('every role is reported with all that it needs, and in words', () => {
  const expected = actionsOf(newStack());
  const report = reportOf(newStack({ usePrecreatedRoles: Object.fromEntries(ROLES.map(path => [path, path.replace('/', '-')])) }));
  expect(Object.fromEntries(Object.entries(report).map(([path, { statements }]) => [path, actionsIn(statements)]))).toEqual(expected);
  expect(Object.values(report).filter(({ missing }) => missing)).toEqual([]);
  expect(JSON.stringify(report)).not.toContain('Token');
  expect(report['cdk-lightsail-snapshots-backup/HandlerRole'].statements).toContainEqual(expect.objectContaining({
    Action: 'lightsail:DeleteInstanceSnapshot',
    Resource: 'arn:(PARTITION):lightsail:(REGION):(ACCOUNT):InstanceSnapshot/*',
  }));
});

test('the template has neither roles nor policies then, and the functions have the roles that were given', () => {
  const template = Template.fromStack(newStack({ usePrecreatedRoles: Object.fromEntries(ROLES.map(path => [path, path.replace('/', '-')])) }));
  expect(Object.values(template.toJSON().Resources as Record<string, { Type: string }>).filter(({ Type }) => Type.startsWith('AWS::IAM::'))).toEqual([]);
  const roles = Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => JSON.stringify(Properties.Role));
  expect(roles.map(role => /role\/([\w-]+)"/.exec(role)?.[1])).toEqual([
    'cdk-lightsail-snapshots-HandlerRole', 'cdk-lightsail-snapshots-backup-HandlerRole', 'cdk-lightsail-snapshots-backup-AuditRole',
  ]);
});

test('a report without anything else has the same, and leaves the policies in the roles as they are', () => {
  const [plain, reporting] = [newStack(), newStack({ preventSynthesis: false })];
  const report = reportOf(reporting);
  for (const [path, actions] of Object.entries(actionsOf(plain))) expect(actionsIn(report[path].statements)).toEqual(actions);
  const inline = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'))
    .map(({ Properties }) => actionsIn((Properties.Policies ?? []).flatMap(({ PolicyDocument }: Record<string, any>) => PolicyDocument.Statement)));
  expect(inline(reporting)).toEqual(inline(plain));
});
