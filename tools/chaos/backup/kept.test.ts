import type { Case } from './case';
import { live, startEnvironment } from './live';
import { createBackupClients } from '../../../src/functions/backup/clients';
import { createBackupHandler } from '../../../src/functions/backup/handler';
import { backupDefinition } from '../../../src/private/backup-definition';
import type { BackupTestEnvironment } from '../../../testbed/backup/environment';

/** Nights that went wrong once, in the code or in what watches it. */
const KEPT: Readonly<Record<string, Omit<Case, 'seed'> & Partial<Case>>> = {
  'a snapshot stays pending for longer than the windows, and Lightsail starts no instance meanwhile': {
    plan: 'stops',
    nights: 4,
    happenings: [{ night: 3, name: 'snapshots take too long', salt: 732511 }, { night: 3, name: 'start refused while pending', salt: 1 }],
  },
  'copies that are late are taken over by the next run, and count in it': {
    plan: 'last', nights: 7, happenings: [{ night: 4, name: 'copies take too long', salt: 262246 }],
  },
  'a run is stopped by hand between a copy and its tags': {
    plan: 'copies', nights: 6, happenings: [{ night: 3, name: 'run stopped by hand', salt: 802313 }],
  },
  'a source is re-created under the same name while its run goes on': {
    plan: 'within', nights: 14, happenings: [{ night: 5, name: 'source re-created under the same name', salt: 839051 }],
  },
  'a snapshot is dated in the future until that has come': {
    plan: 'usual', nights: 12, happenings: [{ night: 4, name: 'own snapshot says that it is of the future', salt: 416667 }],
  },
  'a run is stopped by hand late in the hour of its plan': {
    plan: 'hourly', nights: 4, happenings: [{ night: 1, name: 'run stopped by hand', salt: 976029 }],
  },
  'more than a hundred sources are unprotected': {
    plan: 'many', nights: 5, happenings: [{ night: 3, name: 'plan disabled', salt: 887834 }, { night: 4, name: 'denied for an hour', salt: 1 }],
  },
  "a snapshot that is taken over does not show as the plan's in the same run": {
    plan: 'adopts',
    seed: 20262352,
    nights: 37,
    happenings: [
      { night: 3, name: 'plan renamed', salt: 721226 },
      { night: 13, name: 'snapshots take an hour', salt: 668616 },
      { night: 15, name: 'snapshots take an hour', salt: 6563 },
      { night: 23, name: 'call hangs', salt: 424349 },
      { night: 36, name: 'tags show late', salt: 590357 },
      { night: 36, name: 'manual snapshot that a script would have made', salt: 943563 },
    ],
  },
  'a function is gone while instances are stopped': {
    plan: 'stops', nights: 4, happenings: [{ night: 3, name: 'function gone', salt: 1 }],
  },
};

let environment: BackupTestEnvironment;
beforeAll(async () => { environment = await startEnvironment({ createBackupClients, createBackupHandler, backupDefinition }); });
afterAll(() => environment.close());

test.each(Object.entries(KEPT))('%s', async (_, kept) => {
  expect((await live(environment, { seed: 1, ...kept })).violations).toEqual([]);
});

test('calm nights of each plan', async () => {
  for (const plan of ['usual', 'copies', 'stops', 'stops slowly', 'hourly', 'dry run'] as const) {
    expect((await live(environment, { plan, seed: 2, nights: 12, happenings: [] })).violations).toEqual([]);
  }
});
