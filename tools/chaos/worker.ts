/** Does jobs for run.ts, one after the other, in a process of its own. */
import { loadDefect } from './defects';
import { ChaosEnvironment } from './environment';
import { Job, work } from './work';

/** Sent to a worker. */
export interface Order {
  readonly id: number;
  readonly job: Job;
  /** Name of a deliberate defect. */
  readonly defect?: string;
  readonly stopAtFirst?: boolean;
}

const settings = new Map<string, Promise<ChaosEnvironment>>();

function environmentFor(defect = ''): Promise<ChaosEnvironment> {
  // an environment is dear to begin; those of other defects are over
  if (!settings.has(defect)) {
    for (const chaos of settings.values()) void chaos.then(({ environment }) => environment.close());
    settings.clear();
    settings.set(defect, defect ? loadDefect(defect).then(engine => ChaosEnvironment.start(engine)) : ChaosEnvironment.start());
  }
  return settings.get(defect)!;
}

process.on('message', async ({ id, job, defect, stopAtFirst }: Order) => {
  try {
    const chaos = await environmentFor(defect);
    const report = await work(chaos, job, failing => {
      process.send!({ id, ended: 1, failing });
      return !(failing && stopAtFirst);
    });
    process.send!({ id, report });
  } catch (error) {
    process.send!({ id, error: (error as Error).stack });
  }
});
