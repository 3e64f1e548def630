import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';

/** Encrypts the logs of cdk-lightsail-snapshots with a key of yours. Call it when the stack has all its constructs. */
export function encryptLogs(stack: Stack, key: kms.IKey): void {
  key.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
    actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    resources: ['*'],
  }));
  const providers = ['cdk-lightsail-snapshots', 'cdk-lightsail-snapshots-backup'].flatMap(id => stack.node.tryFindChild(id) ?? []);
  for (const logGroup of providers.flatMap(provider => provider.node.findAll())) {
    if (logGroup instanceof logs.CfnLogGroup) logGroup.kmsKeyId = key.keyArn;
  }
}
