/** Works out what a run is told of its plan, and checks what the plan was given. */
import { Annotations, Duration, Lazy, Stack, TagManager, TimeZone } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { checkAdopted, checkNames, checkNoToken, checkPlanName, checkRate, checkSnapshotTags, durationOf } from './backup-checks';
import { PlanNeeds } from './backup-permissions';
import { checkBoolean, checkGiven } from './given';
import { warnOfUndefined } from './lifecycle';
import { scheduleTimes, ScheduleTimes } from './schedule-times';
import { steadyCount } from './steady-count';
import { validationError, isKnown, quote } from './validate';
import { BackupConsistency } from '../backup-consistency';
import { LightsailBackupPlanProps } from '../backup-plan-props';
import { BackupRetention } from '../backup-retention';
import type { PlanSettings, RegionSettings, RetentionSettings } from '../functions/backup/contract';
import type { Feature } from '../functions/backup/permissions';
import { selectedTypes } from '../functions/backup/selected-types';
import { OrphanRetention } from '../orphan-retention';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Most characters of the settings as JSON: they stand in what every state of a run gets, of which a state machine takes 256 KiB. */
const MAX_SETTINGS = 16_000;

/** Between two audits, in hours: what makes whole days. */
const AUDIT_HOURS = [24, 12, 6, 3, 1];

export class BackupSettings {
  /** What a run is told. Tags in it are tokens. */
  public readonly plan: PlanSettings;
  public readonly needs: PlanNeeds;
  public readonly expression: string;
  public readonly timeZone: string;
  /** Minutes. */
  public readonly startWindow: number;
  /** Seconds after which Scheduler does not try any more to start a run. */
  public readonly maximumAge: number;
  /** Hours between two audits. */
  public readonly auditHours: number;

  private readonly times: ScheduleTimes;

  constructor(scope: Construct, props: LightsailBackupPlanProps, tags: TagManager) {
    const { region, account } = Stack.of(scope);
    checkPlanName(scope, props.planName);
    checkNames(scope, props.planName, props.previousNames);
    // each of them that gets lost changes what is kept
    warnOfUndefined(scope, props, 'retention', 'copies', 'whenSourceIsGone');
    for (const name of ['enabled', 'audit', 'dryRun', 'copySourceTags'] as const) checkBoolean(scope, name, props[name]);
    // the CDK makes a text of what is missing
    for (const [key, value] of Object.entries(props.snapshotTags ?? {})) if (value !== '') checkGiven(scope, `the tag ${quote(key)} of snapshotTags`, value);

    const schedule = props.schedule ?? events.Schedule.cron({ minute: '0', hour: '4' });
    this.expression = schedule.expressionString;
    this.timeZone = timeZoneOf(scope, props.timeZone);
    this.times = timesOf(scope, this.expression, this.timeZone);
    const { shortest, longest } = this.times;
    this.startWindow = startWindowOf(scope, props.startWindow, shortest);
    const completionWindow = completionWindowOf(scope, props.completionWindow, shortest, this.startWindow);
    const windows = (this.startWindow + completionWindow) * 60;
    this.maximumAge = Math.min(24 * 3600, windows);
    this.auditHours = AUDIT_HOURS.find(hours => hours * HOUR <= shortest / 8) ?? 1;

    checkGiven(scope, 'selection', props.selection);
    const { selection, types } = props.selection._bind(scope);
    const retention = (props.retention ?? BackupRetention.keep({ daily: 7, weekly: 4 }))._bind(scope, 'retention');
    const copies = copiesOf(scope, props, region, retention);
    const stop = (props.consistency ?? BackupConsistency.crashConsistent())._bind(scope);
    if (stop && !types.has('Instance')) throw validationError(scope, 'stopInstance needs instances, and the selection has disks only. drop `consistency`');
    const adopt = props.adopt?.map(adopted => checkAdopted(scope, adopted));
    props.adopt?.forEach(adopted => warnOfUndefined(scope, adopted, 'snapshotName', 'tagKey', 'tagValue'));
    checkSnapshotTags(scope, tags);

    this.plan = {
      account,
      homeRegion: region,
      name: props.planName,
      previousNames: props.previousNames,
      selection,
      timeZone: this.timeZone,
      period: longest / 1000,
      shortestPeriod: shortest < longest ? shortest / 1000 : undefined,
      startWindow: this.startWindow * 60,
      completionWindow: completionWindow * 60,
      retention,
      copies,
      snapshotTags: Lazy.uncachedAny({ produce: () => tags.renderTags() }) as unknown as PlanSettings['snapshotTags'],
      copySourceTags: props.copySourceTags || undefined,
      orphansWithin: (props.whenSourceIsGone ?? OrphanRetention.keep())._bind(scope),
      stop,
      adopt,
      dryRun: props.dryRun || undefined,
      callsPerSecond: checkRate(scope, props.callsPerSecond ?? 2),
    };
    // the function lists more types than can match: it does not take the selection apart, and is denied what it has no permission for
    const listed = new Set(selectedTypes(selection));
    this.needs = {
      tags: [props.planName, ...props.previousNames ?? []].map(name => `${region}/${name}`),
      features: new Set<Feature>([
        ...listed.has('Instance') ? ['instances' as const] : [],
        ...listed.has('Disk') ? ['disks' as const] : [],
        ...copies ? ['copies' as const] : [],
        ...stop ? ['stop' as const] : [],
        // what is stopped is looked at before and after, and whose tags are copied before its snapshot
        ...listed.has('Instance') && (stop || props.copySourceTags) ? ['eachInstance' as const] : [],
        ...listed.has('Disk') && props.copySourceTags ? ['eachDisk' as const] : [],
      ]),
      copyRegions: copies?.map(copy => copy.region) ?? [],
    };
    scope.node.addValidation({ validate: () => this.sizeProblems(scope) });
  }

  public get snapshotsPerSource(): number {
    // what is yet to be looked up makes no number
    if (Object.values(this.plan.retention).some(Number.isNaN)) return NaN;
    return steadyCount(this.times, this.plan.retention, this.timeZone);
  }

  private sizeProblems(scope: Construct): string[] {
    const problems: string[] = [];
    const size = JSON.stringify(Stack.of(scope).resolve(this.plan)).length;
    if (size > MAX_SETTINGS) {
      problems.push(`the settings of a plan may take ${MAX_SETTINGS} characters, got ${size}. select by tags instead of by names, or make several plans of it`);
    }
    return problems;
  }
}

function timeZoneOf(scope: Construct, timeZone: TimeZone = TimeZone.ETC_UTC): string {
  const { timezoneName } = timeZone;
  checkGiven(scope, 'the name of timeZone', timezoneName);
  checkNoToken(scope, 'timeZone', timezoneName, 'days and hours are worked out of it');
  if (!isKnown(timezoneName)) return 'UTC';
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: timezoneName });
  } catch {
    throw validationError(scope, `timeZone must be a name of the IANA time zone database, such as Europe/Berlin, got ${quote(timezoneName)}`);
  }
  return timezoneName;
}

/** Throws for a schedule that cannot be one of backups, and warns of what a change of the clock does to it. */
function timesOf(scope: Construct, expression: string, timeZone: string): ScheduleTimes {
  checkNoToken(scope, 'schedule', expression, 'the time between two runs is worked out of it');
  const times = scheduleTimes(isKnown(expression) ? expression : 'rate(1 day)', timeZone);
  if (!times) {
    throw validationError(scope, `schedule must be a rate or a cron expression of EventBridge Scheduler that recurs, such as cron(0 4 * * ? *), got ${quote(expression)}`);
  }
  if (times.shortest < HOUR) {
    throw validationError(scope, `schedule must run at most once an hour, got ${quote(expression)}. give a cron expression one minute: \`events.Schedule.cron\` takes every minute without one`);
  }
  // a run each hour does not stand for a certain time of the day
  if (times.shortest === HOUR) return times;
  const advice = 'choose another time, such as 04:00, at which no zone changes its clock';
  if (times.skipped) {
    Annotations.of(scope).addWarningV2('cdk-lightsail-snapshots:scheduleIsSkipped',
      `there is no ${times.skipped.replace('T', ' ')} in ${timeZone}, as the clock is put forward then: that run is left out each year. ${advice}`);
  }
  if (times.doubled) {
    Annotations.of(scope).addWarningV2('cdk-lightsail-snapshots:scheduleComesTwice',
      `${times.doubled.replace('T', ' ')} comes twice in ${timeZone}, as the clock is put back then: one run is made for both. ${advice}`);
  }
  return times;
}

/** In minutes. */
function startWindowOf(scope: Construct, given: Duration | undefined, shortest: number): number {
  if (!given) return Math.min(60, Math.floor(shortest / MINUTE / 4));
  const minutes = durationOf(scope, 'startWindow', given, 'minutes', 0);
  if (minutes > 24 * 60) throw validationError(scope, `startWindow must be at most a day, got ${given.toString()}`);
  return minutes;
}

/** In minutes. */
function completionWindowOf(scope: Construct, given: Duration | undefined, shortest: number, startWindow: number): number {
  const between = shortest / MINUTE;
  const minutes = given ? durationOf(scope, 'completionWindow', given, 'minutes', 10) : Math.min(360, Math.floor(between / 2));
  // one source that is busy until the windows end, each night, would leave no time for pruning at all
  const most = between - Math.min(60, Math.floor(between / 4));
  if (startWindow + minutes > most) {
    throw validationError(scope, `startWindow and completionWindow may take ${most} minutes together, so that a run can prune before the next one begins, got ${startWindow} and ${minutes} minutes`);
  }
  return minutes;
}

function copiesOf(scope: Construct, props: LightsailBackupPlanProps, homeRegion: string, retention: RetentionSettings): RegionSettings[] | undefined {
  props.copies?.forEach(copy => checkGiven(scope, 'an item of copies', copy));
  const copies = props.copies?.map(copy => copy._bind(scope, homeRegion, retention));
  const regions = copies?.map(({ region }) => region).filter(isKnown) ?? [];
  const twice = regions.find((region, index) => regions.indexOf(region) !== index);
  if (twice) throw validationError(scope, `copies must be in regions that differ from each other, got ${twice} twice`);
  return copies?.length ? copies : undefined;
}
