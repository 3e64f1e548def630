/** Makes the policies of the backup functions from what they say they need, for the plans of a stack. */
import { Fn, Lazy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { TAGS } from '../functions/backup/contract';
import { Feature, Permission, SCOPES } from '../functions/backup/permissions';

/** What a plan asks of the permissions of its stack. */
export interface PlanNeeds {
  /** Values of the plan's tag: of its name, and of the names it had. */
  readonly tags: readonly string[];
  readonly features: ReadonlySet<Feature>;
  readonly copyRegions: readonly string[];
}

/** A role whose policy is worked out at the end of synthesis, when all plans of the stack are known. */
export function roleWith(scope: Construct, id: string, assumedBy: iam.IPrincipal, statements: () => readonly iam.PolicyStatement[]): iam.Role {
  const role = new iam.Role(scope, id, { assumedBy });
  (role.node.defaultChild as iam.CfnRole).policies = Lazy.uncachedAny({
    produce: () => [{ policyName: 'Backup', policyDocument: new iam.PolicyDocument({ statements: [...statements()] }) }],
  });
  return role;
}

/** The statements of those permissions that some plan needs. */
export function statementsFor(permissions: readonly Permission[], plans: readonly PlanNeeds[]): iam.PolicyStatement[] {
  const needed = permissions.filter(({ when = [] }) => plans.some(({ features }) => when.every(feature => features.has(feature))));
  return needed.map(permission => new iam.PolicyStatement({
    actions: [...permission.actions],
    resources: permission.on.flatMap(scope => arnsOf(SCOPES[scope], permission.everyRegion ? plans : [])),
    conditions: conditionsOf(permission, plans),
  }));
}

/** An ARN in the stack's region, and in those of the plans' copies. */
function arnsOf(arn: string, plans: readonly PlanNeeds[]): string[] {
  if (arn === '*') return [arn];
  const regions = [...new Set(plans.flatMap(({ copyRegions }) => copyRegions))].sort();
  return [arn, ...regions.map(region => arn.replace('${AWS::Region}', region))].map(text => Fn.sub(text));
}

function conditionsOf({ owned, untagged, unpinned }: Permission, plans: readonly PlanNeeds[]): Record<string, Record<string, unknown>> {
  const tags = plans.flatMap(plan => plan.tags);
  const onResource = `aws:ResourceTag/${TAGS.plan}`;
  return {
    ...owned && { StringEquals: { [onResource]: tags } },
    // `Null` is true where there is no such tag
    ...untagged && { StringEquals: { [`aws:RequestTag/${TAGS.plan}`]: tags }, Null: { [onResource]: 'true' } },
    ...unpinned && { Null: { [`aws:ResourceTag/${TAGS.keep}`]: 'true' } },
  };
}
