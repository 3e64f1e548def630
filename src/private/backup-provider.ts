/** What carries out the backup plans of a stack: made with the first plan, shared by all. */
import * as path from 'path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IConstruct } from 'constructs';
import { backupDefinition } from './backup-definition';
import { PlanNeeds, roleWith, statementsFor } from './backup-permissions';
import {
  acknowledged, acknowledgedFunction, acknowledgedLogGroup, latestNodeRuntime, serviceForAccount, stateMachineLogGroup, stateMachineLogging,
  withoutExecutionData,
} from './provider-parts';
import { warnOfRegion } from './regions';
import { inStack, policyOf } from './role-policies';
import { getOrCreateSingleton, PACKAGE } from './singleton';
import { FUNCTION_MEMORY, FUNCTION_TIMEOUT, RESTART_ROLE_ARN } from '../functions/backup/contract';
import { AUDIT_PERMISSIONS, PERMISSIONS, RESTART_PERMISSIONS } from '../functions/backup/permissions';

/** Where it stands in a stack. Schedules name its resources, so renaming it replaces them. */
const ID = `${PACKAGE}-backup`;

/** What the functions write into their logs. */
const LOGGED = 'names, states and reasons';

export class BackupProvider extends Construct {
  public static getOrCreate(scope: IConstruct): BackupProvider {
    return getOrCreateSingleton(scope, ID, stack => new BackupProvider(stack, ID));
  }

  /** One execution is one run of a plan. */
  public readonly stateMachine: sfn.IStateMachine;
  /** Takes and removes snapshots. */
  public readonly handler: lambda.Function;
  /** Of the handler and of the state machine. */
  public readonly logGroup: logs.ILogGroup;
  /** With which schedules start runs and audits. */
  public readonly schedulerRole: iam.IRole;
  /** What Scheduler could not deliver. */
  public readonly deadLetterQueue: sqs.Queue;
  /** What a run must not begin without. */
  public readonly ready: IConstruct;

  private readonly plans: PlanNeeds[] = [];
  private auditor?: lambda.Function;
  private restartRole?: iam.Role;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    const stack = Stack.of(this);
    warnOfRegion(this, 'every run of a backup plan fails there');

    const logGroup = stateMachineLogGroup(this, 'Logs', LOGGED, '-backup');
    const handlerRole = roleWith(this, 'HandlerRole', serviceForAccount(Stack.of(this), 'lambda.amazonaws.com'), () => [
      ...statementsFor(this, PERMISSIONS, this.plans), logTo(logGroup), ...this.restartRole ? [passRole(this.restartRole)] : [],
    ]);
    const handler = this.newFunction('Handler', handlerRole, logGroup);

    const machineRole = new iam.Role(this, 'StateMachineRole', {
      assumedBy: serviceForAccount(stack, 'states.amazonaws.com'),
      inlinePolicies: { Logs: stateMachineLogging() },
    });
    const machine = new sfn.CfnStateMachine(this, 'StateMachine', {
      roleArn: machineRole.roleArn,
      definitionString: stack.toJsonString(backupDefinition(stack.partition, handler.functionArn)),
      ...withoutExecutionData(logGroup),
    });
    // it starts itself, so its role cannot know its ARN before it is there
    this.ready = policyOf(this, 'StateMachinePolicy', machineRole, stateMachineStatements(machine, handler), iam.Policy);

    const deadLetterQueue = new sqs.Queue(this, 'DeadLetterQueue', { retentionPeriod: Duration.days(14), encryption: sqs.QueueEncryption.SQS_MANAGED });
    this.schedulerRole = roleWith(this, 'SchedulerRole', serviceForAccount(Stack.of(this), 'scheduler.amazonaws.com'), () => [
      allow(['states:StartExecution'], [machine.ref]),
      allow(['sqs:SendMessage'], [deadLetterQueue.queueArn]),
      ...this.auditor ? [allow(['lambda:InvokeFunction'], [this.auditor.functionArn])] : [],
    ]);

    acknowledged(handlerRole, 'IAM5', 'ids are not known beforehand; what removes is narrowed by tag');
    acknowledged(machineRole, 'IAM5', 'these actions know no resources');
    acknowledged(this.ready, 'IAM5', 'every execution of one state machine');
    acknowledged(deadLetterQueue, 'SQS3', 'it is a dead-letter queue itself');
    acknowledged(deadLetterQueue, 'SQS4', 'EventBridge Scheduler alone sends to it, and does so over TLS');
    acknowledged(deadLetterQueue, 'CKV_AWS_27', 'SQS encrypts it with a key of its own');
    this.stateMachine = sfn.StateMachine.fromStateMachineArn(this, 'StateMachineReference', machine.ref);
    this.handler = handler;
    this.logGroup = logGroup;
    this.deadLetterQueue = deadLetterQueue;
  }

  /** Takes up what a plan needs. */
  public addPlan(needs: PlanNeeds): void {
    this.plans.push(needs);
    if (needs.features.has('stop')) this.restartRole ??= this.newRestartRole();
  }

  /** The function that audits. It shares nothing with the one that takes snapshots, so that it still speaks when that one cannot. */
  public getOrCreateAuditor(): lambda.Function {
    return this.auditor ??= this.newAuditor();
  }

  private newAuditor(): lambda.Function {
    const logGroup = new logs.LogGroup(this, 'AuditLogs', { retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
    const role = roleWith(this, 'AuditRole', serviceForAccount(Stack.of(this), 'lambda.amazonaws.com'), () => [
      ...statementsFor(this, AUDIT_PERMISSIONS, this.plans), logTo(logGroup),
    ]);
    acknowledgedLogGroup(logGroup, LOGGED);
    acknowledged(role, 'IAM5', 'these actions know no resources');
    return this.newFunction('Auditor', role, logGroup);
  }

  private newRestartRole(): iam.Role {
    const role = roleWith(this, 'RestartRole', serviceForAccount(Stack.of(this), 'scheduler.amazonaws.com'), () => statementsFor(this, RESTART_PERMISSIONS, this.plans));
    this.handler.addEnvironment(RESTART_ROLE_ARN, role.roleArn);
    return acknowledged(role, 'IAM5', 'which instances a plan stops is not known beforehand');
  }

  private newFunction(id: string, role: iam.Role, logGroup: logs.ILogGroup): lambda.Function {
    const created = new lambda.Function(this, id, {
      description: `${PACKAGE}: backup plans`,
      runtime: latestNodeRuntime(),
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, '..', '..', 'assets', 'backup')),
      memorySize: FUNCTION_MEMORY,
      timeout: Duration.seconds(FUNCTION_TIMEOUT),
      role,
      logGroup,
    });
    return acknowledgedFunction(created);
  }
}

function allow(actions: string[], resources: string[], conditions?: Record<string, Record<string, string>>): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources, conditions });
}

function logTo(logGroup: logs.ILogGroup): iam.PolicyStatement {
  return allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
}

function passRole(role: iam.IRole): iam.PolicyStatement {
  return allow(['iam:PassRole'], [role.roleArn], { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
}

/** What AWS asks for, for a Distributed Map: the state machine starts itself for each batch, and looks after these executions. */
function stateMachineStatements(machine: sfn.CfnStateMachine, handler: lambda.IFunction): iam.PolicyStatement[] {
  const executions = 'arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${Name}';
  return [
    allow(['lambda:InvokeFunction'], [handler.functionArn]),
    allow(['states:StartExecution'], [machine.ref]),
    allow(['states:DescribeExecution', 'states:StopExecution'], [inStack(machine, `${executions}:*`, { Name: machine.attrName })]),
    allow(['states:RedriveExecution'], [inStack(machine, `${executions}/*`, { Name: machine.attrName })]),
  ];
}
