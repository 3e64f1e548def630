import type { DiskRecord, InstanceRecord } from '../../../testbed/simulator';
import { SuccessResponse, ResourceTypeScenarios, life } from '../scenario';
import { SECRET } from '../secret';
import { standsFor } from './expected-state';

/** What all members should be, and what is answered of each. */
function expectedGroup({ id, properties }: SuccessResponse, all: ReadonlyMap<string, InstanceRecord | DiskRecord>, target: readonly string[]) {
  const names = (properties.Names as string[] | undefined) ?? Array.from({ length: Number(properties.Count) }, (_, index) => `${id}-${index + 1}`);
  const wrong = names.flatMap(name => {
    const member = all.get(name);
    if (!member) return [`there is no '${name}'`];
    return [
      ...target.includes(member.state) ? [] : [`'${name}' is ${member.state}`],
      ...standsFor(member, id) ? [] : [`'${name}' does not carry its ownership tags`],
    ];
  });
  const surplus = [...all.values()].filter(member => standsFor(member, id) && !names.includes(member.name) && !member.deleting);
  const attributes = Object.fromEntries(names.flatMap((name, index) => {
    const member = all.get(name);
    return [[`Name.${index}`, name], [`Arn.${index}`, member?.arn], [`State.${index}`, member?.state]];
  }));
  return { wrong: [...wrong, ...surplus.map(({ name }) => `'${name}' is there and not wanted`)], attributes };
}

const INSTANCES = 'Custom::LightsailInstancesFromSnapshot';

const ofInstances = {
  InstanceSnapshotName: 'their-snapshot',
  AvailabilityZone: 'us-east-1a',
  BundleId: 'nano_3_0',
  Count: 2,
  Tags: { team: 'web' },
  Attributes: ['Name.0', 'Arn.0', 'State.0', 'Name.1'],
};

export const instancesFromSnapshot: ResourceTypeScenarios = {
  type: INSTANCES,
  seed: sim => {
    const region = sim.region('us-east-1');
    region.addInstance({ name: 'backed-up', addOns: true });
    region.addAutoSnapshot({ resource: 'backed-up', date: '2026-01-01' });
    region.addStaticIp({ name: 'ours-1' });
    region.addStaticIp({ name: 'ours-2' });
  },
  properties: ofInstances,
  changed: { Count: 3, Tags: { cost: '7' } },
  replaced: { Revision: '2' },
  taken: { Names: ['ours', 'theirs'] },
  refused: { InstanceSnapshotName: 'nobody' },
  makes: ['Instance'],
  belongs: standsFor,
  more: {
    'with user data': life(INSTANCES, { ...ofInstances, UserData: `echo ${SECRET}` }, { UserData: `echo ${SECRET} ${SECRET}` }),
    'scaled in': life(INSTANCES, { ...ofInstances, Count: 3 }, { Count: 2 }),
    'with ports and add-ons': life(INSTANCES, {
      ...ofInstances, PublicPorts: [{ Protocol: 'tcp', FromPort: 443, ToPort: 443 }], AutoSnapshotTime: '06:00',
    }, { PublicPorts: [{ Protocol: 'tcp', FromPort: 80, ToPort: 80 }], AutoSnapshotTime: undefined }),
    'with disks and static addresses': life(INSTANCES, { ...ofInstances, DiskPaths: ['/dev/xvdf'], AllocateStaticIps: true }, { Count: 1 }),
    'with addresses that exist': life(INSTANCES, { ...ofInstances, StaticIpNames: ['ours-1', 'ours-2'] }, { Count: 1, StaticIpNames: ['ours-1'] }),
    'with the bundle of the source': life(INSTANCES, { ...ofInstances, BundleId: undefined }, { AutoSnapshotTime: '06:00' }),
    'of an automatic snapshot': life(INSTANCES, {
      ...ofInstances, InstanceSnapshotName: undefined, SourceInstanceName: 'backed-up', UseLatestRestorableAutoSnapshot: true,
    }, { Tags: { team: 'shop' } }),
  },
  expectedState: response => expectedGroup(response, response.sim.region('us-east-1').instances, ['running']),
};

const DISKS = 'Custom::LightsailDisksFromSnapshot';

export const disksFromSnapshot: ResourceTypeScenarios = {
  type: DISKS,
  seed: () => undefined,
  properties: {
    DiskSnapshotName: 'their-disk-snapshot', AvailabilityZone: 'us-east-1a', Count: 2, Tags: { team: 'web' }, Attributes: ['Name.0', 'Arn.0', 'State.0'],
  },
  changed: { Count: 3, Tags: { cost: '7' }, AutoSnapshotTime: '06:00' },
  replaced: { Revision: '2' },
  taken: { Names: ['ours', 'their-disk'] },
  refused: { DiskSnapshotName: 'nobody' },
  makes: ['Disk'],
  // a disk that is not well cannot be removed
  without: ['create, unknown state', 'create, stuck', 'waits: create, fails'],
  belongs: standsFor,
  expectedState: response => expectedGroup(response, response.sim.region('us-east-1').disks, ['available', 'in-use']),
};
