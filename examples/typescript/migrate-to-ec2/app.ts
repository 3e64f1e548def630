import { App } from 'aws-cdk-lib';
import { MigrateToEc2Stack } from './migrate-to-ec2-stack';

const app = new App();
new MigrateToEc2Stack(app, 'MigrateToEc2', {
  instanceName: app.node.tryGetContext('instance') ?? 'web-1',
  revision: app.node.tryGetContext('revision') ?? 'rehearsal',
});
