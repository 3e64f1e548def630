/** What a template says of a resource, as far as the driver cares. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export type Resources = Readonly<Record<string, Resource>>;

/** What references mean while a stack is deployed. */
export interface Scope {
  /** Value of `Ref`, undefined when there is no such thing. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
}

const NO_VALUE = Symbol('AWS::NoValue');

/** Puts values in place of intrinsic functions. Throws for those that the driver does not know. */
export function resolve(value: unknown, scope: Scope): unknown {
  const resolved = resolveAny(value, scope);
  return resolved === NO_VALUE ? undefined : resolved;
}

function resolveAny(value: unknown, scope: Scope): unknown {
  if (value === null) throw new Error("'null' values are not allowed in templates");
  if (Array.isArray(value)) return value.map(item => resolveAny(item, scope)).filter(item => item !== NO_VALUE);
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value as object);
  const [name, argument] = entries[0] ?? [''];
  if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) return call(name, argument, scope);
  return Object.fromEntries(entries.map(([field, item]) => [field, resolveAny(item, scope)]).filter(([, item]) => item !== NO_VALUE));
}

function call(name: string, argument: unknown, scope: Scope): unknown {
  const list = () => resolveAny(argument, scope) as unknown[];
  switch (name) {
    case 'Ref': {
      if (argument === 'AWS::NoValue') return NO_VALUE;
      const value = scope.ref(argument as string);
      if (value === undefined) throw new Error(`Template error: Unresolved reference ${String(argument)}`);
      return value;
    }
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = typeof argument === 'string' ? splitOnce(argument) : list() as string[];
      return scope.getAtt(logicalId, attribute);
    }
    case 'Fn::Join': {
      const [separator, items] = list() as [string, unknown[]];
      return items.map(String).join(separator);
    }
    case 'Fn::Select': {
      const [index, items] = list() as [string | number, unknown[]];
      if (items[Number(index)] === undefined) throw new Error(`Template error: Fn::Select cannot select nonexistent value at index ${index}`);
      return items[Number(index)];
    }
    case 'Fn::Split': {
      const [separator, text] = list() as [string, string];
      return text.split(separator);
    }
    case 'Fn::Sub': {
      const [text, map] = Array.isArray(argument) ? argument as [string, Record<string, unknown>] : [argument as string, {}];
      return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, inner: string) => {
        if (literal) return `\${${inner}}`;
        if (Object.hasOwn(map, inner)) return String(resolveAny(map[inner], scope));
        return String(inner.includes('.') ? scope.getAtt(...splitOnce(inner)) : call('Ref', inner, scope));
      });
    }
    default:
      throw new Error(`${name} is not known to the driver`);
  }
}

/** Logical ids that a resource depends on. */
export function dependencies(resource: Resource, among: readonly string[]): Set<string> {
  const found = new Set<string>(typeof resource.DependsOn === 'string' ? [resource.DependsOn] : resource.DependsOn ?? []);
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== 'object' || value === null) return;
    for (const [name, argument] of Object.entries(value)) {
      if (name === 'Ref') found.add(String(argument));
      else if (name === 'Fn::GetAtt') found.add(typeof argument === 'string' ? splitOnce(argument)[0] : String((argument as unknown[])[0]));
      else if (name === 'Fn::Sub') visitSub(argument);
      else visit(argument);
    }
  };
  const visitSub = (argument: unknown) => {
    const [text, map] = Array.isArray(argument) ? argument as [string, object] : [String(argument), {}];
    const names = [...text.matchAll(/\$\{([^}!]+)\}/g)].map(([, inner]) => splitOnce(inner)[0]);
    for (const name of names) if (!Object.hasOwn(map, name)) found.add(name);
    visit(map);
  };
  visit(resource.Properties);
  return new Set([...found].filter(name => among.includes(name)));
}

/** CloudFormation hands a custom resource every scalar as a string. */
export function stringified(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stringified);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, stringified(item)]));
  return String(value);
}

export function isCustom({ Type }: Resource): boolean {
  return Type.startsWith('Custom::') || Type === 'AWS::CloudFormation::CustomResource';
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf('.');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
