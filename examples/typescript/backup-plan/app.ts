import { App } from 'aws-cdk-lib';
import { BackupStack } from './backup-stack';

const app = new App();
new BackupStack(app, 'Backup', {
  env: { region: 'eu-central-1' },
  copyRegion: 'eu-west-1',
});
