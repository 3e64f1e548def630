import * as path from 'path';
import { Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IConstruct } from 'constructs';
import { FUNCTION_TIMEOUT, CONTRACTS, LEDGER_TABLE, Permission, ResourceType, STACK_ID, CLOCK_ARN } from './functions/deployment/contract';
import { clockDefinition } from './private/clock-definition';
import { checkGiven } from './private/given';
import { statementsOf } from './private/permissions';
import {
  acknowledged, acknowledgedFunction, latestNodeRuntime, serviceForAccount, stateMachineLogGroup, stateMachineLogging, withoutExecutionData,
} from './private/provider-parts';
import { warnOfRegion } from './private/regions';
import { policyOf } from './private/role-policies';
import { PACKAGE, getOrCreateSingleton } from './private/singleton';
import { validationError } from './private/validate';

/**
 * Where it stands in every stack. Its logical ids follow from it, and a live custom resource cannot change its service token: never rename.
 * It is the package's name and nothing else, since CloudFormation keeps 24 characters of a logical id in the names of functions and roles.
 */
const ID = PACKAGE;

/**
 * What carries out the snapshots of a stack: one function, one state machine and one table, made when the first construct of this library is added.
 *
 * Reach it to raise alarms, to trace, or to encrypt with a key of your own.
 *
 * @example
 * const provider = SnapshotProvider.getOrCreate(this);
 * provider.stateMachine.metricFailed().createAlarm(this, 'SnapshotFailed', { threshold: 1, evaluationPeriods: 1 });
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
 */
export class SnapshotProvider extends Construct {
  /**
   * The provider of the stack that a construct is in. It is created if the stack has none yet.
   *
   * @param scope any construct of the stack
   * @throws if the stack has a construct of another kind with the provider's id, or a provider of another version of this library
   */
  public static getOrCreate(scope: IConstruct): SnapshotProvider {
    return getOrCreateSingleton(scope, ID, stack => new SnapshotProvider(stack, ID));
  }

  /** The function that CloudFormation and the state machine call. */
  public readonly handler: lambda.Function;
  /** The state machine that waits: one execution for each request of CloudFormation's. */
  public readonly stateMachine: sfn.IStateMachine;
  /** Log group of the function and of the state machine: kept for a month and removed with the stack. */
  public readonly logGroup: logs.ILogGroup;

  private readonly handlerRole: iam.Role;
  private readonly clockRole: iam.Role;
  private readonly clockPolicy: iam.Policy;
  private readonly machine: sfn.CfnStateMachine;
  private readonly ledger: dynamodb.CfnTable;
  private encryptionKey?: kms.IKey;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    const stack = Stack.of(this);
    warnOfRegion(this);

    const logGroup = stateMachineLogGroup(this, 'Logs', 'ids, states and times');
    const clockRole = new iam.Role(this, 'ClockRole', {
      assumedBy: serviceForAccount(stack, 'states.amazonaws.com'),
      inlinePolicies: { Logs: stateMachineLogging() },
    });
    this.machine = new sfn.CfnStateMachine(this, 'Clock', {
      roleArn: clockRole.roleArn,
      definitionString: stack.toJsonString(clockDefinition(stack.partition)),
      ...withoutExecutionData(logGroup),
      encryptionConfiguration: Lazy.uncachedAny({ produce: () => this.encryption() }),
    });
    // without streams and backups: what it holds is of use while a request runs, and must not be remembered
    this.ledger = new dynamodb.CfnTable(this, 'Ledger', {
      attributeDefinitions: [{ attributeName: 'id', attributeType: 'S' }],
      keySchema: [{ attributeName: 'id', keyType: 'HASH' }],
      billingMode: 'PAY_PER_REQUEST',
      timeToLiveSpecification: { attributeName: 'expires', enabled: true },
      sseSpecification: Lazy.uncachedAny({ produce: () => this.tableEncryption() }),
    });
    this.ledger.applyRemovalPolicy(RemovalPolicy.DESTROY);
    for (const rule of ['DDB3', 'CKV_AWS_28']) acknowledged(this.ledger, rule, 'what it holds is of use while a request runs, and must not be remembered');
    acknowledged(this.ledger, 'CKV_AWS_119', 'AWS\'s key, or the user\'s: see encryptWith');
    const handlerRole = new iam.Role(this, 'HandlerRole', {
      assumedBy: serviceForAccount(stack, 'lambda.amazonaws.com'),
      // complete by now: the CDK's report on policies (`iam.Role.customizeRoles`) reads it at once
      inlinePolicies: {
        Handler: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }),
            new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [this.machine.ref] }),
            new iam.PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [this.ledger.attrArn] }),
          ],
        }),
      },
    });
    const handler = new lambda.Function(this, 'Handler', {
      description: 'cdk-lightsail-snapshots',
      runtime: latestNodeRuntime(),
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, '..', 'assets', 'deployment')),
      memorySize: 256,
      timeout: Duration.seconds(FUNCTION_TIMEOUT),
      role: handlerRole,
      logGroup,
      environment: { [CLOCK_ARN]: this.machine.ref, [LEDGER_TABLE]: this.ledger.ref, [STACK_ID]: stack.stackId },
    });
    // the function needs the state machine's ARN and the state machine's role the function's, so this closes the circle
    this.clockPolicy = policyOf(this, 'ClockPolicy', clockRole, [
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [handler.functionArn] }),
    ], iam.Policy);

    acknowledged(clockRole, 'IAM5', 'these actions know no resources');
    acknowledgedFunction(handler);
    this.handler = handler;
    this.stateMachine = sfn.StateMachine.fromStateMachineArn(this, 'StateMachine', this.machine.ref);
    this.logGroup = logGroup;
    this.handlerRole = handlerRole;
    this.clockRole = clockRole;
  }

  /**
   * Encrypts the ledger and the state machine's executions with a key of your own. Without it they are encrypted with keys of AWS's. The
   * ledger, a DynamoDB table, holds the properties of the resources and, while a request runs, the address that CloudFormation's answer
   * goes to. The executions hold ids only. Whoever deploys must be allowed `kms:CreateGrant` and `kms:DescribeKey` on the key.
   *
   * @param key gets grants for the provider's roles, and one for the delivery of logs in its policy: add that one yourself to the policy of a
   * key that another stack or account has (`kms:Decrypt*` for `delivery.logs.amazonaws.com`)
   * @throws if another key was given before, or one that cannot permit anything, such as an alias by its name
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
   */
  public encryptWith(key: kms.IKey): void {
    checkGiven(this, 'key', key);
    if (this.encryptionKey && this.encryptionKey !== key) {
      throw new Error(`${this.node.path}: the ledger is encrypted with ${this.encryptionKey.node.path} already. give one key to a stack`);
    }
    if (!this.encryptionKey) {
      for (const role of [this.clockRole, this.handlerRole]) {
        const grant = key.grant(role, 'kms:DescribeKey', 'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*');
        // an alias that is known by its name does not know its key
        if (!grant.success) {
          throw validationError(this, `the roles must be permitted to use the key, got ${key.node.path}, which permits nothing. `
            + 'give kms.Key.fromKeyArn, or kms.Key.fromLookup with the name of an alias');
        }
      }
      // what an encrypted execution logs is encrypted on its way
      const principals = [new iam.ServicePrincipal('delivery.logs.amazonaws.com')];
      key.addToResourcePolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt*'], resources: ['*'], principals }));
      // the grants must be there first, and go last
      this.machine.node.addDependency(this.clockRole);
    }
    this.encryptionKey = key;
  }

  /**
   * Permits what a resource needs, and says what the resource must depend on. Each resource type, and each feature of one, has a policy of its own:
   * what no longer uses it is updated or deleted first, while a role would have lost the permissions by then.
   *
   * @internal
   */
  public _serve(type: ResourceType, properties: object): IConstruct[] {
    const given = Object.entries(properties).filter(([, value]) => value !== undefined).map(([name]) => name);
    const features = new Set(CONTRACTS[type].permissions.map(({ when = '' }) => when).filter(when => !when || given.includes(when)));
    return [...features].map(feature => {
      const id = `${type.replace('Custom::Lightsail', '')}${feature}Policy`;
      return this.node.tryFindChild(id) ?? this.policy(id, CONTRACTS[type].permissions.filter(({ when = '' }) => when === feature));
    });
  }

  private policy(id: string, permissions: readonly Permission[]): iam.Policy | iam.ManagedPolicy {
    // all inline policies of a role share 10,240 characters, of which those that make things would take more than half
    const Policy = permissions.some(({ untagged, when }) => untagged && !when) ? iam.ManagedPolicy : iam.Policy;
    const policy = policyOf(this, id, this.handlerRole, statementsOf(this, permissions), Policy);
    // the last thing that the provider is made of: what depends on a policy depends on all of it
    policy.node.addDependency(this.clockPolicy);
    return acknowledged(policy, 'IAM5', 'ids are not known beforehand; what removes is narrowed by tag');
  }

  private tableEncryption(): dynamodb.CfnTable.SSESpecificationProperty | undefined {
    return this.encryptionKey && { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: this.encryptionKey.keyArn };
  }

  private encryption(): sfn.CfnStateMachine.EncryptionConfigurationProperty | undefined {
    return this.encryptionKey && { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: this.encryptionKey.keyArn, kmsDataKeyReusePeriodSeconds: 300 };
  }
}
