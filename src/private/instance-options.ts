/** Options of instances made from a snapshot: what is checked, and what the function is told. */
import { Lazy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { checkList } from './group';
import { checkNumber, validationError, isKnown, isPlaceholder, quote } from './validate';
import { AttachedDisk } from '../attached-disk';
import { StopOnIdle } from '../stop-on-idle';

/** Paths and names of the disks. */
export function attachedDisks(scope: Construct, size: number, given: AttachedDisk[]) {
  // their order says nothing, and another one would make new instances
  const disks = [...given].sort(byPath);
  const paths = disks.map(disk => disk.originalDiskPath);
  if (paths.includes('')) throw validationError(scope, "originalDiskPath must not be empty, got ''");
  const twice = paths.find((path, index) => !isPlaceholder(path) && paths.indexOf(path) !== index);
  if (twice !== undefined) throw validationError(scope, `attachedDisks must have one item for each path, got ${quote(twice)} more than once`);
  disks.forEach(disk => checkList(scope, 'newDiskNames', disk.newDiskNames, size));
  checkList(scope, 'newDiskNames', disks.flatMap(disk => disk.newDiskNames ?? []));
  return {
    DiskPaths: disks.length > 0 ? paths : undefined,
    DiskNames: disks.some(disk => disk.newDiskNames) ? disks.map(disk => disk.newDiskNames ?? []) : undefined,
  };
}

function byPath({ originalDiskPath: a }: AttachedDisk, { originalDiskPath: b }: AttachedDisk): number {
  return !isKnown(a) || !isKnown(b) || a === b ? 0 : a < b ? -1 : 1;
}

/** When to stop an idle instance. */
export function stopOnIdle(scope: Construct, { threshold, duration }: StopOnIdle) {
  const minutes = duration.isUnresolved() ? undefined : duration.toMinutes({ integral: false });
  checkNumber(scope, 'the duration of stopOnIdle', minutes);
  checkNumber(scope, 'the threshold of stopOnIdle', threshold);
  if (isKnown(minutes) && !(Number.isInteger(minutes) && minutes >= 1)) {
    throw validationError(scope, `the duration of stopOnIdle must be whole minutes, got ${duration.toString()}`);
  }
  if (isKnown(threshold) && !(Number.isInteger(threshold) && threshold >= 1 && threshold <= 100)) {
    throw validationError(scope, `the threshold of stopOnIdle must be 1 to 100 percent, got ${threshold}`);
  }
  return { Threshold: threshold, Duration: minutes ?? duration.toMinutes() };
}

/** The script, as it is when the template is made: commands may be added until then. */
export function userDataText(scope: Construct, userData: ec2.UserData): string {
  // what was given is not shown: it may hold a secret
  if (typeof userData.render !== 'function') throw validationError(scope, 'userData must be an ec2.UserData, such as ec2.UserData.custom(script), got something else');
  scope.node.addValidation({ validate: () => (userData.render() === '' ? ["userData must not be empty, got ''. leave it out for the default"] : []) });
  return Lazy.uncachedString({ produce: () => userData.render() });
}
