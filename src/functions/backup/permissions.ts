/** What the backup functions may do. Pure data, for the constructs. */
import { RESTART_SCHEDULE_PREFIX, SCHEDULE_PREFIX, TAGS } from './contract';

/** What a permission can be narrowed to, as ARNs in which `${AWS::...}` stands for the stack's own. */
export const SCOPES = {
  any: '*',
  instance: 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:Instance/*',
  instanceSnapshot: 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:InstanceSnapshot/*',
  disk: 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:Disk/*',
  diskSnapshot: 'arn:${AWS::Partition}:lightsail:${AWS::Region}:${AWS::AccountId}:DiskSnapshot/*',
  planSchedule: `arn:\${AWS::Partition}:scheduler:\${AWS::Region}:\${AWS::AccountId}:schedule/default/${SCHEDULE_PREFIX}*`,
  restartSchedule: `arn:\${AWS::Partition}:scheduler:\${AWS::Region}:\${AWS::AccountId}:schedule/default/${RESTART_SCHEDULE_PREFIX}*`,
} as const;

/** A part of a plan that not every plan has. `eachInstance`, `eachDisk`: a run looks at each of them by itself, besides listing all. */
export type Feature = 'instances' | 'disks' | 'eachInstance' | 'eachDisk' | 'copies' | 'stop';

/** A permission that the functions need. */
export interface Permission {
  readonly actions: readonly string[];
  readonly on: readonly (keyof typeof SCOPES)[];
  /** Only on what carries the tag of one of the stack's plans (`TAGS.plan`). */
  readonly owned?: boolean;
  /** Only on what carries no plan's tag yet, and only together with the tag of one of the stack's plans. */
  readonly untagged?: boolean;
  /** Never on what is pinned (`TAGS.keep`). */
  readonly unpinned?: boolean;
  /** Only tags with this key. */
  readonly tagKey?: string;
  /** In the regions of the copies too. */
  readonly everyRegion?: boolean;
  /** Only where some plan of the stack has all of these. */
  readonly when?: readonly Feature[];
}

/** Of the function that takes and prunes snapshots. For `stop` it also needs `iam:PassRole` on the role of the restart schedules. */
export const PERMISSIONS: readonly Permission[] = [
  { actions: ['lightsail:GetInstances', 'lightsail:GetInstanceSnapshot', 'lightsail:GetInstanceSnapshots'], on: ['any'], when: ['instances'] },
  { actions: ['lightsail:GetDisks', 'lightsail:GetDiskSnapshot', 'lightsail:GetDiskSnapshots'], on: ['any'], when: ['disks'] },
  { actions: ['lightsail:CreateInstanceSnapshot'], on: ['instance'], when: ['instances'] },
  { actions: ['lightsail:CreateDiskSnapshot'], on: ['disk'], when: ['disks'] },
  { actions: ['lightsail:TagResource'], on: ['instanceSnapshot'], untagged: true, everyRegion: true, when: ['instances'] },
  { actions: ['lightsail:TagResource'], on: ['instanceSnapshot'], owned: true, everyRegion: true, when: ['instances'] },
  { actions: ['lightsail:TagResource'], on: ['diskSnapshot'], untagged: true, everyRegion: true, when: ['disks'] },
  { actions: ['lightsail:TagResource'], on: ['diskSnapshot'], owned: true, everyRegion: true, when: ['disks'] },
  { actions: ['lightsail:DeleteInstanceSnapshot'], on: ['instanceSnapshot'], owned: true, unpinned: true, everyRegion: true, when: ['instances'] },
  { actions: ['lightsail:DeleteDiskSnapshot'], on: ['diskSnapshot'], owned: true, unpinned: true, everyRegion: true, when: ['disks'] },
  { actions: ['lightsail:CopySnapshot'], on: ['any'], everyRegion: true, when: ['copies'] },
  { actions: ['lightsail:GetInstance'], on: ['any'], when: ['eachInstance'] },
  { actions: ['lightsail:GetDisk'], on: ['any'], when: ['eachDisk'] },
  { actions: ['lightsail:StopInstance', 'lightsail:StartInstance'], on: ['instance'], when: ['stop'] },
  { actions: ['lightsail:TagResource', 'lightsail:UntagResource'], on: ['instance'], tagKey: TAGS.stopped, when: ['stop'] },
  { actions: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'], on: ['restartSchedule'], when: ['stop'] },
];

/** Of the function that audits: it changes nothing. It asks since when a plan is there. */
export const AUDIT_PERMISSIONS: readonly Permission[] = [
  { actions: ['scheduler:GetSchedule'], on: ['planSchedule'] },
  { actions: ['lightsail:GetInstances', 'lightsail:GetInstanceSnapshots'], on: ['any'], when: ['instances'] },
  { actions: ['lightsail:GetDisks', 'lightsail:GetDiskSnapshots'], on: ['any'], when: ['disks'] },
];

/** Of the role with which Scheduler starts stopped instances. */
export const RESTART_PERMISSIONS: readonly Permission[] = [{ actions: ['lightsail:StartInstance'], on: ['instance'] }];
