/** The stacks whose templates the tables are made from: together they have every resource type, every feature and every role of the library. */
import { App, CfnElement, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { BackupConsistency, BackupCopy, BackupSelection, LightsailBackupPlan, LightsailBackupPlanProps, SnapshotProvider } from '../../src';
import { CONTRACTS, ResourceType } from '../../src/functions/deployment/contract';

export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A policy, or what stands in a role itself. */
export interface PolicyInTemplate {
  /** Construct id of the policy: that of the role for what stands in it. */
  readonly id: string;
  readonly role: string;
  readonly statements: readonly Statement[];
}

/** A finding of cdk-nag's or checkov's that the template answers. */
export interface Answer {
  readonly rule: string;
  readonly id: string;
  readonly reason: string;
}

/** A synthesised stack, with the ids of constructs in place of logical ids. */
export interface Synthesised {
  readonly policies: readonly PolicyInTemplate[];
  /** Of each role: who may assume it. */
  readonly trust: ReadonlyMap<string, readonly Statement[]>;
  readonly resourceTypes: readonly string[];
  readonly answers: readonly Answer[];
  /** Construct id by logical id. */
  readonly ids: ReadonlyMap<string, string>;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, any>>;
  readonly Metadata?: Readonly<Record<string, any>>;
}

/** Every resource type with every feature, and a key of the user's. */
export function deploymentStack(): Synthesised {
  const stack = newStack();
  const provider = SnapshotProvider.getOrCreate(stack);
  for (const type of Object.keys(CONTRACTS) as ResourceType[]) {
    provider._serve(type, Object.fromEntries(CONTRACTS[type].permissions.flatMap(({ when }) => (when ? [[when, 'given']] : []))));
  }
  provider.encryptWith(new kms.Key(stack, 'Key'));
  return synthesised(stack);
}

export const INSTANCES = BackupSelection.instancesTagged('backup');
export const DISKS = BackupSelection.disksTagged('backup');
export const COPIES = [BackupCopy.toRegion({ region: 'eu-west-1' })];
export const STOP = BackupConsistency.stopInstance();

export const EVERYTHING = {
  selection: INSTANCES.or(DISKS), copies: COPIES, consistency: STOP, copySourceTags: true, adopt: [{ snapshotName: '*-auto' }],
};

export function backupStack(props: Omit<LightsailBackupPlanProps, 'planName'>): Synthesised {
  const stack = newStack();
  new LightsailBackupPlan(stack, 'Plan', { planName: 'nightly', ...props });
  return synthesised(stack);
}

function newStack(): Stack {
  return new Stack(new App(), 'Site');
}

function synthesised(stack: Stack): Synthesised {
  const ids = new Map(stack.node.findAll().filter((one): one is CfnElement => CfnElement.isCfnElement(one)).map(element => (
    [stack.resolve(element.logicalId) as string, idOf(element)]
  )));
  const resources = Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, Resource>);
  const ofType = (...types: string[]) => resources.filter(([, { Type }]) => types.includes(Type));
  const inRoles = ofType('AWS::IAM::Role').flatMap(([id, { Properties: { Policies = [] } }]) => (
    (Policies as { PolicyDocument: { Statement: Statement[] } }[]).map(({ PolicyDocument: { Statement: statements } }) => (
      { id: ids.get(id)!, role: ids.get(id)!, statements }
    ))
  ));
  const attached = ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy').flatMap(([id, { Properties: { Roles, PolicyDocument } }]) => (
    (Roles as { Ref: string }[]).map(({ Ref }) => ({ id: ids.get(id)!, role: ids.get(Ref)!, statements: PolicyDocument.Statement as Statement[] }))
  ));
  return {
    ids,
    policies: [...inRoles, ...attached],
    trust: new Map(ofType('AWS::IAM::Role').map(([id, { Properties }]) => [ids.get(id)!, Properties.AssumeRolePolicyDocument.Statement])),
    resourceTypes: [...new Set(resources.map(([, { Type }]) => Type))].sort(),
    answers: resources.flatMap(([id, { Metadata: { cdk_nag: nag, checkov } = {} }]) => [
      ...(nag?.rules_to_suppress ?? []).map((answer: any) => ({ rule: answer.id, id: ids.get(id)!, reason: answer.reason })),
      ...(checkov?.skip ?? []).map((answer: any) => ({ rule: answer.id, id: ids.get(id)!, reason: answer.comment })),
    ]),
  };
}

/** The construct that a reader knows: `Handler`, and not its child `Resource`. */
function idOf(element: CfnElement): string {
  const { id, scope } = element.node;
  return CfnResource.isCfnResource(element) && id === 'Resource' && scope ? scope.node.id : id;
}
