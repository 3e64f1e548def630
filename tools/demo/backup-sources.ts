import type { RegionView, Simulator } from '../../testbed/simulator';

const DAY = 24 * 3600_000;
const PLAN_TAG = 'cdk-lightsail-snapshots:plan';
const SLOT_TAG = 'cdk-lightsail-snapshots:slot';

/** Somebody's own, called like the plan's: without its tag, and with another plan's. */
const FOREIGN = [
  { name: 'web-01-nightly-2026-01-01T0400-0123456789', fromInstanceName: 'web-01', tags: [] },
  { name: 'web-02-nightly-2-2026-01-01T0400-0123456789', fromInstanceName: 'web-02', tags: [{ key: PLAN_TAG, value: 'us-east-1/nightly-2' }] },
];

/** Instances that the plan selects, and what there is of them in its region and in that of the copies. */
export class BackupSources {
  readonly names = Array.from({ length: 12 }, (_, index) => `web-${String(index + 1).padStart(2, '0')}`);
  readonly home: RegionView;
  readonly away: RegionView;

  constructor(simulator: Simulator, now: number) {
    this.home = simulator.region('us-east-1');
    this.away = simulator.region('eu-west-1');
    for (const name of this.names) this.home.addInstance({ name, tags: [{ key: 'backup', value: 'yes' }] });
    this.home.addInstance({ name: 'not-selected' });
    for (const region of [this.home, this.away]) {
      for (const snapshot of FOREIGN) region.addInstanceSnapshot({ ...snapshot, createdAt: now - 200 * DAY });
    }
  }

  /** Snapshots of the plan, of one source. */
  of(region: RegionView, source: string) {
    return [...region.instanceSnapshots.values()].filter(({ fromInstanceName, tags }) => fromInstanceName === source
      && tags.some(({ key, value }) => key === PLAN_TAG && value === 'us-east-1/nightly'));
  }

  /** Of one source and run. */
  ofSlot(region: RegionView, source: string, slot: string) {
    return this.of(region, source).find(({ tags }) => tags.some(({ key, value }) => key === SLOT_TAG && value === slot));
  }

  /** Whether all of these sources have a good snapshot of a run. */
  areGood(region: RegionView, sources: readonly string[], slot: string): boolean {
    return sources.every(source => this.ofSlot(region, source, slot)?.state === 'available');
  }

  /** Whether none of these sources has a snapshot of a run. */
  areGone(region: RegionView, sources: readonly string[], slot: string): boolean {
    return sources.every(source => !this.ofSlot(region, source, slot));
  }

  get foreignIsUntouched(): boolean {
    return [this.home, this.away].every(region => FOREIGN.every(({ name }) => region.instanceSnapshots.get(name)?.state === 'available'));
  }

  /** Every snapshot by its name, region by region. */
  get inventory(): string {
    return [this.home, this.away].map(region => [...region.instanceSnapshots.keys()].sort().join('\n')).join('\n\n');
  }
}
