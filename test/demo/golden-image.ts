import { App } from 'aws-cdk-lib';
import { deployLocally } from './local';
import { GoldenImageStack } from '../../examples/typescript/golden-image/golden-image-stack';

const app = new App();
new GoldenImageStack(app, 'GoldenImage', { instanceName: app.node.tryGetContext('instance'), revision: app.node.tryGetContext('revision') });
deployLocally(app);
