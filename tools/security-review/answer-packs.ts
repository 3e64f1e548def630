import { CfnResource, Stack } from 'aws-cdk-lib';
import { NagSuppressions } from 'cdk-nag';

const INLINE = { IAMNoInlinePolicy: 'each policy is for one role, and goes with it; what the role has is reviewed in the template' };
const FUNCTION = {
  LambdaInsideVPC: 'it calls AWS endpoints only, holds nothing of a VPC, and accepts no connections',
  LambdaConcurrency: 'a limit would come off the account\'s, and hold up deployments and backups when it is reached',
  LambdaDLQ: 'each failure shows in the stack, in the run or as the alarm; a queue would keep user data and the address for the answer',
};
const ANSWERS: Record<string, Record<string, string>> = {
  'AWS::IAM::Role': INLINE,
  'AWS::IAM::Policy': INLINE,
  'AWS::Lambda::Function': FUNCTION,
  'AWS::DynamoDB::Table': {
    DynamoDBPITREnabled: 'what it holds is of use while a request runs, and must not be remembered',
    DynamoDBInBackupPlan: 'what it holds is of use while a request runs, and must not be remembered',
  },
  'AWS::Logs::LogGroup': { CloudWatchLogGroupEncrypted: 'CloudWatch Logs encrypts it with a key of its own; it holds no content of disks' },
};

/** Answers what cdk-nag's packs say of cdk-lightsail-snapshots, and of nothing else in the stack. Call it when the stack has all its constructs. */
export function answerPacks(stack: Stack): void {
  const providers = ['cdk-lightsail-snapshots', 'cdk-lightsail-snapshots-backup'].flatMap(id => stack.node.tryFindChild(id) ?? []);
  for (const resource of providers.flatMap(provider => provider.node.findAll()).filter(CfnResource.isCfnResource)) {
    const answers = Object.entries(ANSWERS[resource.cfnResourceType] ?? {}).flatMap(([rule, reason]) => (
      ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'].map(pack => ({ id: `${pack}-${rule}`, reason }))
    ));
    if (answers.length > 0) NagSuppressions.addResourceSuppressions(resource, answers);
  }
}
