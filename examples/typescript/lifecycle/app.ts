import { App } from 'aws-cdk-lib';
import { LifecycleStack } from './lifecycle-stack';

const app = new App();
new LifecycleStack(app, 'Lifecycle', {
  instanceName: app.node.tryGetContext('instance') ?? 'web-1',
  revision: app.node.tryGetContext('revision') ?? '1',
});
