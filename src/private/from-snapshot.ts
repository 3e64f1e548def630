/** What instances and disks that are made from a snapshot have in common. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkGiven } from './given';
import { checkHour, checkZone } from './group';
import { checkLifecycle } from './lifecycle';
import { localSource, Noun, Source } from './sources';
import { FromSnapshotOptions } from '../from-snapshot-options';

interface Options extends FromSnapshotOptions {
  readonly removalPolicy?: RemovalPolicy;
}

/** The source, and what the function is told of it and of the options, once they are checked. */
export function fromSnapshot(scope: Construct, noun: Noun, given: Source, options: Options, defaultPolicy: RemovalPolicy) {
  const source = localSource(scope, noun, given);
  checkGiven(scope, 'availabilityZone', options.availabilityZone);
  checkZone(scope, options.availabilityZone);
  checkHour(scope, 'autoSnapshotTime', options.autoSnapshotTime);
  checkLifecycle(scope, options, defaultPolicy);
  const properties = {
    RestoreDate: source.restoreDate,
    UseLatestRestorableAutoSnapshot: (source.resourceName !== undefined && source.restoreDate === undefined) || undefined,
    AvailabilityZone: options.availabilityZone,
    AutoSnapshotTime: options.autoSnapshotTime,
    Revision: options.revision,
  };
  return { source, properties };
}
