/** Policy statements for what the contract says that resources need. */
import { Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { OWNER_TAGS, Permission, SCOPES } from '../functions/deployment/contract';

const ON_RESOURCE = `aws:ResourceTag/${OWNER_TAGS.stack}`;
const IN_REQUEST = `aws:RequestTag/${OWNER_TAGS.stack}`;

export function statementsOf(scope: Construct, permissions: readonly Permission[]): iam.PolicyStatement[] {
  const { stackId } = Stack.of(scope);
  return permissions.flatMap(({ actions, on, owned, tags, condition }) => {
    const statement = (equal: Readonly<Record<string, string>>, more: object = {}) => new iam.PolicyStatement({
      actions: [...actions],
      resources: on.map(arn => (arn === 'any' ? '*' : Fn.sub(SCOPES[arn]))),
      conditions: Object.keys(equal).length > 0 ? { StringEquals: equal, ...more } : undefined,
    });
    if (!tags) return statement({ ...condition, ...(owned && { [ON_RESOURCE]: stackId }) });
    return [
      statement({ ...condition, [ON_RESOURCE]: stackId }),
      statement({ ...condition, [IN_REQUEST]: stackId }, { Null: { [ON_RESOURCE]: 'true' } }),
    ];
  });
}
