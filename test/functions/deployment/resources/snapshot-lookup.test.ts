import { Resources, TestEnvironment } from '../../../../testbed/driver';
import { dieEverywhere } from '../../../support/crash-points';
import { Lightsail, startTestEnvironment } from '../../../support/test-environment';

let environment: TestEnvironment<Lightsail>;

beforeAll(async () => { environment = await startTestEnvironment({ direct: true }); });
afterAll(() => environment.close());
beforeEach(async () => {
  await environment.reset();
  // seven on three pages, whose order says nothing of their age
  add('c-1', 3, { fromInstanceName: 'web-1', tags: [{ key: 'stage', value: 'golden' }, { key: 'plain' }] });
  add('a-2', 5, { fromInstanceName: 'web-1', isFromAutoSnapshot: true });
  add('f-3', 1, { fromInstanceName: 'web-1' });
  add('b-4', 6, { fromInstanceName: 'web-2', tags: [{ key: 'stage', value: 'golden' }] });
  add('e-5', 2, { fromInstanceName: 'web-2' });
  add('d-6', 8, { fromInstanceName: 'web-1', state: 'pending' });
  add('g-7', 9, { fromInstanceName: 'web-1', state: 'error' });
});
afterEach(async () => {
  await environment.settle();
  // executions of requests that failed end as failed, so that an alarm can see them
  expect(environment.audit().filter(problem => !/^execution .* is FAILED/.test(problem))).toEqual([]);
});

const sim = () => environment.sim.simulator;
const region = () => sim().region('us-east-1');
const calls = (operation: string) => environment.calls.filter(call => call.operation === operation);
const add = (name: string, day: number, more: object) => region().addInstanceSnapshot({ name, createdAt: Date.UTC(2026, 0, day, 12), ...more });
const ofDisk = (name: string, day: number, more: object) => region().addDiskSnapshot({ name, createdAt: Date.UTC(2026, 0, day, 12), ...more });

function lookup(properties: object = {}, Type = 'Custom::LightsailInstanceSnapshotLookup'): Resources {
  const Properties = { ServiceTimeout: 480, Timeout: 300, Attributes: ['Name', 'Names', 'Count'], ...properties };
  return { Lookup: { Type, Properties, DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' } };
}

describe('what is found', () => {
  test.each<[string, object, string, string[]]>([
    ['the newest of all', {}, 'b-4', ['a-2', 'b-4', 'c-1', 'e-5', 'f-3']],
    ['the oldest of all', { Choose: 'oldest' }, 'f-3', ['a-2', 'b-4', 'c-1', 'e-5', 'f-3']],
    ['the newest of an instance', { FromInstanceName: 'web-1', Choose: 'newest' }, 'a-2', ['a-2', 'c-1', 'f-3']],
    ['one that was taken by hand', { FromInstanceName: 'web-1', FromAutoSnapshot: false }, 'c-1', ['c-1', 'f-3']],
    ['one that was copied from an automatic one', { FromAutoSnapshot: true }, 'a-2', ['a-2']],
    ['by name', { SnapshotName: 'e-5' }, 'e-5', ['e-5']],
    ['by a tag', { WithTags: { stage: 'golden' } }, 'b-4', ['b-4', 'c-1']],
    ['by all tags, one without a value', { WithTags: { stage: 'golden', plain: '' } }, 'c-1', ['c-1']],
    ['created at that time or later', { CreatedAfter: '2026-01-03T12:00:00Z', Choose: 'oldest' }, 'c-1', ['a-2', 'b-4', 'c-1']],
    ['created before that time', { CreatedBefore: '2026-01-03T12:00:00Z' }, 'e-5', ['e-5', 'f-3']],
    ['in a period, in another zone', { CreatedAfter: '2026-01-02', CreatedBefore: '2026-01-05T14:00:00+02:00' }, 'c-1', ['c-1', 'e-5']],
    ['found, so that there is nothing to fall back on', { SnapshotName: 'e-5', FallbackSnapshotName: 'f-3' }, 'e-5', ['e-5']],
  ])('%s', async (_, properties, name, names) => {
    const stack = environment.stack('Site');
    const { status, reasons } = await stack.deploy(lookup(properties));
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    expect(stack.attributes('Lookup')).toEqual({ Name: name, Names: names, Count: names.length });
    expect(calls('GetInstanceSnapshots')).toHaveLength(3);
  });

  test.each(['name', 'oldest', 'newest'] as const)('the same whatever the order of the list: by %s', async listOrder => {
    Object.assign(sim().options, { listOrder, emptyPages: true });
    add('same-time', 6, {});
    const stack = environment.stack('Site');
    await stack.deploy(lookup());
    expect(stack.attributes('Lookup').Name).toBe('b-4');
  });

  test('all attributes of what was found', async () => {
    add('whole', 7, { fromAttachedDisks: [{ name: 'uploads', path: '/dev/xvdf', sizeInGb: 8 }] });
    const Attributes = [
      'Arn', 'SupportCode', 'CreatedAt', 'Region', 'State', 'SizeInGb', 'FromInstanceName', 'FromInstanceArn', 'IsFromAutoSnapshot', 'FromBlueprintId',
      'FromBundleId', 'AttachedDiskNames', 'AttachedDiskPaths', 'AttachedDiskSizesInGb',
    ];
    const stack = environment.stack('Site');
    await stack.deploy(lookup({ Attributes }));
    const record = region().instanceSnapshots.get('whole')!;
    expect(Object.keys(stack.attributes('Lookup')).sort()).toEqual([...Attributes].sort());
    expect(stack.attributes('Lookup')).toMatchObject({
      Arn: record.arn, CreatedAt: '2026-01-07T12:00:00.000Z', State: 'available', FromInstanceName: 'gone', AttachedDiskNames: ['uploads'],
    });
  });

  test.each<[object, string]>([
    [{ FromDiskName: 'uploads' }, 'of-disk'], [{ FromInstanceName: 'web-1' }, 'of-system'], [{ Choose: 'oldest' }, 'of-system'],
    [{ FromAutoSnapshot: 'true', FallbackSnapshotName: 'of-disk' }, 'of-disk'],
  ])('a disk snapshot: %j', async (properties, name) => {
    ofDisk('of-system', 1, { fromInstanceName: 'web-1' });
    ofDisk('of-disk', 2, { fromDiskName: 'uploads' });
    ofDisk('of-pending', 3, { fromDiskName: 'uploads', state: 'pending' });
    const stack = environment.stack('Site');
    const { reasons } = await stack.deploy(lookup({ Attributes: ['Name', 'State', 'SnapshotProgress'], ...properties }, 'Custom::LightsailDiskSnapshotLookup'));
    expect(reasons).toEqual([]);
    expect(stack.attributes('Lookup')).toEqual({ Name: name, State: 'completed', SnapshotProgress: '100%' });
  });
});

describe('nothing found', () => {
  test('says what was looked for, where and among how many, and the way out', async () => {
    const properties = { FromInstanceName: 'web-3', WithTags: { stage: 'golden' }, FromAutoSnapshot: 'false', CreatedBefore: '2026-01-05' };
    const { status, reasons } = await environment.stack('Site').deploy(lookup(properties));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain('found no instance snapshot of instance \'web-3\', tagged {"stage":"golden"}, not copied from an automatic one, '
      + 'created before 2026-01-05 that is available in us-east-1, among the 7 that are there. widen the search, or name a snapshot to fall back on');
  });

  test('what is not finished does not count', async () => {
    const { reasons } = await environment.stack('Site').deploy(lookup({ SnapshotName: 'd-6' }));
    expect(reasons[0]).toContain("found no instance snapshot named 'd-6' that is available");
  });

  test('the declared one is taken instead, with its attributes', async () => {
    const stack = environment.stack('Site');
    const { status } = await stack.deploy(lookup({ FromInstanceName: 'web-3', FallbackSnapshotName: 'f-3', Attributes: ['Name', 'Names', 'Count', 'FromInstanceName'] }));
    expect(status).toBe('CREATE_COMPLETE');
    expect(stack.attributes('Lookup')).toEqual({ Name: 'f-3', Names: [], Count: 0, FromInstanceName: 'web-1' });
  });

  test.each(['nobody', 'd-6'])('a declared one that is not there or not finished is told: %s', async FallbackSnapshotName => {
    const { status, reasons } = await environment.stack('Site').deploy(lookup({ FromInstanceName: 'web-3', FallbackSnapshotName }));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain(`the one to fall back on, '${FallbackSnapshotName}', is not there either, or not available`);
  });

  test('a time that is none is told', async () => {
    const { reasons } = await environment.stack('Site').deploy(lookup({ CreatedAfter: 'yesterday' }));
    expect(reasons[0]).toContain("CreatedAfter must be a time such as 2026-11-21T09:30:00Z, got 'yesterday'");
  });
});

describe('its life', () => {
  test('looks again when its revision changes, and keeps what it found otherwise', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(lookup({ Revision: '1' }));
    add('new', 20, {});
    await stack.deploy(lookup({ Revision: '1' }));
    expect(stack.attributes('Lookup').Name).toBe('b-4');
    const { status } = await stack.deploy(lookup({ Revision: '2' }));
    expect(status).toBe('UPDATE_COMPLETE');
    expect([stack.attributes('Lookup').Name, stack.physicalId('Lookup')]).toEqual(['new', expect.stringMatching(/^[0-9a-f]{10}\/new$/)]);
  });

  test('its removal calls nothing, and leaves the snapshots', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(lookup());
    const before = environment.calls.length;
    expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
    expect(environment.calls.slice(before).filter(({ service }) => service === 'lightsail')).toEqual([]);
    expect(region().instanceSnapshots.size).toBe(7);
  });

  test('an update that finds nothing is rolled back to what was found', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(lookup());
    const { status } = await stack.deploy(lookup({ SnapshotName: 'nobody' }));
    expect([status, stack.attributes('Lookup').Name]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'b-4']);
  });

  test.each(['update with new id', 'update with old id', 'delete only'] as const)('a rollback after another revision goes back to what was found before: %s', async rollbackOfReplacement => {
    environment.switches.rollbackOfReplacement = rollbackOfReplacement;
    const stack = environment.stack('Site');
    await stack.deploy(lookup({ Revision: '1' }));
    const before = stack.physicalId('Lookup');
    add('new', 20, {});
    const failing = { Type: 'Custom::LightsailInstanceSnapshot', Properties: { ServiceTimeout: 480, Timeout: 300, InstanceName: 'nobody' }, DependsOn: ['Lookup'] };
    const { status } = await stack.deploy({ ...lookup({ Revision: '2' }), Failing: failing });
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect([stack.attributes('Lookup').Name, stack.physicalId('Lookup')]).toEqual(['b-4', before]);
  });

  test('a rollback to what is gone by now goes on with what was told of it', async () => {
    const stack = environment.stack('Site');
    const Attributes = ['Name', 'CreatedAt'];
    await stack.deploy(lookup({ Revision: '1', Attributes }));
    const before = stack.attributes('Lookup');
    region().vanish(region().instanceSnapshots.get('b-4')!);
    const failing = { Type: 'Custom::LightsailInstanceSnapshot', Properties: { ServiceTimeout: 480, Timeout: 300, InstanceName: 'nobody' }, DependsOn: ['Lookup'] };
    const { status } = await stack.deploy({ ...lookup({ Revision: '2', Attributes }), Failing: failing });
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.attributes('Lookup')).toEqual(before);

    expect((await stack.deploy(lookup({ Revision: '1', Attributes: [...Attributes, 'State'] }))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.attributes('Lookup')).toEqual(before);
  });

  test.each([0, 20])('a creation that is cancelled after %d ms ends as one', async cancelAfter => {
    const { status, reasons } = await environment.stack('Site').deploy(lookup(), { cancelAfter });
    expect([status, reasons]).toEqual(['ROLLBACK_COMPLETE', []]);
  });
});

describe('what goes wrong on the way', () => {
  test.each(['throttle', '500', 'reset', 'accountSetup'] as const)('%s between pages: goes on with the page, and counts none twice', async effect => {
    sim().faults.push({ operation: 'GetInstanceSnapshots', after: 1, times: 3, effect });
    const stack = environment.stack('Site');
    const { status, reasons } = await stack.deploy(lookup());
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    expect(stack.attributes('Lookup')).toEqual({ Name: 'b-4', Names: ['a-2', 'b-4', 'c-1', 'e-5', 'f-3'], Count: 5 });
    expect(calls('GetInstanceSnapshots')).toHaveLength(6);
  });

  test('throttling without end is told, with the time', async () => {
    sim().faults.push({ operation: 'GetInstanceSnapshots', effect: 'throttle' });
    const { status, reasons, took } = await environment.stack('Site').deploy(lookup());
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/gave up after 5 min.*ThrottlingException/);
    expect(took).toBeLessThan(600_000);
  });

  test('a missing permission is told', async () => {
    sim().faults.push({ operation: 'GetInstanceSnapshots', effect: 'accessDenied' });
    const { reasons } = await environment.stack('Site').deploy(lookup());
    expect(reasons[0]).toContain('AccessDeniedException');
  });

  test('more pages than one invocation has time for are looked through by several', async () => {
    for (let i = 0; i < 60; i++) add(`many-${String(i).padStart(2, '0')}`, 1, {});
    environment.interceptor.latency = { after: 3_000 };
    const stack = environment.stack('Site');
    const { status, reasons } = await stack.deploy(lookup({ Attributes: ['Name', 'Count'] }));
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    expect(stack.attributes('Lookup')).toEqual({ Name: 'b-4', Count: 65 });
    expect(calls('GetInstanceSnapshots')).toHaveLength(23);
    expect(new Set(calls('GetInstanceSnapshots').map(({ invocation }) => invocation)).size).toBeGreaterThan(2);
  });

  test('more names than an answer has room for are told; without them it works', async () => {
    for (let i = 0; i < 40; i++) add(`${String(i).padStart(2, '0')}-${'long'.repeat(30)}`, 1, {});
    const stack = environment.stack('Site');
    const { reasons } = await stack.deploy(lookup());
    expect(reasons[0]).toMatch(/the names of the instance snapshots found take more than the 4096 bytes .*narrow the search, or do not refer to `snapshotNames`/);
    const other = environment.stack('Other');
    await other.deploy({ Other: lookup({ Attributes: ['Name', 'Count'] }).Lookup });
    expect(other.attributes('Other')).toEqual({ Name: 'b-4', Count: 45 });
  });

  test('a function that dies before or after any of its calls finds the same', async () => {
    const seeds = [...region().instanceSnapshots.values()];
    await dieEverywhere(environment, {
      begin: async () => {
        await environment.reset();
        for (const { name, createdAt, state, fromInstanceName, isFromAutoSnapshot } of seeds) {
          region().addInstanceSnapshot({ name, createdAt, state, fromInstanceName, isFromAutoSnapshot });
        }
      },
      run: async () => {
        const stack = environment.stack('Site');
        expect(await stack.deploy(lookup())).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
        expect(stack.attributes('Lookup')).toEqual({ Name: 'b-4', Names: ['a-2', 'b-4', 'c-1', 'e-5', 'f-3'], Count: 5 });
        expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
      },
    });
  });
});
