/** What CloudFormation deploys before a construct: what it depends on, and what its properties refer to. */
import { CfnResource, Reference, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** What a node itself waits for, without what is above and below it. */
export function dependenciesOf(node: IConstruct): IConstruct[] {
  if (!CfnResource.isCfnResource(node)) return node.node.dependencies;
  return [...node.node.dependencies, ...node.obtainDependencies() as IConstruct[], ...referencesIn(Object.values(node))];
}

/**
 * What values refer to, as far as this shows without resolving them: it is asked for before the template is made, when not every `Lazy` can be
 * resolved. A resource has its properties as fields, or as an object in one.
 */
function referencesIn(value: unknown): IConstruct[] {
  // the target of a pseudo parameter such as the stack's id is the whole stack, which nothing waits for
  if (Reference.isReference(value)) return CfnResource.isCfnResource(value.target) ? [value.target] : [];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value === 'string') return Tokenization.reverseString(value).tokens.flatMap(referencesIn);
  // no constructs, no tokens of other forms: they may contain each other
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? Object.values(value).flatMap(referencesIn) : [];
}
