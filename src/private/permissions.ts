/** Policy statements for what the contract says that resources need. */
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { inStack } from './role-policies';
import { OWNER_TAGS, Permission, SCOPES } from '../functions/deployment/contract';

const ON_RESOURCE = `aws:ResourceTag/${OWNER_TAGS.stack}`;
const IN_REQUEST = `aws:RequestTag/${OWNER_TAGS.stack}`;

export function statementsOf(scope: Construct, permissions: readonly Permission[]): iam.PolicyStatement[] {
  const { stackId } = Stack.of(scope);
  return permissions.map(({ actions, on, owned, untagged, condition }) => {
    const equal = { ...valuesInStack(scope, condition), ...(owned && { [ON_RESOURCE]: stackId }), ...(untagged && { [IN_REQUEST]: stackId }) };
    return new iam.PolicyStatement({
      actions: [...actions],
      resources: on.map(arn => (arn === 'any' ? '*' : inStack(scope, SCOPES[arn]))),
      conditions: Object.keys(equal).length > 0 ? { StringEquals: equal, ...(untagged && { Null: { [ON_RESOURCE]: 'true' } }) } : undefined,
    });
  });
}

/** Values with the stack's own in place. */
function valuesInStack(scope: Construct, values: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.includes('${') ? inStack(scope, value) : value]));
}
