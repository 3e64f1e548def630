/** Names that are given and referred to, compared at synthesis. */
import { App, CfnResource, CustomResource, NestedStack, ScopedAws, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as lightsail from 'aws-cdk-lib/aws-lightsail';
import { Construct } from 'constructs';
import {
  DisksFromSnapshot, DiskSnapshotSource, InstancesFromSnapshot, InstanceSnapshotLookup, InstanceSnapshotSource, LightsailDiskSnapshot,
  LightsailInstanceSnapshot, SnapshotCopy, SnapshotExport,
} from '../src';

const env = { region: 'us-east-1', account: '111111111111' };
let app: App;
let stack: Stack;
beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Site', { env });
});

const snapshot = (scope: Construct, id: string, instanceSnapshotName?: string, instanceName = 'web-1') =>
  new LightsailInstanceSnapshot(scope, id, { instanceName, instanceSnapshotName });

describe('one name is given once', () => {
  const message = "Two: one name serves all Lightsail resources of a region, got 'golden', which Site/One gives as well. give another one";

  test('in a stack, whatever the type', () => {
    snapshot(stack, 'One', 'golden');
    expect(() => snapshot(stack, 'Two', 'golden')).toThrow(`Site/${message}`);
    expect(() => new LightsailDiskSnapshot(stack, 'Disk', { diskName: 'uploads', diskSnapshotName: 'golden' })).toThrow('one name serves all');
    expect(() => new DisksFromSnapshot(stack, 'Disks', {
      source: DiskSnapshotSource.snapshot('uploads-1'), availabilityZone: 'us-east-1a', diskNames: ['new', 'golden'],
    })).toThrow('one name serves all');
    expect(() => new SnapshotCopy(stack, 'Copy', { source: InstanceSnapshotSource.snapshot('other'), targetSnapshotName: 'golden' })).toThrow('one name serves all');
  });

  test('in two stacks of a region and account', () => {
    snapshot(stack, 'One', 'golden');
    expect(() => snapshot(new Stack(app, 'Other', { env }), 'Two', 'golden')).toThrow(`Other/${message}`);
  });

  test('in a nested stack, and where the environment is not known', () => {
    const anywhere = new Stack(app, 'Anywhere');
    snapshot(anywhere, 'One', 'golden');
    expect(() => snapshot(new NestedStack(anywhere, 'Nested'), 'Two', 'golden')).toThrow('which Anywhere/One gives as well');
  });

  test('but it is free in another region, account, app, and in stacks that are deployed anywhere', () => {
    const at = (id: string, where?: { region?: string; account?: string }) => snapshot(new Stack(app, id, { env: where }), 'It', 'golden');
    at('Here', env);
    at('Region', { ...env, region: 'eu-west-1' });
    at('Account', { ...env, account: '222222222222' });
    at('Dev');
    at('Prod');
    app = new App();
    at('Here', env);
  });

  test('and generated ones are not compared', () => {
    snapshot(stack, 'One');
    snapshot(stack, 'Two');
  });
});

describe('a name of something in the same stack', () => {
  const warnings = () => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('does not make CloudFormation wait'));
  const instance = () => new lightsail.CfnInstance(stack, 'Instance', { blueprintId: 'wordpress', bundleId: 'small_3_0', instanceName: 'web-1' });

  test.each<[string, () => unknown]>([
    ['of a native instance', () => { instance(); snapshot(stack, 'It'); }],
    ['of a native instance that comes later', () => { snapshot(stack, 'It'); instance(); }],
    ['of a native instance, as its instanceName', () => snapshot(stack, 'It', undefined, instance().instanceName)],
    ['of a native disk', () => {
      new lightsail.CfnDisk(stack, 'Disk', { diskName: 'uploads', sizeInGb: 8 });
      new LightsailDiskSnapshot(stack, 'It', { diskName: 'uploads' });
    }],
    ['of a native static IP', () => {
      new lightsail.CfnStaticIp(stack, 'Ip', { staticIpName: 'front' });
      new InstancesFromSnapshot(stack, 'It', { source: InstanceSnapshotSource.snapshot('other'), availabilityZone: 'us-east-1a', staticIpNames: ['front'] });
    }],
    ['of a snapshot of ours', () => {
      snapshot(stack, 'Made', 'golden');
      new SnapshotExport(stack, 'It', { source: InstanceSnapshotSource.snapshot('golden') });
    }],
    ['of a snapshot of ours that is looked up', () => {
      snapshot(stack, 'Made', 'golden');
      new InstanceSnapshotLookup(stack, 'It', { snapshotName: 'golden' });
    }],
    ['of a snapshot of ours that is fallen back on', () => {
      snapshot(stack, 'Made', 'golden');
      new InstanceSnapshotLookup(stack, 'It', { instanceName: 'web-1', fallbackSnapshotName: 'golden' });
    }],
    ['of a snapshot of ours in another stack', () => {
      new SnapshotExport(stack, 'It', { source: InstanceSnapshotSource.snapshot('golden') });
      snapshot(new Stack(app, 'Images', { env }), 'Made', 'golden');
    }],
    ['of disks of ours', () => {
      new DisksFromSnapshot(stack, 'Made', { source: DiskSnapshotSource.snapshot('uploads-1'), availabilityZone: 'us-east-1a', diskNames: ['uploads'] });
      new LightsailDiskSnapshot(stack, 'It', { diskName: 'uploads' });
    }],
    ['of an instance of ours', () => {
      new InstancesFromSnapshot(stack, 'Made', { source: InstanceSnapshotSource.snapshot('other'), availabilityZone: 'us-east-1a', instanceNames: ['web-1'] });
      snapshot(stack, 'It');
    }],
  ])('%s brings a warning', (_, define) => {
    define();
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0].id).toBe('/Site/It');
  });

  test('a dependency on something else, and two that wait for a third, bring a warning still', () => {
    const third = new CfnResource(stack, 'Third', { type: 'AWS::CloudFormation::WaitConditionHandle' });
    instance().addDependency(third);
    snapshot(stack, 'It').node.addDependency(third);
    expect(warnings()).toHaveLength(1);
  });

  test('so does a reference to the id of the stack, in which the instance is', () => {
    instance();
    snapshot(stack, 'It').node.addDependency(new lightsail.CfnStaticIp(stack, 'Ip', { staticIpName: new ScopedAws(stack).stackId }));
    expect(warnings()).toHaveLength(1);
  });

  test.each<[string, () => unknown]>([
    ['a reference', () => snapshot(stack, 'It', undefined, instance().ref)],
    ['a dependency', () => snapshot(stack, 'It').node.addDependency(instance())],
    ['a dependency of the resource', () => (snapshot(stack, 'It').node.defaultChild as lightsail.CfnInstance).addDependency(instance())],
    ['a dependency on what contains it', () => {
      const group = new Construct(stack, 'Group');
      new lightsail.CfnInstance(group, 'Instance', { blueprintId: 'wordpress', bundleId: 'small_3_0', instanceName: 'web-1' });
      snapshot(stack, 'It').node.addDependency(group);
    }],
    ['a dependency of what contains the snapshot', () => {
      const group = new Construct(stack, 'Group');
      snapshot(group, 'It');
      group.node.addDependency(instance());
    }],
    ['a dependency by way of a third', () => {
      const between = new CfnResource(stack, 'Between', { type: 'AWS::CloudFormation::WaitConditionHandle' });
      between.addDependency(instance());
      snapshot(stack, 'It').node.addDependency(between);
    }],
    ['a dependency on what refers to it', () => {
      const ip = new lightsail.CfnStaticIp(stack, 'Ip', { staticIpName: 'front', attachedTo: instance().ref });
      snapshot(stack, 'It').node.addDependency(ip);
    }],
    ['a dependency on what refers to it in a list, and in a custom resource', () => {
      const balancer = new lightsail.CfnLoadBalancer(stack, 'Balancer', { loadBalancerName: 'front', instancePort: 80, attachedInstances: [instance().ref] });
      const custom = new CustomResource(stack, 'Custom', { serviceToken: 'arn:aws:lambda:us-east-1:111111111111:function:it', properties: { deep: [{ ref: balancer.ref }] } });
      snapshot(stack, 'It').node.addDependency(custom);
    }],
    ['the other order, which is wanted', () => instance().node.addDependency(snapshot(stack, 'It'))],
    ['the snapshot itself', () => new SnapshotExport(stack, 'It', { source: snapshot(stack, 'Made', 'golden') })],
    ['a dependency between stacks, also by way of a third', () => {
      const [images, between] = ['Images', 'Between'].map(id => new Stack(app, id, { env }));
      new SnapshotExport(stack, 'It', { source: InstanceSnapshotSource.snapshot('golden') });
      snapshot(images, 'Made', 'golden');
      between.addDependency(images);
      stack.addDependency(between);
    }],
    ['a name in a stack of another region', () => {
      new SnapshotExport(stack, 'It', { source: InstanceSnapshotSource.snapshot('golden') });
      snapshot(new Stack(app, 'Images', { env: { ...env, region: 'eu-west-1' } }), 'Made', 'golden');
    }],
    ['a name in another region', () => {
      snapshot(stack, 'Made', 'golden');
      new SnapshotCopy(stack, 'It', { source: InstanceSnapshotSource.snapshot('golden'), sourceRegion: 'eu-west-1' });
    }],
    ['an instance of another name', () => { instance(); snapshot(stack, 'It', undefined, 'web-2'); }],
  ])('%s brings none', (_, define) => {
    define();
    expect(warnings()).toEqual([]);
  });
});
