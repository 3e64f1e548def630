/** The one place where custom resources are made, and the chain of them for long waits. */
import { CfnCondition, CfnDeletionPolicy, CfnResource, CustomResource, Duration, Lazy, RemovalPolicy, ResolutionTypeHint, TagManager, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkAppliedPolicy } from './lifecycle';
import { checkTimeout, tagProblems } from './validate';
import {
  CONTRACTS, CommonProperties, MAX_SERVICE_TIMEOUT, Properties, REQUEST_ID, ResourceType, WAIT_TYPE,
} from '../functions/deployment/contract';
import { SnapshotProvider } from '../snapshot-provider';

export interface EngineResourceProps<T extends ResourceType> {
  readonly type: T;
  readonly properties: Omit<Properties[T], keyof CommonProperties | 'Tags'>;
  readonly timeout: Duration;
  readonly removalPolicy: RemovalPolicy;
  readonly tags?: TagManager;
}

/** A custom resource of the provider's, and the wait resources that go on where its hour ends. */
export class EngineResource<T extends ResourceType> {
  /** Physical id, there when all waiting is over. */
  public readonly ref: string;
  private readonly used = new Set<string>();
  private readonly last: CustomResource;

  constructor(scope: Construct, props: EngineResourceProps<T>) {
    const timeout = checkTimeout(scope, props.timeout);
    const provider = SnapshotProvider.getOrCreate(scope);
    const needed = provider._serve(props.type, props.properties);

    const segments = segmentsOf(timeout);
    const properties = { ...props.properties, ...tagsProperty(scope, props.tags) };
    const add = (index: number, type: string, more: object) => {
      const last = index === segments.length - 1;
      const resource = new CustomResource(scope, index === 0 ? 'Resource' : `Wait${index + 1}`, {
        serviceToken: provider.handler.functionArn,
        resourceType: type,
        removalPolicy: props.removalPolicy,
        properties: {
          ...properties,
          ...(segments[index] < MAX_SERVICE_TIMEOUT && { Timeout: segments[index] }),
          // not cached: an attribute may be read inside a Lazy, from a later stack, or after something has resolved this one early
          // on every resource, so that one more attribute brings what is not as it should be in step first
          Attributes: Lazy.uncachedList({ produce: () => [...this.used].sort() }, { omitEmpty: true }),
          ...(!last && { Continued: true }),
          ...more,
        },
      });
      resource.node.addDependency(...needed);
      return resource;
    };

    const first: CustomResource = add(0, props.type, {
      // a wait resource goes on for a request, and can begin none: the first one is called whenever the time changes
      ...(segments.length > 1 && { WholeTimeout: timeout }),
      // read at the end, since an aspect or an escape hatch may change the policy
      Retain: Lazy.uncachedAny({ produce: () => isRetained(first.node.defaultChild as CfnResource) || undefined }),
    });
    const made = first.node.defaultChild as CfnResource;
    let previous = first;
    for (let index = 1; index < segments.length; index++) {
      previous = add(index, WAIT_TYPE, {
        // a wait resource gets no secret properties: what needs them is in the ledger
        ...Object.fromEntries(CONTRACTS[props.type].secret.map(name => [name, undefined])),
        OwnerType: props.type,
        ResourceId: previous.ref,
        OwnerLogicalId: made.logicalId, // also where somebody overrides it
        OwnerRequestId: previous.getAttString(REQUEST_ID),
        WaitedBefore: index * MAX_SERVICE_TIMEOUT,
      });
      followCondition(previous.node.defaultChild as CfnResource, made);
    }
    checkAppliedPolicy(scope, made);
    scope.node.defaultChild = made;
    this.last = previous;
    this.ref = previous.ref;
  }

  /** An attribute, which is returned because it was asked for here. */
  public attribute(name: string): string {
    this.used.add(name);
    return this.last.getAttString(name);
  }

  /** An attribute that is a list. The hint lets it cross stacks. */
  public list(name: string): string[] {
    this.used.add(name);
    return Token.asList((this.last.node.defaultChild as CfnResource).getAtt(name, ResolutionTypeHint.STRING_LIST));
  }
}

/**
 * A condition of the construct's resource holds for its wait resources as well, which refer to it. It may be set at any time before the template
 * is written. One that is set on a wait resource itself, such as by an aspect that sets it on every resource, stays.
 */
function followCondition({ cfnOptions }: CfnResource, made: CfnResource): void {
  let own: CfnCondition | undefined;
  Object.defineProperty(cfnOptions, 'condition', {
    get: () => own ?? made.cfnOptions.condition,
    set: (condition: CfnCondition | undefined) => { own = condition; },
    enumerable: true,
  });
}

/** Not with `RETAIN`: of that CloudFormation has nothing removed, and to change to it must not need the function. */
function isRetained({ cfnOptions: { deletionPolicy } }: CfnResource): boolean {
  return deletionPolicy === CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
}

/** Seconds for each custom resource: an hour is the most that one may take. */
function segmentsOf(seconds: number): number[] {
  const hours = Math.ceil(seconds / MAX_SERVICE_TIMEOUT);
  return Array.from({ length: hours }, (_, index) => Math.max(60, Math.min(MAX_SERVICE_TIMEOUT, seconds - index * MAX_SERVICE_TIMEOUT)));
}

function tagsProperty(scope: Construct, tags: TagManager | undefined): object {
  if (!tags) return {};
  // tags come from aspects, after the constructor
  scope.node.addValidation({ validate: () => tagProblems(tags.tagValues()) });
  return { Tags: Lazy.uncachedAny({ produce: () => tags.renderTags() }) };
}
