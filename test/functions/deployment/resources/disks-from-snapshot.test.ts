import { Resources, TestEnvironment } from '../../../../testbed/driver';
import { dieEverywhere } from '../../../support/crash-points';
import { Lightsail, startTestEnvironment } from '../../../support/test-environment';

let environment: TestEnvironment<Lightsail>;

beforeAll(async () => { environment = await startTestEnvironment({ direct: true }); });
afterAll(() => environment.close());
beforeEach(async () => {
  await environment.reset();
  region().addDisk({ name: 'uploads', sizeInGb: 32 });
  region().addDiskSnapshot({ name: 'before', fromDiskName: 'uploads' });
  region().addDiskSnapshot({ name: 'after', fromDiskName: 'uploads' });
});
afterEach(async () => {
  await environment.settle();
  expect(environment.audit().filter(problem => !/^execution .* is FAILED/.test(problem))).toEqual([]);
});

const simulator = () => environment.sim.simulator;
const region = () => simulator().region('us-east-1');
const names = () => [...region().disks.keys()].filter(name => name !== 'uploads').sort();
const disk = (name: string) => region().disks.get(name)!;
const calls = (operation: string) => environment.calls.filter(call => call.operation === operation);

function disks(properties: object = {}): Resources {
  const all = { ServiceTimeout: 3600, DiskSnapshotName: 'before', AvailabilityZone: 'us-east-1a', Names: ['left', 'right'], ...properties };
  const Properties = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return { Disks: { Type: 'Custom::LightsailDisksFromSnapshot', Properties, DeletionPolicy: 'Delete' } as Resources[string] };
}

const CREATED = { status: 'CREATE_COMPLETE', reasons: [] };
const UPDATED = { status: 'UPDATE_COMPLETE', reasons: [] };

test('all are available when the stack is there, and all are gone when it goes', async () => {
  const stack = environment.stack('Site');
  const attributes = ['Name.1', 'Arn.1', 'State.1', 'SizeInGb.1', 'AttachedTo.1'];
  expect(await stack.deploy(disks({ Tags: { team: 'web' }, Attributes: attributes }))).toMatchObject(CREATED);
  expect(stack.attributes('Disks')).toEqual({ 'Name.1': 'right', 'Arn.1': disk('right').arn, 'State.1': 'available', 'SizeInGb.1': 32, 'AttachedTo.1': '' });
  expect(disk('left').tags).toContainEqual({ key: 'team', value: 'web' });
  expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE' });
  expect(names()).toEqual([]);
});

test('every parameter reaches the call', async () => {
  expect(await environment.stack('Site').deploy(disks({ Names: ['left'], SizeInGb: '64', AutoSnapshotTime: '03:00' }))).toMatchObject(CREATED);
  expect(disk('left')).toMatchObject({ sizeInGb: 64, addOns: [{ snapshotTimeOfDay: '03:00' }], fromSnapshot: 'before' });
});

test.each([{ RestoreDate: '2026-01-02' }, { UseLatestRestorableAutoSnapshot: 'true' }])('an automatic snapshot is a source: %j', async which => {
  region().addAutoSnapshot({ resource: 'uploads', date: '2026-01-02' });
  region().addAutoSnapshot({ resource: 'uploads', date: '2026-01-03' });
  expect(await environment.stack('Site').deploy(disks({ DiskSnapshotName: undefined, SourceDiskName: 'uploads', ...which }))).toMatchObject(CREATED);
  expect(disk('left')).toMatchObject({ sizeInGb: 32, fromSnapshot: `uploads@${which.RestoreDate ?? '2026-01-03'}` });
});

test('names are added and dropped in place', async () => {
  const stack = environment.stack('Site');
  await stack.deploy(disks());
  const { arn } = disk('right');
  expect(await stack.deploy(disks({ Names: ['right', 'third'] }))).toMatchObject(UPDATED);
  expect([names(), disk('right').arn]).toEqual([['right', 'third'], arn]);
});

const KEPT = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
const kept = (properties: object): Resources => ({ Disks: { ...disks(properties).Disks, ...KEPT } as Resources[string] });
const other: Resources = { Other: { Type: 'AWS::SNS::Topic' } };

test('disks that were kept earlier do not go when the construct comes back with other names', async () => {
  const stack = environment.stack('Site');
  await stack.deploy({ ...other, ...kept({}) });
  await stack.deploy(other);
  const { status, reasons } = await stack.deploy({ ...other, ...kept({ Names: ['data'] }) });
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(reasons[0]).toContain("disk 'left' was kept when this construct was removed from the stack earlier. change `revision`");
  expect(names()).toEqual(['left', 'right']);
  expect(await stack.deploy({ ...other, ...kept({ Names: ['data'], Revision: '2' }) })).toMatchObject(UPDATED);
  expect(names()).toEqual(['data', 'left', 'right']);
});

test('disks that were kept earlier do not go when the construct goes back to their revision with fewer of them', async () => {
  const stack = environment.stack('Site');
  const generated = (Revision: string, Count: string) => kept({ Names: undefined, Revision, Count });
  await stack.deploy(generated('1', '2'));
  const first = names();
  await stack.deploy(generated('2', '2'));
  const { status, reasons } = await stack.deploy(generated('1', '1'));
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(reasons[0]).toContain(`disk '${first[1]}' was kept when it was replaced earlier. change \`revision\``);
  expect(names()).toEqual(expect.arrayContaining(first));
});

test.each(['update with new id', 'update with old id', 'delete only'] as const)('disks that were kept stay when going back to them is rolled back by "%s"', async way => {
  environment.switches.rollbackOfReplacement = way;
  const stack = environment.stack('Site');
  const revision = (Revision: string, Count = '2') => kept({ Names: undefined, Revision, Count, Retain: 'true' });
  await stack.deploy(revision('1'));
  await stack.deploy(revision('2'));
  const before = names();
  expect(before).toHaveLength(4);
  // the third is new, and goes
  await stack.deploy(revision('1', '3'), { failOther: { after: 'Disks' } });
  expect([stack.status, names()]).toEqual(['UPDATE_ROLLBACK_COMPLETE', before]);
  expect(calls('CreateDiskFromSnapshot')).toHaveLength(5);
});

test('with generated names a new source brings new disks before the old go', async () => {
  const stack = environment.stack('Site');
  await stack.deploy(disks({ Names: undefined, Count: '2' }));
  const old = names();
  expect(await stack.deploy(disks({ Names: undefined, Count: '2', DiskSnapshotName: 'after' }))).toMatchObject(UPDATED);
  expect(names()).toHaveLength(2);
  expect(names().filter(name => old.includes(name))).toEqual([]);
  expect(calls('DeleteDisk')[0].at).toBeGreaterThan(calls('CreateDiskFromSnapshot')[3].at + simulator().durations.disk);
});

test('with given names a new source is refused, with the way out', async () => {
  const stack = environment.stack('Site');
  await stack.deploy(disks());
  const { status, reasons } = await stack.deploy(disks({ DiskSnapshotName: 'after' }));
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(reasons[0]).toContain('change the names together with the source');
  expect(disk('left').fromSnapshot).toBe('before');
});

describe('a disk that is attached', () => {
  beforeEach(() => {
    region().addInstance({ name: 'web' });
  });
  const attach = (name: string) => Object.assign(disk(name), { state: 'in-use', attachedTo: 'web', path: '/dev/xvdf' });
  const detach = (name: string) => Object.assign(disk(name), { state: 'available', attachedTo: undefined, path: undefined });

  test('is not deleted with the stack: that says so, and deletes none', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(disks());
    attach('right');
    const { status, reasons } = await stack.destroy();
    expect(status).toBe('DELETE_FAILED');
    expect(reasons[0]).toMatch(/not deleted while it is attached, and these are: 'right' to 'web'. none was deleted; detach them first/);
    expect(names()).toEqual(['left', 'right']);
    detach('right');
    expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(names()).toEqual([]);
  });

  test('is not dropped: nothing is made instead of it', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(disks());
    attach('right');
    const { status, reasons } = await stack.deploy(disks({ Names: ['left', 'third'] }));
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain("'right' to 'web'");
    expect(names()).toEqual(['left', 'right']);
    expect(calls('CreateDiskFromSnapshot')).toHaveLength(2);
  });

  test('does not keep others from coming', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(disks());
    attach('right');
    expect(await stack.deploy(disks({ Names: ['right', 'left', 'third'] }))).toMatchObject(UPDATED);
  });

  test('is waited for when it is just being detached', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(disks());
    attach('right');
    environment.clock.in(60_000, () => detach('right'), 'the instance is gone');
    expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(names()).toEqual([]);
  });
});

test.each([
  ['a size that is too small', { SizeInGb: '8' }, /size of a block storage disk must be between 32.*leave `sizeInGb` out/],
  ['a size that is none', { SizeInGb: 'big' }, /SizeInGb must be a whole number/],
  ['a snapshot that is not there', { DiskSnapshotName: 'nowhere' }, /there is no disk snapshot 'nowhere' in us-east-1/],
  ['a zone that is not there', { AvailabilityZone: 'us-east-1z' }, /get-regions/],
  ['no automatic snapshot', { DiskSnapshotName: undefined, SourceDiskName: 'uploads', UseLatestRestorableAutoSnapshot: true }, /turn automatic snapshots on/],
])('%s is told with the way out, and nothing is left', async (_, properties, reason) => {
  const { status, reasons } = await environment.stack('Site').deploy(disks(properties));
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(reasons[0]).toMatch(reason);
  expect(names()).toEqual([]);
});

test.each(['unknown', 'unknown-state'] as const)('a disk in state "%s" is an error at once, and removed as soon as that can be', async state => {
  simulator().outcomes.push({ resourceType: 'Disk', name: 'left', state });
  environment.clock.in(300_000, () => { disk('left').state = 'error'; }, 'Lightsail knows again');
  const { status, reasons } = await environment.stack('Site').deploy(disks());
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(reasons[0]).toMatch(/disk 'left' (ended in state 'unknown'|is in the unknown state 'archiving') instead of 'available'/);
  expect(names()).toEqual([]);
});

test.each(['error', 'vanish'] as const)('one that ends as "%s" takes those with it that were made together with it', async state => {
  const stack = environment.stack('Site');
  await stack.deploy(disks());
  simulator().outcomes.push({ resourceType: 'Disk', name: 'fourth', state, errorCode: 'E42', errorDetails: 'no room' });
  const { status, reasons } = await stack.deploy(disks({ Names: ['left', 'right', 'third', 'fourth'] }));
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(reasons[0]).toContain("disk 'fourth'");
  expect(names()).toEqual(['left', 'right']);
});

test.each([
  { eventualConsistency: 20_000 }, { tagsVisibleDelay: 20_000 }, { notFoundAs: 'InvalidInputException' as const }, { deletingIsHidden: true },
  { emptyPages: true },
])('a Lightsail with %j is dealt with', async options => {
  Object.assign(simulator().options, options);
  const stack = environment.stack('Site');
  expect(await stack.deploy(disks())).toMatchObject(CREATED);
  expect(await stack.deploy(disks({ Names: ['right', 'third'] }))).toMatchObject(UPDATED);
  expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE' });
  await environment.clock.run(environment.clock.sleep(60_000), 'the names are free again');
  expect(names()).toEqual([]);
});

test.each([0, 100, 5_000, 20_000])('a creation that is cancelled after %d ms leaves nothing', async cancelAfter => {
  expect(await environment.stack('Site').deploy(disks(), { cancelAfter })).toMatchObject({ status: 'ROLLBACK_COMPLETE' });
  await environment.settle();
  expect(names()).toEqual([]);
});

test('a function that dies before or after any of its calls leaves nothing and misses nothing', () => dieEverywhere(environment, {
  begin: async () => {
    await environment.reset();
    region().addDiskSnapshot({ name: 'before', sizeInGb: 32 });
  },
  run: async () => {
    const stack = environment.stack('Site');
    expect(await stack.deploy(disks())).toMatchObject(CREATED);
    expect(await stack.deploy(disks({ Names: ['right', 'third'] }))).toMatchObject(UPDATED);
    expect(names()).toEqual(['right', 'third']);
    await stack.destroy();
    await environment.settle();
    expect(names()).toEqual([]);
  },
}));
