/** Makes the policies of the backup functions from what they say they need, for the plans of a stack. */
import { Aws, Lazy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { MAX_INLINE_POLICIES, policySize } from './policy-size';
import { inStack, reportLate } from './role-policies';
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
  // a role that the user has made beforehand is not in the template
  const resource = role.node.defaultChild as iam.CfnRole | undefined;
  if (resource) {
    const policyDocument = () => new iam.PolicyDocument({ statements: [...statements()] });
    resource.policies = Lazy.uncachedAny({ produce: () => [{ policyName: 'Backup', policyDocument: policyDocument() }] });
    role.node.addValidation({ validate: () => sizeProblems(policySize(role, policyDocument())) });
  }
  reportLate(role, statements);
  return role;
}

/** Each plan adds its tags to the policy of the function, so that a stack has room for some dozens. */
function sizeProblems(size: number): string[] {
  const problems: string[] = [];
  if (size > MAX_INLINE_POLICIES) {
    problems.push(`the plans of this stack need ${size} characters of policy, of which a role takes ${MAX_INLINE_POLICIES}: put some of them into another stack`);
  }
  return problems;
}

/** The statements of those permissions that some plan needs. */
export function statementsFor(scope: Construct, permissions: readonly Permission[], plans: readonly PlanNeeds[]): iam.PolicyStatement[] {
  return permissions.flatMap(permission => {
    const needing = plans.filter(({ features }) => (permission.when ?? []).every(feature => features.has(feature)));
    if (needing.length === 0) return [];
    // of those plans alone: one that selects no disks has no disk snapshots where it copies to
    const regions = permission.everyRegion ? sorted(needing.flatMap(plan => plan.copyRegions)) : [];
    return new iam.PolicyStatement({
      actions: [...permission.actions],
      resources: permission.on.map(name => arnOf(scope, SCOPES[name], regions)),
      conditions: conditionsOf(permission, plans, regions),
    });
  });
}

/** Each once and in an order of their own, so that plans which swap places in the code change no policy. */
function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

/** An ARN in the stack's region, or in any: an ARN for each region would not fit into a policy, so that a condition names them. */
function arnOf(scope: Construct, arn: string, regions: readonly string[]): string {
  return arn === '*' ? arn : inStack(scope, regions.length > 0 ? arn.replace('${AWS::Region}', '*') : arn);
}

function conditionsOf(
  { owned, untagged, unpinned, tagKey }: Permission, plans: readonly PlanNeeds[], regions: readonly string[],
): Record<string, Record<string, unknown>> {
  const tags = sorted(plans.flatMap(plan => plan.tags));
  const onResource = `aws:ResourceTag/${TAGS.plan}`;
  const equal = {
    ...owned && { [onResource]: tags },
    ...untagged && { [`aws:RequestTag/${TAGS.plan}`]: tags },
    ...regions.length > 0 && { 'aws:RequestedRegion': [Aws.REGION, ...regions] },
  };
  // `Null` is true where there is no such tag
  const absent = { ...untagged && { [onResource]: 'true' }, ...unpinned && { [`aws:ResourceTag/${TAGS.keep}`]: 'true' } };
  return {
    ...Object.keys(equal).length > 0 && { StringEquals: equal },
    ...Object.keys(absent).length > 0 && { Null: absent },
    ...tagKey && { 'ForAllValues:StringEquals': { 'aws:TagKeys': [tagKey] } },
  };
}
