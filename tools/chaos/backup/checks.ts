/** Invariants that are checked when a night is over. */
import { HAPPENINGS } from './happenings';
import { givenNames, isOwn, prunable, rowOf, slotTime, tagOf } from './oracle';
import type { Year, Source } from './year';
import { REGIONS } from './year';
import type { AuditResult } from '../../../src/functions/backup/audit';
import { REGION } from '../../../testbed/backup/environment';
import type { Execution } from '../../../testbed/driver';

const TEN_SECONDS = 10_000;
const MINUTE = 60_000;

/** Of more than a hundred sources with one outcome a report names a hundred. */
const NAMES_ENOUGH = /(\w+\/[^,\n]+, ){99}[^,\n]+ and \d+ more/;

/** What was so ten minutes before the slot. */
export interface Before {
  readonly selected: readonly Source[];
  readonly running: readonly string[];
}

export function lookBefore(year: Year): Before {
  return {
    selected: year.selected(),
    running: [...year.region().instances.values()].filter(({ state }) => state === 'running').map(({ arn }) => arn),
  };
}

export async function check(year: Year, before: Before, happened: readonly (keyof typeof HAPPENINGS)[]): Promise<void> {
  const [run] = year.runsOfSlot();
  const isDue = year.isEnabled && year.isDeployed;
  const isSilent = happened.some(name => HAPPENINGS[name].silent);
  allEnds(year);
  theRate(year);
  theWindows(year);
  oneForASlot(year);
  allRuns(year, before);
  for (const problem of year.environment.problems.splice(0)) year.say('nothing calls after its end', problem);
  for (const bug of year.environment.sim.bugs.splice(0)) year.say('the simulator is right', bug.message);
  if (!run) {
    if (isDue && !happened.includes('run missed') && year.environment.scheduler.deadLetters.length === 0) year.say('each slot has a run', 'there is none');
    return;
  }
  if (run.status === 'RUNNING') return;
  const report = reportOf(run);
  if (report === undefined) {
    // a run of every hour may be stopped by what happened in the hour before
    const isStoppedByHand = run.status === 'ABORTED';
    if (!isSilent && !isStoppedByHand) year.say('each run is reported', `${run.status} ${run.error ?? ''} ${run.cause ?? ''}`);
    return;
  }
  eachIsGoodOrNamed(year, run, report, before);
  whoIsMissingIsNamed(year, run, report);
  if (happened.length === 1 && happened[0] === 'snapshot stays pending') oneStopsNoOther(year, before);
  if (run.status === 'SUCCEEDED' && !year.meddled) nothingIsLeft(year, run);
  if (happened.length === 0 && run.status !== 'SUCCEEDED' && isExpectedToSucceed(year, before)) {
    year.say('a calm night succeeds', report.slice(0, 400));
  }
  if (happened.length === 0) noLongerThanNeeded(year);
  await theAudit(year);
}

/** The words of a run, or undefined where it has none. */
function reportOf({ status, output, cause, error }: Execution): string | undefined {
  if (status === 'SUCCEEDED') return (JSON.parse(output ?? '{}') as { report?: string }).report;
  return status === 'FAILED' && !cause?.startsWith('the report could not be written') && error !== 'States.Runtime' ? cause : undefined;
}

/** By night's end everything that was begun has ended. */
function allEnds(year: Year): void {
  const { executions, lambda } = year.environment;
  for (const { name, status, error, cause, deliberate } of executions.all) {
    if (status === 'RUNNING') year.say('all comes to an end', `${name} still runs`);
    if (status === 'FAILED' && !deliberate) year.say('the state machine does not break', `${name}: ${error} ${cause}`);
  }
  for (const { id, state } of lambda.invocations) {
    if (state === 'running') year.say('all comes to an end', `invocation ${id} still runs`);
  }
}

/** No more calls than the plan says, over any ten seconds. */
function theRate(year: Year): void {
  // two runs of a slot, which know nothing of each other, make as many calls each
  const callsPerSecond = year.plan.callsPerSecond * Math.max(1, year.runsOfSlot().length);
  const calls = year.environment.interceptor.calls.filter(({ service }) => service === 'lightsail');
  const within = (what: string, times: readonly number[], most: number) => {
    const index = times.findIndex((at, i) => i >= most && at - times[i - most] < TEN_SECONDS);
    if (index >= 0) year.say('the calls keep to the rate', `more than ${most} ${what} calls within ten seconds before ${new Date(times[index]).toISOString()}`);
  };
  within('mutating', calls.filter(({ operation }) => !operation.startsWith('Get')).map(({ at }) => at), 10 * callsPerSecond);
  within('reading', calls.filter(({ operation }) => operation.startsWith('Get')).map(({ at }) => at), 50 * callsPerSecond);
}

/** Nothing is made after its slot's windows, nor when it is not time yet. */
function theWindows(year: Year): void {
  const { startWindow, completionWindow } = year.plan;
  for (const { operation, body, at } of year.environment.interceptor.calls) {
    if (!/^(Create(Instance|Disk)Snapshot|CopySnapshot)$/.test(operation)) continue;
    const input = JSON.parse(body) as Record<string, string>;
    const name = input.instanceSnapshotName ?? input.diskSnapshotName ?? input.targetSnapshotName;
    const [, slot] = /-(\d{4}-\d\d-\d\dT\d{4}(?:\d\d)?)-[0-9a-f]+$/.exec(name) ?? [];
    const since = slotTime(slot ?? '');
    if (!(at >= since && at <= since + (startWindow + completionWindow) * 1000)) {
      year.say('nothing is made after its slot\'s windows', `${operation} ${name} at ${new Date(at).toISOString()}`);
    }
  }
}

/** A source has one snapshot of a slot, with the tags that a plan gives. */
function oneForASlot(year: Year): void {
  for (const region of REGIONS) {
    const seen = new Set<string>();
    for (const { name, arn, tags, createdAt } of year.snapshots(region)) {
      if (!year.ours.has(arn) || createdAt < year.slot - 12 * 3600_000 || !name.includes('-20')) continue;
      const [source] = name.split(/-\d{4}-\d\d-\d\dT/);
      const slot = tagOf(tags, 'slot');
      const key = `${source} ${slot}`;
      if (slot !== undefined && seen.has(key)) year.say('one snapshot of a source for a slot', `${region}: ${name}`);
      seen.add(key);
      if (region === REGION && (slot === undefined || tagOf(tags, 'type') !== 'original')) year.say('what is made carries its tags', `${region}: ${name}`);
    }
  }
}

/** What ran before runs again. */
function allRuns(year: Year, before: Before): void {
  // nobody can start an instance whose snapshot stays pending, where Lightsail refuses that
  const isHeld = (arn: string) => year.snapshots().some(snapshot => snapshot.state === 'pending' && snapshot.fromInstanceArn === arn);
  for (const { name, arn, state, deleting } of year.region().instances.values()) {
    if (before.running.includes(arn) && state !== 'running' && !deleting && !year.stoppedByHand.has(name) && !isHeld(arn)) {
      year.say('a stopped instance runs again', `${name} is ${state}`);
    }
  }
}

function eachIsGoodOrNamed(year: Year, run: Execution, report: string, before: Before): void {
  const plan = year.settingsOf(run);
  const now = new Map(year.selected(plan).map(source => [source.arn, source]));
  const good = new Set(year.snapshots()
    // one that was taken over may be newer, and then the rules keep that
    .filter(({ state, tags }) => (state === 'available' || state === 'completed') && isOwn(plan, tags) && slotTime(tagOf(tags, 'slot') ?? '') >= year.slot)
    .map(record => rowOf(record, Infinity).source));
  for (const { arn, name, type } of before.selected) {
    if (!now.has(arn) || year.changed.has(name) || good.has(arn)) continue;
    const isNamed = new RegExp(`${type}/${name.replace(/[.-]/g, '\\$&')}(,|\\n|$)`).test(report) || NAMES_ENOUGH.test(report);
    if (!isNamed && !report.includes('The run stopped')) {
      year.say('each selected source is good or named', `${type}/${name}, in: ${report.slice(0, 300)}`);
    }
    if (run.status === 'SUCCEEDED' && !year.meddled) year.say('a run that succeeds has all', `${type}/${name} has no good snapshot`);
  }
}

/** What the selection gives by name and was not there all night is told, whatever else has that name. */
function whoIsMissingIsNamed(year: Year, run: Execution, report: string): void {
  if (report.includes('The run stopped')) return;
  const there = new Set(year.sources().map(({ type, name }) => `${type}/${name}`));
  for (const name of givenNames(year.settingsOf(run).selection)) {
    if (there.has(name) || year.changed.has(name.split('/')[1]) || report.includes(`there is no such source: ${name}`) || report.includes(`, ${name}`)) continue;
    year.say('who is missing is named', `${name}, in: ${report.slice(0, 300)}`);
  }
}

/** A snapshot that stays pending all night keeps no other source from its own. */
function oneStopsNoOther(year: Year, before: Before): void {
  if (year.plan.stop || year.changed.size > 0) return;
  const taken = new Set(year.snapshots().filter(({ tags }) => isOwn(year.plan, tags) && slotTime(tagOf(tags, 'slot') ?? '') === year.slot)
    .map(record => rowOf(record, Infinity).source));
  for (const { arn, name } of before.selected) {
    if (!taken.has(arn)) year.say('one source stops no other', `there is no snapshot of ${name}`);
  }
}

/** What retention does not keep is gone after a good run. */
function nothingIsLeft(year: Year, run: Execution): void {
  const plan = year.settingsOf(run);
  if (plan.dryRun) return;
  const now = year.environment.clock.now();
  const selected = new Set(year.selected(plan).map(({ arn }) => arn));
  const deleted = new Set(year.environment.interceptor.calls.filter(({ operation }) => /^Delete\w+Snapshot$/.test(operation)).map(({ region, body }) => {
    const input = JSON.parse(body) as Record<string, string>;
    return `${region}/${input.instanceSnapshotName ?? input.diskSnapshotName}`;
  }));
  const takenOver = new Set(year.environment.interceptor.calls.filter(({ operation }) => operation === 'TagResource' && year.tagsAreLate)
    .map(({ body }) => (JSON.parse(body) as { resourceName: string }).resourceName));
  const places = [{ region: plan.homeRegion, retention: plan.retention }, ...plan.copies ?? []];
  for (const { region, retention } of places) {
    const records = year.snapshots(region).filter(({ tags, deleting }) => isOwn(plan, tags) && !deleting);
    const rows = records.map(record => rowOf(record, now));
    const used = new Set(records.filter(({ users }) => users > 0).map(({ name }) => name));
    for (const source of new Set(rows.map(row => row.source))) {
      if (!selected.has(source)) continue;
      // what was taken over a moment ago does not show as the plan's yet, and nothing is deleted on its account before it does
      if (records.some(({ name }, i) => rows[i].source === source && takenOver.has(name))) continue;
      // one that was of the future when the run looked, and is not any more, pushes others out
      if (records.some((record, i) => rows[i].source === source && record.createdAt > year.slot && rows[i].takenAt < year.slot)) continue;
      const policy = { ...retention, freshSince: year.slot - (region === plan.homeRegion ? 0 : plan.period * 1000) };
      // what came of a run on demand may have had its time only since
      const left = [...prunable(rows.filter(row => row.source === source), policy, plan.timeZone, now)]
        .filter(name => !used.has(name) && !deleted.has(`${region}/${name}`))
        .filter(name => rows.find(row => row.name === name)!.keepUntil === undefined)
        // nor has what was of the future when the run looked
        .filter(name => records.find(record => record.name === name)!.createdAt <= year.slot);
      if (left.length > 0) year.say('what retention does not keep is gone', `${region}: ${left.join(', ')}`);
    }
  }
}

/** Whether nothing that lasts stands in the way. */
function isExpectedToSucceed(year: Year, before: Before): boolean {
  if (before.selected.length === 0 || year.stoppedByHand.size > 0 || year.changed.size > 0) return false;
  // what stays pending for ever may keep an instance from being started
  if (year.plan.stop && before.running.length < year.region().instances.size) return false;
  // an instance without a static IP is not stopped
  if (year.plan.stop) return before.selected.every(({ name, type }) => type === 'Disk' || year.region().instances.get(name)?.staticIpName !== undefined);
  return year.plan.selection && !('or' in year.plan.selection && !['web', 'sql'].every(name => year.region().instances.has(name)));
}

/** An instance is down while it stops and until it may start, and for the calls of a few others: not for those of all. */
function noLongerThanNeeded(year: Year): void {
  const { stopInstance, instanceSnapshot } = year.environment.sim.durations;
  const most = stopInstance + instanceSnapshot + MINUTE + 15 * 1050 / year.plan.callsPerSecond;
  const longest = Math.max(0, ...year.downtimes);
  if (longest > most) year.say('no instance is down for longer than it takes', `one was for ${longest / 1000} s`);
}

/** The audit names who has no good snapshot of the last two periods. */
async function theAudit(year: Year): Promise<void> {
  const { environment, plan } = year;
  const audited = environment.lambda.invoke({ action: 'audit', plan });
  const result = await environment.clock.run(audited, 'the audit');
  if ('error' in result) {
    year.say('the audit answers', `${result.error} ${result.cause}`);
    return;
  }
  const now = environment.clock.now();
  const newest = new Map<string, number>();
  for (const record of year.snapshots()) {
    const { source, state, takenAt } = rowOf(record, now);
    if (record.deleting && environment.sim.options.deletingIsHidden) continue;
    if (state === 'good' && takenAt <= now + 300_000 && isOwn(plan, record.tags)) newest.set(source, Math.max(newest.get(source) ?? 0, takenAt));
  }
  const old = now - 2 * plan.period * 1000;
  // of a plan that is new nothing is expected yet, but of what it had
  const isOld = (environment.scheduler.get(`lightsail-backup-${plan.name}`)?.createdAt ?? 0) < old;
  const expected = year.selected().filter(({ arn, createdAt }) => createdAt < old && (newest.has(arn) ? newest.get(arn)! < old : isOld)).map(({ type, name }) => `${type}/${name}`);
  // the result names a hundred, and the log has all
  const logged = environment.lambda.invocations.at(-1)!.logs.map(line => JSON.parse(line) as Partial<AuditResult> & { readonly action?: string });
  const { unprotected } = logged.find(({ action }) => action === 'audit') as AuditResult;
  if (JSON.stringify([...unprotected].sort()) !== JSON.stringify(expected.sort())) {
    year.say('the audit names who is unprotected', `${JSON.stringify(unprotected)} instead of ${JSON.stringify(expected)}`);
  }
}
