/** The clients that the backup functions need. */
import { LightsailClient } from '@aws-sdk/client-lightsail';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { BackupEnvironment } from './environment';
import { clientFactory, ClientOptions } from '../aws/clients';

export function createBackupClients(options: ClientOptions): Pick<BackupEnvironment, 'lightsail' | 'scheduler'> {
  const client = clientFactory(options);
  return {
    lightsail: region => client('lightsail', LightsailClient, region),
    scheduler: () => client('scheduler', SchedulerClient),
  };
}
