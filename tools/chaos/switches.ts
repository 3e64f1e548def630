import type { Switches } from '../../testbed/driver';
import type { Options } from '../../testbed/simulator';

/** What is not established about CloudFormation: every way it may be. */
export const CLOUDFORMATION: { readonly [K in keyof Switches]?: readonly Switches[K][] } = {
  oldPropertiesInRollback: ['attempted', 'last good'],
  failedUpdateId: ['adopted', 'ignored'],
  rollbackOfReplacement: ['update with new id', 'update with old id', 'delete only'],
  rollbackRetainsReplacement: [false, true],
};

/** The same of Lightsail and EC2. Most delays are faults. */
export const LIGHTSAIL: { readonly [K in keyof Options]?: readonly Options[K][] } = {
  emptyPages: [false, true],
  listOrder: ['name', 'oldest', 'newest'],
  operationDoneStatus: ['Succeeded', 'Completed'],
  sourceOperationFirst: [false, true],
  exportOperationNames: ['snapshot', 'record'],
  notFoundAs: ['NotFoundException', 'InvalidInputException'],
  notNowAs: ['OperationFailureException', 'InvalidInputException'],
  statelessFor: [0, 30_000],
  createdAtBefore: ['absent', 'shown'],
  tagPendingRefused: [false, true],
  copyCreatedAt: ['copy', 'source'],
  deletePendingRefused: [true, false],
  deleteTwiceRefused: [true, false],
  deletingIsHidden: [false, true],
  concurrentSnapshotsRefused: [false, true],
  deletePendingInstanceRefused: [false, true],
  portsPendingRefused: [true, false],
  exportDestinationEarly: [false, true],
  deregisteredAs: ['InvalidAMIID.Unavailable', 'InvalidAMIID.NotFound'],
};

/** Which way each is in a case; the first where it is not said. */
export interface BehaviourSwitches {
  readonly cloudFormation: Partial<Switches>;
  readonly lightsail: Partial<Options>;
}
