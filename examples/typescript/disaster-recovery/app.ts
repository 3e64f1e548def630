import { App } from 'aws-cdk-lib';
import { HomeStack, RecoveryStack } from './disaster-recovery-stacks';

const app = new App();
const [home, abroad] = ['eu-west-1', 'eu-central-1'];
const instanceName = app.node.tryGetContext('instance') ?? 'web-1';
// one name for both stacks, and another for each snapshot: a fixed name cannot hold two
const snapshotName = `${instanceName}-${app.node.tryGetContext('revision') ?? '2026-11-21'}`;

const source = new HomeStack(app, 'Home', { env: { region: home }, instanceName, snapshotName });
const recovery = new RecoveryStack(app, 'Recovery', {
  env: { region: abroad },
  home,
  snapshotName,
  // on the day: cdk deploy Recovery --exclusively -c recover=true
  recover: app.node.tryGetContext('recover') === 'true',
});
recovery.addDependency(source);
