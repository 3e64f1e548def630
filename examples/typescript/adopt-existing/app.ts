import { App } from 'aws-cdk-lib';
import { AdoptExistingStack } from './adopt-existing-stack';

const app = new App();
new AdoptExistingStack(app, 'AdoptExisting', {
  snapshotName: app.node.tryGetContext('snapshot') ?? 'web-1-before-the-upgrade',
  instanceName: app.node.tryGetContext('instance') ?? 'web-1',
  look: app.node.tryGetContext('look') ?? '1',
});
