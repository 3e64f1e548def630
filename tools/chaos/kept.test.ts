import { Case, run } from './case';
import { ChaosEnvironment } from './environment';
import type { BehaviourSwitches } from './switches';

const once = { nth: 1, times: 1, seconds: 0 };

const DATED_AS_SOURCE: BehaviourSwitches = { cloudFormation: {}, lightsail: { copyCreatedAt: 'source', tagPendingRefused: true } };

/** Cases that went wrong once, and what was wrong. */
const KEPT: Readonly<Record<string, Omit<Case, 'seed'> & Partial<Case>>> = {
  'a creation begins after the deletion that CloudFormation sent in the same second': {
    scenario: 'InstanceSnapshot/create, cancelled at once', faults: [{ ...once, name: 'StartExecution throttled' }],
  },
  'answers that are slow let the two begin in any order': {
    scenario: 'InstanceSnapshot/create, cancelled at once', faults: [{ ...once, name: 'slow answers', seconds: 1 }],
  },
  'a late deletion is not taken for one that was superseded by the creation of the same second': {
    scenario: 'InstanceSnapshot/create, refused', faults: [{ ...once, name: 'event late', seconds: 30 }],
  },
  'an event that crashes arrives again, long after the deletion': {
    scenario: 'InstanceSnapshot/create, cancelled at once',
    faults: [{ ...once, name: 'event late and twice', nth: 16, seconds: 1 }, { ...once, name: 'crash before a call' }],
  },
  'an abandoned update does not show in the list of executions yet': {
    scenario: 'InstanceSnapshot/replace, cancelled', faults: [{ ...once, name: 'ledger throttled', seconds: 1 }],
  },
  'an update follows a deletion of the same second': {
    scenario: 'InstanceSnapshot/replace, there and back', faults: [{ ...once, name: 'removed behind our back', seconds: 25 }],
  },
  'the step that stopped an abandoned creation crashes before it can wait for its end': {
    scenario: 'SnapshotCopy/create, cancelled at once', faults: [{ ...once, name: 'crash before a call', nth: 9 }],
  },
  'a copy that is dated as its source is was made before the step crashed that would have tagged it': {
    scenario: 'SnapshotCopy/create, cancelled at once', faults: [{ ...once, name: 'crash before a call', nth: 9 }], switches: DATED_AS_SOURCE,
  },
  'the same when the creation goes on': {
    scenario: 'SnapshotCopy/replace', faults: [{ ...once, name: 'crash before a call', nth: 21 }], switches: DATED_AS_SOURCE,
  },
  'the step after one that crashed meets with trouble, and the next has to know of the crash': {
    scenario: 'SnapshotCopy/of a disk snapshot', faults: [{ ...once, name: 'crash before a call', nth: 4 }, { ...once, name: 'service 503', nth: 4 }],
  },
  'a copy that cannot be tagged until its first hour is over': {
    scenario: 'SnapshotCopy/waits: create', faults: [{ ...once, name: 'crash before a call', nth: 4 }], switches: DATED_AS_SOURCE,
  },
  'a copy was made and tagged before its cancelled creation is undone, and somebody else has its name by then': {
    scenario: 'SnapshotCopy/create, cancelled',
    faults: [{ ...once, name: 'its name taken behind our back', seconds: 25 }, { ...once, name: 'event late', seconds: 16 }],
  },
  'an update is undone before its tags show': {
    scenario: 'SnapshotCopy/change, rolled back', faults: [{ ...once, name: 'tags show late', seconds: 1 }, { ...once, name: 'slow answers', seconds: 1 }],
  },
  'the first deletion of an export fails as it is still under way, and the second must know of it': {
    scenario: 'SnapshotExport/waits: added, cancelled late, added again',
    faults: [{ ...once, name: 'slow operations', seconds: 59 }, { ...once, name: 'crash before a call', nth: 6 }],
  },
  'a deletion is repeated as its response was refused, and the resource is created again in the same second': {
    scenario: 'DiskSnapshot/waits: added, cancelled late, added again', faults: [{ ...once, name: 'ResponseURL 403' }, { ...once, name: 'ResponseURL 403' }],
  },
  'somebody else has the name of a copy before it is there': {
    scenario: 'SnapshotCopy/replace, there and back', faults: [{ ...once, name: 'its name taken behind our back', seconds: 59 }],
  },
  'a look at a name that is taken meets errors that pass': {
    scenario: 'DiskSnapshot/waits: timeout raised', faults: [{ ...once, name: 'region is set up (428)', nth: 7, seconds: 50 }, { ...once, name: 'ledger write not carried out' }],
  },
  'the tagging of an image that is to be removed fails once': {
    scenario: 'SnapshotExport/replace, cancelled',
    faults: [{ ...once, name: 'region is set up (428)', nth: 32, seconds: 68 }],
    seed: 4,
    switches: {
      cloudFormation: { rollbackOfReplacement: 'update with new id', rollbackRetainsReplacement: false },
      lightsail: { exportOperationNames: 'snapshot', createdAtBefore: 'absent', statelessFor: 30_000, emptyPages: true },
    },
  },
  'an instance breaks while the last step looks at its disks': {
    scenario: 'InstancesFromSnapshot/with disks and static addresses',
    seed: 988260,
    faults: [{ ...once, name: 'broken behind our back', seconds: 61 }, { ...once, name: 'slow answers', seconds: 22 }],
  },
  'an event without a date is carried out at its third delivery': {
    scenario: 'DiskSnapshot/waits: replace, cancelled late',
    faults: [{ ...once, name: 'crash before a call' }, { ...once, name: 'no date in the URL' }, { ...once, name: 'crash before a call', nth: 2 }],
  },
  'somebody else has the name of a disk whose add-on is still being switched off': {
    scenario: 'DisksFromSnapshot/change, rolled back',
    faults: [{ ...once, name: 'its name taken behind our back', seconds: 64 }, { ...once, name: 'StartExecution carried out, answer lost' }],
    switches: {
      cloudFormation: { oldPropertiesInRollback: 'attempted', failedUpdateId: 'adopted', rollbackOfReplacement: 'update with new id', rollbackRetainsReplacement: false },
      lightsail: {
        emptyPages: false,
        listOrder: 'name',
        operationDoneStatus: 'Succeeded',
        sourceOperationFirst: false,
        exportOperationNames: 'snapshot',
        notFoundAs: 'NotFoundException',
        notNowAs: 'OperationFailureException',
        statelessFor: 30000,
        createdAtBefore: 'absent',
        tagPendingRefused: false,
        copyCreatedAt: 'copy',
        deletePendingRefused: true,
        deleteTwiceRefused: true,
        deletingIsHidden: false,
        concurrentSnapshotsRefused: false,
        deletePendingInstanceRefused: false,
        portsPendingRefused: true,
        exportDestinationEarly: false,
        deregisteredAs: 'InvalidAMIID.Unavailable',
      },
    },
  },
  'an event without a date arrives a minute late': {
    scenario: 'DisksFromSnapshot/waits: timeout lowered',
    faults: [{ ...once, name: 'unknown state' }, { ...once, name: 'no date in the URL' }, { ...once, name: 'event late and twice', seconds: 75 }],
    switches: {
      cloudFormation: { oldPropertiesInRollback: 'last good', failedUpdateId: 'adopted', rollbackOfReplacement: 'delete only', rollbackRetainsReplacement: false },
      lightsail: {
        emptyPages: true,
        listOrder: 'newest',
        operationDoneStatus: 'Completed',
        sourceOperationFirst: false,
        exportOperationNames: 'record',
        notFoundAs: 'InvalidInputException',
        notNowAs: 'OperationFailureException',
        statelessFor: 30000,
        createdAtBefore: 'shown',
        tagPendingRefused: true,
        copyCreatedAt: 'source',
        deletePendingRefused: false,
        deleteTwiceRefused: true,
        deletingIsHidden: true,
        concurrentSnapshotsRefused: true,
        deletePendingInstanceRefused: true,
        portsPendingRefused: false,
        exportDestinationEarly: false,
        deregisteredAs: 'InvalidAMIID.Unavailable',
      },
    },
  },
  'the first step hangs until the event that waits for it gives up': {
    scenario: 'InstanceSnapshot/create, delete',
    faults: [{ ...once, name: 'function timeout', nth: 5 }, { ...once, name: 'function timeout' }],
  },
  'the event of a wait resource comes after the deletion of what it waits for': {
    scenario: 'DiskSnapshot/waits: create, cancelled late', faults: [{ ...once, name: 'no date in the URL' }, { ...once, name: 'event late', seconds: 15 }],
  },
  'an event of a wait resource without a date comes after what it waits for was made anew': {
    scenario: 'InstancesFromSnapshot/waits: added, cancelled late, added again',
    faults: [{ ...once, name: 'no date in the URL' }, { ...once, name: 'event late', seconds: 21 }],
    switches: { cloudFormation: {}, lightsail: { deletingIsHidden: true } },
  },
  'a cancelled update without a date comes after the deletion': {
    scenario: 'SnapshotExport/replace, cancelled',
    faults: [{ ...once, name: 'event late and twice', seconds: 10 }, { ...once, name: 'no date in the URL' }, { ...once, name: 'crash before a call' }],
  },
  'a rollback that only deletes the new one goes on with a wait resource of the old one, and nothing has a date': {
    scenario: 'SnapshotCopy/waits: replace, cancelled late',
    faults: [{ ...once, name: 'no date in the URL' }, { ...once, name: 'crash before a call' }],
    switches: { cloudFormation: { oldPropertiesInRollback: 'attempted', rollbackOfReplacement: 'delete only', rollbackRetainsReplacement: false }, lightsail: {} },
  },
  'a step that changes tags is called twice at once': {
    scenario: 'InstancesFromSnapshot/change', faults: [{ ...once, name: 'clock repeats a step whose answer was lost', nth: 8 }],
  },
  'without dates, the event of a wait resource comes while the rollback works on what it waits for': {
    scenario: 'SnapshotExport/waits: replace, cancelled late',
    seed: 624122,
    faults: [{ ...once, name: 'slow answers', seconds: 113 }, { ...once, name: 'no date in the URL' }, { ...once, name: 'slow operations', seconds: 17 }],
    switches: { cloudFormation: { oldPropertiesInRollback: 'attempted', rollbackOfReplacement: 'update with new id', rollbackRetainsReplacement: false }, lightsail: { emptyPages: true, createdAtBefore: 'absent' } },
  },
  'without dates, the event of a wait resource comes when all has been deleted': {
    scenario: 'InstancesFromSnapshot/waits: replace, cancelled late',
    faults: [{ ...once, name: 'no date in the URL' }, { ...once, name: 'event late and twice', nth: 15, seconds: 15 }],
  },
  'what an earlier request is to lose cannot be removed, and the resource itself is deleted all the same': {
    scenario: 'SnapshotCopy/replace, there and back',
    faults: [{ ...once, name: 'its name taken behind our back', seconds: 69 }],
    switches: { cloudFormation: {}, lightsail: { tagPendingRefused: true, createdAtBefore: 'absent' } },
  },
  'a rollback crashes after a disk that failed was removed': {
    scenario: 'DisksFromSnapshot/create, fails',
    faults: [{ ...once, name: 'crash before a call', nth: 30 }, { ...once, name: 'crash before a call', nth: 13 }],
    switches: { cloudFormation: {}, lightsail: { emptyPages: true, createdAtBefore: 'absent' } },
  },
  'an export that is stuck was asked for under the id of the one that is deleted': {
    scenario: 'SnapshotExport/waits: added, cancelled late, added again', faults: [{ ...once, name: 'ResponseURL 403' }, { ...once, name: 'stuck' }],
  },
  'the last look before the time is up hangs': {
    scenario: 'InstanceSnapshot/create, delete', faults: [{ ...once, name: 'stuck' }, { ...once, name: 'function timeout', nth: 40 }],
  },
  'a name is taken between a look and the tags that follow it': {
    scenario: 'InstanceSnapshot/waits: timeout raised and changed',
    seed: 67477,
    faults: [{ ...once, name: 'its name taken behind our back', seconds: 38 }, { ...once, name: 'slow answers', seconds: 64 }],
  },
  'the steps that were to hand over to a wait resource crash, until the time is up': {
    scenario: 'InstanceSnapshot/waits: create', faults: [{ ...once, name: 'crash after a call', nth: 129 }, { ...once, name: 'crash after a call', nth: 132 }],
  },
  'an export outlasts three deletions, and ends just when it is created again': {
    scenario: 'SnapshotExport/waits: added, cancelled late, added again',
    faults: [{ ...once, name: 'slow operations', seconds: 94 }, { ...once, name: 'slow operations', seconds: 52 }],
  },
  'four minutes of crashes before the first step leave a creation the time that it takes': {
    scenario: 'DisksFromSnapshot/delete, stuck', faults: [{ ...once, name: 'function timeout' }, { ...once, name: 'crash before a call' }],
  },
};

let chaos: ChaosEnvironment;
beforeAll(async () => { chaos = await ChaosEnvironment.start(); });
afterAll(() => chaos.environment.close());

test.each(Object.entries(KEPT))('%s', async (_, kept) => {
  expect(await run(chaos, { seed: 1, ...kept })).toEqual([]);
});
