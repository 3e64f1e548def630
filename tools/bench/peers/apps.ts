import { CfnOutput, Duration } from 'aws-cdk-lib';
import { FrameworkSnapshots, PollingSnapshots, Snapshot, awsCustomResource, customResource, native } from './stacks';
import { LightsailInstanceSnapshot } from '../../../src';

const own: Snapshot = (scope, id, instanceName) => {
  const made = new LightsailInstanceSnapshot(scope, id, { instanceName });
  new CfnOutput(scope, `${id}Arn`, { value: made.instanceSnapshotArn });
};

/** A stack may have 500 resources: with 400 snapshots not everybody keeps to that. */
export const WITHOUT_LIMIT = { '@aws-cdk/core:stackResourceLimit': 0 };

/** Everybody's way to a snapshot. */
export const APPS = {
  ours: { title: 'this library', snapshot: own },
  framework: { title: 'Provider framework', snapshot: customResource(scope => FrameworkSnapshots.of(scope, Duration.seconds(5)).serviceToken) },
  single: { title: 'AwsCustomResource', snapshot: awsCustomResource },
  polling: { title: 'one function', snapshot: customResource(scope => PollingSnapshots.of(scope).serviceToken) },
  native: { title: 'native type', snapshot: native },
} satisfies Record<string, { readonly title: string; readonly snapshot: Snapshot }>;

export type AppName = keyof typeof APPS;
