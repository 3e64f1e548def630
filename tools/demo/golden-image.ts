import { App } from 'aws-cdk-lib';
import { GoldenImageStack } from '../../examples/typescript/golden-image/golden-image-stack';

const app = new App();
new GoldenImageStack(app, 'GoldenImage', { instanceName: app.node.tryGetContext('instance'), revision: app.node.tryGetContext('revision') });
