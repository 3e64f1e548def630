/** Does jobs for run.ts, one after the other, in a process of its own. */
import { loadDefect } from './defects';
import { Engine, startEnvironment } from './live';
import { Job, work } from './work';
import { createBackupClients } from '../../../src/functions/backup/clients';
import { createBackupHandler } from '../../../src/functions/backup/handler';
import { backupDefinition } from '../../../src/private/backup-definition';
import type { BackupTestEnvironment } from '../../../testbed/backup/environment';

/** Sent to a worker. */
export interface Order {
  readonly job: Job;
  /** Name of a deliberate defect. */
  readonly defect?: string;
  readonly stopAtFirst?: boolean;
}

let current: { readonly environment: BackupTestEnvironment; readonly definition: string } | undefined;

/** The same for all jobs, but for those with another state machine. */
async function environmentFor(defect: string | undefined): Promise<BackupTestEnvironment> {
  const engine: Engine = defect ? await loadDefect(defect) : { createBackupHandler, createBackupClients, backupDefinition };
  const definition = JSON.stringify(engine.backupDefinition('', ''));
  if (current?.definition !== definition) {
    await current?.environment.close();
    current = { environment: await startEnvironment(engine), definition };
  }
  current.environment.lambda.engine = engine;
  return current.environment;
}

process.on('message', async ({ id, job, defect, stopAtFirst }: Order & { readonly id: number }) => {
  try {
    const report = await work(await environmentFor(defect), job, failing => {
      process.send!({ id, ended: 1, failing });
      return !(failing && stopAtFirst);
    }, !defect);
    process.send!({ id, report });
  } catch (error) {
    process.send!({ id, error: (error as Error).stack });
  }
});
