import { Resources, TestEnvironment } from '../../../../testbed/driver';
import { dieEverywhere } from '../../../support/crash-points';
import { Lightsail, startTestEnvironment } from '../../../support/test-environment';

let environment: TestEnvironment<Lightsail>;

beforeAll(async () => { environment = await startTestEnvironment({ direct: true }); });
afterAll(() => environment.close());
beforeEach(async () => {
  await environment.reset();
  seed();
});
afterEach(async () => {
  await environment.settle();
  expect(problems()).toEqual([]);
});

const YESTERDAY = { createdAt: Date.UTC(2026, 0, 4) };
const KEPT = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
const REMOVED = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };

const sim = () => environment.sim.simulator;
const here = () => sim().region('us-east-1');
const there = () => sim().region('eu-west-1');
const copies = () => [...here().all.values()].filter(({ resourceType }) => resourceType.endsWith('Snapshot')).map(({ name }) => name).sort();
const calls = (operation: string) => environment.calls.filter(call => call.operation === operation);
const record = (name: string) => here().instanceSnapshots.get(name) ?? here().diskSnapshots.get(name)!;
const tagsOf = (name: string) => Object.fromEntries(record(name).tags.map(({ key, value }) => [key, value]));
// executions of requests that failed end as failed, so that an alarm can see them
const problems = () => environment.audit().filter(problem => !/^execution .* is FAILED/.test(problem));

function seed() {
  sim().durations.copy = 60_000;
  there().addInstance({ name: 'web-1', disks: [{ name: 'uploads' }] });
  there().addInstanceSnapshot({ name: 'golden', fromInstanceName: 'web-1', ...YESTERDAY });
  there().addDiskSnapshot({ name: 'disk-golden', fromDiskName: 'uploads', ...YESTERDAY });
  here().addInstance({ name: 'shop-1', addOns: true, disks: [{ name: 'orders', addOns: true }] as never });
  for (const date of ['2026-01-02', '2026-01-03']) {
    here().addAutoSnapshot({ resource: 'shop-1', date });
    here().addAutoSnapshot({ resource: 'orders', date });
  }
}

function copy(properties: object = {}, policies: object = KEPT): Resources {
  const source = 'SourceType' in properties ? {} : { SourceType: 'InstanceSnapshot', SourceRegion: 'eu-west-1', SourceSnapshotName: 'golden' };
  const Properties = { ServiceTimeout: 3600, Attributes: ['Arn', 'State', 'Region'], ...source, ...properties };
  return { Copy: { Type: 'Custom::LightsailSnapshotCopy', Properties, ...policies } as Resources[string] };
}

const AUTOMATIC = { SourceType: 'InstanceSnapshot', SourceResourceName: 'shop-1' };

describe('the usual life', () => {
  test('an instance snapshot of another region is copied and tagged, as ours and as given, in the region of the stack', async () => {
    const stack = environment.stack('Site');
    const { status, reasons } = await stack.deploy(copy({ Tags: { team: 'web' } }));

    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    const id = stack.physicalId('Copy')!;
    expect(record(id)).toMatchObject({ resourceType: 'InstanceSnapshot', state: 'available', region: 'us-east-1', fromInstanceName: 'web-1' });
    expect(stack.attributes('Copy')).toEqual({ Arn: record(id).arn, State: 'available', Region: 'us-east-1' });
    expect(tagsOf(id)).toMatchObject({ 'team': 'web', 'cdk-lightsail-snapshots:resource': 'Copy', 'cdk-lightsail-snapshots:stack': stack.stackId });
    expect(calls('CopySnapshot').map(({ region, body }) => [region, JSON.parse(body)])).toEqual([
      ['us-east-1', { targetSnapshotName: id, sourceRegion: 'eu-west-1', sourceSnapshotName: 'golden' }],
    ]);
  });

  test('the tag follows the call at once', async () => {
    await environment.stack('Site').deploy(copy());
    expect(calls('TagResource')[0].at - calls('CopySnapshot')[0].at).toBeLessThan(1000);
    expect(calls('TagResource')[0].invocation).toBe(calls('CopySnapshot')[0].invocation);
  });

  test.each([
    ['a disk snapshot of another region', { SourceType: 'DiskSnapshot', SourceRegion: 'eu-west-1', SourceSnapshotName: 'disk-golden' },
      { resourceType: 'DiskSnapshot', fromDiskName: 'uploads', isFromAutoSnapshot: false }, {}],
    ['the automatic snapshot of an instance of a day', { ...AUTOMATIC, RestoreDate: '2026-01-02' },
      { resourceType: 'InstanceSnapshot', fromInstanceName: 'shop-1', isFromAutoSnapshot: true }, { restoreDate: '2026-01-02' }],
    ['the latest automatic snapshot of an instance', AUTOMATIC,
      { resourceType: 'InstanceSnapshot', fromInstanceName: 'shop-1', isFromAutoSnapshot: true }, { useLatestRestorableAutoSnapshot: true }],
    ['the latest automatic snapshot of a disk', { SourceType: 'DiskSnapshot', SourceResourceName: 'orders' },
      { resourceType: 'DiskSnapshot', fromDiskName: 'orders', isFromAutoSnapshot: true }, { useLatestRestorableAutoSnapshot: true }],
  ])('%s is copied, and removed with the stack', async (_, properties, expected, input) => {
    const stack = environment.stack('Site');
    const { status, reasons } = await stack.deploy(copy(properties, REMOVED));
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    expect(record(stack.physicalId('Copy')!)).toMatchObject(expected);
    expect(JSON.parse(calls('CopySnapshot')[0].body)).toMatchObject(input);
    expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
    expect(copies()).toEqual([]);
    expect(there().instanceSnapshots.has('golden')).toBe(true);
  });

  test('a manual snapshot is copied within its region', async () => {
    here().addInstanceSnapshot({ name: 'first', ...YESTERDAY });
    const { status } = await environment.stack('Site').deploy(copy({ SourceType: 'InstanceSnapshot', SourceSnapshotName: 'first', TargetSnapshotName: 'second' }));
    expect(status).toBe('CREATE_COMPLETE');
    expect(JSON.parse(calls('CopySnapshot')[0].body)).toEqual({ targetSnapshotName: 'second', sourceRegion: 'us-east-1', sourceSnapshotName: 'first' });
  });

  test('another source is another copy, which is there before the old one goes, also from one type to the other', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(copy({}, REMOVED));
    const first = stack.physicalId('Copy')!;
    const { status, reasons } = await stack.deploy(copy({ SourceType: 'DiskSnapshot', SourceRegion: 'eu-west-1', SourceSnapshotName: 'disk-golden' }, REMOVED));
    expect([status, reasons]).toEqual(['UPDATE_COMPLETE', []]);
    expect(copies()).toEqual([stack.physicalId('Copy')]);
    expect(copies()).not.toContain(first);
    expect(calls('DeleteInstanceSnapshot')[0].at).toBeGreaterThan(calls('CopySnapshot')[1].at + sim().durations.copy);
  });

  test('tags are kept in step in place, and nothing is copied for that', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(copy({ Tags: { team: 'web', stage: 'test' } }));
    const id = stack.physicalId('Copy')!;
    record(id).tags.push({ key: 'by-hand', value: 'yes' });
    await stack.deploy(copy({ Tags: { team: 'shop' } }));
    expect(stack.physicalId('Copy')).toBe(id);
    expect(tagsOf(id)).toMatchObject({ 'team': 'shop', 'by-hand': 'yes' });
    expect(tagsOf(id)).not.toHaveProperty('stage');
    expect(calls('CopySnapshot')).toHaveLength(1);
  });

  test.each([{}, { tagPendingRefused: true }])('a copy of more than an hour is waited for by a wait resource, with %j', async options => {
    Object.assign(sim().options, options);
    sim().durations.copy = 1.5 * 3600_000;
    const template = copy({ Continued: true }, REMOVED);
    const { Attributes, ...properties } = template.Copy.Properties as Record<string, unknown>;
    const stack = environment.stack('Site');
    const { status, reasons } = await stack.deploy({
      Copy: { ...template.Copy, Properties: properties },
      Wait2: {
        Type: 'Custom::LightsailWait',
        Properties: {
          ...properties,
          Continued: undefined,
          OwnerType: template.Copy.Type,
          OwnerLogicalId: 'Copy',
          ResourceId: { Ref: 'Copy' },
          WaitedBefore: 3600,
          Attributes,
          OwnerRequestId: { 'Fn::GetAtt': ['Copy', 'RequestId'] },
        },
        ...REMOVED,
      } as Resources[string],
    });
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    expect(tagsOf(stack.physicalId('Copy')!)).toMatchObject({ 'cdk-lightsail-snapshots:resource': 'Copy' });
    await stack.destroy();
    expect(copies()).toEqual([]);
  });
});

describe('what goes wrong', () => {
  test.each([
    ['no such snapshot', { SourceType: 'InstanceSnapshot', SourceRegion: 'eu-west-1', SourceSnapshotName: 'nobody' },
      /NotFoundException.*there is no instance snapshot 'nobody' in eu-west-1: check the name, and the region/],
    ['a snapshot that ended in error', { SourceType: 'InstanceSnapshot', SourceRegion: 'eu-west-1', SourceSnapshotName: 'broken' },
      /'broken' is in state 'error', and only what is available can be copied/],
    ['no automatic snapshot of that day', { ...AUTOMATIC, RestoreDate: '2025-12-24' },
      /NotFoundException.*instance 'shop-1' has automatic snapshots of 2026-01-02, 2026-01-03/],
    ['no automatic snapshot at all', { SourceType: 'InstanceSnapshot', SourceRegion: 'eu-west-1', SourceResourceName: 'web-1' },
      /instance 'web-1' has no automatic snapshot: turn automatic snapshots on/],
    ['no such instance', { ...AUTOMATIC, SourceResourceName: 'nobody' }, /there is no instance 'nobody' in us-east-1/],
  ])('%s: says what there is, in the words of Lightsail too, and nothing is left', async (_, properties, expected) => {
    there().addInstanceSnapshot({ name: 'broken', state: 'error' });
    // in words that nobody has seen before
    const strange = { error: 'InvalidInputException', message: 'No copy of this' };
    sim().faults.push({ operation: 'CopySnapshot', when: input => input.sourceSnapshotName === 'broken', effect: strange });
    const { status, reasons } = await environment.stack('Site').deploy(copy(properties));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(expected);
    expect(copies()).toEqual([]);
  });

  test.each(['a message that says so', 'a message that nobody has seen before'])('a source that is not finished is waited for, with %s', async message => {
    there().addInstanceSnapshot({ name: 'early', state: 'pending' });
    environment.clock.in(120_000, () => { there().instanceSnapshots.get('early')!.state = 'available'; }, 'the source is finished');
    if (message.includes('nobody')) {
      const strange = { error: 'InvalidInputException', message: 'No copy of this' };
      sim().faults.push({ operation: 'CopySnapshot', until: environment.clock.now() + 100_000, effect: strange });
    }
    const { status, reasons } = await environment.stack('Site').deploy(copy({ SourceType: 'InstanceSnapshot', SourceRegion: 'eu-west-1', SourceSnapshotName: 'early' }));
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
  });

  test('an automatic snapshot that is being taken is waited for', async () => {
    here().addAutoSnapshot({ resource: 'shop-1', date: '2026-01-05', status: 'InProgress' });
    const { status, reasons } = await environment.stack('Site').deploy(copy({ ...AUTOMATIC, RestoreDate: '2026-01-05' }));
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
  });

  test.each([['old', { createdAt: 0 }], ['of this moment', {}]])('a name that a foreign snapshot holds, %s, is told, and left alone', async (_, more) => {
    here().addInstanceSnapshot({ name: 'taken', ...more });
    const { status, reasons } = await environment.stack('Site').deploy(copy({ TargetSnapshotName: 'taken' }, REMOVED));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/'taken' is held by an existing instance snapshot that this stack did not make/);
    expect(record('taken').tags).toEqual([]);
    expect([calls('TagResource'), calls('DeleteInstanceSnapshot')]).toEqual([[], []]);
  });

  test('a name that somebody else takes before the first step is left alone, though source and time fit', async () => {
    environment.lambda.delivery = () => [1000];
    environment.clock.in(500, () => here().addInstanceSnapshot({ name: 'taken', fromInstanceName: 'web-1' }), 'somebody takes the name');
    const { status, reasons } = await environment.stack('Site').deploy(copy({ TargetSnapshotName: 'taken' }, REMOVED));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/'taken' is held by/);
    expect([record('taken').tags, calls('TagResource')]).toEqual([[], []]);
  });

  test('a name that a foreign disk holds is told', async () => {
    here().addDisk({ name: 'taken' });
    const { reasons } = await environment.stack('Site').deploy(copy({ TargetSnapshotName: 'taken' }, REMOVED));
    expect(reasons[0]).toMatch(/'taken' is held by another resource/);
    expect(here().all.has('taken')).toBe(true);
  });

  test.each([{}, { tagPendingRefused: true }])('a copy that ends in error is told in the words of Lightsail, and removed, with %j', async options => {
    Object.assign(sim().options, options);
    sim().outcomes.push({ resourceType: 'InstanceSnapshot', state: 'error', errorCode: 'E42', errorDetails: 'the copy broke' });
    const { status, reasons } = await environment.stack('Site').deploy(copy());
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/ended in state 'error' instead of 'available': .*E42: the copy broke/);
    expect(copies()).toEqual([]);
  });

  test.each([{}, { tagPendingRefused: true }])('a copy that takes longer than it may is removed when it can be, with %j', async options => {
    Object.assign(sim().options, options);
    sim().durations.copy = 600_000;
    const { status, reasons } = await environment.stack('Site').deploy(copy({ Timeout: 300, ServiceTimeout: 480 }));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/gave up after 5 min.* of waiting for instance snapshot/);
    expect(copies()).toEqual([]);
  });

  test.each(['accountSetup', 'throttle', '500', 'reset', 'reset-after', 'accessDenied'] as const)('%s for a minute is waited out', async effect => {
    sim().faults.push({ effect, until: environment.clock.now() + 60_000 });
    const { status, reasons } = await environment.stack('Site').deploy(copy());
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    expect(copies()).toHaveLength(1);
  });

  test('a missing permission to tag is told, and with the permission the copy is removed', async () => {
    sim().faults.push({ operation: 'TagResource', times: 100, until: environment.clock.now() + 200_000, effect: 'accessDenied' });
    const { status, reasons } = await environment.stack('Site').deploy(copy());
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain('AccessDeniedException');
    expect(copies()).toEqual([]);
  });
});

describe('what Lightsail is not known to do', () => {
  const UNKNOWN = [
    { tagPendingRefused: true }, { copyCreatedAt: 'source' }, { tagsVisibleDelay: 20_000 }, { eventualConsistency: 20_000 },
    { notFoundAs: 'InvalidInputException' }, { notNowAs: 'InvalidInputException', tagPendingRefused: true }, { deletePendingRefused: false },
  ];

  test.each(UNKNOWN)('%j', async options => {
    Object.assign(sim().options, options);
    const stack = environment.stack('Site');
    const { status, reasons } = await stack.deploy(copy({ Tags: { team: 'web' } }, REMOVED));
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    expect(tagsOf(stack.physicalId('Copy')!)).toMatchObject({ 'team': 'web', 'cdk-lightsail-snapshots:resource': 'Copy' });
    expect(calls('CopySnapshot')).toHaveLength(1);
    expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
    expect(copies()).toEqual([]);
  });
});

describe('a copy that was asked for and not tagged', () => {
  const DIES = { ordinal: 0, when: 'after' as const };

  async function dieAfterCopy(template: Resources, options = {}) {
    let died = false;
    environment.crashAt(call => {
      if (died || call.operation !== 'CopySnapshot') return undefined;
      died = true;
      return DIES.when;
    });
    const stack = environment.stack('Site');
    return { stack, ...await stack.deploy(template, options) };
  }

  test.each([
    ['manual', copy(), {}], ['automatic', copy(AUTOMATIC), {}], ['with a given name', copy({ TargetSnapshotName: 'mine' }), {}],
    ['that cannot be tagged yet', copy(), { tagPendingRefused: true }],
  ])('is claimed by the next step: %s', async (_, template, options) => {
    Object.assign(sim().options, options);
    const { stack, status, reasons } = await dieAfterCopy(template);
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    expect(calls('CopySnapshot')).toHaveLength(1);
    expect(tagsOf(stack.physicalId('Copy')!)).toMatchObject({ 'cdk-lightsail-snapshots:resource': 'Copy' });
  });

  test.each([{}, { tagPendingRefused: true }])('is claimed and removed when the creation is cancelled, with %j', async options => {
    Object.assign(sim().options, options);
    const { status } = await dieAfterCopy(copy(), { cancelAfter: 200 });
    expect(status).toBe('ROLLBACK_COMPLETE');
    await environment.settle();
    expect(calls('CopySnapshot')).toHaveLength(1);
    expect(copies()).toEqual([]);
  });

  const GOLDEN = { SourceType: 'InstanceSnapshot', SourceRegion: 'eu-west-1', SourceSnapshotName: 'golden' };
  const OF_A_DAY = { ...AUTOMATIC, RestoreDate: '2026-01-02' };
  test.each([
    [GOLDEN, OF_A_DAY, {}], [OF_A_DAY, GOLDEN, {}], [GOLDEN, OF_A_DAY, { tagPendingRefused: true }],
  ])('is claimed and removed when an update from %j to %j is cancelled, with %j', async (from, to, options) => {
    Object.assign(sim().options, options);
    const stack = environment.stack('Site');
    await stack.deploy(copy(from, REMOVED));
    await environment.settle();
    const before = copies();
    let died = false;
    environment.crashAt(call => {
      if (died || call.operation !== 'CopySnapshot') return undefined;
      died = true;
      return 'after';
    });
    const { status } = await stack.deploy(copy(to, REMOVED), { cancelAfter: 100 });
    expect([died, status]).toEqual([true, 'UPDATE_ROLLBACK_COMPLETE']);
    await environment.settle();
    expect(copies()).toEqual(before);
  });

  test('is tagged and removed by the deletion that follows when every step died before it could mark it', async () => {
    // until the deletion comes
    environment.crashAt(call => (call.operation === 'TagResource' && environment.responseUrls.requests.length === 1 ? 'before' : undefined));
    const { status, reasons } = await environment.stack('Site').deploy(copy());
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain('the function kept failing');
    expect(calls('CopySnapshot')).toHaveLength(1);
    expect(copies()).toEqual([]);
  });

  test('is known by its operation where its time is that of its source', async () => {
    sim().options.copyCreatedAt = 'source';
    expect((await dieAfterCopy(copy({ TargetSnapshotName: 'mine' }))).status).toBe('CREATE_COMPLETE');
    expect(record('mine').tags).not.toEqual([]);
  });

  test('is left, and told, when neither says that it is ours', async () => {
    sim().options.copyCreatedAt = 'source';
    const deployment = dieAfterCopy(copy({ TargetSnapshotName: 'mine' }));
    environment.fault({ mishap: { status: 400, error: 'NotFoundException' }, operation: 'GetOperationsForResource', times: Infinity });
    const { status, reasons } = await deployment;
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/'mine' is held by/);
    expect(copies()).toEqual(['mine']);
  });

  test('is not mistaken for one that somebody else made of something else meanwhile', async () => {
    environment.crashAt(call => {
      if (call.operation !== 'CopySnapshot' || here().all.has('mine')) return undefined;
      here().addInstanceSnapshot({ name: 'mine', fromInstanceName: 'another', createdAt: environment.clock.now() });
      return 'before';
    });
    const { status, reasons } = await environment.stack('Site').deploy(copy({ ...AUTOMATIC, TargetSnapshotName: 'mine' }, REMOVED));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/'mine' is held by/);
    expect(record('mine').tags).toEqual([]);
    expect(calls('DeleteInstanceSnapshot')).toEqual([]);
  });
});

describe('what CloudFormation does on the way', () => {
  test('an event that comes twice makes one copy and one answer', async () => {
    environment.lambda.delivery = () => [0, 1, 500, 600_000];
    const stack = environment.stack('Site');
    await stack.deploy(copy({}, REMOVED));
    expect(calls('CopySnapshot')).toHaveLength(1);
    await stack.destroy();
    await environment.settle();
    expect(copies()).toEqual([]);
  });

  test.each([0, 150, 5_000, 59_000])('a creation that is cancelled after %d ms leaves nothing', async cancelAfter => {
    const { status } = await environment.stack('Site').deploy(copy(), { cancelAfter });
    expect(status).toBe('ROLLBACK_COMPLETE');
    await environment.settle();
    expect(copies()).toEqual([]);
  });

  test.each(['update with new id', 'update with old id', 'delete only'] as const)('an update that is rolled back by "%s" is undone', async way => {
    environment.switches.rollbackOfReplacement = way;
    const stack = environment.stack('Site');
    await stack.deploy(copy({}, REMOVED));
    const before = copies();
    const { status } = await stack.deploy(copy({ SourceType: 'DiskSnapshot', SourceResourceName: 'orders' }, REMOVED), { failOther: { after: 'Copy' } });
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(copies()).toEqual(before);
    expect(stack.physicalId('Copy')).toBe(before[0]);
  });
});

describe('a function that dies before or after any of its calls', () => {
  const SEQUENCES: Record<string, () => Promise<unknown>> = {
    'create and delete': async () => {
      const stack = environment.stack('Site');
      expect(await stack.deploy(copy({}, REMOVED))).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
      expect(copies()).toEqual([stack.physicalId('Copy')]);
      expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
      expect(copies()).toEqual([]);
    },
    'creation that fails': async () => {
      sim().outcomes.push({ resourceType: 'InstanceSnapshot', state: 'error' });
      expect((await environment.stack('Site').deploy(copy())).status).toBe('ROLLBACK_COMPLETE');
      expect(copies()).toEqual([]);
    },
    'cancelled creation': async () => {
      expect((await environment.stack('Site').deploy(copy(), { cancelAfter: 20_000 })).status).toBe('ROLLBACK_COMPLETE');
      await environment.settle();
      expect(copies()).toEqual([]);
    },
    'cancelled update': async () => {
      const stack = environment.stack('Site');
      await stack.deploy(copy({}, REMOVED));
      await environment.settle();
      const before = copies();
      await stack.deploy(copy(AUTOMATIC, REMOVED), { cancelAfter: 10_000 });
      expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(copies()).toEqual(before);
    },
  };

  test.each([
    ['create and delete', {}], ['create and delete', { tagPendingRefused: true }], ['creation that fails', { tagPendingRefused: true }],
    ['cancelled creation', {}], ['cancelled creation', { tagPendingRefused: true }], ['cancelled update', {}],
  ])('%s, with %j', (name, options) => dieEverywhere(environment, {
    begin: async () => {
      await environment.reset();
      seed();
      sim().durations.copy = 20_000;
      Object.assign(sim().options, options);
    },
    run: async () => {
      await SEQUENCES[name]();
      await environment.settle();
      expect(problems()).toEqual([]);
    },
  }));
});
