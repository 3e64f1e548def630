/** What docs/living-with-it.md says of upgrades, of constructs that are renamed or moved, and of leaving the library. */
import { App, CfnResource, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  InstancesFromSnapshot, InstancesFromSnapshotProps, LightsailInstanceSnapshot, LightsailInstanceSnapshotProps, SnapshotExport,
} from '../src';
import type { Resources, TestEnvironment, VirtualStack } from '../testbed/driver';
import { customResources } from './support/custom-resources';
import { CONSTRUCTS } from './support/everything';
import { Lightsail, startTestEnvironment } from './support/test-environment';

let environment: TestEnvironment<Lightsail>;
let stack: VirtualStack;

beforeAll(async () => { environment = await startTestEnvironment({ direct: true }); });
afterAll(() => environment.close());
beforeEach(async () => {
  await environment.reset();
  stack = environment.stack('Site');
  region().addInstance({ name: 'web-1' });
});

const region = () => environment.sim.simulator.region('us-east-1');
const snapshots = () => [...region().instanceSnapshots.keys()].sort();
const instances = () => [...region().instances.values()].filter(({ name, deleting }) => name !== 'web-1' && !deleting).map(({ name }) => name).sort();
const images = () => [...region().images.keys()];
const changes = () => environment.calls.filter(({ operation }) => /^(Create|Delete|Tag|Untag)/.test(operation)).length;

const CREATED = { status: 'CREATE_COMPLETE' };
const UPDATED = { status: 'UPDATE_COMPLETE', reasons: [] };
/** A stack without any of our constructs, which is not empty. */
const nothing = { Topic: { Type: 'AWS::SNS::Topic', Properties: {} } } as Resources;

type More = Partial<LightsailInstanceSnapshotProps> & { logicalId?: string; tag?: string };

const snapshot = (id: string, { logicalId, tag, ...props }: More = {}) => customResources(scope => {
  const made = new LightsailInstanceSnapshot(scope, id, { instanceName: 'web-1', ...props });
  if (logicalId) (made.node.defaultChild as CfnResource).overrideLogicalId(logicalId);
  if (tag) Tags.of(made).add('tag', tag);
});
const group = (id: string, props: Partial<InstancesFromSnapshotProps> = {}) => customResources(scope => {
  new InstancesFromSnapshot(scope, id, {
    source: LightsailInstanceSnapshot.fromInstanceSnapshotName(scope, 'Source', 'golden'), availabilityZone: 'us-east-1a', ...props,
  });
});
const idOf = (template: Resources) => Object.keys(template)[0];

describe('an upgrade', () => {
  test('changes the code of functions, and nothing that stands for a resource', () => {
    const scope = new Stack(new App(), 'Site');
    Object.entries(CONSTRUCTS).forEach(([name, make]) => make(scope, name));
    const { Resources: resources } = Template.fromStack(scope).toJSON() as { Resources: Record<string, { Type: string }> };
    const withHash = Object.values(resources).filter(resource => /[0-9a-f]{64}/.test(JSON.stringify(resource)));
    expect([...new Set(withHash.map(({ Type }) => Type))]).toEqual(['AWS::Lambda::Function']);
  });

  test('of a template that says the same asks nothing of the function', async () => {
    await stack.deploy(snapshot('Golden'));
    const { status, requests } = await stack.deploy(snapshot('Golden'));
    expect([status, requests]).toEqual(['UPDATE_COMPLETE', []]);
  });
});

describe('a construct that is renamed', () => {
  test('takes a second snapshot where names are generated, and the first stays', async () => {
    await stack.deploy(snapshot('Golden'));
    const [first] = snapshots();
    expect(await stack.deploy(snapshot('Image'))).toMatchObject(UPDATED);
    expect(snapshots()).toHaveLength(2);
    expect(snapshots()).toContain(first);
  });

  test('removes the first one where it is not kept, after the second is there', async () => {
    await stack.deploy(snapshot('Golden', { removalPolicy: RemovalPolicy.DESTROY }));
    const [first] = snapshots();
    expect(await stack.deploy(snapshot('Image', { removalPolicy: RemovalPolicy.DESTROY }))).toMatchObject(UPDATED);
    expect(snapshots()).toHaveLength(1);
    expect(snapshots()).not.toContain(first);
  });

  test('fails where the name is given, says why, and leaves everything as it was', async () => {
    const before = snapshot('Golden', { instanceSnapshotName: 'golden-2026' });
    await stack.deploy(before);
    const { status, reasons } = await stack.deploy(snapshot('Image', { instanceSnapshotName: 'golden-2026' }));
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain(`instance snapshot 'golden-2026' was made under the logical id '${idOf(before)}' of this stack, and another logical id is another`);
    expect(reasons[0]).toContain(`call overrideLogicalId('${idOf(before)}') on its default child`);
    expect(reasons[0]).not.toContain('did not make');
    expect(snapshots()).toEqual(['golden-2026']);
  });

  test.each([[undefined, 1], [Duration.hours(2), 2]])('keeps what it has with its old logical id (timeout %s)', async (timeout, resources) => {
    const props = { instanceSnapshotName: 'golden-2026', timeout };
    const before = snapshot('Golden', props);
    await stack.deploy(before);
    const [made, callsBefore] = [changes(), environment.calls.length];

    const after = snapshot('Image', { ...props, logicalId: idOf(before) });
    expect(Object.keys(after)).toHaveLength(resources);
    expect(await stack.deploy(after)).toMatchObject(UPDATED);
    expect(snapshots()).toEqual(['golden-2026']);
    expect(changes()).toBe(made);
    if (!timeout) expect(environment.calls).toHaveLength(callsBefore);
  });

  test('brings new instances up and removes the old ones, with what was written to them', async () => {
    region().addInstanceSnapshot({ name: 'golden', fromInstanceName: 'web-1' });
    await stack.deploy(group('Web'));
    const [first] = instances();
    expect(await stack.deploy(group('Front'))).toMatchObject(UPDATED);
    expect(instances()).toHaveLength(1);
    expect(instances()).not.toContain(first);
  });

  test('of instances with given names fails, and says why', async () => {
    region().addInstanceSnapshot({ name: 'golden', fromInstanceName: 'web-1' });
    const before = group('Web', { instanceNames: ['web-2'] });
    await stack.deploy(before);
    const { status, reasons } = await stack.deploy(group('Front', { instanceNames: ['web-2'] }));
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain(`instance 'web-2' was made under the logical id '${idOf(before)}' of this stack`);
    expect(instances()).toEqual(['web-2']);
  });

  test('exports a second time, and the first image stays', async () => {
    region().addInstanceSnapshot({ name: 'golden', fromInstanceName: 'web-1' });
    const exported = (id: string) => customResources(scope => {
      new SnapshotExport(scope, id, { source: LightsailInstanceSnapshot.fromInstanceSnapshotName(scope, 'Source', 'golden') });
    });
    await stack.deploy(exported('Export'));
    const [first] = images();
    expect(await stack.deploy(exported('Image'))).toMatchObject(UPDATED);
    expect(images()).toHaveLength(2);
    expect(images()).toContain(first);
  });
});

describe('a stack refactoring', () => {
  test('leaves the tags as they are, so that the next change takes a second snapshot and touches the first no more', async () => {
    const before = snapshot('Golden', { removalPolicy: RemovalPolicy.DESTROY });
    await stack.deploy(before);
    const [first] = snapshots();
    const after = snapshot('Image', { removalPolicy: RemovalPolicy.DESTROY, tag: 'new' });
    stack.rename(idOf(before), idOf(after));
    expect(await stack.deploy(after)).toMatchObject(UPDATED);
    expect(snapshots()).toHaveLength(2);
    expect(snapshots()).toContain(first);
  });
});

describe('from one stack to another', () => {
  test('a given name is refused there while it is in use, and what was kept can be referred to', async () => {
    await stack.deploy(snapshot('Golden', { instanceSnapshotName: 'golden' }));
    await environment.clock.advance(Duration.hours(1).toMilliseconds());
    const other = environment.stack('Other');
    const { status, reasons } = await other.deploy(snapshot('There', { instanceSnapshotName: 'golden' }));
    expect([status, reasons[0]]).toEqual(['ROLLBACK_COMPLETE', expect.stringContaining("'golden' is held by an existing instance snapshot that this stack did not make")]);

    expect(await stack.deploy(nothing)).toMatchObject(UPDATED);
    expect(await environment.stack('Third').deploy(group('Web'))).toMatchObject(CREATED);
    expect([snapshots(), instances().length]).toEqual([['golden'], 1]);
  });
});

describe('leaving the library', () => {
  const all = (removalPolicy: RemovalPolicy) => ({
    ...snapshot('Golden', { instanceSnapshotName: 'golden', removalPolicy }),
    ...group('Web', { removalPolicy, instanceCount: 2, allocateStaticIps: true, attachedDisks: [{ originalDiskPath: '/dev/xvdf' }] }),
  });

  test('with everything set to RETAIN the function hears nothing, whether the constructs or the stack go', async () => {
    await environment.reset();
    stack = environment.stack('Site');
    region().addInstance({ name: 'web-1', disks: [{ name: 'data', path: '/dev/xvdf' }] });
    const [[golden, made], [web, group2]] = Object.entries(all(RemovalPolicy.DESTROY));
    const withOrder = (template: Resources) => ({ [golden]: template[golden], [web]: { ...template[web], DependsOn: [golden] } }) as Resources;
    expect([made.DeletionPolicy, group2.DeletionPolicy]).toEqual(['Delete', 'Delete']);
    expect(await stack.deploy(withOrder(all(RemovalPolicy.DESTROY)))).toMatchObject(CREATED);
    const there = () => ({ snapshots: snapshots(), instances: instances(), disks: [...region().disks.keys()], ips: [...region().staticIps.keys()] });
    const before = there();
    expect([before.instances.length, before.disks.length, before.ips.length]).toEqual([2, 3, 2]);

    expect(await stack.deploy(withOrder(all(RemovalPolicy.RETAIN)))).toMatchObject({ ...UPDATED, requests: [] });
    expect(await stack.deploy(nothing)).toMatchObject({ ...UPDATED, requests: [] });
    expect(there()).toEqual(before);
    expect(await stack.destroy()).toMatchObject({ status: 'DELETE_COMPLETE', requests: [] });
    expect(there()).toEqual(before);
  });

  test('and by default what holds data stays, and instances go', async () => {
    region().addInstanceSnapshot({ name: 'golden', fromInstanceName: 'web-1' });
    await stack.deploy({ ...snapshot('Mine', { instanceSnapshotName: 'mine' }), ...group('Web') });
    expect(await stack.deploy(nothing)).toMatchObject(UPDATED);
    expect([snapshots(), instances()]).toEqual([['golden', 'mine'], []]);
  });
});
