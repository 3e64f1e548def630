import { App, CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import { LightsailInstanceSnapshot } from 'cdk-lightsail-snapshots';
import { Construct } from 'constructs';

class SiteStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const snapshot = new LightsailInstanceSnapshot(this, 'GoldenImage', { instanceName: 'web-1' });
    new CfnOutput(this, 'SnapshotArn', { value: snapshot.instanceSnapshotArn });
  }
}

const app = new App();
new SiteStack(app, 'Site', { env: { region: 'us-east-1' } });
