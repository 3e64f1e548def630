import { Template } from 'aws-cdk-lib/assertions';

export interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}

/** Everything that a template permits, whatever resource says so. */
export function statementsOf(template: Template): Statement[] {
  const all = Object.values(template.toJSON().Resources ?? {}) as { Properties?: Record<string, any> }[];
  const documents = all.flatMap(({ Properties = {} }) => [Properties, ...Properties.Policies ?? []]).map(({ PolicyDocument }) => PolicyDocument);
  return documents.flatMap(document => document?.Statement ?? []);
}

/** Policies of a template, inline and managed ones, by their logical ids. */
export function policiesOf(template: Template): Record<string, { readonly [key: string]: any }> {
  return { ...template.findResources('AWS::IAM::Policy'), ...template.findResources('AWS::IAM::ManagedPolicy') };
}
