import { App } from 'aws-cdk-lib';
import { ServersStack } from './servers-stack';

const app = new App();
new ServersStack(app, 'Servers', {
  snapshotName: app.node.tryGetContext('snapshot') ?? 'web-1-golden',
  count: Number(app.node.tryGetContext('count') ?? 2),
});
