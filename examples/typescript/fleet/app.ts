import { App } from 'aws-cdk-lib';
import { FleetStack } from './fleet-stack';

const app = new App();
new FleetStack(app, 'Fleet', {
  snapshotName: app.node.tryGetContext('snapshot') ?? 'web-1-golden',
  count: Number(app.node.tryGetContext('count') ?? 2),
});
