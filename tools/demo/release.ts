import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { LightsailInstanceSnapshot } from '../../src';

/** A snapshot before each release, in the stack of the release and in one of its own. */
const app = new App();
const env = { account: '000000000000', region: 'us-east-1' };
const revision: string = app.node.tryGetContext('revision');

const together = new Stack(app, 'Together', { env });
const snapshot = new LightsailInstanceSnapshot(together, 'Snapshot', { instanceName: 'web-1', revision });
release(together).node.addDependency(snapshot);

const before = new Stack(app, 'Before', { env });
new LightsailInstanceSnapshot(before, 'Snapshot', { instanceName: 'web-1', revision });
const site = new Stack(app, 'Site', { env });
site.addDependency(before);
release(site);

/** What a release changes. From its second revision on it asks for something that is not there. */
function release(scope: Construct): Construct {
  if (revision === '1') return new ec2.CfnLaunchTemplate(scope, 'Servers', { launchTemplateData: { instanceType: 't3.small' } });
  return new ec2.CfnVolume(scope, 'Uploads', { availabilityZone: 'us-east-1a', snapshotId: 'snap-00000000000000000' });
}
