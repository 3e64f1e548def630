import { App } from 'aws-cdk-lib';
import { RestoreLatestAutomaticStack } from './restore-latest-automatic-stack';

const app = new App();
new RestoreLatestAutomaticStack(app, 'RestoreLatestAutomatic', {
  instanceName: app.node.tryGetContext('instance') ?? 'web-1',
  incident: app.node.tryGetContext('incident') ?? '2026-11-21',
});
