/** Instances from a snapshot: how they are created, brought in step and removed. */
import { CreateInstancesFromSnapshotCommand, DeleteInstanceCommand, Instance } from '@aws-sdk/client-lightsail';
import { bundleOf } from './bundles';
import { attachedNames, diskMapping, keepDisks, removeDisks } from './disks';
import { allInstances } from './instances';
import { checkPorts, syncPorts } from './ports';
import { attachStaticIps, releaseStaticIps, staticIpNames } from './static-ips';
import { isNotFound } from '../../../aws/errors';
import { InstancesFromSnapshotProperties } from '../../contract';
import { pending } from '../../engine/progress';
import { addOnRequests, automaticSource, commonAdvice, says, syncAddOns } from '../from-snapshot';
import { forEachInTime, groupHandler } from '../group';
import { flag } from '../values';

/** Instances made from a snapshot. */
export const instancesFromSnapshot = groupHandler<InstancesFromSnapshotProperties, Instance>({
  noun: 'instance',
  // one call of the console makes at most 20, and so many a region has to begin with
  chunk: 20,
  states: { pending: ['pending'], target: ['running'], failed: ['stopping', 'stopped', 'shutting-down', 'terminated'] },
  existing: { pending: ['pending', 'stopping', 'rebooting', 'terminated'], target: ['running', 'stopped'], failed: [] },
  leaving: ['shutting-down'],
  stateOf: instance => instance.state?.name,

  check(context) {
    const { props, request } = context;
    flag('AllocateStaticIps', props.AllocateStaticIps);
    staticIpNames(context);
    diskMapping(props, request.id, []);
    checkPorts(props);
  },

  list: allInstances,

  async create(context, names, tags) {
    const { lightsail, props, request } = context;
    await lightsail.send(new CreateInstancesFromSnapshotCommand({
      instanceNames: names,
      availabilityZone: props.AvailabilityZone,
      bundleId: await bundleOf(context),
      instanceSnapshotName: props.InstanceSnapshotName,
      sourceInstanceName: props.SourceInstanceName,
      ...automaticSource(props),
      userData: props.UserData,
      keyPairName: props.KeyPairName,
      ipAddressType: props.IpAddressType,
      attachedDiskMapping: diskMapping(props, request.id, names),
      tags,
      addOns: addOnRequests(props),
    }));
  },

  describe(context) {
    const { props, env } = context;
    const source = props.InstanceSnapshotName
      ? `instance snapshot '${props.InstanceSnapshotName}'` : `an automatic snapshot of instance '${props.SourceInstanceName}'`;
    return {
      attempt: `make instances from ${source}`,
      advice: [
        [says(/key ?pair/i), `there is no key pair '${props.KeyPairName}' in ${env.region}: import it there, or leave \`keyPairName\` out for the default one`],
        [says(/user ?data/i), 'user data is plain text (not base64) of at most 16 KB'],
        [says(/ip ?address ?type|ipv6/i), 'a bundle that is for IPv6 only goes with `ipAddressType` IPV6 and with no other, and IPV6 with no other bundle'],
        [says(/bundle/i), 'an instance needs a bundle that is active, for its platform, and with a disk as large as the source\'s or larger: '
          + 'choose another `bundleId`; \'aws lightsail get-bundles\' lists them'],
        [says(/disk/i, /mapping|path/i), 'the paths in `attachedDisks` must be those of disks in the snapshot (its `attachedDiskPaths`), '
          + `each once, got ${JSON.stringify(props.DiskPaths ?? [])}`],
        ...commonAdvice(context),
        [isNotFound, `there is no ${source} in ${env.region}: check the name, and that the stack is in the snapshot's region`],
      ],
    };
  },

  notReadyReason(context, instance) {
    const waiting = pending(`a public address of instance '${instance.name}' (last state: ${instance.state?.name})`);
    if (instance.state?.name !== 'running') return undefined;
    const v6 = instance.ipAddressType === 'ipv6'
      || (instance.ipAddressType === 'dualstack' && context.request.attributes.some(name => name.startsWith('Ipv6')));
    const v4 = instance.ipAddressType !== 'ipv6';
    return (v6 && !instance.ipv6Addresses?.length) || (v4 && !instance.publicIpAddress) ? waiting : undefined;
  },

  async sync(context, instances, listed) {
    return await forEachInTime(context, instances, async instance => {
      await syncPorts(context, instance);
      await syncAddOns(context, instance);
    }) ?? await keepDisks(context, instances) ?? attachStaticIps(context, instances, listed);
  },

  before: async (context, instances, names, tried) => await releaseStaticIps(context, names) ?? keepDisks(context, instances, { names, tried }),

  delete: ({ lightsail }, { name, addOns = [] }) =>
    lightsail.send(new DeleteInstanceCommand({ instanceName: name, forceDeleteAddOns: addOns.length > 0 })),

  after: removeDisks,

  attributes: async (context, instance) => ({
    Name: instance.name ?? '',
    Arn: instance.arn ?? '',
    SupportCode: instance.supportCode ?? '',
    CreatedAt: instance.createdAt?.toISOString() ?? '',
    State: instance.state?.name ?? '',
    PublicIpAddress: instance.publicIpAddress ?? '',
    PrivateIpAddress: instance.privateIpAddress ?? '',
    Ipv6Address: instance.ipv6Addresses?.[0] ?? '',
    Username: instance.username ?? '',
    BlueprintId: instance.blueprintId ?? '',
    BundleId: instance.bundleId ?? '',
    KeyPairName: instance.sshKeyName ?? '',
    IpAddressType: instance.ipAddressType ?? '',
    DiskNames: await attachedNames(context, instance),
    StaticIpName: staticIpNames(context)[instance.name!] ?? '',
  }),
});
