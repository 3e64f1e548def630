/** Invariants that are checked at each call of the function, at the moment at which it would break them. */
import { Row, SnapshotRecord, isOwn, planTags, prunable, rowOf, tagOf } from './oracle';
import type { Year } from './year';
import type { PlanSettings } from '../../../src/functions/backup/contract';
import { snapshotName } from '../../../src/functions/backup/names';
import type { LightsailCall, Watcher } from '../../../testbed/backup/watch';
import type { Tag } from '../../../testbed/simulator';

/** A snapshot that was pinned so shortly before may still be asked to be deleted, whatever was looked at: the role refuses it. */
const LOOK_AHEAD = { usually: 2_000, withFaults: 240_000 };

/** Sources that are looked at together, and whose calls then wait for their turns. */
const WAITING = 10;

/** The plan's snapshots in a region, as a list found them. */
interface Picture {
  readonly at: number;
  readonly rows: readonly Row[];
  readonly living: ReadonlySet<string>;
  readonly selected: ReadonlySet<string>;
}

export function guard(year: Year): Watcher {
  const pictures = new Map<string, Picture[]>();
  /** When the function last looked at a snapshot. */
  const looks = new Map<string, number>();
  const stops = new Map<string, number>();
  const takePicture = (region: string, plan: PlanSettings) => {
    const at = year.environment.clock.now();
    const rows = year.snapshots(region).filter(({ tags }) => isOwn(plan, tags)).map(record => rowOf(record, at));
    const living = new Set(year.sources().map(({ arn }) => arn));
    const selected = new Set(year.selected(plan).map(({ arn }) => arn));
    pictures.set(region, [...(pictures.get(region) ?? []).slice(-3), { at, rows, living, selected }]);
  };

  /** Whether a pin came after the function's look, or too shortly before the call to be seen by it. */
  const cameTooLate = (pinnedAt: number, lookedAt: number | undefined, at: number, { callsPerSecond }: PlanSettings) =>
    pinnedAt >= at - LOOK_AHEAD[year.hasFaults ? 'withFaults' : 'usually']
    || (lookedAt !== undefined && lookedAt <= pinnedAt && lookedAt > at - WAITING * 1100 / callsPerSecond);

  const remove = ({ region, input, at }: LightsailCall) => {
    const name = (input.instanceSnapshotName ?? input.diskSnapshotName) as string;
    year.beforeDelete?.(name);
    const record = year.region(region).all.get(name) as SnapshotRecord | undefined;
    const run = year.running();
    if (!record || !run) return;
    const plan = year.settingsOf(run);
    const slot = year.slotOf(run);
    if (plan.dryRun) year.say('a dry run deletes nothing', `${region}: ${name} was to be deleted`);
    if (!isOwn(plan, record.tags) || !year.ours.has(record.arn)) {
      year.say('no snapshot that is not the plan\'s is touched', `${region}: ${name} was to be deleted`);
      return;
    }
    const pinnedAt = tagOf(record.tags, 'keep') === undefined ? undefined : year.pins.get(record.arn) ?? 0;
    if (pinnedAt !== undefined && !cameTooLate(pinnedAt, looks.get(`${region}/${name}`), at, plan)) {
      year.say('what is pinned stays', `${region}: ${name} was to be deleted`);
    }
    const row = rowOf(record, at);
    if (record.deleting) return;
    if (row.state === 'pending') year.say('what is pending stays', `${region}: ${name} was to be deleted`);
    if (slot === undefined) {
      year.say('a run on demand prunes nothing', `${region}: ${name} was to be deleted`);
      return;
    }
    const others = year.snapshots(region).filter(({ tags }) => isOwn(plan, tags)).map(other => rowOf(other, at))
      .filter(other => other.source === row.source && other.name !== name && !other.deleting);
    const lastGood = row.keepUntil === undefined && row.state === 'good'
      && !others.some(other => other.state === 'good' && other.keepUntil === undefined && other.takenAt <= at + 300_000);
    if (lastGood) year.say('the last good one of a source is never removed', `${region}: ${name} was to be deleted`);

    const isHome = region === plan.homeRegion;
    const retention = isHome ? plan.retention : plan.copies?.find(copy => copy.region === region)?.retention;
    const allowed = (pictures.get(region) ?? []).some(picture => {
      const ofSelected = { ...retention!, freshSince: slot - (isHome ? 0 : plan.period * 1000) };
      const ofGone = plan.orphansWithin === undefined ? undefined : { within: plan.orphansWithin, minimum: 1 };
      // nothing of what is there and not selected any more
      const ofLiving = picture.selected.has(row.source) ? ofSelected : undefined;
      const policy = picture.living.has(row.source) ? ofLiving : ofGone;
      return prunable(picture.rows.filter(({ source }) => source === row.source), policy, plan.timeZone, at).has(name);
    });
    if (!allowed) year.say('what retention keeps is there', `${region}: ${name} of ${new Date(row.takenAt).toISOString()} was to be deleted`);
  };

  const tag = ({ region, input, at }: LightsailCall) => {
    const name = input.resourceName as string;
    const record = year.region(region).all.get(name);
    const run = year.running();
    const plan = run ? year.settingsOf(run) : year.plan;
    if (!record || (year.ours.has(record.arn) && (record.resourceType === 'Instance' || isOwn(plan, record.tags)))) return;
    if (record.resourceType === 'Instance') {
      if (plan.stop) return;
    } else if (!plan.dryRun && adoptable(plan, region, record as SnapshotRecord)) {
      year.ours.add(record.arn);
      // it counts for this round already, with what the tags say
      const given = (input.tags ?? []) as Tag[];
      const row = rowOf({ ...record as SnapshotRecord, tags: [...record.tags, ...given] }, at);
      pictures.set(region, (pictures.get(region) ?? []).map(picture => ({ ...picture, rows: [...picture.rows, row] })));
      return;
    }
    year.say('no snapshot that is not the plan\'s is touched', `${region}: ${record.resourceType} ${name} was to be tagged`);
  };

  return {
    before: call => {
      const { operation, region, input, at } = call;
      if (/^Get(Instance|Disk)Snapshot$/.test(operation)) looks.set(`${region}/${(input.instanceSnapshotName ?? input.diskSnapshotName) as string}`, at);
      if (/^Delete(Instance|Disk)Snapshot$/.test(operation)) {remove(call);} else if (operation === 'TagResource' || operation === 'UntagResource') {tag(call);} else if (/^Get(Instance|Disk)Snapshots$/.test(operation) && input.pageToken === undefined) {
        const run = year.running();
        takePicture(region, run ? year.settingsOf(run) : year.plan);
      }
      return undefined;
    },
    after: ({ operation, region, input, at }, status) => {
      if (status === 200 && operation === 'StopInstance') stops.set(input.instanceName as string, at);
      if (status === 200 && operation === 'StartInstance') year.downtimes.push(at - stops.get(input.instanceName as string)!);
      if (status !== 200 || !/^(Create(Instance|Disk)Snapshot|CopySnapshot)$/.test(operation)) return;
      const name = (input.instanceSnapshotName ?? input.diskSnapshotName ?? input.targetSnapshotName) as string;
      const record = year.region(region).all.get(name);
      if (record) year.ours.add(record.arn);
      const source = (input.instanceName ?? input.diskName) as string | undefined;
      const run = year.running();
      if (!source || !run || year.changed.has(source)) return;
      if (!year.selected(year.settingsOf(run)).some(({ name: selected }) => selected === source)) {
        year.say('only what is selected is taken', `${source}: ${name}`);
      }
    },
  };
}

/** What the plan may take over: an untagged copy with a name that can be computed, or what its rules name. */
function adoptable(plan: PlanSettings, region: string, { name, tags, resourceType, ...record }: SnapshotRecord): boolean {
  if (tags.some(({ key }) => key.startsWith('cdk-lightsail-snapshots:') && !key.endsWith(':keep'))) return false;
  if (region === plan.homeRegion) return plan.adopt !== undefined && name.startsWith('script-');
  const [, slot] = /-(\d{4}-\d\d-\d\dT\d{4}(?:\d\d)?)-[0-9a-f]+$/.exec(name) ?? [];
  const source = (resourceType === 'DiskSnapshot' && 'fromDiskName' in record ? record.fromDiskName : undefined) ?? record.fromInstanceName ?? '';
  const names = planTags(plan).map(tagValue => tagValue.split('/')[1]);
  return slot !== undefined && names.some(each => snapshotName(plan, resourceType === 'DiskSnapshot' ? 'Disk' : 'Instance', source, slot, each) === name);
}
