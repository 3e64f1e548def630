import { Resources, TestEnvironment } from '../../../../testbed/driver';
import { dieEverywhere } from '../../../support/crash-points';
import { Lightsail, startTestEnvironment } from '../../../support/test-environment';

let environment: TestEnvironment<Lightsail>;

beforeAll(async () => { environment = await startTestEnvironment({ direct: true }); });
afterAll(() => environment.close());
beforeEach(async () => {
  await environment.reset();
  region().addInstance({ name: 'web-1', bundleId: 'small_3_0', disks: [{ name: 'uploads', sizeInGb: 32 }] });
  region().addDisk({ name: 'orders' });
});
afterEach(async () => {
  await environment.settle();
  // executions of requests that failed end as failed, so that an alarm can see them
  expect(environment.audit().filter(problem => !/^execution .* is FAILED/.test(problem))).toEqual([]);
});

const sim = () => environment.sim.simulator;
const region = () => sim().region('us-east-1');
const names = () => [...region().diskSnapshots.keys()].sort();
const calls = (operation: string) => environment.calls.filter(call => call.operation === operation);
const inputs = (operation: string) => calls(operation).map(({ body }) => JSON.parse(body));

const KEPT = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
const REMOVED = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };
const ALL = [
  'Arn', 'SupportCode', 'CreatedAt', 'Region', 'State', 'SizeInGb', 'FromInstanceName', 'FromInstanceArn', 'IsFromAutoSnapshot', 'SnapshotProgress',
  'FromDiskName', 'FromDiskArn',
];

function snapshot(properties: object = {}, policies: object = KEPT): Resources {
  const source = 'InstanceName' in properties ? {} : { DiskName: 'uploads' };
  const Properties = { ServiceTimeout: 3600, Attributes: ALL, ...source, ...properties };
  return { Snapshot: { Type: 'Custom::LightsailDiskSnapshot', Properties, ...policies } as Resources[string] };
}

test('of a disk: there, and completed, when the stack is', async () => {
  const stack = environment.stack('Site');
  const { status, reasons } = await stack.deploy(snapshot({ Tags: { team: 'web' } }));
  expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
  const record = region().diskSnapshots.get(stack.physicalId('Snapshot')!)!;
  expect(record.state).toBe('completed');
  expect(Object.fromEntries(record.tags.map(({ key, value }) => [key, value]))).toMatchObject({ 'team': 'web', 'cdk-lightsail-snapshots:resource': 'Snapshot' });
  expect(stack.attributes('Snapshot')).toEqual({
    Arn: record.arn,
    SupportCode: record.supportCode,
    CreatedAt: new Date(record.createdAt).toISOString(),
    Region: 'us-east-1',
    State: 'completed',
    SizeInGb: 32,
    FromInstanceName: '',
    FromInstanceArn: '',
    IsFromAutoSnapshot: false,
    SnapshotProgress: '100%',
    FromDiskName: 'uploads',
    FromDiskArn: region().disks.get('uploads')!.arn,
  });
});

test('of the system disk of an instance', async () => {
  const stack = environment.stack('Site');
  const { status } = await stack.deploy(snapshot({ InstanceName: 'web-1' }));
  expect(status).toBe('CREATE_COMPLETE');
  expect(stack.attributes('Snapshot')).toMatchObject({
    FromInstanceName: 'web-1', FromInstanceArn: region().instances.get('web-1')!.arn, FromDiskName: '', FromDiskArn: '',
  });
  expect(inputs('CreateDiskSnapshot')[0]).not.toHaveProperty('diskName');
});

test.each([{ Revision: '2' }, { DiskName: 'orders' }, { InstanceName: 'web-1' }])('changed to %j, a fresh one is there before the old one goes', async change => {
  const stack = environment.stack('Site');
  await stack.deploy(snapshot({ Revision: '1' }, REMOVED));
  const [first] = names();
  const { status } = await stack.deploy(snapshot({ Revision: '1', ...change }, REMOVED));
  expect(status).toBe('UPDATE_COMPLETE');
  expect(names()).toEqual([stack.physicalId('Snapshot')]);
  expect(names()).not.toContain(first);
  expect(calls('DeleteDiskSnapshot')[0].at).toBeGreaterThan(calls('CreateDiskSnapshot')[1].at + sim().durations.diskSnapshot);
});

test('a kept one stays when the stack goes, and one that is to go does not', async () => {
  const stack = environment.stack('Site');
  await stack.deploy({ Kept: snapshot().Snapshot, Gone: snapshot({}, REMOVED).Snapshot });
  const kept = stack.physicalId('Kept');
  expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
  expect(names()).toEqual([kept]);
});

test.each([
  [{ DiskName: 'nobody' }, "there is no disk 'nobody' in us-east-1"], [{ InstanceName: 'nobody' }, "there is no instance 'nobody' in us-east-1"],
])('of %j: says where it looked', async (properties, words) => {
  const { status, reasons } = await environment.stack('Site').deploy(snapshot(properties));
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(reasons[0]).toContain(words);
});

test.each(['error', 'unknown'] as const)('one that ends as %s is told in the words of Lightsail, and removed', async state => {
  sim().outcomes.push({ resourceType: 'DiskSnapshot', state, errorCode: 'E42', errorDetails: 'the disk was busy' });
  const { status, reasons } = await environment.stack('Site').deploy(snapshot());
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(reasons[0]).toMatch(`ended in state '${state}' instead of 'completed': `);
  expect(reasons[0]).toContain('E42: the disk was busy');
  expect(names()).toEqual([]);
});

test('a foreign one of the same name is left alone', async () => {
  region().addDiskSnapshot({ name: 'taken', createdAt: 0 });
  const { status, reasons } = await environment.stack('Site').deploy(snapshot({ DiskSnapshotName: 'taken' }, REMOVED));
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(reasons[0]).toContain("'taken' is held by an existing disk snapshot that this stack did not make");
  expect(names()).toEqual(['taken']);
});

test.each([0, 5_000, 59_000])('a creation that is cancelled after %d ms leaves nothing', async cancelAfter => {
  const { status } = await environment.stack('Site').deploy(snapshot(), { cancelAfter });
  expect(status).toBe('ROLLBACK_COMPLETE');
  await environment.settle();
  expect(names()).toEqual([]);
});

test('an update that is rolled back leaves the old one', async () => {
  const stack = environment.stack('Site');
  await stack.deploy(snapshot({}, REMOVED));
  const before = names();
  await stack.deploy(snapshot({ DiskName: 'orders' }, REMOVED), { failOther: { after: 'Snapshot' } });
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(names()).toEqual(before);
});

test('a function that dies before or after any of its calls changes nothing of this', () => dieEverywhere(environment, {
  begin: async () => {
    await environment.reset();
    region().addDisk({ name: 'uploads' });
  },
  run: async () => {
    const stack = environment.stack('Site');
    expect(await stack.deploy(snapshot({}, REMOVED))).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
    expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
    expect(names()).toEqual([]);
  },
}));

test('a rollback goes back to a snapshot whose disk is gone', async () => {
  const stack = environment.stack('Site');
  await stack.deploy(snapshot());
  const [first] = names();
  region().vanish(region().disks.get('uploads')!);
  const { status } = await stack.deploy(snapshot({ DiskName: 'orders' }), { failOther: { after: 'Snapshot', delay: 5000 } });
  expect([status, stack.physicalId('Snapshot')]).toEqual(['UPDATE_ROLLBACK_COMPLETE', first]);
  expect(names()).toContain(first);
});

test.each(['update with new id', 'update with old id', 'delete only'] as const)('a snapshot that was kept stays when going back to it is rolled back by "%s"', async way => {
  environment.switches.rollbackOfReplacement = way;
  const stack = environment.stack('Site');
  const revision = (Revision: string) => snapshot({ Revision, Retain: 'true' });
  await stack.deploy(revision('1'));
  await stack.deploy(revision('2'));
  const before = names();
  expect(before).toHaveLength(2);
  await stack.deploy(revision('1'), { failOther: { after: 'Snapshot' } });
  expect([stack.status, names()]).toEqual(['UPDATE_ROLLBACK_COMPLETE', before]);
  await stack.deploy(revision('3'), { failOther: { after: 'Snapshot' } });
  expect([stack.status, names()]).toEqual(['UPDATE_ROLLBACK_COMPLETE', before]);
});

test('a longer timeout does not need the disk of a snapshot that is there', async () => {
  const stack = environment.stack('Site');
  const chain = (waits: boolean): Resources => {
    const { Snapshot } = snapshot({ Timeout: 3600, ...waits && { Continued: 'true' } });
    const properties = { ...Snapshot.Properties, Continued: undefined, OwnerType: 'Custom::LightsailDiskSnapshot', OwnerLogicalId: 'Snapshot', WaitedBefore: 3600 };
    const Wait2 = {
      ...Snapshot,
      Type: 'Custom::LightsailWait',
      Properties: { ...properties, ResourceId: { Ref: 'Snapshot' }, OwnerRequestId: { 'Fn::GetAtt': ['Snapshot', 'RequestId'] } },
    };
    return { Snapshot, ...waits && { Wait2: Wait2 as Resources[string] } };
  };
  await stack.deploy(chain(false));
  region().vanish(region().disks.get('uploads')!);
  expect(await stack.deploy(chain(true))).toMatchObject({ status: 'UPDATE_COMPLETE', reasons: [] });
});
