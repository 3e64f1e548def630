import { ExportSnapshotCommand } from '@aws-sdk/client-lightsail';
import { App, CfnOutput, Duration, Fn, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DiskSnapshotExport, LightsailDiskSnapshot, LightsailInstanceSnapshot, SnapshotExport, SnapshotExportProps } from '../../../../src';
import { Resource, Resources, TestEnvironment } from '../../../../testbed/driver';
import { dieEverywhere } from '../../../support/crash-points';
import { Lightsail, startTestEnvironment } from '../../../support/test-environment';

let environment: TestEnvironment<Lightsail>;

beforeAll(async () => { environment = await startTestEnvironment({ direct: true }); });
afterAll(() => environment.close());
beforeEach(async () => {
  await environment.reset();
  furnish();
});
afterEach(async () => {
  await environment.settle();
  expect(problems()).toEqual([]);
});

const HOUR = 3600_000;
const sim = () => environment.sim.simulator;
const region = () => sim().region('us-east-1');
const images = () => [...region().images.values()];
const ebsSnapshots = () => [...region().ebsSnapshots.values()];
const records = () => [...region().exports.values()];
const calls = (operation: string) => environment.calls.filter(call => call.operation === operation);
// executions of requests that failed end as failed, so that an alarm can see them
const problems = () => environment.audit().filter(problem => !/^execution .* is FAILED/.test(problem));
const tagsOf = ({ tags }: { tags: { key: string; value?: string }[] }) => Object.fromEntries(tags.map(({ key, value }) => [key, value]));

/** Not even of an export that goes on after all else is over. */
async function nothingInEc2() {
  await environment.clock.advance(4 * HOUR);
  expect([images(), ebsSnapshots()]).toEqual([[], []]);
}

function furnish() {
  region().addInstance({ name: 'web', blueprintId: 'wordpress', disks: [{ name: 'uploads' }] });
  region().addDisk({ name: 'archive', sizeInGb: 64 });
  // of long ago, so that only what is done from now on is on its way
  const createdAt = environment.clock.now() - 24 * HOUR;
  region().addInstanceSnapshot({ name: 'golden', fromInstanceName: 'web', createdAt });
  region().addInstanceSnapshot({ name: 'other', fromInstanceName: 'web', createdAt });
  region().addDiskSnapshot({ name: 'archive-1', fromDiskName: 'archive', createdAt });
}

/** The custom resources of a stack that the constructs make. */
function site(build: (stack: Stack) => void): Resources {
  const stack = new Stack(new App(), 'Site');
  build(stack);
  const { Resources: all } = Template.fromStack(stack).toJSON();
  return Object.fromEntries(Object.entries<Resource>(all).filter(([, { Type }]) => Type.startsWith('Custom::')).map(([id, resource]) => {
    const { ServiceToken, ...Properties } = resource.Properties as Record<string, unknown>;
    return [id, { ...resource, Properties, DependsOn: undefined }];
  }));
}

const golden = (stack: Stack) => LightsailInstanceSnapshot.fromInstanceSnapshotName(stack, 'Golden', 'golden');
const archive = (stack: Stack) => LightsailDiskSnapshot.fromDiskSnapshotName(stack, 'Archive', 'archive-1');

/** An export of the snapshot `golden` within an hour, removed with the stack. */
function exported(props: Partial<SnapshotExportProps> = {}, more: (made: SnapshotExport, stack: Stack) => void = () => undefined): Resources {
  return site(stack => {
    const made = new SnapshotExport(stack, 'Export', {
      source: golden(stack), timeout: Duration.hours(1), removalPolicy: RemovalPolicy.DESTROY, ...props,
    });
    new CfnOutput(stack, 'ImageId', { value: made.destinationId });
    more(made, stack);
  });
}

/** Somebody exports a snapshot by hand. */
async function exportByHand(sourceSnapshotName = 'golden'): Promise<void> {
  await environment.clients.lightsail().send(new ExportSnapshotCommand({ sourceSnapshotName }));
}

const byHand = (after: number, name?: string) => environment.clock.in(after, () => void exportByHand(name), 'somebody exports by hand');
const remove = (from: ReadonlyMap<string, unknown>, name: string) => (from as Map<string, unknown>).delete(name);
const first = (template: Resources) => Object.keys(template)[0];
const last = (template: Resources) => Object.keys(template).pop()!;

describe('the usual life', () => {
  test('an image is there, and available, when the stack is', async () => {
    const stack = environment.stack('Site');
    const template = exported({}, (made, scope) => {
      const lists = [made.ebsSnapshotIds, made.diskNames, made.diskPaths, made.diskSizesInGb, made.disksAreSystemDisks];
      const values = [
        made.imageId, ...lists.map(list => Fn.join(' ', list)), made.recordName, made.recordArn, made.state, made.createdAt, made.region, made.destinationService,
        made.sourceType, made.sourceName, made.sourceArn, made.sourceCreatedAt, made.fromResourceName, made.fromResourceArn, made.fromBlueprintId,
        made.fromBundleId,
      ];
      values.forEach((value, index) => new CfnOutput(scope, `Value${index}`, { value }));
    });
    const { status, reasons } = await stack.deploy(template);

    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    const [image] = images();
    const [record] = records();
    const snapshot = region().instanceSnapshots.get('golden')!;
    expect(stack.attributes(first(template))).toEqual({
      ImageId: image.imageId,
      DestinationId: image.imageId,
      DestinationService: 'Aws::EC2::Image',
      EbsSnapshotIds: image.mappings.map(({ snapshotId }) => snapshotId),
      RecordName: record.name,
      RecordArn: record.arn,
      State: 'Succeeded',
      CreatedAt: new Date(record.createdAt).toISOString(),
      Region: 'us-east-1',
      SourceType: 'InstanceSnapshot',
      SourceName: 'golden',
      SourceArn: snapshot.arn,
      SourceCreatedAt: new Date(snapshot.createdAt).toISOString(),
      FromResourceName: 'web',
      FromResourceArn: snapshot.fromInstanceArn,
      FromBlueprintId: 'wordpress',
      FromBundleId: snapshot.fromBundleId,
      DiskNames: ['', 'uploads'],
      DiskPaths: [image.rootDeviceName, '/dev/xvdf'],
      DiskSizesInGb: [expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)],
      DisksAreSystemDisks: ['true', 'false'],
    });
    expect(image.mappings).toHaveLength(2);
    for (const thing of [image, ...ebsSnapshots()]) expect(tagsOf(thing)).toMatchObject({ 'cdk-lightsail-snapshots:stack': stack.stackId });
    expect(calls('ExportSnapshot')).toHaveLength(1);
  });

  test('the image is tagged last, after its EBS snapshots', async () => {
    await environment.stack('Site').deploy(exported());
    const [snapshots, image] = calls('CreateTags');
    expect(snapshots.body).toContain('snap-');
    expect(snapshots.body).not.toContain('ami-');
    expect(image.body).toContain('ami-');
  });

  test('a disk export is an EBS snapshot', async () => {
    const stack = environment.stack('Site');
    const template = site(scope => {
      const made = new DiskSnapshotExport(scope, 'Export', { source: archive(scope), timeout: Duration.hours(1) });
      made.applyRemovalPolicy(RemovalPolicy.DESTROY);
      new CfnOutput(scope, 'Id', { value: made.ebsSnapshotId });
      new CfnOutput(scope, 'Size', { value: Token.asString(made.diskSizeInGb) });
    });
    const { status, reasons } = await stack.deploy(template);

    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    const [snapshot] = ebsSnapshots();
    expect(stack.attributes(first(template))).toEqual({ DestinationId: snapshot.snapshotId, DiskSizeInGb: 64 });
    expect(tagsOf(snapshot)).toMatchObject({ 'cdk-lightsail-snapshots:stack': stack.stackId });
    expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
    await nothingInEc2();
  });

  test('a snapshot that the same stack takes is exported when it is available', async () => {
    const template = site(scope => {
      const snapshot = new LightsailInstanceSnapshot(scope, 'Snapshot', { instanceName: 'web' });
      const made = new SnapshotExport(scope, 'Export', { source: snapshot, timeout: Duration.hours(1) });
      new CfnOutput(scope, 'ImageId', { value: made.imageId });
    });
    const { status, reasons } = await environment.stack('Site').deploy(template);
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
    expect(images()).toHaveLength(1);
  });

  test('it stays when it is kept, and goes with its EBS snapshots when it is to go', async () => {
    const kept = environment.stack('Kept');
    await kept.deploy(exported({ removalPolicy: undefined }));
    await kept.destroy();
    expect(images()).toHaveLength(1);

    const removed = environment.stack('Removed');
    await removed.deploy(exported());
    expect(images()).toHaveLength(2);
    expect((await removed.destroy()).status).toBe('DELETE_COMPLETE');
    expect(images()).toHaveLength(1);
    expect(ebsSnapshots()).toHaveLength(2);
    expect(tagsOf(images()[0])['cdk-lightsail-snapshots:stack']).toContain('Kept');
  });

  test('another revision exports anew before the old image goes', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(exported({ revision: '1' }));
    const [old] = images();
    const { status, reasons } = await stack.deploy(exported({ revision: '2' }));
    expect([status, reasons]).toEqual(['UPDATE_COMPLETE', []]);
    expect(images()).toHaveLength(1);
    expect(images()[0].imageId).not.toBe(old.imageId);
    expect(ebsSnapshots()).toHaveLength(2);
    expect(calls('DeregisterImage')[0].at).toBeGreaterThan(calls('ExportSnapshot')[1].at + sim().durations.export);
  });

  test('going back to a revision that was kept goes back to its image', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(exported({ revision: '1', removalPolicy: undefined }));
    const [old] = images();
    await stack.deploy(exported({ revision: '2', removalPolicy: undefined }));
    const template = exported({ revision: '1', removalPolicy: undefined });
    expect(await stack.deploy(template)).toMatchObject({ status: 'UPDATE_COMPLETE', reasons: [] });
    expect(stack.attributes(first(template)).DestinationId).toBe(old.imageId);
    expect(calls('ExportSnapshot')).toHaveLength(2);
  });

  test('an image that was kept when another snapshot had the name is not taken for the export of this one', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(exported({ revision: '1', removalPolicy: undefined }));
    await stack.deploy(exported({ revision: '2', removalPolicy: undefined }));
    region().instanceSnapshots.get('golden')!.arn += '-another';
    const { status, reasons } = await stack.deploy(exported({ revision: '1', removalPolicy: undefined }));
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/was exported to image 'ami-.*' when another snapshot had its name.* change `revision`/);
    expect(images()).toHaveLength(2);
  });

  test('tags are kept in step in place, on the image and on its EBS snapshots, and those put there by hand stay', async () => {
    const stack = environment.stack('Site');
    const tagged = (tags: Record<string, string>) => exported({}, made => {
      for (const [key, value] of Object.entries(tags)) Tags.of(made).add(key, value);
    });
    await stack.deploy(tagged({ team: 'web', stage: 'test' }));
    const things = () => [...images(), ...ebsSnapshots()];
    things().forEach(({ tags }) => tags.push({ key: 'by-hand', value: 'yes' }));
    const { status } = await stack.deploy(tagged({ team: 'shop', cost: '7' }));

    expect(status).toBe('UPDATE_COMPLETE');
    expect(things()).toHaveLength(3);
    for (const thing of things()) {
      expect(tagsOf(thing)).toMatchObject({ 'team': 'shop', 'cost': '7', 'by-hand': 'yes', 'cdk-lightsail-snapshots:stack': stack.stackId });
      expect(tagsOf(thing)).not.toHaveProperty('stage');
    }
    expect(calls('ExportSnapshot')).toHaveLength(1);
  });

  test('three exports of one snapshot in one stack get an image each', async () => {
    const template = site(scope => {
      const source = golden(scope);
      for (const id of ['One', 'Two', 'Three']) new CfnOutput(scope, `Image${id}`, { value: new SnapshotExport(scope, id, { source }).imageId });
    });
    const stack = environment.stack('Site');
    expect(await stack.deploy(template)).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
    const ids = Object.keys(template).map(id => stack.attributes(id).ImageId).filter(Boolean);
    expect(new Set(ids).size).toBe(3);
    expect(new Set(calls('ExportSnapshot').map(({ at }) => at)).size).toBe(3);
    const makers = images().map(image => tagsOf(image)['cdk-lightsail-snapshots:resource']).sort();
    expect(makers).toEqual(Object.keys(template).filter(id => !/Wait/.test(id)).sort());
  });
});

describe('its own record among those of others', () => {
  test.each(['name', 'oldest', 'newest'] as const)('all pages are read, ordered by %s', async order => {
    Object.assign(sim().options, { pageSize: 2, emptyPages: true, listOrder: order });
    for (let i = 0; i < 7; i++) await environment.clock.run(exportByHand(i % 2 ? 'golden' : 'other'));
    await environment.clock.advance(HOUR);
    const before = images().length;
    const stack = environment.stack('Site');
    const template = exported();
    expect(await stack.deploy(template)).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
    const newest = records().sort((a, b) => b.createdAt - a.createdAt)[0];
    expect(stack.attributes(first(template)).DestinationId).toBe(newest.destinationId);
    await stack.destroy();
    expect(images()).toHaveLength(before);
  });

  describe.each(['snapshot', 'record'] as const)('where the operation names the %s', named => {
    test.each([-60_000, -5_000, 0, 3_000, 9_000, 15_000, 40_000])('an export of the same snapshot that begins %d ms after is left alone', async after => {
      sim().options.exportOperationNames = named;
      if (after < 0) {
        await environment.clock.run(exportByHand());
        await environment.clock.advance(-after);
      } else {
        byHand(after);
      }
      const stack = environment.stack('Site');
      const template = exported();
      expect(await stack.deploy(template)).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
      await environment.clock.advance(HOUR);
      const tagged = images().filter(image => image.tags.length > 0);
      expect(images()).toHaveLength(2);
      expect(tagged.map(({ imageId }) => imageId)).toEqual([stack.attributes(first(template)).DestinationId]);
      const requestedAt = calls('ExportSnapshot')[0].at;
      const record = records().find(({ destinationId }) => destinationId === tagged[0].imageId)!;
      expect(Math.abs(record.createdAt - requestedAt)).toBeLessThan(100);
      await stack.destroy();
      expect(images()).toHaveLength(1);
    });
  });

  test('an image that another resource of this library has tagged by then is passed over', async () => {
    byHand(13_000);
    const theirs = { key: 'cdk-lightsail-snapshots:stack', value: 'another stack' };
    const tagImage = () => {
      const requestedAt = calls('ExportSnapshot')[0].at;
      const nearest = records().sort((a, b) => Math.abs(a.createdAt - requestedAt) - Math.abs(b.createdAt - requestedAt))[0];
      const image = region().images.get(nearest.destinationId!);
      if (image) image.tags.push(theirs);
      else environment.clock.in(500, tagImage, 'another resource to tag the image');
    };
    environment.clock.in(1_790_000, tagImage, 'another resource to tag the image');
    const stack = environment.stack('Site');
    const template = exported();
    expect(await stack.deploy(template)).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
    const [ours] = images().filter(({ tags }) => !tags.includes(theirs));
    expect(images()).toHaveLength(2);
    expect(stack.attributes(first(template)).DestinationId).toBe(ours.imageId);
    await stack.destroy();
    expect(images().map(({ tags }) => tags)).toEqual([[theirs]]);
  });

  test.each([
    { exportRecordDelay: 60_000 }, { exportRecordDelay: 10 * 60_000 }, { exportDestinationEarly: true },
    { imagePendingFor: 90_000 }, { ec2EventualConsistency: 60_000 }, { snapshotInUseAfterDeregister: 60_000 }, { operationDoneStatus: 'Completed' as const },
    { notFoundAs: 'InvalidInputException' as const }, { deregisteredAs: 'InvalidAMIID.NotFound' as const }, { exportOperationNames: 'record' as const },
  ])('an environment with %j is dealt with', async options => {
    Object.assign(sim().options, options);
    byHand(30_000);
    const stack = environment.stack('Site');
    expect(await stack.deploy(exported())).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
    await stack.destroy();
    await environment.clock.advance(HOUR);
    expect(images().filter(image => image.tags.length > 0)).toEqual([]);
    expect(images()).toHaveLength(1);
    expect(ebsSnapshots().filter(snapshot => snapshot.tags.length > 0)).toEqual([]);
  });
});

describe('a call that may have gone out', () => {
  const lost = ['lost', 'hang', 'reset', { status: 500, error: 'ServiceException' }] as const;

  test.each(lost)('%j: is not made a second time while the first may have worked', async mishap => {
    environment.fault({ operation: 'ExportSnapshot', mishap });
    const stack = environment.stack('Site');
    expect(await stack.deploy(exported())).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
    expect(records()).toHaveLength(1);
    await stack.destroy();
    await nothingInEc2();
  });

  test.each(['before', 'after'] as const)('a function that dies %s the call does not export twice', async when => {
    environment.crashAt(call => (call.operation === 'ExportSnapshot' && calls('ExportSnapshot').length === 1 ? when : undefined));
    const stack = environment.stack('Site');
    expect(await stack.deploy(exported())).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
    expect(records()).toHaveLength(1);
  });

  test('a record that shows late is waited for', async () => {
    sim().options.exportRecordDelay = 60_000;
    environment.fault({ operation: 'ExportSnapshot', mishap: 'lost' });
    expect(await environment.stack('Site').deploy(exported())).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
    expect(records()).toHaveLength(1);
  });

  test('which of several it was is not guessed', async () => {
    byHand(12_000);
    environment.fault({ operation: 'ExportSnapshot', mishap: 'hang' });
    const { status, reasons } = await environment.stack('Site').deploy(exported());
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/the call that was to export instance snapshot 'golden' was lost, and 2 exports .*ExportSnapshotRecord-.*, ExportSnapshotRecord-/);
    await environment.clock.advance(HOUR);
    expect(images()).toHaveLength(2);
    expect(images().flatMap(({ tags }) => tags)).toEqual([]);
  });

  test.each(['accountSetup', 'regionSetup', 'throttle', 'accessDenied'] as const)('%s for a minute is waited out, and nothing is exported twice', async effect => {
    sim().faults.push({ effect, until: environment.clock.now() + 60_000 });
    expect(await environment.stack('Site').deploy(exported())).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
    expect(records()).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  test.each([
    ['a snapshot that is not there', () => region().vanish(region().instanceSnapshots.get('golden')!),
      /there is no instance snapshot 'golden' in us-east-1.*copy it with SnapshotCopy/],
    ['a blueprint that is not exported', () => { region().instanceSnapshots.get('golden')!.fromBlueprintId = 'django'; },
      /may not export instances of cPanel & WHM, Django and Ghost.*blueprint 'django'/],
    ['a snapshot that failed', () => { region().instanceSnapshots.get('golden')!.state = 'error'; }, /instance snapshot 'golden' ended in state 'error'/],
    ['a quota', () => { sim().faults.push({ operation: 'ExportSnapshot', effect: { error: 'InvalidInputException', message: 'the limit of exports is reached' } }); },
      /wait until other exports.*higher quota/],
    ['another refusal', () => { sim().faults.push({ operation: 'ExportSnapshot', effect: { error: 'OperationFailureException', message: 'no', tip: 'do' } }); },
      /lightsail refused to export instance snapshot 'golden': OperationFailureException: no \(.*tip: do\)/],
  ])('%s is told, with the way out', async (_, arrange, message) => {
    arrange();
    const { status, reasons } = await environment.stack('Site').deploy(exported());
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(message);
    expect(records()).toEqual([]);
  });

  test('a snapshot that is still being taken is waited for', async () => {
    const snapshot = region().instanceSnapshots.get('golden')!;
    snapshot.state = 'pending';
    environment.clock.in(600_000, () => { snapshot.state = 'available'; }, 'the snapshot is taken');
    expect(await environment.stack('Site').deploy(exported())).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
  });

  test.each(['snapshot', 'record'] as const)('a failed export is told in the words of Lightsail, which the operation of the %s has', async named => {
    sim().options.exportOperationNames = named;
    sim().outcomes.push({ resourceType: 'ExportSnapshotRecord', state: 'failed', errorCode: 'E7', errorDetails: 'the copy broke' });
    const { status, reasons } = await environment.stack('Site').deploy(exported());
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/export 'ExportSnapshotRecord-.*' of instance snapshot 'golden' ended in state 'Failed' instead of 'Succeeded': E7: the copy broke/);
    await nothingInEc2();
  });

  test('a state nobody knows is an error at once', async () => {
    sim().outcomes.push({ resourceType: 'ExportSnapshotRecord', state: 'unknown-state' });
    const { reasons } = await environment.stack('Site').deploy(exported());
    expect(reasons[0]).toContain("unknown state 'archiving'");
  });

  test('an id that is neither an image nor an EBS snapshot is told', async () => {
    sim().options.exportDestinationEarly = true;
    environment.clock.in(300_000, () => {
      for (const record of region().exports.values()) Object.assign(record, { destinationId: 'vol-0123456789abcdef0', destinationService: 'Aws::EC2::Volume' });
    }, 'Lightsail exports to something new');
    const { status, reasons } = await environment.stack('Site').deploy(site(scope => new DiskSnapshotExport(scope, 'Export', { source: archive(scope) })));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/made 'vol-.*' \(Aws::EC2::Volume\), which is neither/);
  });

  test('an image that fails is told, and removed', async () => {
    sim().options.imagePendingFor = 120_000;
    byHandFail();
    const { status, reasons } = await environment.stack('Site').deploy(exported());
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/image 'ami-.*', the export of instance snapshot 'golden', is in state 'failed' instead of 'available'/);
    await nothingInEc2();
  });

  test('deregistration protection is told in plain words, and nothing is removed', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(exported());
    const [image] = images();
    image.deregistrationProtection = 'enabled-without-cooldown';
    const { status, reasons } = await stack.destroy();
    expect(status).toBe('DELETE_FAILED');
    expect(reasons[0]).toMatch(new RegExp(`ec2 refused to remove image '${image.imageId}'.*disable-image-deregistration-protection --image-id ${image.imageId}`));
    expect(ebsSnapshots()).toHaveLength(2);
    image.deregistrationProtection = 'disabled';
    expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
    await nothingInEc2();
  });

  test('an EBS snapshot that another image uses is told', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(exported());
    const [snapshot] = ebsSnapshots();
    const user = region().addImage({ tags: [] });
    user.mappings[0].snapshotId = snapshot.snapshotId;
    const { status, reasons } = await stack.destroy();
    expect(status).toBe('DELETE_FAILED');
    expect(reasons[0]).toMatch(new RegExp(`ec2 refused to remove EBS snapshot '${snapshot.snapshotId}'.*${user.imageId}`));
    expect(images()).toEqual([user]);
    expect(ebsSnapshots().map(({ snapshotId }) => snapshotId)).toContain(snapshot.snapshotId);
  });

  test('an image that was removed by hand does not keep the stack from going', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(exported());
    images().forEach(({ imageId }) => remove(region().images, imageId));
    expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
    expect(ebsSnapshots().filter(({ tags }) => tags.length > 0)).toEqual([]);
  });

  test('a permission that is missing is told after two minutes', async () => {
    sim().faults.push({ operation: 'ExportSnapshot', effect: 'accessDenied' });
    const { status, reasons, took } = await environment.stack('Site').deploy(exported());
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain('AccessDeniedException');
    expect(took).toBeLessThan(HOUR / 2);
  });
});

/** The image of the next export fails on its way. */
function byHandFail() {
  const look = () => {
    const [image] = images();
    if (image) image.state = 'failed';
    else environment.clock.in(10_000, look, 'an image to fail');
  };
  environment.clock.in(10_000, look, 'an image to fail');
}

describe('long exports', () => {
  const three = (props: Partial<SnapshotExportProps> = {}) => exported({ timeout: Duration.hours(3), ...props });

  test('2.5 hours take two relays, on create and on update', async () => {
    sim().durations.export = 2.5 * HOUR;
    const stack = environment.stack('Site');
    const created = await stack.deploy(three({ revision: '1' }));
    expect(created).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
    expect(created.took).toBeGreaterThan(2.5 * HOUR);
    expect(stack.attributes(last(three())).DestinationId).toBe(images()[0].imageId);

    const updated = await stack.deploy(three({ revision: '2' }));
    expect(updated).toMatchObject({ status: 'UPDATE_COMPLETE', reasons: [] });
    expect(updated.took).toBeGreaterThan(2.5 * HOUR);
    expect(images()).toHaveLength(1);
    expect(stack.attributes(last(three())).DestinationId).toBe(images()[0].imageId);
    expect(records()).toHaveLength(2);
    await stack.destroy();
    await nothingInEc2();
  });

  test.each([0.2, 1.5])('a creation that is cancelled after %d h waits for the export that it cannot cancel, and removes it', async hours => {
    sim().durations.export = 1.9 * HOUR;
    const { status, reasons } = await environment.stack('Site').deploy(three(), { cancelAfter: hours * HOUR });
    if (hours > 1) expect([status, reasons]).toEqual(['ROLLBACK_COMPLETE', []]);
    // a deletion has an hour: it says what it waits for, and can be repeated
    else expect([status, reasons[0]]).toEqual(['ROLLBACK_FAILED', expect.stringMatching(/export 'ExportSnapshotRecord-.*' of 'golden' to end, which cannot be cancelled/)]);
    if (hours > 1) await nothingInEc2();
  });

  test('what a deletion could not wait for is removed when it is repeated', async () => {
    sim().durations.export = 1.9 * HOUR;
    const stack = environment.stack('Site');
    await stack.deploy(three(), { cancelAfter: 0.2 * HOUR });
    expect(stack.status).toBe('ROLLBACK_FAILED');
    expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
    await nothingInEc2();
  });

  test('an export that takes longer than it may is removed when it ends', async () => {
    sim().durations.export = 3.5 * HOUR;
    const { status, reasons } = await environment.stack('Site').deploy(three());
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(/gave up after .* of waiting for export .* of instance snapshot 'golden' to be Succeeded \(last state: Started\)/);
    await nothingInEc2();
  });

  test('what an update exports anew takes too long: the rollback waits for the same export', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(three());
    images().forEach(({ imageId }) => remove(region().images, imageId));
    sim().durations.export = 3.5 * HOUR;
    const tagged = exported({ timeout: Duration.hours(3) }, made => Tags.of(made).add('stage', 'test'));
    const { status, reasons } = await stack.deploy(tagged);
    expect([status, reasons[0]]).toEqual(['UPDATE_ROLLBACK_COMPLETE', expect.stringMatching(/Wait.*gave up after 2 h 57 min/)]);
    expect([images().length, records().length]).toEqual([1, 2]);
    expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
    await nothingInEc2();
  });

  describe('a construct comes back whose export CloudFormation gave up to have removed', () => {
    const other: Resources = { Other: { Type: 'AWS::SNS::Topic', Properties: {} } };
    /** Added and cancelled; three deletions in a row cannot wait for as long as the export takes. */
    const givenUp = async () => {
      sim().durations.export = 4.5 * HOUR;
      const stack = environment.stack('Site');
      await stack.deploy(other);
      const { status, reasons } = await stack.deploy({ ...other, ...three() }, { cancelAfter: 1.2 * HOUR });
      expect([status, reasons]).toEqual(['UPDATE_ROLLBACK_COMPLETE', Array(3).fill(expect.stringContaining('cannot be cancelled'))]);
      return stack;
    };
    const added = async (stack: Awaited<ReturnType<typeof givenUp>>) => {
      const { status, reasons } = await stack.deploy({ ...other, ...three() });
      expect([status, reasons]).toEqual(['UPDATE_COMPLETE', []]);
      return stack;
    };

    test.each([
      ['while it goes on', 0],
      ['when it has come to its end', 2 * HOUR],
    ])('%s: it is the same export', async (_, after) => {
      const stack = await givenUp();
      await environment.clock.advance(after);
      await added(stack);
      expect(records()).toHaveLength(1);
      expect(stack.attributes(last(three())).DestinationId).toBe(images()[0].imageId);
      await stack.destroy();
      await nothingInEc2();
    });

    test('when its image was removed by hand: it is exported anew', async () => {
      const stack = await givenUp();
      await environment.clock.advance(2 * HOUR);
      images().forEach(({ imageId }) => remove(region().images, imageId));
      ebsSnapshots().forEach(({ snapshotId }) => remove(region().ebsSnapshots, snapshotId));
      sim().durations.export = HOUR;
      await added(stack);
      expect(records()).toHaveLength(2);
      await stack.destroy();
      await nothingInEc2();
    });

    test('when another snapshot has the name: that one is exported, and the image of the first stays, as was told', async () => {
      const stack = await givenUp();
      await environment.clock.advance(2 * HOUR);
      const [theFirst] = images();
      region().vanish(region().instanceSnapshots.get('golden')!);
      region().addInstanceSnapshot({ name: 'golden', fromInstanceName: 'web', createdAt: environment.clock.now() });
      sim().durations.export = HOUR;
      await added(stack);
      expect(records()).toHaveLength(2);
      expect(stack.attributes(last(three())).DestinationId).not.toBe(theFirst.imageId);
      await stack.destroy();
      expect(images()).toEqual([theFirst]);
    });

    test('and is cancelled again before it has looked: the export is removed with it', async () => {
      const stack = await givenUp();
      sim().faults.push({ operation: 'GetExportSnapshotRecords', effect: '500', until: environment.clock.now() + 65_000 });
      await stack.deploy({ ...other, ...three() }, { cancelAfter: 60_000 });
      expect(records()).toHaveLength(1);
      await nothingInEc2();
    });
  });

  test('an update that is cancelled in its second hour leaves the old image and nothing else', async () => {
    const stack = environment.stack('Site');
    await stack.deploy(three({ revision: '1' }));
    const before = images();
    sim().durations.export = 2 * HOUR;
    const { status, reasons } = await stack.deploy(three({ revision: '2' }), { cancelAfter: 1.5 * HOUR });
    expect([status, reasons]).toEqual(['UPDATE_ROLLBACK_COMPLETE', []]);
    await environment.clock.advance(4 * HOUR);
    expect(images()).toEqual(before);
    expect(ebsSnapshots()).toHaveLength(2);
  });
});

describe('what CloudFormation does on the way', () => {
  test('an event that comes twice, or much later again, makes one export', async () => {
    environment.lambda.delivery = () => [0, 1, 500, 600_000];
    const stack = environment.stack('Site');
    await stack.deploy(exported());
    expect(records()).toHaveLength(1);
    await stack.destroy();
    await nothingInEc2();
  });

  test.each([0, 100, 5_000, 10_000, 21_000, 25_000, 60_000, 1_799_000, 1_802_000])('a creation that is cancelled after %d ms leaves nothing', async cancelAfter => {
    const { status, reasons } = await environment.stack('Site').deploy(exported({ removalPolicy: undefined }), { cancelAfter });
    expect([status, reasons]).toEqual(['ROLLBACK_COMPLETE', []]);
    await nothingInEc2();
  });

  test.each([100, 10_000, 60_000, 1_815_000])('an update that is cancelled after %d ms leaves the old image and nothing else', async cancelAfter => {
    const stack = environment.stack('Site');
    await stack.deploy(exported({ revision: '1', removalPolicy: undefined }));
    const before = images();
    const { status, reasons } = await stack.deploy(exported({ revision: '2', removalPolicy: undefined }), { cancelAfter });
    expect([status, reasons]).toEqual(['UPDATE_ROLLBACK_COMPLETE', []]);
    await environment.clock.advance(4 * HOUR);
    expect(images()).toEqual(before);
    expect(ebsSnapshots()).toHaveLength(2);
  });

  test('a creation that is rolled back is removed even where it is to be kept', async () => {
    const template = exported({ removalPolicy: undefined });
    const { status } = await environment.stack('Site').deploy(template, { failOther: { after: first(template) } });
    expect(status).toBe('ROLLBACK_COMPLETE');
    await nothingInEc2();
  });

  test('an image that was kept, and that a creation took up again, stays when the creation is rolled back', async () => {
    const other: Resources = { Other: { Type: 'AWS::SNS::Topic' } };
    const template = { ...other, ...exported({ removalPolicy: undefined }) };
    const stack = environment.stack('Site');
    await stack.deploy(template);
    await stack.deploy(other);
    const before = images();
    const { status } = await stack.deploy(template, { failOther: { after: last(template) } });
    expect([status, calls('ExportSnapshot').length]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 1]);
    expect(images()).toEqual(before);
    expect(ebsSnapshots()).toHaveLength(2);
  });

  test.each(['update with new id', 'update with old id', 'delete only'] as const)('an image that was kept stays when going back to it is rolled back by "%s"', async way => {
    environment.switches.rollbackOfReplacement = way;
    const stack = environment.stack('Site');
    const revision = (name: string) => exported({ revision: name, removalPolicy: undefined });
    await stack.deploy(revision('1'));
    await stack.deploy(revision('2'));
    const before = images();
    const { status } = await stack.deploy(revision('1'), { failOther: { after: first(revision('1')) } });
    expect([status, before.length]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 2]);
    expect(images()).toEqual(before);
    // and what such an update makes goes
    await stack.deploy(revision('3'), { failOther: { after: first(revision('3')) } });
    expect([images(), calls('ExportSnapshot').length]).toEqual([before, 3]);
  });

  test.each(['update with new id', 'update with old id', 'delete only'] as const)('an update that is rolled back by "%s" is undone', async way => {
    environment.switches.rollbackOfReplacement = way;
    const stack = environment.stack('Site');
    await stack.deploy(exported({ revision: '1' }));
    const before = images();
    const template = exported({ revision: '2' });
    const { status } = await stack.deploy(template, { failOther: { after: first(template) } });
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(images()).toEqual(before);
    expect(ebsSnapshots()).toHaveLength(2);
  });

  test('a creation that is cancelled while its call is under way removes what the call has made, and nothing else', async () => {
    byHand(0);
    await environment.clock.advance(20_000);
    byHand(180_000);
    environment.fault({ operation: 'ExportSnapshot', mishap: 'hang', where: ({ invocation }) => !invocation.isOver });
    const { status, reasons } = await environment.stack('Site').deploy(exported(), { cancelAfter: 40_000 });
    expect([status, reasons]).toEqual(['ROLLBACK_COMPLETE', []]);
    await environment.clock.advance(HOUR);
    expect(records()).toHaveLength(3);
    const requestedAt = calls('ExportSnapshot')[0].at;
    expect(images().map(({ createdAt }) => createdAt - sim().durations.export < requestedAt)).toEqual([true, false]);
  });

  test('an image that another resource has tagged is not removed with a creation that was cancelled', async () => {
    const theirs = { key: 'cdk-lightsail-snapshots:stack', value: 'another stack' };
    const tagImage = () => {
      if (images().length > 0) images()[0].tags.push(theirs);
      else environment.clock.in(500, tagImage, 'another resource to tag the image');
    };
    environment.clock.in(1_790_000, tagImage, 'another resource to tag the image');
    await environment.stack('Site').deploy(exported(), { cancelAfter: 60_000 });
    await environment.clock.advance(HOUR);
    expect(images().map(({ tags }) => tags)).toEqual([[theirs]]);
  });

  test('a foreign export is not removed with a creation that was cancelled before it asked', async () => {
    byHand(3_000);
    byHand(80_000);
    await environment.stack('Site').deploy(exported(), { cancelAfter: 100 });
    await environment.clock.advance(HOUR);
    expect(calls('ExportSnapshot')).toEqual([]);
    expect(images()).toHaveLength(2);
  });
});

describe('a function that dies before or after any of its calls', () => {
  const SEQUENCES: Record<string, () => Promise<unknown>> = {
    'create and delete': async () => {
      const stack = environment.stack('Site');
      expect(await stack.deploy(A)).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
      expect(images()).toHaveLength(1);
      expect(records()).toHaveLength(1);
      expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE', reasons: [] });
      await nothingInEc2();
    },
    'replacement': async () => {
      const stack = environment.stack('Site');
      await stack.deploy(A);
      expect(await stack.deploy(B)).toMatchObject({ status: 'UPDATE_COMPLETE', reasons: [] });
      expect(images()).toHaveLength(1);
      expect(ebsSnapshots()).toHaveLength(2);
      expect(records()).toHaveLength(2);
    },
    'creation that fails': async () => {
      sim().outcomes.push({ resourceType: 'ExportSnapshotRecord', state: 'failed' });
      expect((await environment.stack('Site').deploy(A)).status).toBe('ROLLBACK_COMPLETE');
      await nothingInEc2();
    },
    'cancelled creation': async () => {
      expect((await environment.stack('Site').deploy(A, { cancelAfter: 25_000 })).status).toBe('ROLLBACK_COMPLETE');
      await nothingInEc2();
    },
    'cancelled update': async () => {
      const stack = environment.stack('Site');
      await stack.deploy(A);
      const before = images();
      await stack.deploy(B, { cancelAfter: 30_000 });
      expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
      await environment.clock.advance(HOUR);
      expect(images()).toEqual(before);
    },
  };
  const A = exported({ revision: '1' });
  const B = exported({ revision: '2' });

  test.each(Object.keys(SEQUENCES))('%s', name => dieEverywhere(environment, {
    begin: async () => {
      await environment.reset();
      furnish();
      // a short export has fewer calls
      sim().durations.export = 60_000;
    },
    run: async () => {
      await SEQUENCES[name]();
      await environment.settle();
      expect(problems()).toEqual([]);
    },
  }));
});
