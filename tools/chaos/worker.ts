/** Does jobs for run.ts, one after the other, in a process of its own. */
import { loadDefect } from './defects';
import { Setting } from './environment';
import { Job, work } from './work';

/** Sent to a worker. */
export interface Order {
  readonly id: number;
  readonly job: Job;
  /** Name of a deliberate defect. */
  readonly defect?: string;
  readonly stopAtFirst?: boolean;
}

const settings = new Map<string, Promise<Setting>>();

function settingFor(defect = ''): Promise<Setting> {
  // a world is dear to begin; those of other defects are over
  if (!settings.has(defect)) {
    for (const setting of settings.values()) void setting.then(({ world }) => world.close());
    settings.clear();
    settings.set(defect, defect ? loadDefect(defect).then(engine => Setting.start(engine)) : Setting.start());
  }
  return settings.get(defect)!;
}

process.on('message', async ({ id, job, defect, stopAtFirst }: Order) => {
  try {
    const setting = await settingFor(defect);
    const report = await work(setting, job, failing => {
      process.send!({ id, ended: 1, failing });
      return !(failing && stopAtFirst);
    });
    process.send!({ id, report });
  } catch (error) {
    process.send!({ id, error: (error as Error).stack });
  }
});
