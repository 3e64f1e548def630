import { BLUEPRINTS } from '../catalogue';
import { invalidInput } from '../errors';
import { addDisk, diskOperation, validateDiskSize } from './disks';
import { letGo, readInstanceNames } from './instances';
import { addInstance, boot } from './make-instance';
import { assertDiskQuota, assertInstanceQuota, findBundle, readAddOns, readIpAddressType, readKeyPair, readUserData, validateZone } from './placement';
import { diskSource, instanceSource, Source } from './sources';
import type { Context, Handler } from '../model/context';
import { grow, use } from '../model/lifecycle';
import { reserveNames } from '../model/lookup';
import { startOperation, viewOperations } from '../model/operations';
import type { AttachedDisk } from '../model/records';
import { readTags } from '../model/tags';

export const CreateDiskFromSnapshot: Handler = c => {
  const { diskName, availabilityZone, sizeInGb } = c.input;
  const source = diskSource(c);
  validateZone(c, availabilityZone);
  validateDiskSize(sizeInGb, source.sizeInGb);
  const tags = readTags(c, c.input.tags);
  const addOns = readAddOns(c);
  assertDiskQuota(c, [sizeInGb]);
  reserveNames(c, [diskName]);
  return diskOperation(c, addDisk(c, { name: diskName, zone: availabilityZone, sizeInGb, tags, addOns, fromSnapshot: source.label }));
};

/** Everything is checked before anything is made: one bad name, and there is no instance at all. */
export const CreateInstancesFromSnapshot: Handler = c => {
  const { availabilityZone, bundleId } = c.input;
  const names = readInstanceNames(c);
  const source = instanceSource(c);
  validateZone(c, availabilityZone);
  const bundle = findBundle(c, bundleId, BLUEPRINTS.get(source.blueprintId)!, source.sizeInGb);
  const plan = {
    zone: availabilityZone,
    blueprintId: source.blueprintId,
    bundleId,
    ipAddressType: readIpAddressType(c, bundle),
    keyPairName: readKeyPair(c),
    userData: readUserData(c),
    tags: readTags(c, c.input.tags),
    fromSnapshot: source.label,
  };
  readAddOns(c);
  const disks = readDiskMapping(c, source, names);
  assertInstanceQuota(c, names.length, bundle);
  assertDiskQuota(c, disks.map(({ disk }) => disk.sizeInGb));
  reserveNames(c, [...names, ...disks.map(({ newName }) => newName)]);
  return viewOperations(c, ...names.map(name => {
    const instance = addInstance(c.model, c.region, c.now, { ...plan, name, addOns: readAddOns(c) });
    c.resources.push({ arn: instance.arn, tags: instance.tags });
    const attached = disks.filter(disk => disk.instanceName === name).map(({ newName, disk }) => addDisk(c, {
      name: newName,
      zone: availabilityZone,
      sizeInGb: disk.sizeInGb,
      path: disk.path,
      attachedTo: name,
      tags: [],
      fromSnapshot: source.label,
    }));
    const release = use(source.holder);
    return startOperation(c, {
      resourceName: name,
      resourceType: 'Instance',
      operationType: c.operation,
      operationDetails: source.label,
      zone: availabilityZone,
      ...grow(c, instance, {
        duration: c.model.durations.instance,
        onReady: at => {
          boot(c, instance, at);
          attached.forEach(disk => Object.assign(disk, { state: 'in-use', attachedAt: at }));
        },
        onFailed: at => letGo(c, instance, at),
        onEnd: release,
      }),
    });
  }));
};

interface MappedDisk {
  instanceName: string;
  newName: string;
  disk: AttachedDisk;
}

/** Which disks of the snapshot become which new ones, for every new instance. */
function readDiskMapping(c: Context, source: Source, instanceNames: string[]): MappedDisk[] {
  const mapping = (c.input.attachedDiskMapping ?? {}) as Record<string, { originalDiskPath?: string; newDiskName?: string }[]>;
  const unknown = Object.keys(mapping).find(key => !instanceNames.includes(key));
  if (unknown !== undefined) {
    throw invalidInput(`The attached disk mapping names what is not there: ${unknown}`);
  }
  return instanceNames.flatMap(instanceName => {
    const mapped = (mapping[instanceName] ?? []).map(({ originalDiskPath, newDiskName }) => {
      const disk = source.disks.find(({ path }) => path === originalDiskPath);
      if (!disk || !newDiskName) {
        throw invalidInput(`The snapshot ${source.label} has no disk at the path: ${originalDiskPath}`);
      }
      return { instanceName, newName: newDiskName, disk };
    });
    if (new Set(mapped.map(({ disk }) => disk)).size < mapped.length) {
      throw invalidInput(`The attached disk mapping of ${instanceName} names a path more than once`);
    }
    const left = source.disks.find(disk => !mapped.some(m => m.disk === disk));
    if (left && c.options.unmappedDisks === 'refused') {
      throw invalidInput(`The attached disk mapping of ${instanceName} leaves out the path: ${left.path}`);
    }
    return mapped;
  });
}
