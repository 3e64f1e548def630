import { App } from 'aws-cdk-lib';
import { BackupStack } from '../../examples/typescript/backup-plan/backup-stack';
import { GoldenImageStack } from '../../examples/typescript/golden-image/golden-image-stack';

const app = new App();
const instanceName = app.node.tryGetContext('instance');
new GoldenImageStack(app, 'Site', { instanceName, revision: app.node.tryGetContext('revision') });
new BackupStack(app, 'Backup', { env: { region: 'us-east-1' }, copyRegion: 'eu-west-1' });
