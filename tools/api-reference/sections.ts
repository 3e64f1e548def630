/** The sections of API.md: one for each type. */
import type { ClassType, Docs, EnumType, InterfaceType, Method, Parameter, Property, Type, TypeReference } from '@jsii/spec';

/** What every construct of the CDK has, and nobody looks up here. */
const COMMON = new Set(['cdkTagManager', 'env', 'node', 'stack']);

/** The types of the library, as its pages need them. */
export class Library {
  private readonly types: Map<string, Type>;

  constructor(private readonly name: string, types: readonly Type[]) {
    this.types = new Map(types.map(type => [type.fqn, type]));
  }

  public isConstruct({ base }: ClassType): boolean {
    return base === 'aws-cdk-lib.Resource' || base === 'constructs.Construct';
  }

  /** The properties that a construct takes. */
  public propsOf(type: ClassType): InterfaceType | undefined {
    return this.types.get(`${type.fqn}Props`) as InterfaceType | undefined;
  }

  /** Whether other structs have all that this one has, and stand for it. */
  public isBase(type: InterfaceType): boolean {
    return [...this.types.values()].some(other => other.kind === 'interface' && other.datatype && other.interfaces?.includes(type.fqn));
  }

  /** Own and inherited properties, the required ones first. */
  public fieldsOf(type: InterfaceType): Property[] {
    const inherited = (type.interfaces ?? []).flatMap(base => {
      const found = this.types.get(base);
      return found ? this.fieldsOf(found as InterfaceType) : [];
    });
    const fields = [...type.properties ?? [], ...inherited];
    return [...fields.filter(({ optional }) => !optional), ...fields.filter(({ optional }) => optional)];
  }

  /** A type as TypeScript writes it, with a link where it is one of the library's. */
  public typeText(type: TypeReference): string {
    if ('primitive' in type) return type.primitive;
    if ('collection' in type) {
      const element = this.typeText(type.collection.elementtype);
      return type.collection.kind === 'array' ? `${element}[]` : `{ [key: string]: ${element} }`;
    }
    if (!('fqn' in type)) return 'any';
    const name = type.fqn.slice(type.fqn.lastIndexOf('.') + 1);
    return type.fqn.startsWith(`${this.name}.`) ? `[${name}](#${this.anchorOf(type.fqn, name)})` : name;
  }

  /** A struct that others stand for has no section of its own. */
  private anchorOf(fqn: string, name: string): string {
    const owner = this.types.get(fqn.replace(/Props$/, ''));
    return (owner && owner.fqn !== fqn ? owner.name : name).toLowerCase();
  }
}

export function summaryOf({ docs }: { readonly docs?: Docs }): string {
  return cell(docs?.summary);
}

export function classSection(library: Library, type: ClassType): string {
  const props = library.propsOf(type);
  const parts = [`## ${type.name}`, ...prose(type), ...example(type)];
  if (props) parts.push(table(['property', 'type', 'what it is'], library.fieldsOf(props).map(field => row(library, field))));
  const attributes = (type.properties ?? []).filter(property => !COMMON.has(property.name) && !property.static && !property.protected);
  if (attributes.length > 0) parts.push(table(['attribute', 'type', 'what it is'], attributes.map(attribute => row(library, attribute, false))));
  const methods = (type.methods ?? []).filter(method => !method.protected);
  if (methods.length > 0) parts.push(table(['method', 'what it does'], methods.map(method => methodRow(library, method, type))));
  return parts.join('\n\n');
}

export function structSection(library: Library, type: InterfaceType): string {
  const parts = [`## ${type.name}`, ...prose(type)];
  const fields = library.fieldsOf(type);
  if (fields.length > 0) parts.push(table(['property', 'type', 'what it is'], fields.map(field => row(library, field, type.datatype))));
  const methods = type.methods ?? [];
  if (methods.length > 0) parts.push(table(['method', 'what it does'], methods.map(method => methodRow(library, method, type))));
  return parts.join('\n\n');
}

export function enumSection(type: EnumType): string {
  return [`## ${type.name}`, ...prose(type), table(['member', ''], type.members.map(({ name, docs }) => [`\`${name}\``, cell(docs?.summary)]))].join('\n\n');
}

function prose({ docs }: { readonly docs?: Docs }): string[] {
  return [docs?.summary, docs?.remarks, docs?.see && `[AWS](${docs.see})`].filter(text => text !== undefined && text !== '') as string[];
}

function example({ docs }: { readonly docs?: Docs }): string[] {
  return docs?.example ? [['```ts', docs.example, '```'].join('\n')] : [];
}

function row(library: Library, { name, type, optional, docs }: Property, required = true): string[] {
  const byDefault = docs?.default && `Default: ${docs.default.replace(/^- /, '')}`;
  const see = docs?.see && `[AWS](${docs.see})`;
  const meaning = [docs?.summary, docs?.remarks, byDefault, see].filter(Boolean).map(text => sentence(text!)).join(' ');
  return [required && !optional ? `**${name}**` : name, library.typeText(type), cell(meaning)];
}

function methodRow(library: Library, { name, static: isStatic, parameters = [], returns, docs }: Method, { name: owner }: Type): string[] {
  const parameter = (one: Parameter) => `${one.variadic ? '...' : ''}${one.name}${one.optional ? '?' : ''}`;
  const call = `\`${isStatic ? `${owner}.` : ''}${name}(${parameters.map(parameter).join(', ')})\``;
  const result = returns ? `: ${library.typeText(returns.type)}` : '';
  const explained = parameters.filter(({ docs: its }) => its?.summary).map(one => `\`${one.name}\`: ${one.docs!.summary!.replace(/\.$/, '')}`);
  const meaning = [docs?.summary, docs?.remarks, explained.length > 0 && explained.join('; ')].filter(Boolean).map(text => sentence(String(text)));
  return [`${call}${result}`, cell(meaning.join(' '))];
}

function sentence(text: string): string {
  return /[.)]$/.test(text) ? text : `${text}.`;
}

function cell(text = ''): string {
  return text.replace(/\s*\n\s*/g, ' ').replace(/\|/g, '\\|');
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}
