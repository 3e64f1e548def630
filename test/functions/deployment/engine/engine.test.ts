import { Resources, TestEnvironment } from '../../../../testbed/driver';
import { dieEverywhere } from '../../../support/crash-points';
import { Lightsail, startTestEnvironment } from '../../../support/test-environment';

let environment: TestEnvironment<Lightsail>;

beforeAll(async () => { environment = await startTestEnvironment(); });
afterAll(() => environment.close());
beforeEach(async () => {
  await environment.reset();
  region().addInstance({ name: 'web-1', disks: [{ name: 'uploads' }] });
  region().addInstance({ name: 'web-2' });
});
afterEach(async () => {
  await environment.settle();
  expect(environment.audit()).toEqual([]);
});

const region = () => environment.sim.simulator.region('us-east-1');
const names = () => [...region().instanceSnapshots.keys()].sort();
const calls = (operation: string) => environment.calls.filter(call => call.operation === operation);

const KEPT = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
const REMOVED = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };

function snapshot(properties: object = {}, policies: object = KEPT): Resources {
  const Properties = { ServiceTimeout: 3600, InstanceName: 'web-1', Attributes: ['Arn', 'State', 'AttachedDiskNames'], ...properties };
  return { Snapshot: { Type: 'Custom::LightsailInstanceSnapshot', Properties, ...policies } as Resources[string] };
}

describe('the usual life', () => {
  test('a snapshot is there, and available, when the stack is', async () => {
    const stack = environment.stack('Site');
    const { status, reasons } = await stack.deploy(snapshot());

    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    const record = region().instanceSnapshots.get(stack.physicalId('Snapshot')!)!;
    expect(record.state).toBe('available');
    expect(stack.attributes('Snapshot')).toEqual({ Arn: record.arn, State: 'available', AttachedDiskNames: ['uploads'] });
  });

  test('only the attributes that are asked for are returned', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(snapshot({ Attributes: undefined }));
    expect(stack.attributes('Snapshot')).toEqual({});
  });

  test('another revision takes a fresh snapshot before the old one goes', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(snapshot({ Revision: '1' }, REMOVED));
    const [first] = names();
    const { status } = await stack.deploy(snapshot({ Revision: '2' }, REMOVED));

    expect(status).toBe('UPDATE_COMPLETE');
    expect(names()).toEqual([stack.physicalId('Snapshot')]);
    expect(names()).not.toContain(first);
    const [, second] = calls('CreateInstanceSnapshot');
    expect(calls('DeleteInstanceSnapshot')[0].at).toBeGreaterThan(second.at + environment.sim.simulator.durations.instanceSnapshot);
  });

  test('a kept snapshot stays when it is replaced, and when the stack goes', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(snapshot({ Revision: '1' }));
    await stack.deploy(snapshot({ Revision: '2' }));
    await stack.destroy();
    expect(names()).toHaveLength(2);
  });

  test('a snapshot that is to go is gone when the stack is', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(snapshot({}, REMOVED));
    expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
    expect(names()).toEqual([]);
  });

  test('tags are kept in step in place, and those put there by hand stay', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(snapshot({ Tags: { team: 'web', stage: 'test' } }));
    const id = stack.physicalId('Snapshot')!;
    const record = () => region().instanceSnapshots.get(id)!;
    record().tags.push({ key: 'by-hand', value: 'yes' });
    await stack.deploy(snapshot({ Tags: { team: 'shop', cost: '7' } }));

    expect(stack.physicalId('Snapshot')).toBe(id);
    const tags = Object.fromEntries(record().tags.map(({ key, value }) => [key, value]));
    expect(tags).toMatchObject({ 'team': 'shop', 'cost': '7', 'by-hand': 'yes', 'cdk-lightsail-snapshots:resource': 'Snapshot' });
    expect(tags).not.toHaveProperty('stage');
  });

  test('2.5 hours take two wait resources, on create and on update', async () => {
    environment.sim.simulator.durations.instanceSnapshot = 2.5 * 3600_000;
    const chain = (revision: string): Resources => {
      const common = { ServiceTimeout: 3600, InstanceName: 'web-1', Revision: revision };
      const wait = { ...common, OwnerType: 'Custom::LightsailInstanceSnapshot', OwnerLogicalId: 'Snapshot' };
      const next = (before: string, more: object) => ({
        Type: 'Custom::LightsailWait',
        Properties: { ...wait, ResourceId: { Ref: before }, OwnerRequestId: { 'Fn::GetAtt': [before, 'RequestId'] }, ...more },
      });
      return {
        Snapshot: { Type: 'Custom::LightsailInstanceSnapshot', Properties: { ...common, Continued: true }, ...KEPT },
        Wait2: next('Snapshot', { Continued: true, WaitedBefore: 3600 }),
        Wait3: next('Wait2', { Attributes: ['State'], WaitedBefore: 7200 }),
      } as Resources;
    };
    const stack = environment.stack('Site');
    const created = await stack.deploy(chain('1'));
    expect([created.status, created.reasons]).toEqual(['CREATE_COMPLETE', []]);
    expect(created.took).toBeGreaterThan(2.5 * 3600_000);
    expect(stack.attributes('Wait3')).toEqual({ State: 'available' });

    const updated = await stack.deploy(chain('2'));
    expect([updated.status, updated.reasons]).toEqual(['UPDATE_COMPLETE', []]);
    expect(updated.took).toBeGreaterThan(2.5 * 3600_000);
    expect(stack.physicalId('Wait3')).toBe(stack.physicalId('Snapshot'));
    expect(names()).toHaveLength(2);
  });
});

describe('what goes wrong', () => {
  test('no such instance: says where it looked, and nothing is left', async () => {
    const stack = environment.stack('Site');
    const { status, reasons } = await stack.deploy(snapshot({ InstanceName: 'web-9' }));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain("there is no instance 'web-9' in us-east-1");
    expect(names()).toEqual([]);
  });

  test.each(['disk', 'snapshot'])('a name that a foreign %s holds is told, and left alone', async holder => {
    if (holder === 'disk') region().addDisk({ name: 'taken' });
    else region().addInstanceSnapshot({ name: 'taken', createdAt: environment.clock.now() - 86400_000 });
    const { status, reasons } = await environment.stack('Site').deploy(snapshot({ InstanceSnapshotName: 'taken' }, REMOVED));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/'taken' is held by .* one name serves every Lightsail resource type/);
    expect(region().all.has('taken')).toBe(true);
    expect(calls('DeleteInstanceSnapshot')).toEqual([]);
  });

  test('a fixed name with a changed source is refused, with the way out', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(snapshot({ InstanceSnapshotName: 'golden' }));
    const { status, reasons } = await stack.deploy(snapshot({ InstanceSnapshotName: 'golden', InstanceName: 'web-2' }));
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain('change the name together with them, or drop it');
    expect(region().instanceSnapshots.get('golden')!.fromInstanceName).toBe('web-1');
  });

  test('a snapshot that ends in error is told in the words of Lightsail, and removed', async () => {
    environment.sim.simulator.outcomes.push({ resourceType: 'InstanceSnapshot', state: 'error', errorCode: 'E42', errorDetails: 'the disk was busy' });
    const { status, reasons } = await environment.stack('Site').deploy(snapshot());
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/ended in state 'error' instead of 'available': .*E42: the disk was busy/);
    expect(names()).toEqual([]);
  });

  test('a state nobody knows is an error at once', async () => {
    environment.sim.simulator.outcomes.push({ resourceType: 'InstanceSnapshot', state: 'unknown-state' });
    const { reasons, took } = await environment.stack('Site').deploy(snapshot());
    expect(reasons[0]).toContain("unknown state 'archiving'");
    expect(took).toBeLessThan(600_000);
  });

  test('a wait that takes too long fails, and says for what and how long', async () => {
    environment.sim.simulator.outcomes.push({ resourceType: 'InstanceSnapshot', state: 'stuck' });
    environment.sim.simulator.options.deletePendingRefused = false;
    const { status, reasons, took } = await environment.stack('Site').deploy(snapshot({ ServiceTimeout: 480, Timeout: 300 }));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/gave up after 5 min.* of waiting for instance snapshot .* to be available \(last state: pending\)/);
    expect(took).toBeLessThan(900_000);
    expect(names()).toEqual([]);
  });

  test('a stuck update leaves the old snapshot, and removes the new one', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(snapshot({ Revision: '1', Timeout: 300, ServiceTimeout: 480 }));
    const before = names();
    environment.sim.simulator.outcomes.push({ resourceType: 'InstanceSnapshot', state: 'stuck' });
    environment.sim.simulator.options.deletePendingRefused = false;
    const { status } = await stack.deploy(snapshot({ Revision: '2', Timeout: 300, ServiceTimeout: 480 }));
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(names()).toEqual(before);
  });

  test('an automatic snapshot that is being made is waited out', async () => {
    region().addInstance({ name: 'busy', addOns: true });
    region().addAutoSnapshot({ resource: 'busy', date: '2026-01-01', status: 'InProgress' });
    const { status, reasons } = await environment.stack('Site').deploy(snapshot({ InstanceName: 'busy' }));
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    expect(calls('CreateInstanceSnapshot').length).toBeGreaterThan(1);
  });

  test.each(['accountSetup', 'regionSetup', 'throttle', '500', 'reset', 'accessDenied'] as const)('%s for a minute is waited out', async effect => {
    environment.sim.simulator.faults.push({ effect, until: environment.clock.now() + 60_000 });
    const { status, reasons } = await environment.stack('Site').deploy(snapshot());
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    expect(names()).toHaveLength(1);
  });

  test('a permission that is missing is told after two minutes', async () => {
    environment.sim.simulator.faults.push({ operation: 'CreateInstanceSnapshot', effect: 'accessDenied' });
    const { status, reasons, took } = await environment.stack('Site').deploy(snapshot());
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain('AccessDeniedException');
    expect(took).toBeLessThan(1800_000);
  });

  test.each([
    { eventualConsistency: 20_000 }, { tagsVisibleDelay: 20_000 }, { notFoundAs: 'InvalidInputException' as const }, { deletingIsHidden: true },
    { deletePendingRefused: false }, { errorNameFrom: 'code' as const }, { notNowAs: 'InvalidInputException' as const }, { tagPendingRefused: true },
    { listOrder: 'newest' as const, emptyPages: true }, { deleteTwiceRefused: false }, { errorStatus: 'always400' as const },
  ])('a Lightsail with %j is dealt with', async options => {
    Object.assign(environment.sim.simulator.options, options);
    const stack = environment.stack('Site');
    const { status, reasons } = await stack.deploy(snapshot({}, REMOVED));
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    await stack.destroy();
    await environment.clock.run(environment.clock.sleep(60_000), 'the name is free again');
    expect(names()).toEqual([]);
  });
});

describe('what CloudFormation does on the way', () => {
  test('an event that comes twice, or much later again, makes one snapshot and one answer', async () => {
    environment.lambda.delivery = () => [0, 1, 500, 600_000];
    const stack = environment.stack('Site');
    await stack.deploy(snapshot({}, REMOVED));
    expect(calls('CreateInstanceSnapshot')).toHaveLength(1);
    await stack.destroy();
    await environment.settle();
    expect(names()).toEqual([]);
  });

  test('a creation that arrives after it was cancelled and removed makes nothing', async () => {
    environment.lambda.delivery = event => (event.RequestType === 'Create' ? [600_000] : [0]);
    const { status } = await environment.stack('Site').deploy(snapshot({}, REMOVED), { cancelAfter: 1000 });
    expect(status).toBe('ROLLBACK_COMPLETE');
    await environment.settle();
    expect(names()).toEqual([]);
    expect(calls('CreateInstanceSnapshot')).toEqual([]);
  });

  test.each([0, 100, 5_000, 60_000, 89_000])('a creation that is cancelled after %d ms leaves nothing', async cancelAfter => {
    const { status } = await environment.stack('Site').deploy(snapshot(), { cancelAfter });
    expect(status).toBe('ROLLBACK_COMPLETE');
    await environment.settle();
    expect(names()).toEqual([]);
  });

  test.each([100, 5_000, 60_000, 89_000])('an update that is cancelled after %d ms leaves the old snapshot and nothing else', async cancelAfter => {
    const stack = environment.stack('Site');
    await stack.deploy(snapshot({ Revision: '1' }));
    const before = names();
    const { status, reasons } = await stack.deploy(snapshot({ Revision: '2' }), { cancelAfter });
    expect([status, reasons]).toEqual(['UPDATE_ROLLBACK_COMPLETE', []]);
    await environment.settle();
    expect(names()).toEqual(before);
  });

  test('a creation that is rolled back is removed even where it is to be kept', async () => {
    const { status } = await environment.stack('Site').deploy(snapshot(), { failOther: { after: 'Snapshot' } });
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(names()).toEqual([]);
  });

  test.each(['update with new id', 'update with old id', 'delete only'] as const)('an update that is rolled back by "%s" is undone', async way => {
    environment.switches.rollbackOfReplacement = way;
    const stack = environment.stack('Site');
    await stack.deploy(snapshot({ Revision: '1' }, REMOVED));
    const before = names();
    const { status, reasons } = await stack.deploy(snapshot({ Revision: '2' }, REMOVED), { failOther: { after: 'Snapshot' } });
    expect([status, reasons.filter(reason => !reason.startsWith('AnotherResource'))]).toEqual(['UPDATE_ROLLBACK_COMPLETE', []]);
    expect(names()).toEqual(before);
    expect(stack.physicalId('Snapshot')).toBe(before[0]);
  });

  test('a snapshot that was kept earlier is not taken for a new one, and survives the failure', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(snapshot());
    const before = names();
    const other: Resources = { Other: { Type: 'AWS::SNS::Topic', Properties: {} } as Resources[string] };
    await stack.deploy(other);
    const { status, reasons } = await stack.deploy({ ...other, ...snapshot() });
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain('change `revision`, and the name where it is given, to take a new one');
    expect(names()).toEqual(before);
  });
});

describe('a function that dies before or after any of its calls', () => {
  // hundreds of deployments: without sockets in between
  beforeAll(async () => {
    await environment.close();
    environment = await startTestEnvironment({ direct: true });
  });

  const SEQUENCES: Record<string, () => Promise<unknown>> = {
    'create and delete': async () => {
      const stack = environment.stack('Site');
      expect(await stack.deploy(snapshot({}, REMOVED))).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
      expect(names()).toEqual([stack.physicalId('Snapshot')]);
      expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
      expect(names()).toEqual([]);
    },
    'replacement': async () => {
      const stack = environment.stack('Site');
      await stack.deploy(snapshot({ Revision: '1', Tags: { a: '1' } }, REMOVED));
      expect(await stack.deploy(snapshot({ Revision: '2', Tags: { a: '2' } }, REMOVED))).toMatchObject({ status: 'UPDATE_COMPLETE', reasons: [] });
      expect(names()).toEqual([stack.physicalId('Snapshot')]);
    },
    'update that is rolled back': async () => {
      const stack = environment.stack('Site');
      await stack.deploy(snapshot({ Revision: '1' }, REMOVED));
      const before = names();
      await stack.deploy(snapshot({ Revision: '2' }, REMOVED), { failOther: { after: 'Snapshot' } });
      expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(names()).toEqual(before);
    },
    'creation that fails': async () => {
      environment.sim.simulator.outcomes.push({ resourceType: 'InstanceSnapshot', state: 'error' });
      expect((await environment.stack('Site').deploy(snapshot())).status).toBe('ROLLBACK_COMPLETE');
      expect(names()).toEqual([]);
    },
    'cancelled creation': async () => {
      expect((await environment.stack('Site').deploy(snapshot(), { cancelAfter: 20_000 })).status).toBe('ROLLBACK_COMPLETE');
      await environment.settle();
      expect(names()).toEqual([]);
    },
    'cancelled update': async () => {
      const stack = environment.stack('Site');
      await stack.deploy(snapshot({ Revision: '1' }));
      const before = names();
      await stack.deploy(snapshot({ Revision: '2' }), { cancelAfter: 20_000 });
      expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
      await environment.settle();
      expect(names()).toEqual(before);
    },
  };

  test.each(Object.keys(SEQUENCES))('%s', name => dieEverywhere(environment, {
    begin: async () => {
      await environment.reset();
      region().addInstance({ name: 'web-1' });
    },
    run: async () => {
      await SEQUENCES[name]();
      await environment.settle();
      expect(environment.audit()).toEqual([]);
    },
  }));
});
