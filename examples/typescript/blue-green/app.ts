import { App } from 'aws-cdk-lib';
import { BlueGreenStack } from './blue-green-stack';

const app = new App();
new BlueGreenStack(app, 'BlueGreen', {
  builderName: app.node.tryGetContext('builder') ?? 'web-builder',
  revision: app.node.tryGetContext('revision') ?? '1',
  addresses: ['web-front-1', 'web-front-2'],
});
