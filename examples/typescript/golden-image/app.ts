import { App } from 'aws-cdk-lib';
import { GoldenImageStack } from './golden-image-stack';

const app = new App();
new GoldenImageStack(app, 'GoldenImage', {
  instanceName: app.node.tryGetContext('instance') ?? 'web-1',
  revision: app.node.tryGetContext('revision') ?? '1',
});
