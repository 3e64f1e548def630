import { CfnOutput, RemovalPolicy, Stack, StackProps, Tags } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { LightsailInstanceSnapshot } from 'cdk-lightsail-snapshots';
import { Construct } from 'constructs';

export interface GoldenImageStackProps extends StackProps {
  /** The instance that is set up as all others shall be. */
  readonly instanceName: string;
  /** Change it to take a fresh snapshot. */
  readonly revision: string;
}

/** Takes a snapshot of a well set-up instance, and tells the rest of the account where it is. */
export class GoldenImageStack extends Stack {
  constructor(scope: Construct, id: string, props: GoldenImageStackProps) {
    super(scope, id, props);

    // kept when it is replaced, and when the stack is destroyed
    const image = new LightsailInstanceSnapshot(this, 'GoldenImage', {
      instanceName: props.instanceName,
      revision: props.revision,
    });
    Tags.of(image).add('purpose', 'golden image');

    // removed when it is replaced, and with the stack
    const latest = new LightsailInstanceSnapshot(this, 'Latest', {
      instanceName: props.instanceName,
      revision: props.revision,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    new ssm.StringParameter(this, 'GoldenImageArn', { parameterName: '/golden-image/arn', stringValue: image.instanceSnapshotArn });
    const topic = new sns.Topic(this, 'GoldenImageTaken');
    Tags.of(topic).add('golden-image', image.instanceSnapshotName);

    new CfnOutput(this, 'Arn', { value: image.instanceSnapshotArn });
    new CfnOutput(this, 'Name', { value: image.instanceSnapshotName });
    new CfnOutput(this, 'CreatedAt', { value: image.createdAt });
    new CfnOutput(this, 'Blueprint', { value: image.fromBlueprintId });
    new CfnOutput(this, 'LatestName', { value: latest.instanceSnapshotName });
  }
}
