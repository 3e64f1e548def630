/** The real backup function and its state machine in virtual time, and plans for it. */
import { createBackupClients } from '../../src/functions/backup/clients';
import type { PlanSettings } from '../../src/functions/backup/contract';
import { createBackupHandler } from '../../src/functions/backup/handler';
import { backupDefinition } from '../../src/private/backup-definition';
import { ACCOUNT, BackupTestEnvironment, REGION } from '../../testbed/backup/environment';
import type { BackupEngine } from '../../testbed/backup/function';
import type { Definition } from '../../testbed/driver/asl';

export { ACCOUNT, BackupTestEnvironment, REGION } from '../../testbed/backup/environment';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const ENGINE = { createBackupHandler, createBackupClients } as unknown as BackupEngine;

export const startBackups = () =>
  BackupTestEnvironment.start({ engine: ENGINE, definition: arn => backupDefinition('aws', arn) as Definition });

/** A plan of all instances, every night at three. */
export function plan(changes: Partial<PlanSettings> = {}): PlanSettings {
  return {
    account: ACCOUNT,
    homeRegion: REGION,
    name: 'nightly',
    selection: { type: 'Instance' },
    timeZone: 'UTC',
    period: DAY / 1000,
    startWindow: 3600,
    completionWindow: 6 * 3600,
    retention: { daily: 3, minimum: 1 },
    callsPerSecond: 2,
    ...changes,
  };
}

/** What the function logs, without metrics. */
export function logsOf(environment: BackupTestEnvironment): Record<string, unknown>[] {
  return environment.lambda.invocations.flatMap(({ logs }) => logs).map(line => JSON.parse(line) as Record<string, unknown>).filter(entry => !('_aws' in entry));
}

/** The metrics that were logged last, of each name. */
export function metricsOf(environment: BackupTestEnvironment): Record<string, number> {
  const lines = environment.lambda.invocations.flatMap(({ logs }) => logs).map(line => JSON.parse(line) as Record<string, never>);
  return Object.assign({}, ...lines.filter(entry => '_aws' in entry).map(({ _aws: about, Plan: name, ...values }) => values)) as Record<string, number>;
}
