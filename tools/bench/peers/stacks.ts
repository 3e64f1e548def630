import { join } from 'node:path';
import { CfnOutput, CfnResource, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as cr from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';

/** Where the run puts the peers' bundles. */
export const BUNDLES = join(__dirname, '../../../.local/bench');

const ACTIONS = ['CreateInstanceSnapshot', 'GetInstanceSnapshot', 'DeleteInstanceSnapshot'].map(name => `lightsail:${name}`);

/** (b) CDK's provider framework, once for a stack. */
export class FrameworkSnapshots extends Construct {
  static of(scope: Construct, queryInterval?: Duration): FrameworkSnapshots {
    const stack = Stack.of(scope);
    return stack.node.tryFindChild('Snapshots') as FrameworkSnapshots | undefined ?? new FrameworkSnapshots(stack, 'Snapshots', queryInterval);
  }

  readonly serviceToken: string;

  private constructor(scope: Construct, id: string, queryInterval?: Duration) {
    super(scope, id);
    this.serviceToken = new cr.Provider(this, 'Provider', {
      onEventHandler: snapshotFunction(this, 'OnEvent', 'framework', 'index.onEvent', Duration.minutes(2)),
      isCompleteHandler: snapshotFunction(this, 'IsComplete', 'framework', 'index.isComplete', Duration.minutes(2)),
      queryInterval,
      totalTimeout: Duration.hours(1),
    }).serviceToken;
  }
}

/** (c) One hand-written function, once for a stack. */
export class PollingSnapshots extends Construct {
  static of(scope: Construct): PollingSnapshots {
    const stack = Stack.of(scope);
    return stack.node.tryFindChild('Snapshots') as PollingSnapshots | undefined ?? new PollingSnapshots(stack, 'Snapshots');
  }

  readonly serviceToken: string;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.serviceToken = snapshotFunction(this, 'Function', 'polling', 'index.handler', Duration.minutes(15)).functionArn;
  }
}

function snapshotFunction(scope: Construct, id: string, bundle: string, handler: string, timeout: Duration): lambda.Function {
  const made = new lambda.Function(scope, id, {
    runtime: lambda.determineLatestNodeRuntime(scope),
    code: lambda.Code.fromAsset(join(BUNDLES, bundle)),
    handler,
    timeout,
  });
  made.addToRolePolicy(new iam.PolicyStatement({ actions: ACTIONS, resources: ['*'] }));
  return made;
}

/** A snapshot that a peer makes: its ARN is referred to, as an app would. */
export type Snapshot = (scope: Construct, id: string, instanceName: string) => void;

/** (a) It starts the snapshot and cannot wait for it. */
export const awsCustomResource: Snapshot = (scope, id, instanceName) => {
  const instanceSnapshotName = `${instanceName}-snapshot`;
  const made = new cr.AwsCustomResource(scope, id, {
    onCreate: {
      service: 'Lightsail',
      action: 'createInstanceSnapshot',
      parameters: { instanceName, instanceSnapshotName },
      physicalResourceId: cr.PhysicalResourceId.of(instanceSnapshotName),
    },
    onDelete: { service: 'Lightsail', action: 'deleteInstanceSnapshot', parameters: { instanceSnapshotName } },
    installLatestAwsSdk: false,
    policy: cr.AwsCustomResourcePolicy.fromStatements([new iam.PolicyStatement({ actions: ACTIONS, resources: ['*'] })]),
  });
  new CfnOutput(scope, `${id}Arn`, { value: made.getResponseField('operations.0.id') });
};

/** A snapshot by a custom resource of somebody's service token. */
export const customResource = (tokenOf: (scope: Construct) => string): Snapshot => (scope, id, instanceName) => {
  const made = new CustomResource(scope, id, {
    serviceToken: tokenOf(scope),
    resourceType: 'Custom::LightsailSnapshot',
    properties: { InstanceName: instanceName },
    removalPolicy: RemovalPolicy.RETAIN,
  });
  new CfnOutput(scope, `${id}Arn`, { value: made.getAttString('Arn') });
};

/** (d) CloudFormation's own type, which this version of the CDK has no class for. */
export const native: Snapshot = (scope, id, instanceName) => {
  const made = new CfnResource(scope, id, {
    type: 'AWS::Lightsail::InstanceSnapshot',
    properties: { InstanceName: instanceName, InstanceSnapshotName: `${instanceName}-snapshot` },
  });
  made.applyRemovalPolicy(RemovalPolicy.RETAIN);
  new CfnOutput(scope, `${id}Arn`, { value: made.getAtt('Arn').toString() });
};
