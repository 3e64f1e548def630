/** Names that constructs give, and names that they refer to, compared at synthesis. */
import { Annotations, Aspects, CfnResource, IAspect, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { dependenciesOf } from './dependencies';
import { validationError, isKnown, quote } from './validate';

/** Names of one construct. Those that are known at deployment only are not looked at. */
interface Names {
  /** Of what it makes. */
  readonly given?: readonly (string | undefined)[];
  /** Of what it takes for granted. */
  readonly referred?: readonly (string | undefined)[];
}

/** Who gives a name, by app, and by region and account in it. */
const givers = new WeakMap<IConstruct, Map<string, IConstruct>>();

/** Who refers to a name, by stack. */
const references = new WeakMap<Stack, NameReferences>();

/** Rejects a name that another construct gives, and warns of one that belongs to what may be made later, in this stack or in one beside it. */
export function registerNames(scope: IConstruct, { given = [], referred = [] }: Names): void {
  for (const name of given.filter(isKnown)) {
    const key = `${placeOf(Stack.of(scope))}/${name}`;
    const names = entry(givers, scope.node.root, () => new Map<string, IConstruct>());
    const other = names.get(key);
    if (other && other !== scope) {
      throw validationError(scope, `one name serves all Lightsail resources of a region, got ${quote(name)}, which ${other.node.path} gives as well. give another one`);
    }
    names.set(key, scope);
  }
  const ofStack = entry(references, Stack.of(scope), () => new NameReferences(Stack.of(scope)));
  ofStack.add(scope, given.filter(isKnown), referred.filter(isKnown));
}

/** Stacks that are deployed anywhere may be deployed to different accounts, so that each has names of its own. */
function placeOf(stack: Stack): string {
  if (isKnown(stack.account) && isKnown(stack.region)) return `${stack.account}/${stack.region}`;
  return stack.nestedStackParent ? placeOf(stack.nestedStackParent) : stack.node.addr;
}

/** Looks at a stack's names when all constructs are there. */
class NameReferences implements IAspect {
  private readonly owners = new Map<string, IConstruct>();
  private readonly referred: { readonly by: IConstruct; readonly name: string }[] = [];

  constructor(private readonly stack: Stack) {
    Aspects.of(stack).add(this);
  }

  public add(by: IConstruct, given: readonly string[], referred: readonly string[]): void {
    given.forEach(name => this.owners.set(name, by));
    referred.forEach(name => this.referred.push({ by, name }));
  }

  public visit(node: IConstruct): void {
    if (node !== this.stack || this.referred.length === 0) return;
    const owners = new Map([...namedResources(this.stack), ...this.owners]);
    const elsewhere = givers.get(this.stack.node.root);
    for (const { by, name } of this.referred) {
      const owner = owners.get(name) ?? elsewhere?.get(`${placeOf(this.stack)}/${name}`);
      if (!owner || owner === by || waitsFor(owner, by) || waitsFor(by, owner) || areOrdered(Stack.of(owner), this.stack)) continue;
      Annotations.of(by).addWarningV2('cdk-lightsail-snapshots:nameWithoutDependency',
        `${quote(name)} is also what ${owner.node.path} is called, and a name does not make CloudFormation wait for it: `
        + 'give its reference (ref, or the construct itself) instead, or add a dependency');
    }
  }
}

/** Native resources by their names, which all have one property of the same form. */
function namedResources(stack: Stack): [string, IConstruct][] {
  return stack.node.findAll().flatMap((node): [string, IConstruct][] => {
    if (!CfnResource.isCfnResource(node) || Stack.of(node) !== stack) return [];
    const [, type] = /^AWS::Lightsail::(\w+)$/.exec(node.cfnResourceType) ?? [];
    const name: unknown = type && (node as unknown as Record<string, unknown>)[`${type[0].toLowerCase()}${type.slice(1)}Name`];
    return typeof name === 'string' && isKnown(name) ? [[name, node]] : [];
  });
}

/** Whether something of one construct is deployed after something of another, at once or by way of further ones: then somebody has thought of their order. */
function waitsFor(one: IConstruct, other: IConstruct): boolean {
  const wanted = new Set(other.node.findAll());
  const seen = new Set<IConstruct>();
  const reached = [one];
  for (const construct of reached) {
    // a dependency is of all that a construct contains, on all that another one does
    for (const node of [...construct.node.findAll(), ...construct.node.scopes].filter(found => !seen.has(found))) {
      seen.add(node);
      const dependencies = dependenciesOf(node);
      if (dependencies.some(dependency => dependency.node.findAll().some(part => wanted.has(part)))) return true;
      reached.push(...dependencies);
    }
  }
  return false;
}

/** Whether one of two stacks is deployed after the other, at once or by way of further ones. A pipeline sees to the order of stages. */
function areOrdered(one: Stack, other: Stack): boolean {
  const needs = (from: Stack, to: Stack): boolean => from.dependencies.some(stack => stack === to || needs(stack, to));
  return one !== other && (Stage.of(one) !== Stage.of(other) || needs(one, other) || needs(other, one));
}

function entry<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
