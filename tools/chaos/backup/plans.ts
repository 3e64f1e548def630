/** The plans that live through the nights. Between them they have every setting. */
import type { PlanSettings } from '../../../src/functions/backup/contract';
import { ACCOUNT, REGION } from '../../../testbed/backup/environment';

export interface PlanChoice {
  /** Instances besides the usual ones. */
  readonly more?: number;
  /** Most nights of a case, where each takes long. */
  readonly nights?: number;
  readonly expression: string;
  readonly settings: PlanSettings;
}

export const COPY_REGION = 'eu-west-1';

const HOUR = 3600;
const DAY = 24 * HOUR;

const BASE: PlanSettings = {
  account: ACCOUNT,
  homeRegion: REGION,
  name: 'nightly',
  selection: { and: [{ tag: { key: 'backup', value: 'yes' } }, { not: { tag: { key: 'skip' } } }] },
  timeZone: 'UTC',
  period: 25 * HOUR,
  startWindow: HOUR,
  completionWindow: 6 * HOUR,
  retention: { daily: 7, weekly: 4, minimum: 1 },
  callsPerSecond: 2,
};

const plan = (expression: string, settings: Partial<PlanSettings>): PlanChoice => ({ expression, settings: { ...BASE, ...settings } });

const CHOICES = {
  'usual': plan('cron(0 4 * * ? *)', { timeZone: 'Europe/Berlin' }),
  'copies': plan('cron(0 4 * * ? *)', {
    timeZone: 'America/New_York',
    copies: [{ region: COPY_REGION, retention: { daily: 3, weekly: 2, minimum: 2 } }],
    snapshotTags: { team: 'ops' },
    copySourceTags: true,
  }),
  'stops': plan('cron(0 3 * * ? *)', { timeZone: 'Pacific/Chatham', stop: { timeout: 1800 }, retention: { daily: 5, monthly: 2, minimum: 1 } }),
  // calls are so far apart that instances wait for each other's
  'stops slowly': {
    ...plan('cron(0 3 * * ? *)', {
      selection: { and: [{ type: 'Instance' }, BASE.selection] },
      stop: { timeout: 3600, withoutStaticIp: true },
      retention: { last: 2, minimum: 1 },
      callsPerSecond: 0.1,
    }),
    more: 20,
    nights: 5,
  },
  'skipped and doubled': plan('cron(30 2 * * ? *)', { timeZone: 'America/Santiago', period: 49 * HOUR, retention: { daily: 4, weekly: 2, monthly: 2, yearly: 1, minimum: 1 } }),
  'hourly': plan('cron(15 * * * ? *)', {
    timeZone: 'Australia/Lord_Howe',
    period: 2 * HOUR,
    startWindow: 300,
    completionWindow: 1200,
    retention: { hourly: 8, daily: 3, minimum: 1 },
    callsPerSecond: 4,
  }),
  'within': plan('cron(0 0 * * ? *)', {
    selection: { or: [{ and: [{ type: 'Instance' }, { names: ['web', 'sql'] }] }, { tag: { key: 'backup', value: 'y*' } }] },
    retention: { within: 5 * DAY * 1000, minimum: 3 },
    orphansWithin: 4 * DAY * 1000,
    callsPerSecond: 1,
  }),
  'last': plan('cron(0 4 ? * MON-FRI *)', {
    timeZone: 'Europe/Berlin', period: 73 * HOUR, retention: { last: 3, minimum: 2 }, orphansWithin: 10 * DAY * 1000, copies: [{ region: COPY_REGION, retention: { last: 2, minimum: 1 } }],
  }),
  'adopts': plan('cron(0 4 * * ? *)', { adopt: [{ name: 'script-*' }], retention: { daily: 3, minimum: 1 } }),
  // children of several batches, which share the rate
  'many': { ...plan('cron(0 4 * * ? *)', { retention: { last: 2, minimum: 1 } }), more: 110, nights: 5 },
  'dry run': plan('cron(0 4 * * ? *)', { dryRun: true, adopt: [{ name: 'script-*' }], retention: { daily: 2, minimum: 1 } }),
};

export type PlanName = keyof typeof CHOICES;

export const PLANS: Readonly<Record<PlanName, PlanChoice>> = CHOICES;
