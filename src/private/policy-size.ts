/** How much of what IAM takes the inline policies of a role come to, before CloudFormation has put in what they refer to. */
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { isKnown } from './validate';

/** Characters of all inline policies of a role together. */
export const MAX_INLINE_POLICIES = 10_240;

/** No region of Lightsail's has a longer name. */
const LONGEST_REGION = 'ap-southeast-1';

/** Characters of the longest thing that policies refer to: the log group of a stack whose name has 128 characters. */
const LONGEST_REFERENCE = 250;

/** Characters of a policy in its stack, at most. */
export function policySize(scope: IConstruct, document: iam.PolicyDocument): number {
  const { region } = Stack.of(scope);
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': 'aws',
    'AWS::Region': isKnown(region) ? region : LONGEST_REGION,
    'AWS::AccountId': '123456789012',
  };
  return JSON.stringify(atLongest(Stack.of(scope).resolve(document), pseudo)).length;
}

/** A value of a template with the longest text in place of what CloudFormation puts in. */
function atLongest(value: unknown, pseudo: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map(item => atLongest(item, pseudo));
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument]] = [...Object.entries(value), ['', undefined]];
  if (name === 'Ref') return pseudo[argument] ?? '?'.repeat(LONGEST_REFERENCE);
  if (name === 'Fn::Sub' && typeof argument === 'string') return argument.replace(/\$\{([\w:]+)\}/g, (_, variable: string) => pseudo[variable]);
  if (name === 'Fn::Join') return (atLongest(argument[1], pseudo) as unknown[]).join(argument[0]);
  if (name.startsWith('Fn::')) return '?'.repeat(LONGEST_REFERENCE);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, atLongest(item, pseudo)]));
}
