/** Automatic snapshots that are made each day, within 45 minutes of the hour that the add-on names. */
import { takenFrom } from './instance-snapshots';
import type { Model } from '../model/model';
import type { AutoSnapshotRecord, InstanceRecord } from '../model/records';
import type { Region } from '../model/region';

const DAY = 24 * 3600_000;
const WINDOW = 45 * 60_000;

/** Makes an automatic snapshot every day from now on, as long as the instance is there and has the add-on. */
export function makeDaily(model: Model, region: Region, instance: InstanceRecord): void {
  const plan = (midnight: number) => {
    const addOn = instance.addOns.find(({ name }) => name === 'AutoSnapshot');
    if (!addOn) return;
    const [hour, minute] = addOn.snapshotTimeOfDay.split(':').map(Number);
    const opens = midnight + (hour * 60 + minute) * 60_000;
    const at = opens + (parseInt(model.ids.hex(6), 16) / 0x1000000) * WINDOW;
    model.events.add(at, now => {
      if (!region.holds(instance)) return;
      if (addOn.status === 'Enabled' && !instance.deleting) begin(model, region, instance, now);
      plan(midnight + DAY);
    });
  };
  plan(Math.floor(model.now() / DAY) * DAY + DAY);
}

function begin(model: Model, region: Region, instance: InstanceRecord, now: number): void {
  const { sizeInGb, fromAttachedDisks } = takenFrom({ region }, instance);
  const snapshot: AutoSnapshotRecord = {
    date: new Date(now).toISOString().slice(0, 10), createdAt: now, status: 'InProgress', sizeInGb, disks: fromAttachedDisks,
  };
  instance.autoSnapshots.push(snapshot);
  model.events.add(now + model.durations.autoSnapshot, () => {
    snapshot.status = 'Success';
    instance.autoSnapshots.splice(0, instance.autoSnapshots.length - model.options.quotas.autoSnapshots);
  });
}
