import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BackupConsistency, BackupCopy, BackupRetention, BackupSelection, LightsailBackupPlan } from '../../../src';
import { PlanSettings, RESTART_SCHEDULE_PREFIX, SCHEDULE_PREFIX } from '../../../src/functions/backup/contract';
import { AUDIT_PERMISSIONS, PERMISSIONS, RESTART_PERMISSIONS } from '../../../src/functions/backup/permissions';
import { resolve } from '../../../testbed/driver/template';
import { ACCOUNT, BackupTestEnvironment, DAY, REGION, startBackups } from '../../support/backup';
import { RequestedAction, requestedBy, isAllowed, Policy, Tags } from '../../support/iam';

const TARGET = 'eu-central-1';
const THREE = Date.UTC(2026, 0, 1, 3);
const WHO = { role: `arn:aws:iam::${ACCOUNT}:role/Backup`, account: ACCOUNT };

/** Used by Lambda itself, and by Scheduler when a schedule is created with this role. */
const USED_ELSEWHERE = ['logs:CreateLogStream', 'logs:PutLogEvents', 'iam:PassRole'];

const stack = new Stack(new App(), 'Site', { env: { account: ACCOUNT, region: REGION } });
new LightsailBackupPlan(stack, 'Nightly', {
  planName: 'nightly',
  selection: BackupSelection.allInstances().or(BackupSelection.allDisks()),
  retention: BackupRetention.keep({ last: 1 }),
  copies: [BackupCopy.toRegion({ region: TARGET, retention: BackupRetention.keep({ last: 1 }) })],
  consistency: BackupConsistency.stopInstance(),
  copySourceTags: true,
  adopt: [{ snapshotName: 'auto-*' }],
});
const template = Template.fromStack(stack);

const values = {
  ref: (name: string) => ({ 'AWS::Partition': 'aws', 'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT, 'AWS::StackId': 'arn:aws:cloudformation:x:y:stack/Site/0' })[name] ?? name,
  getAtt: (id: string) => `arn:aws:iam::${ACCOUNT}:role/${id}`,
};

/** What a role may do. */
function policiesOf(name: string): Policy[] {
  const [[, role]] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) => id.includes(name));
  return role.Properties.Policies.map(({ PolicyDocument }: { PolicyDocument: never }) => resolve(PolicyDocument, values) as unknown as Policy);
}

const actionsOf = (policies: readonly Policy[]) => policies.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));

/** The plan as its schedule gives it to the machine. */
function planOf(): PlanSettings {
  const [schedule] = Object.values(template.findResources('AWS::Scheduler::Schedule')).filter(({ Properties }) => Properties.Name);
  return (JSON.parse(resolve(schedule.Properties.Target.Input, values) as string) as { plan: PlanSettings }).plan;
}

let environment: BackupTestEnvironment;
beforeAll(async () => { environment = await startBackups(); });
afterAll(() => environment.close());

/** Two nights with everything that a plan can do, and an audit. */
async function nights(): Promise<{ readonly ofRuns: RequestedAction[]; readonly ofAudit: RequestedAction[] }> {
  const home = environment.sim.region(REGION);
  home.addInstance({ name: 'web', createdAt: THREE - DAY, tags: [{ key: 'env', value: 'prod' }] });
  home.addStaticIp({ name: 'ip', attachedTo: 'web' });
  home.addDisk({ name: 'data', createdAt: THREE - DAY });
  for (const days of [3, 2]) home.addInstanceSnapshot({ name: `auto-${days}`, fromInstanceName: 'web', createdAt: THREE - days * DAY });
  home.addDiskSnapshot({ name: 'auto-disk', fromDiskName: 'data', createdAt: THREE - 2 * DAY });
  home.instanceSnapshots.get('auto-2')!.users = 1;
  environment.deploy(planOf(), 'cron(0 3 * * ? *)');
  await environment.until(THREE + 2 * DAY - 4 * 3600_000);
  expect(environment.executions.all.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  const ofRuns = await requestedBy(environment.sim.calls, ACCOUNT);
  const ofScheduler = (prefix: string) => environment.interceptor.calls.filter(({ service }) => service === 'scheduler').map(({ operation }) => ({
    action: `scheduler:${operation}`, resource: `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/default/${prefix}0`, tags: {},
  }));
  const restarts = ofScheduler(RESTART_SCHEDULE_PREFIX);
  environment.sim.calls.length = 0;
  environment.interceptor.calls.length = 0;
  // whether it rings for one without a snapshot depends on the age of the plan
  home.addInstance({ name: 'never', createdAt: THREE - 30 * DAY });
  await environment.clock.run(environment.lambda.invoke({ action: 'audit', plan: planOf() }));
  return { ofRuns: [...ofRuns, ...restarts], ofAudit: [...await requestedBy(environment.sim.calls, ACCOUNT), ...ofScheduler(SCHEDULE_PREFIX)] };
}

test('every call is allowed, and every permission is used', async () => {
  const { ofRuns, ofAudit } = await nights();
  for (const [name, asked] of [['HandlerRole', ofRuns], ['AuditRole', ofAudit]] as const) {
    const policies = policiesOf(name);
    const known = new Map(asked.map(one => [JSON.stringify([one.action, one.region, one.resource.split('/')[0], one.tags, one.requestTags, one.tagKeys]), one]));
    const refused = [];
    for (const one of known.values()) if (!await isAllowed(one, policies, WHO)) refused.push(one);
    expect([name, refused]).toEqual([name, []]);
    const used = new Set(asked.map(({ action }) => action));
    expect([name, actionsOf(policies).filter(action => !used.has(action) && !USED_ELSEWHERE.includes(action))]).toEqual([name, []]);
    expect(known.size).toBeGreaterThan(3);
  }
});

test('nothing is granted that these lists do not say', () => {
  const said = new Set([...PERMISSIONS, ...AUDIT_PERMISSIONS, ...RESTART_PERMISSIONS].flatMap(({ actions }) => actions));
  for (const name of ['HandlerRole', 'AuditRole', 'RestartRole']) {
    expect(actionsOf(policiesOf(name)).filter(action => !said.has(action) && !USED_ELSEWHERE.includes(action))).toEqual([]);
  }
  expect(actionsOf(policiesOf('RestartRole'))).toEqual(['lightsail:StartInstance']);
});

test.each(['InstanceSnapshot', 'DiskSnapshot'])('a snapshot (%s) is deleted with the tag of a plan of the stack and without a pin', async type => {
  const deletion = (tags: Tags, region = REGION) => isAllowed(
    { action: `lightsail:Delete${type}`, resource: `arn:aws:lightsail:${region}:${ACCOUNT}:${type}/0`, tags }, policiesOf('HandlerRole'), WHO,
  );
  const plan = { 'cdk-lightsail-snapshots:plan': `${REGION}/nightly` };
  expect(await deletion(plan)).toBe(true);
  expect(await deletion(plan, TARGET)).toBe(true);
  expect(await deletion(plan, 'us-west-2')).toBe(false);
  expect(await deletion({})).toBe(false);
  expect(await deletion({ 'cdk-lightsail-snapshots:plan': `${REGION}/other` })).toBe(false);
  expect(await deletion({ 'cdk-lightsail-snapshots:plan': `${TARGET}/nightly` })).toBe(false);
  expect(await deletion({ ...plan, 'cdk-lightsail-snapshots:keep': '' })).toBe(false);
});

test('snapshots are copied into the regions of the copies alone', async () => {
  const copying = (region: string) => isAllowed({ action: 'lightsail:CopySnapshot', resource: '*', region, tags: {} }, policiesOf('HandlerRole'), WHO);
  expect([await copying(TARGET), await copying('us-west-2')]).toEqual([true, false]);
});

test.each(['InstanceSnapshot', 'DiskSnapshot'])('a snapshot (%s) is tagged when it is a plan\'s of the stack, or becomes so', async type => {
  const tagging = (tags: Tags, requestTags: Tags, region = REGION) => isAllowed(
    { action: 'lightsail:TagResource', resource: `arn:aws:lightsail:${region}:${ACCOUNT}:${type}/0`, tags, requestTags }, policiesOf('HandlerRole'), WHO,
  );
  const plan = { 'cdk-lightsail-snapshots:plan': `${REGION}/nightly` };
  const other = { 'cdk-lightsail-snapshots:plan': `${REGION}/other` };
  expect(await tagging(plan, { 'cdk-lightsail-snapshots:deferred': '1/0' })).toBe(true);
  expect(await tagging({ team: 'web' }, plan)).toBe(true);
  expect(await tagging({}, plan, TARGET)).toBe(true);
  expect(await tagging({}, { team: 'web' })).toBe(false);
  expect(await tagging({}, other)).toBe(false);
  expect(await tagging(other, plan)).toBe(false);
});

test.each(['TagResource', 'UntagResource'])('an instance gets and loses the tag of a stop alone (%s)', async action => {
  const tagging = (...tagKeys: string[]) => isAllowed(
    { action: `lightsail:${action}`, resource: `arn:aws:lightsail:${REGION}:${ACCOUNT}:Instance/0`, tags: {}, tagKeys }, policiesOf('HandlerRole'), WHO,
  );
  const stopped = 'cdk-lightsail-snapshots:stopped-by';
  expect([await tagging(stopped), await tagging('stage'), await tagging(stopped, 'stage')]).toEqual([true, false, false]);
});

test('a plan without stops, disks and copies asks for less', () => {
  const simple = new Stack(new App(), 'Simple', { env: { account: ACCOUNT, region: REGION } });
  new LightsailBackupPlan(simple, 'Nightly', { planName: 'nightly', selection: BackupSelection.allInstances(), completionWindow: Duration.hours(2) });
  const text = JSON.stringify(Template.fromStack(simple).findResources('AWS::IAM::Role'));
  for (const action of ['Stop', 'Start', 'Disk', 'CopySnapshot', 'scheduler:', 'PassRole']) expect(text).not.toMatch(new RegExp(`"(lightsail|scheduler|iam):[A-Za-z]*${action}`));
});
