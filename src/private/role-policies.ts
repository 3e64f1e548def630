/** Policies of roles, also of those that somebody else makes by what the CDK reports of them: `iam.Role.customizeRoles`. */
import { Aspects, Aws, Fn } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';

/** Where `customizeRoles` leaves what it was given. */
const CUSTOMIZE_ROLES = '@aws-cdk/iam:customizeRoles';

const PSEUDO = { 'AWS::Partition': Aws.PARTITION, 'AWS::Region': Aws.REGION, 'AWS::AccountId': Aws.ACCOUNT_ID };

/** A policy of a role, beside it in the template. */
export function policyOf<P extends typeof iam.Policy | typeof iam.ManagedPolicy>(
  scope: Construct, id: string, role: iam.Role, statements: iam.PolicyStatement[], Policy: P,
): InstanceType<P> {
  // a document and no statements, since the report reads them as soon as the policy has its role
  const policy = new Policy(scope, id, { roles: [role], document: new iam.PolicyDocument({ statements }) });
  // the CDK leaves the policy in the template when it leaves out the role
  if (!role.node.defaultChild) policy.node.tryRemoveChild('Resource');
  return policy as InstanceType<P>;
}

/** Adds statements to what is reported of a role, if anything is, when all constructs are there. The template is left as it is. */
export function reportLate(role: iam.Role, statements: () => readonly iam.PolicyStatement[]): void {
  const reported = role.node.tryFindChild(`PrecreatedRole${role.node.id}`) as iam.IRole | undefined;
  if (!reported) return;
  Aspects.of(role).add({
    visit: node => { if (node === role) statements().forEach(statement => reported.addToPrincipalPolicy(statement)); },
  });
}

/** A text in which `${AWS::...}` stands for the stack's own, and other names for what they are given. */
export function inStack(scope: IConstruct, text: string, values?: Record<string, string>): string {
  // the shortest form for a template. The report shows references, but no functions of CloudFormation's
  if (scope.node.tryGetContext(CUSTOMIZE_ROLES) === undefined) return Fn.sub(text, values);
  return Object.entries({ ...PSEUDO, ...values }).reduce((filled, [name, value]) => filled.replaceAll(`\${${name}}`, value), text);
}
