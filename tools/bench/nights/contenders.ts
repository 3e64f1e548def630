/**
 * What people use instead, written anew from what these programs are known to do: three scripts, and the rules of AWS Backup, which does not
 * know Lightsail. Lightsail's own automatic snapshots are the simulator's.
 */
import {
  CreateInstanceSnapshotCommand, DeleteInstanceSnapshotCommand, GetInstanceSnapshotsCommand, GetInstancesCommand, Instance, InstanceSnapshot,
  LightsailClient,
} from '@aws-sdk/client-lightsail';

export interface Call {
  readonly lightsail: LightsailClient;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** What runs once a night. */
export type Script = (call: Call) => Promise<void>;

export interface Contender {
  readonly title: string;
  readonly run: Script;
  /** Whether a snapshot is one that it made. */
  readonly made: (name: string) => boolean;
}

const DAY = 24 * 3600_000;

async function instances({ lightsail }: Call): Promise<Instance[]> {
  const found: Instance[] = [];
  let pageToken: string | undefined;
  do {
    const page: { instances?: Instance[]; nextPageToken?: string } = await lightsail.send(new GetInstancesCommand({ pageToken }));
    found.push(...page.instances ?? []);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return found;
}

async function snapshots({ lightsail }: Call): Promise<InstanceSnapshot[]> {
  const found: InstanceSnapshot[] = [];
  let pageToken: string | undefined;
  do {
    const command = new GetInstanceSnapshotsCommand({ pageToken });
    const page: { instanceSnapshots?: InstanceSnapshot[]; nextPageToken?: string } = await lightsail.send(command);
    found.push(...page.instanceSnapshots ?? []);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return found;
}

const create = ({ lightsail }: Call, instanceName: string, instanceSnapshotName: string) =>
  lightsail.send(new CreateInstanceSnapshotCommand({ instanceName, instanceSnapshotName }));

const remove = ({ lightsail }: Call, instanceSnapshotName: string) => lightsail.send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName }));

const dateOf = (time: number) => new Date(time).toISOString().slice(0, 10);

const ageOf = ({ createdAt }: InstanceSnapshot, now: number) => now - (createdAt?.getTime() ?? now);

/** A rule of AWS Backup: when it takes a backup, and for how many days that is kept. */
const RULES = [
  { name: 'daily', days: 7, isDue: () => true },
  { name: 'weekly', days: 28, isDue: (now: number) => new Date(now).getUTCDay() === 0 },
];

const swallow = async (action: Promise<unknown>): Promise<void> => {
  await action.catch(() => undefined);
};

export const CONTENDERS: readonly Contender[] = [
  {
    // every instance; by age; its own are those whose name ends in "auto"; the first error ends it
    title: 'script A: by age, stops at the first error',
    made: name => /-system-\d+-auto$/.test(name),
    run: async call => {
      const now = call.now();
      for (const { name } of await instances(call)) await create(call, name!, `${name}-system-${now}-auto`);
      for (const snapshot of await snapshots(call)) {
        if (snapshot.name!.endsWith('auto') && ageOf(snapshot, now) > 7 * DAY) await remove(call, snapshot.name!);
      }
    },
  },
  {
    // days, and weeks that are Sundays; its own are those whose name contains the instance's; errors are swallowed
    title: 'script B: days and Sundays, by name, swallows errors',
    made: name => /-(daily|weekly)-\d{4}-\d\d-\d\d$/.test(name),
    run: async call => {
      const now = call.now();
      const due = RULES.filter(({ isDue }) => isDue(now));
      for (const { name } of await instances(call)) {
        for (const rule of due) await swallow(create(call, name!, `${name}-${rule.name}-${dateOf(now)}`));
        const found = await snapshots(call).catch(() => []);
        for (const snapshot of found.filter(({ name: other }) => other!.includes(name!))) {
          const days = snapshot.name!.includes('weekly') ? 28 : 7;
          if (ageOf(snapshot, now) > days * DAY) await swallow(remove(call, snapshot.name!));
        }
      }
    },
  },
  {
    // so many of all snapshots, whosever they are
    title: 'script C: the newest N of all snapshots',
    made: name => /-nightly-\d+$/.test(name),
    run: async call => {
      const now = call.now();
      const names = (await instances(call)).map(({ name }) => name!);
      for (const name of names) await swallow(create(call, name, `${name}-nightly-${now}`));
      const newestFirst = (await snapshots(call)).sort((a, b) => ageOf(a, now) - ageOf(b, now));
      for (const { name } of newestFirst.slice(7 * names.length)) await swallow(remove(call, name!));
    },
  },
  {
    // each resource by itself, tried every ten minutes for an hour; age, whether or not there is a newer one
    title: 'rules as AWS Backup has them',
    made: name => /-recovery-(daily|weekly)-\d{4}-\d\d-\d\d$/.test(name),
    run: async call => {
      const began = call.now();
      const due = RULES.filter(({ isDue }) => isDue(began));
      const jobs = (await retried(call, () => instances(call))).flatMap(({ name }) => due.map(rule => ({ name: name!, rule })));
      for (let open = jobs; open.length > 0 && call.now() < began + 3600_000;) {
        const failed: typeof jobs = [];
        for (const job of open) {
          const made = create(call, job.name, `${job.name}-recovery-${job.rule.name}-${dateOf(began)}`);
          await made.catch((error: Error) => { if (!/already in use/.test(error.message)) failed.push(job); });
        }
        open = failed;
        if (open.length > 0) await call.sleep(600_000);
      }
      for (const snapshot of await retried(call, () => snapshots(call)).catch(() => [])) {
        const [, name] = /-recovery-(daily|weekly)-/.exec(snapshot.name!) ?? [];
        const rule = RULES.find(other => other.name === name);
        if (rule && ageOf(snapshot, began) > rule.days * DAY) await swallow(remove(call, snapshot.name!));
      }
    },
  },
];

/** A managed service does not give up at the first error. */
async function retried<T>({ sleep }: Call, action: () => Promise<T>): Promise<T> {
  for (let tries = 5; ; tries--) {
    try {
      return await action();
    } catch (error) {
      if (tries === 0) throw error;
      await sleep(60_000);
    }
  }
}
