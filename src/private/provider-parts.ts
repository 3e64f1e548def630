/** What the constructs behind the scenes have in common: the function's runtime, and permissions and findings of their resources. */
import { CfnResource, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Fact, FactName } from 'aws-cdk-lib/region-info';
import { Construct, IConstruct } from 'constructs';

/** Context with which an app answers the findings itself: `false`. */
const ANSWER_FINDINGS = 'cdk-lightsail-snapshots:answerFindings';

/**
 * Answers a finding of cdk-nag's (`IAM5`) or checkov's (`CKV_AWS_116`) where it arises, so that no user has to.
 * Both read metadata of the resource. What is there already stays.
 */
export function acknowledged<C extends IConstruct>(construct: C, rule: string, reason: string): C {
  if (String(construct.node.tryGetContext(ANSWER_FINDINGS)) === 'false') return construct;
  const resource = (CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild) as CfnResource | undefined;
  // a role that the user has made beforehand (`iam.Role.customizeRoles`), and its policies, are not in the template
  if (!resource) return construct;
  const [tool, list, answer] = rule.startsWith('CKV_')
    ? ['checkov', 'skip', { id: rule, comment: reason }] as const
    : ['cdk_nag', 'rules_to_suppress', { id: `AwsSolutions-${rule}`, reason }] as const;
  resource.addMetadata(tool, { [list]: [...resource.getMetadata(tool)?.[list] ?? [], answer] });
  return construct;
}

/** Answers what cdk-nag and checkov say of every function. */
export function acknowledgedFunction(handler: lambda.Function): lambda.Function {
  acknowledged(handler, 'L1', 'Node.js 24, or a newer one that this CDK knows');
  acknowledged(handler, 'CKV_AWS_115', "a limit would come off the account's");
  acknowledged(handler, 'CKV_AWS_116', 'each failure shows in the stack, in the run or as the alarm');
  acknowledged(handler, 'CKV_AWS_117', 'it calls public endpoints only');
  return acknowledged(handler, 'CKV_AWS_173', 'it holds ids only');
}

/** Answers what checkov says of a log group. */
export function acknowledgedLogGroup(logGroup: logs.LogGroup, content: string): logs.LogGroup {
  return acknowledged(logGroup, 'CKV_AWS_158', `it holds ${content} only`);
}

/**
 * The oldest Node.js that functions run on, whatever the CDK in use knows. Lambda creates no functions on nodejs20.x, the newest that
 * the CDK knew until 2.195, from February 2027. Every region of Lightsail's has this one.
 */
const NODE_FLOOR = 24;

/**
 * The newer of the floor and what the CDK knows to be there in every region that has Lightsail, without a table of all regions in every
 * template. A constant for the floor came with CDK 2.224 only.
 */
export function latestNodeRuntime(): lambda.Runtime {
  const known = Number(/\d+/.exec(Fact.requireFact('us-east-1', FactName.LATEST_NODE_RUNTIME))?.[0]);
  return new lambda.Runtime(`nodejs${Math.max(NODE_FLOOR, known)}.x`, lambda.RuntimeFamily.NODEJS);
}

/** The log group of a state machine and of the function that it calls. Its name holds the stack's, and the end of its id. */
export function stateMachineLogGroup(scope: Construct, id: string, content: string, infix = ''): logs.LogGroup {
  const { stackName, stackId } = Stack.of(scope);
  return acknowledgedLogGroup(new logs.LogGroup(scope, id, {
    // Step Functions may log to names of this prefix without a policy for each, of which a region has few
    logGroupName: `/aws/vendedlogs/states/${stackName}${infix}-${Fn.select(2, Fn.split('/', stackId))}`,
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  }), content);
}

/** How the state machines log and trace: which states an execution enters, and not what they are given. */
export function withoutExecutionData(logGroup: logs.ILogGroup): Pick<sfn.CfnStateMachineProps, 'loggingConfiguration' | 'tracingConfiguration'> {
  return {
    loggingConfiguration: {
      level: 'ALL',
      includeExecutionData: false,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup.logGroupArn } }],
    },
    tracingConfiguration: { enabled: true },
  };
}

/** What AWS asks for, for a state machine that logs and traces: the service knows no narrower resources. */
export function stateMachineLogging(): iam.PolicyDocument {
  const log = ['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries', 'PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'];
  const trace = ['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'];
  const actions = [...log.map(action => `logs:${action}`), ...trace.map(action => `xray:${action}`)];
  return new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions, resources: ['*'] })] });
}

/** A service, as long as it acts for the stack's account. The documentation of Lambda does not say that it names the account. */
export function serviceForAccount(stack: Stack, service: string): iam.ServicePrincipal {
  const operator = service === 'lambda.amazonaws.com' ? 'StringEqualsIfExists' : 'StringEquals';
  return new iam.ServicePrincipal(service, { conditions: { [operator]: { 'aws:SourceAccount': stack.account } } });
}
