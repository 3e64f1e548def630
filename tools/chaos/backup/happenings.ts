/** What may happen in a night: faults of the services, and what people do meanwhile. */
import type { PlanChoice } from './plans';
import type { Year } from './year';
import { snapshotName, toSlot } from '../../../src/functions/backup/names';
import type { Random } from '../../../testbed/driver';

interface HappeningType {
  /** Called ten minutes before the slot. Faults last until the night is over. */
  readonly begin: (year: Year, random: Random) => void | Promise<void>;
  /** Plans to which it cannot happen. */
  readonly unless?: (plan: PlanChoice) => boolean;
  /** The run may end without a report. */
  readonly silent?: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const withoutStop = ({ settings }: PlanChoice) => settings.stop === undefined;
const withoutCopies = ({ settings }: PlanChoice) => settings.copies === undefined;
const hourly = ({ settings }: PlanChoice) => settings.period < 24 * 3600;

const pick = <T>(random: Random, values: readonly T[]): T | undefined => values[random.whole(0, values.length - 1)];

const failing = (error: string, status: number, most: number): HappeningType => ({
  begin: ({ environment }, random) => environment.interceptor.faults.add({
    service: 'lightsail', mishap: { status, error }, skip: random.whole(0, 40), times: random.whole(1, most),
  }),
});

const broken = (mishap: 'reset' | 'lost' | 'hang', most: number): HappeningType => ({
  begin: ({ environment }, random) => environment.interceptor.faults.add({ service: 'lightsail', mishap, skip: random.whole(0, 40), times: random.whole(1, most) }),
});

const ending = (state: 'error' | 'stuck' | 'vanish' | 'unknown-state', on: 'create' | 'delete' = 'create'): HappeningType => ({
  begin: ({ environment }, random) => { environment.sim.outcomes.push({ resourceType: 'InstanceSnapshot', on, state, times: random.whole(1, 3) }); },
});

const HAPPENING_TYPES = {
  'crash of the function': {
    begin: ({ environment }, random) => {
      let until = random.whole(1, 60);
      let times = random.whole(1, 3);
      const when = random.next() < 0.5 ? 'before' : 'after';
      environment.interceptor.crash = () => {
        if (--until > 0 || times === 0) return undefined;
        until = random.whole(1, 10);
        times--;
        return when;
      };
    },
  },
  'service 500': failing('ServiceException', 500, 6),
  'throttling storm': failing('ThrottlingException', 400, 40),
  'account set-up': { begin: ({ environment, slot }, random) => { environment.sim.faults.push({ effect: 'accountSetup', until: slot + random.whole(1, 40) * MINUTE }); } },
  'denied for a minute': { begin: ({ environment, slot }) => { environment.sim.faults.push({ effect: 'accessDenied', until: slot + MINUTE }); } },
  'denied for an hour': { begin: ({ environment, slot }) => { environment.sim.faults.push({ effect: 'accessDenied', until: slot + 2 * HOUR }); } },
  'connection reset': broken('reset', 5),
  'answer lost': broken('lost', 3),
  'call hangs': broken('hang', 1),
  'slow calls': { begin: ({ environment }) => { environment.interceptor.latency = { before: [0, 2000], after: [100, 1000] }; } },
  'rate limit': {
    begin: ({ environment, plan }, random) => {
      const perSecond = plan.callsPerSecond * (random.next() < 0.5 ? 0.5 : 3);
      const { options } = environment.sim;
      options.rateLimits = random.next() < 0.5 ? { mutating: { perSecond, burst: 2 } } : { all: { perSecond: perSecond * 3, burst: 5 } };
    },
  },
  'function throttled': {
    begin: ({ environment }, random) => { environment.lambda.invocationErrors = Array.from({ length: random.whole(1, 6) }, () => 'Lambda.TooManyRequestsException'); },
  },
  'function gone': {
    begin: year => {
      year.after(year.slot - year.environment.clock.now() + 5 * MINUTE, () => { year.environment.lambda.invocationErrors = Array.from({ length: 1000 }, () => 'Lambda.ServiceException'); });
    },
    silent: true,
  },
  'start of the run turned away': {
    begin: ({ environment }, random) => { environment.startErrors = Array.from({ length: random.whole(1, 5) }, () => 'ThrottlingException'); },
  },
  'start of the run under its name denied': { begin: ({ environment }) => { environment.deniesNames = true; } },
  'run missed': { begin: ({ environment }) => { environment.scheduler.deliveries = () => 0; } },
  'run twice': { begin: ({ environment }) => { environment.scheduler.deliveries = () => 2; } },
  'run twice, one late': {
    begin: ({ environment }, random) => {
      const late = [0, random.whole(1, 40) * MINUTE];
      environment.scheduler.deliveries = () => 2;
      environment.scheduler.lateness = () => late.shift() ?? 0;
    },
  },
  'run hours late': {
    begin: ({ environment, plan }, random) => {
      const late = random.whole(0, (plan.startWindow + plan.completionWindow) * 1100);
      environment.scheduler.lateness = () => late;
    },
  },
  'run stopped by hand': {
    begin: (year, random) => {
      // within this night: what it does to the next one, nobody would know there
      const minutes = year.plan.period < 24 * 3600 ? 45 : 90;
      year.after(year.slot - year.environment.clock.now() + random.whole(0, minutes * 60) * 1000, () => {
        const run = year.running();
        if (run) year.environment.executions.stop(run.arn, 'Stopped', 'by hand');
      });
    },
    silent: true,
  },
  'snapshot fails': ending('error'),
  'snapshot stays pending': ending('stuck'),
  'snapshot vanishes': ending('vanish'),
  'snapshot in a state that nobody knows': ending('unknown-state'),
  'deletion without end': ending('stuck', 'delete'),
  'deletion fails': ending('error', 'delete'),
  'snapshots take an hour': { begin: ({ environment }) => { environment.sim.durations.instanceSnapshot = HOUR; }, unless: hourly },
  'snapshots take too long': {
    begin: ({ environment, plan }) => { environment.sim.durations.instanceSnapshot = (plan.startWindow + plan.completionWindow + 600) * 1000; },
  },
  'copies take too long': {
    begin: ({ environment, plan }) => { environment.sim.durations.copy = (plan.startWindow + plan.completionWindow + 600) * 1000; },
    unless: withoutCopies,
  },
  'records show late': { begin: ({ environment }, random) => { environment.sim.options.eventualConsistency = random.whole(1, 90) * 1000; } },
  'tags show late': {
    begin: (year, random) => {
      year.tagsAreLate = true;
      year.environment.sim.options.tagsVisibleDelay = random.whole(1, 90) * 1000;
    },
  },
  'list of snapshots incomplete': {
    begin: ({ environment }, random) => { environment.sim.faults.push({ operation: /^Get(Instance|Disk)Snapshots$/, after: random.whole(0, 3), effect: '500' }); },
  },
  'list of instances incomplete': {
    begin: ({ environment }, random) => { environment.sim.faults.push({ operation: 'GetInstances', after: random.whole(0, 3), effect: '500' }); },
  },
  'refused for good': {
    begin: ({ environment }) => {
      environment.sim.faults.push({ operation: 'CreateInstanceSnapshot', times: 1, effect: { error: 'InvalidInputException', message: 'No snapshot of this.' } });
    },
  },
  'start refused while pending': { begin: ({ environment }) => { environment.sim.options.startWhileSnapshotPending = 'refused'; }, unless: withoutStop },
  'one snapshot at a time': { begin: ({ environment }) => { environment.sim.options.concurrentSnapshotsRefused = true; } },
  'automatic snapshot under way': {
    begin: (year, random) => {
      year.environment.sim.durations.autoSnapshot = 25 * MINUTE;
      const resource = pick(random, year.instances())!;
      year.after(5 * MINUTE, () => {
        if (!year.instances().includes(resource)) return;
        year.region().addAutoSnapshot({ resource, date: new Date(year.environment.clock.now()).toISOString().slice(0, 10), status: 'InProgress' });
      });
    },
  },
  'source comes': {
    begin: (year, random) => { year.addInstance(`new-${random.whole(1, 9999)}`, [{ key: 'backup', value: 'yes' }]); },
  },
  'source goes': {
    begin: (year, random) => year.afterSome(random, () => year.deleteInstance(pick(random, year.instances())!)),
  },
  'source re-created under the same name': {
    begin: (year, random) => {
      const name = pick(random, year.instances())!;
      const { tags } = year.region().instances.get(name)!;
      year.afterSome(random, async () => {
        if (!await year.deleteInstance(name)) return;
        year.after(10 * MINUTE, () => { if (!year.region().all.has(name)) year.addInstance(name, [...tags]); });
      });
    },
  },
  'tag removed by mistake': {
    begin: async (year, random) => {
      const name = pick(random, year.instances())!;
      const tags = year.region().instances.get(name)!.tags.filter(({ key }) => key === 'backup');
      if (tags.length === 0) return;
      year.changed.add(name);
      await year.user('UntagResource', { resourceName: name, tagKeys: ['backup'] });
      year.tomorrow(random.whole(1, 4), async () => { if (year.instances().includes(name)) await year.user('TagResource', { resourceName: name, tags }); });
    },
  },
  'all tags removed by mistake': {
    begin: async year => {
      for (const name of year.instances()) {
        const tags = year.region().instances.get(name)!.tags.filter(({ key }) => key === 'backup');
        if (tags.length === 0) continue;
        await year.user('UntagResource', { resourceName: name, tagKeys: ['backup'] });
        year.tomorrow(1, async () => { if (year.instances().includes(name)) await year.user('TagResource', { resourceName: name, tags }); });
      }
    },
  },
  'disk takes the name of an instance': {
    begin: async (year, random) => {
      const name = pick(random, year.instances())!;
      if (!await year.deleteInstance(name)) return;
      year.tomorrow(1, () => { if (!year.region().all.has(name)) year.region().addDisk({ name }); });
    },
  },
  'stopped by hand': {
    begin: (year, random) => year.afterSome(random, () => year.stopInstance(pick(random, year.instances())!)),
  },
  'manual snapshot with a similar name': {
    begin: (year, random) => year.afterSome(random, async () => {
      const source = pick(random, year.instances())!;
      const slot = toSlot(year.slot + random.whole(-3, 3) * 24 * HOUR);
      await year.manual(source, `${source}-${year.plan.name}-${slot}-${random.text(10, '0123456789abcdef')}`);
    }),
  },
  'manual snapshot that a script would have made': {
    begin: (year, random) => year.afterSome(random, () => year.manual(pick(random, year.instances())!, `script-${random.whole(1, 99999)}`)),
  },
  'name taken': {
    begin: (year, random) => {
      const source = pick(random, year.instances())!;
      return year.manual(source, snapshotName(year.plan, 'Instance', source, toSlot(year.slot)));
    },
  },
  'pinned': { begin: (year, random) => year.afterSome(random, () => year.pin(pick(random, year.own()))) },
  'pinned while a run prunes': {
    begin: (year, random) => {
      let until = random.whole(1, 3);
      year.beforeDelete = name => {
        if (--until > 0) return;
        year.beforeDelete = undefined;
        // the oldest are those that are about to go
        const oldest = year.own().filter(snapshot => snapshot.name !== name).sort((a, b) => a.createdAt - b.createdAt);
        year.pin(pick(random, oldest.slice(0, 3)));
      };
    },
  },
  'unpinned': { begin: (year, random) => { year.unpin(random); } },
  'own snapshot deleted by hand': { begin: (year, random) => { year.deleteByHand(pick(random, year.own())); } },
  'own snapshot loses its tags': { begin: (year, random) => { year.untag(pick(random, year.own())); } },
  'own snapshot in use': {
    begin: (year, random) => {
      const snapshot = pick(random, year.own());
      if (!snapshot) return;
      snapshot.users++;
      year.tomorrow(random.whole(1, 5), () => { snapshot.users--; });
    },
  },
  'own snapshot says that it is of the future': {
    begin: (year, random) => {
      const snapshot = pick(random, year.own());
      if (snapshot) snapshot.createdAt = year.slot + random.whole(1, 60) * 24 * HOUR;
    },
  },
  'plan edited': {
    begin: (year, random) => {
      const number = () => random.whole(0, 5);
      const retention = { daily: number(), weekly: number(), monthly: number(), last: random.whole(1, 4), minimum: random.whole(1, 3) };
      year.edit({ retention });
    },
  },
  'plan disabled': {
    begin: (year, random) => {
      year.enable(false);
      year.tomorrow(random.whole(1, 9), () => year.enable(true));
    },
  },
  'plan renamed': {
    begin: (year, random) => {
      const { name, previousNames = [] } = year.plan;
      year.environment.remove(name);
      year.edit({ name: `renamed-${random.whole(1, 99)}`, previousNames: [...previousNames, name] });
    },
  },
  'plan removed for some nights': {
    begin: (year, random) => {
      year.environment.remove(year.plan.name);
      year.isDeployed = false;
      year.tomorrow(random.whole(1, 6), () => {
        year.isDeployed = true;
        year.edit({});
      });
    },
  },
  'run on demand': {
    begin: (year, random) => {
      const keepFor = random.whole(1, 4) * 24 * 3600;
      year.evening(() => { year.environment.runOnDemand(year.plan, keepFor); });
    },
    unless: hourly,
  },
} satisfies Record<string, HappeningType>;

export type HappeningName = keyof typeof HAPPENING_TYPES;

export const HAPPENINGS: Readonly<Record<HappeningName, HappeningType>> = HAPPENING_TYPES;

