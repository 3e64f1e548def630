/**
 * Eight deployments in which an earlier engine removed what it had not made, or could not end. Each goes through the constructs' own
 * templates, so that it shows what a user's `cdk deploy` does.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  InstancesFromSnapshot, InstancesFromSnapshotProps, InstanceSnapshotLookup, LightsailInstanceSnapshot, SnapshotExport,
} from '../../../../src';
import type { Resources, TestEnvironment, VirtualStack } from '../../../../testbed/driver';
import { customResources as template } from '../../../support/custom-resources';
import { Lightsail, startTestEnvironment } from '../../../support/test-environment';

let environment: TestEnvironment<Lightsail>;
let stack: VirtualStack;

beforeAll(async () => { environment = await startTestEnvironment({ direct: true }); });
afterAll(() => environment.close());
beforeEach(async () => {
  await environment.reset();
  stack = environment.stack('Site');
  simulator().options.quotas.instances = 200;
  region().addInstance({ name: 'web' });
  region().addInstanceSnapshot({ name: 'golden', fromInstanceName: 'web' });
});

const simulator = () => environment.sim.simulator;
const region = () => simulator().region('us-east-1');
const instances = () => [...region().instances.values()].filter(({ name, deleting }) => name !== 'web' && !deleting);
const HOUR = 3600_000;

type Also = (made: InstancesFromSnapshot) => void;

const group = (props: Partial<InstancesFromSnapshotProps> = {}, also: Also = () => undefined) => template(scope => also(
  new InstancesFromSnapshot(scope, 'Web', {
    source: LightsailInstanceSnapshot.fromInstanceSnapshotName(scope, 'Golden', 'golden'),
    availabilityZone: 'us-east-1a',
    ...props,
  }),
));

/** Does something when the event of a wait resource's creation leaves. */
function whenWaitBegins(act: () => void): void {
  environment.lambda.delivery = ({ ResourceType, RequestType }) => {
    if (ResourceType === 'Custom::LightsailWait' && RequestType === 'Create') act();
    return [0];
  };
}

test('a third instance that never comes up takes neither of the two that run with it', async () => {
  expect(await stack.deploy(group({ instanceCount: 2 }))).toMatchObject({ status: 'CREATE_COMPLETE' });
  const before = instances().map(({ arn }) => arn);
  simulator().outcomes.push({ resourceType: 'Instance', state: 'stuck' });
  simulator().options.deletePendingInstanceRefused = false;

  const { status } = await stack.deploy(group({ instanceCount: 3, timeout: Duration.hours(2) }));
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(instances().map(({ arn }) => arn)).toEqual(before);
});

test('an instance in an unknown state while a wait resource looks is not removed, nor is its neighbour', async () => {
  await stack.deploy(group({ instanceCount: 2 }));
  const before = instances().map(({ arn }) => arn);
  whenWaitBegins(() => { instances()[0].state = 'archiving'; });

  const { status } = await stack.deploy(group({ instanceCount: 2, timeout: Duration.hours(2) }));
  expect(status).not.toBe('UPDATE_COMPLETE');
  expect(instances().map(({ arn }) => arn)).toEqual(before);
});

test('a kept snapshot in an unknown state while a wait resource looks is not removed', async () => {
  const kept = (timeout: Duration) => template(scope => {
    new LightsailInstanceSnapshot(scope, 'Snapshot', { instanceName: 'web', timeout, removalPolicy: RemovalPolicy.RETAIN });
  });
  await stack.deploy(kept(Duration.hours(1)));
  const snapshots = () => [...region().instanceSnapshots.values()].filter(({ name }) => name !== 'golden');
  const before = snapshots().map(({ arn }) => arn);
  whenWaitBegins(() => { snapshots()[0].state = 'archiving'; });

  await stack.deploy(kept(Duration.hours(2)));
  expect(snapshots().map(({ arn }) => arn)).toEqual(before);
});

test('a kept image that was disabled by hand is not deregistered when its timeout is raised', async () => {
  const kept = (timeout: Duration) => template(scope => {
    new SnapshotExport(scope, 'Export', {
      source: LightsailInstanceSnapshot.fromInstanceSnapshotName(scope, 'Golden', 'golden'),
      timeout,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  });
  expect(await stack.deploy(kept(Duration.hours(2)))).toMatchObject({ status: 'CREATE_COMPLETE' });
  const images = () => [...region().images.keys()];
  const before = images();
  expect(before).toHaveLength(1);
  whenWaitBegins(() => { for (const image of region().images.values()) Object.assign(image, { state: 'disabled' }); });

  await stack.deploy(kept(Duration.hours(3)));
  expect(images()).toEqual(before);
});

test('a creation that was cancelled in its second hour does not remove what the next deployment makes', async () => {
  const other: Resources = { Other: { Type: 'AWS::SNS::Topic', Properties: {} } as Resources[string] };
  await stack.deploy(other);
  simulator().durations.instance = 1.6 * HOUR;
  const wanted = { ...other, ...group({ instanceCount: 1, timeout: Duration.hours(2) }) };
  expect((await stack.deploy(wanted, { cancelAfter: 70 * 60_000 })).status).toBe('UPDATE_ROLLBACK_COMPLETE');

  expect(await stack.deploy(wanted)).toMatchObject({ status: 'UPDATE_COMPLETE', reasons: [] });
  await environment.settle();
  expect(instances().map(({ state }) => state)).toEqual(['running']);
});

test.each([
  ['75 instances with ports', { instanceCount: 75, publicPorts: [{ port: ec2.Port.tcp(443) }] }],
  ['45 instances with names', { instanceNames: Array.from({ length: 45 }, (_, index) => `shop-frontend-production-${index + 1}`) }],
])('%s and a timeout above an hour are made, and can be deleted', async (_, props) => {
  expect(await stack.deploy(group({ ...props, timeout: Duration.hours(2) }))).toMatchObject({ status: 'CREATE_COMPLETE', reasons: [] });
  expect((await stack.destroy()).status).toBe('DELETE_COMPLETE');
  await environment.settle();
});

test('an instance that was deleted by hand is made again when an output is added, months later, with wait resources too', async () => {
  const props = { instanceCount: 2, timeout: Duration.hours(2), removalPolicy: RemovalPolicy.DESTROY };
  await stack.deploy(group(props));
  await environment.clock.advance(100 * 24 * HOUR);
  const [gone] = instances();
  region().vanish(gone);

  const { status, reasons } = await stack.deploy(group(props, made => void made.instances[0].instanceArn));
  expect([status, reasons]).toEqual(['UPDATE_COMPLETE', []]);
  expect(instances().map(({ state }) => state)).toEqual(['running', 'running']);
});

test('an instance that was deleted by hand is made again, with its user data, when the timeout changes above an hour', async () => {
  const props = { instanceNames: ['a1', 'b1'], userData: ec2.UserData.custom('echo hello'), removalPolicy: RemovalPolicy.DESTROY };
  await stack.deploy(group({ ...props, timeout: Duration.minutes(90) }));
  region().vanish(instances()[0]);

  expect(await stack.deploy(group({ ...props, timeout: Duration.minutes(100) }))).toMatchObject({ status: 'UPDATE_COMPLETE', reasons: [] });
  expect(instances().map(({ userData }) => userData)).toEqual(['echo hello', 'echo hello']);
  await stack.destroy();
  await environment.settle();
  expect(instances()).toEqual([]);
});

test('a lookup keeps what it found when one more attribute is referred to', async () => {
  const lookup = (read: (found: InstanceSnapshotLookup) => void = () => undefined) => template(scope => {
    read(new InstanceSnapshotLookup(scope, 'Newest', { instanceName: 'web' }));
  });
  await stack.deploy(lookup(found => void found.instanceSnapshotName));
  const before = stack.physicalId(Object.keys(lookup())[0]);
  region().addInstanceSnapshot({ name: 'newer', fromInstanceName: 'web', createdAt: environment.clock.now() });

  expect((await stack.deploy(lookup(found => void [found.instanceSnapshotName, found.instanceSnapshotArn]))).status).toBe('UPDATE_COMPLETE');
  const id = Object.keys(lookup())[0];
  expect(stack.physicalId(id)).toBe(before);
  expect(stack.attributes(id)).toMatchObject({ Name: 'golden', Arn: region().instanceSnapshots.get('golden')!.arn });
});
