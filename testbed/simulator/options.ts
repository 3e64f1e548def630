import type { RateLimits } from './rate-limit';

/**
 * Every behaviour that rests on a fact nobody has established, as a switch; a test that depends on one runs both ways. The defaults
 * are the stricter side, except for delays, which are off until asked for.
 */
export interface Options {
  /** Things on a page of any list. Small, so that paging is always exercised. Lightsail's own page size is not documented. */
  pageSize: number;
  /** Every list begins with an empty page that carries a token, as AWS reserves the right to do. */
  emptyPages: boolean;
  /** Order of the lists. None is documented; by name favours nobody who looks for the newest. */
  listOrder: 'name' | 'oldest' | 'newest';

  /** How a finished operation calls itself; the difference is not documented. */
  operationDoneStatus: 'Succeeded' | 'Completed';
  /** How long before the thing itself an operation says that it is done: whoever waits on operations comes too early. */
  operationLead: number;
  /** Of the two operations of a snapshot the source's comes first, and it ends at once. */
  sourceOperationFirst: boolean;
  /** Whether the operation of an export names the record or the snapshot. */
  exportOperationNames: 'snapshot' | 'record';

  /** How the absence of a thing is told: by its own error, or in the text of another ("DoesNotExist"). */
  notFoundAs: 'NotFoundException' | 'InvalidInputException';
  /** How "not now, try later" is told: a pending source, an automatic snapshot under way, a disk in use. */
  notNowAs: 'OperationFailureException' | 'InvalidInputException';
  /** `code`: the error's name on the wire is its code ("DoesNotExist", "NameExists"), as older SDKs took it from the body. */
  errorNameFrom: 'type' | 'code';
  /** `always400`: the documentation's status for every modelled client error; `modelled`: the SDK model's own. */
  errorStatus: 'modelled' | 'always400';
  /** Whether a member that the model does not have is refused (so that typing errors show) or ignored. */
  unknownMembers: 'refused' | 'ignored';

  /** For so long after its creation a record has no state. */
  statelessFor: number;
  /** What the record of a snapshot says of its creation before that time has come: nothing, or the time to come. */
  createdAtBefore: 'absent' | 'shown';
  /** For so long GetInstances does not show a disk that GetDisks shows attached. */
  instanceDisksDelay: number;
  /** For so long after its creation a thing is not found, though its name is taken. */
  eventualConsistency: number;
  /** For so long after a change the old tags are answered. */
  tagsVisibleDelay: number;
  /** A snapshot that is still pending cannot be tagged. */
  tagPendingRefused: boolean;
  /** When a copy says that it was created: when the copy was asked for, or when its source was taken. */
  copyCreatedAt: 'copy' | 'source';

  /** A snapshot that is still pending cannot be deleted. */
  deletePendingRefused: boolean;
  /** A second delete of what is already going is refused, not accepted in silence. */
  deleteTwiceRefused: boolean;
  /** A snapshot that is being exported, copied or restored from cannot be deleted. */
  deleteInUseRefused: boolean;
  /** What is being deleted (other than a disk, which says so) is not found any more, although its name stays taken until it is gone. */
  deletingIsHidden: boolean;
  /** A second manual snapshot of an instance is refused while one is pending. */
  concurrentSnapshotsRefused: boolean;
  /** An instance that is still pending cannot be deleted. */
  deletePendingInstanceRefused: boolean;

  /** When false, an instance's addresses are there as soon as it runs. */
  runningBeforeAddress: boolean;
  /** An ipv6-only bundle wants `ipAddressType: ipv6`, and that wants such a bundle. */
  ipv6TypeMustMatchBundle: boolean;
  /** A disk of the snapshot that the mapping does not name: not created, or the call is refused. */
  unmappedDisks: 'leftOut' | 'refused';
  /** Public ports of an instance that is still pending cannot be changed. */
  portsPendingRefused: boolean;

  /** For so long after the export call no record shows. */
  exportRecordDelay: number;
  /** The record already has its destination while it is still Started. */
  exportDestinationEarly: boolean;

  /** For so long after the export succeeded the image is still pending. */
  imagePendingFor: number;
  /** For so long after their creation images and EBS snapshots are not found. */
  ec2EventualConsistency: number;
  /** For so long after an image is deregistered its EBS snapshots are still in use. */
  snapshotInUseAfterDeregister: number;
  /** What an image that was deregistered answers. */
  deregisteredAs: 'InvalidAMIID.Unavailable' | 'InvalidAMIID.NotFound';

  /** Whether a stopped instance can be started while a snapshot of it is pending is not established. */
  startWhileSnapshotPending: 'allowed' | 'refused';
  /** Instances with the add-on get an automatic snapshot every day from when they are there; otherwise only those that are seeded. */
  dailyAutoSnapshots: boolean;
  /** No limits are published. */
  rateLimits: RateLimits;

  quotas: Quotas;
}

/** Quotas per region, or per thing. */
export interface Quotas {
  /** New accounts often begin with 0. */
  instances: number;
  /** Memory of the largest plan that the account may have, in GB. */
  planRamInGb: number;
  disks: number;
  allDisksInGb: number;
  staticIps: number;
  disksPerInstance: number;
  tags: number;
  autoSnapshots: number;
}

export const defaultOptions = (): Options => ({
  pageSize: 3,
  emptyPages: false,
  listOrder: 'name',

  operationDoneStatus: 'Succeeded',
  operationLead: 5_000,
  sourceOperationFirst: false,
  exportOperationNames: 'snapshot',

  notFoundAs: 'NotFoundException',
  notNowAs: 'OperationFailureException',
  errorNameFrom: 'type',
  errorStatus: 'modelled',
  unknownMembers: 'refused',

  statelessFor: 0,
  createdAtBefore: 'absent',
  instanceDisksDelay: 20_000,
  eventualConsistency: 0,
  tagsVisibleDelay: 0,
  tagPendingRefused: false,
  copyCreatedAt: 'copy',

  deletePendingRefused: true,
  deleteTwiceRefused: true,
  deleteInUseRefused: true,
  deletingIsHidden: false,
  concurrentSnapshotsRefused: false,
  deletePendingInstanceRefused: false,

  runningBeforeAddress: true,
  ipv6TypeMustMatchBundle: true,
  unmappedDisks: 'leftOut',
  portsPendingRefused: true,

  exportRecordDelay: 0,
  exportDestinationEarly: false,

  imagePendingFor: 0,
  ec2EventualConsistency: 0,
  snapshotInUseAfterDeregister: 0,
  deregisteredAs: 'InvalidAMIID.Unavailable',

  startWhileSnapshotPending: 'allowed',
  dailyAutoSnapshots: false,
  rateLimits: {},

  quotas: {
    instances: 20, planRamInGb: Infinity, disks: Infinity, allDisksInGb: Infinity, staticIps: 5, disksPerInstance: 15, tags: 50, autoSnapshots: 7,
  },
});
