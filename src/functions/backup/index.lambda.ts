/** What AWS Lambda calls: the function of the runs, and the one that audits. */
import { createBackupClients } from './clients';
import { RESTART_ROLE_ARN } from './contract';
import { createBackupHandler } from './handler';
import { createConnections } from '../aws/connections';

const { closing, requestHandler } = createConnections();

export const handler = closing(createBackupHandler({
  clock: { now: Date.now, sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)) },
  restartRoleArn: process.env[RESTART_ROLE_ARN],
  ...createBackupClients({ region: process.env.AWS_REGION ?? '', requestHandler }),
  log: entry => process.stdout.write(`${JSON.stringify(entry)}\n`),
}));
