/** Does jobs for run.ts, one after the other, in a process of its own. */
import { loadDefect } from './defects';
import { startEnvironment } from './live';
import { Job, work } from './work';
import { createBackupClients } from '../../../src/functions/backup/clients';
import { createBackupHandler } from '../../../src/functions/backup/handler';
import type { BackupTestEnvironment } from '../../../testbed/backup/environment';
import type { BackupEngine } from '../../../testbed/backup/function';

/** Sent to a worker. */
export interface Order {
  readonly job: Job;
  /** Name of a deliberate defect. */
  readonly defect?: string;
  readonly stopAtFirst?: boolean;
}

let environment: Promise<BackupTestEnvironment> | undefined;

async function environmentFor(defect: string | undefined): Promise<BackupTestEnvironment> {
  const engine: BackupEngine = defect ? await loadDefect(defect) : { createBackupHandler, createBackupClients };
  environment ??= startEnvironment(engine);
  const started = await environment;
  started.lambda.engine = engine;
  return started;
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
