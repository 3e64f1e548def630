import { App } from 'aws-cdk-lib';
import { ManyServersStack } from './many-servers-stack';

const app = new App();
new ManyServersStack(app, 'ManyServers', {
  instanceNames: Array.from({ length: Number(app.node.tryGetContext('count') ?? 30) }, (_, index) => `shop-${index + 1}`),
  release: app.node.tryGetContext('release') ?? '2026-11-21',
});
