/** What happens in a year of nights, the same to everybody. */
import { BackupTestEnvironment, REGION } from '../../../testbed/backup/environment';
import { DEFAULT_DURATIONS } from '../../../testbed/simulator';

const MINUTE = 60_000;


interface Incident {
  readonly what: string;
  readonly when: (night: number) => boolean;
  readonly begin: (environment: BackupTestEnvironment, night: number) => Promise<unknown> | void;
}

const between = (first: number, last: number) => (night: number) => night >= first && night <= last;
const each = (nights: number) => (night: number) => night > 5 && night % nights === 0;
const on = (...nights: number[]) => (night: number) => nights.includes(night);

const manual = (environment: BackupTestEnvironment, source: string, name: string) =>
  environment.call('CreateInstanceSnapshot', { instanceName: source, instanceSnapshotName: name });

export const INCIDENTS: readonly Incident[] = [
  {
    what: 'every ninth night an automatic snapshot of one instance is under way for 25 minutes',
    when: each(9),
    begin: environment => {
      environment.sim.durations.autoSnapshot = 25 * MINUTE;
      environment.sim.region(REGION).addAutoSnapshot({ resource: 'sql', date: new Date(environment.clock.now()).toISOString().slice(0, 10), status: 'InProgress' });
    },
  },
  {
    what: 'every thirteenth night five calls in a row are throttled',
    when: each(13),
    begin: environment => environment.interceptor.faults.add({ service: 'lightsail', mishap: { status: 400, error: 'ThrottlingException' }, skip: 3, times: 5 }),
  },
  {
    what: 'every seventeenth night Lightsail answers four creations in a row with 500',
    when: each(17),
    begin: environment => { environment.sim.faults.push({ operation: 'CreateInstanceSnapshot', times: 4, effect: '500' }); },
  },
  {
    what: 'every 23rd night a snapshot ends in an error',
    when: each(23),
    begin: environment => { environment.sim.outcomes.push({ resourceType: 'InstanceSnapshot', state: 'error' }); },
  },
  {
    what: 'for three weeks Lightsail refuses snapshots of one instance',
    when: between(60, 80),
    begin: environment => {
      environment.sim.faults.push({
        operation: 'CreateInstanceSnapshot',
        when: (input: { instanceName?: string }) => input.instanceName === 'app',
        effect: { error: 'InvalidInputException', message: 'No snapshot of this instance.' },
      });
    },
  },
  {
    what: 'for 40 nights a change of the role denies creation, and nobody notices',
    when: between(100, 139),
    begin: environment => { environment.sim.faults.push({ operation: 'CreateInstanceSnapshot', effect: 'accessDenied' }); },
  },
  { what: 'an instance is deleted', when: on(150), begin: environment => environment.call('DeleteInstance', { instanceName: 'dev', forceDeleteAddOns: true }) },
  {
    what: 'an instance is deleted, and made again under its name',
    when: on(160),
    begin: async environment => {
      await environment.call('DeleteInstance', { instanceName: 'app', forceDeleteAddOns: true });
      await environment.clock.advance(2 * MINUTE);
      environment.sim.region(REGION).addInstance({ name: 'app', tags: [{ key: 'backup', value: 'yes' }], addOns: true });
    },
  },
  {
    what: 'people take snapshots by hand',
    when: on(20, 200),
    begin: async (environment, night) => {
      await manual(environment, 'web', `web-golden-${night}`);
      await manual(environment, 'sql', `before-upgrade-${night}`);
      await manual(environment, 'app', `app-${night}-by-hand-auto`);
    },
  },
  { what: 'snapshots take 50 minutes', when: on(220), begin: environment => { environment.sim.durations.instanceSnapshot = 50 * MINUTE; } },
  {
    what: 'two nights each answer of a creation is lost',
    when: on(230, 231),
    begin: environment => environment.interceptor.faults.add({ service: 'lightsail', operation: 'CreateInstanceSnapshot', mishap: 'lost', times: 4 }),
  },
  {
    what: 'a list of snapshots breaks off after its first page',
    when: on(310, 311),
    begin: environment => { environment.sim.faults.push({ operation: 'GetInstanceSnapshots', after: 1, effect: '500' }); },
  },
];

/** The schedule misses one night, fires twice in another, and is off for two weeks. */
export function deliveriesOf(night: number): number {
  if (night === 40 || (night >= 250 && night <= 263)) return 0;
  return night === 145 ? 2 : 1;
}

export const SCHEDULE_INCIDENTS = ['the schedule misses a night, fires twice in another, and is switched off for two weeks'];

export function endOfNight({ interceptor, sim }: BackupTestEnvironment): void {
  interceptor.faults.clear();
  sim.faults.length = 0;
  sim.outcomes.length = 0;
  Object.assign(sim.durations, DEFAULT_DURATIONS);
}
