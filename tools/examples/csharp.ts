import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { dist, EXAMPLES, pack, PROJECT } from './package';

interface Type {
  readonly name: string;
  readonly properties?: { readonly name: string }[];
  readonly methods?: { readonly name: string }[];
  readonly members?: { readonly name: string }[];
}

/**
 * What can be known of the C# example without an SDK: the generated sources declare each of this library's types that it uses, with the
 * members that it sets or calls on them, and every other name in it is one of the CDK's or the language's.
 */
export async function checkCsharp(): Promise<string> {
  await pack('dotnet', true);
  const sources = sourcesIn(dist('dotnet'));
  const known = new Set([...cdkNames(), ...namesIn(Object.values(sources).join('\n')), ...LANGUAGE]);
  let checked = 0;
  for (const topic of readdirSync(join(EXAMPLES, 'csharp'))) {
    const code = codeOf(readFileSync(join(EXAMPLES, 'csharp', topic, 'Program.cs'), 'utf8'));
    const declared = [...code.matchAll(/\b(?:class|namespace|string|int|void) (\w+)/g)].map(([, name]) => name);
    const strange = namesIn(code).filter(name => !known.has(name) && !declared.includes(name));
    if (strange.length > 0) throw new Error(`${topic}: nothing declares ${strange.join(', ')}`);
    checked += checkTypes(code, sources);
  }
  return `${checked} members`;
}

/** Members that are set in initialisers, called on types, or read from variables, each against the source of its type. */
function checkTypes(code: string, sources: Record<string, string>): number {
  const used: [type: string, member: string][] = [];
  for (const [, type, body] of code.matchAll(/new (\w+)\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}/g)) {
    for (const [, member] of body.matchAll(/^\s*(\w+) = /gm)) used.push([type, member]);
  }
  for (const [, type, member] of code.matchAll(/\b([A-Z]\w+)\.([A-Z]\w+)/g)) used.push([type, member]);
  for (const [, variable, type] of code.matchAll(/\bvar (\w+) = new (\w+)\(/g)) {
    for (const [, member] of code.matchAll(new RegExp(`\\b${variable}\\.([A-Z]\\w+)`, 'g'))) used.push([type, member]);
  }
  const ours = used.filter(([type]) => sources[type]);
  for (const [type, member] of ours) {
    if (!new RegExp(`\\b${member}\\b\\s*(\\{|\\(|,|$)`, 'm').test(sources[type])) throw new Error(`${type} has no ${member} in the generated sources`);
  }
  if (ours.length === 0) throw new Error('the example uses nothing of this library');
  return ours.length;
}

function sourcesIn(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.cs'));
  return Object.fromEntries(files.map(file => [file.replace(/^.*[\\/]|\.cs$/g, ''), codeOf(readFileSync(join(folder, file), 'utf8'))]));
}

/** Without comments and texts. */
function codeOf(source: string): string {
  return source.replace(/\/\/.*$|"(?:[^"\\]|\\.)*"/gm, '');
}

function namesIn(code: string): string[] {
  return [...new Set(code.match(/\b[A-Z]\w*/g) ?? [])];
}

/** Of the CDK's types and members, as .NET writes them. */
function cdkNames(): string[] {
  const types = ['aws-cdk-lib', 'constructs'].flatMap(name => Object.values<Type>(assemblyOf(name).types));
  const pascal = ({ name }: { name: string }) => name[0].toUpperCase() + name.slice(1);
  return types.flatMap(type => [type.name, ...[...type.properties ?? [], ...type.methods ?? [], ...type.members ?? []].map(pascal)]);
}

/** A large one is compressed, with a file in its place that says so. */
function assemblyOf(name: string): { types: Record<string, Type>; filename?: string } {
  const home = join(PROJECT, 'node_modules', name);
  const assembly = JSON.parse(readFileSync(join(home, '.jsii'), 'utf8'));
  return assembly.filename ? JSON.parse(gunzipSync(readFileSync(join(home, assembly.filename))).toString()) : assembly;
}

const LANGUAGE = [
  'System', 'Collections', 'Generic', 'Dictionary', 'Main', 'ToString',
  'Amazon', 'CDK', 'AWS', 'CloudWatch', 'EC2', 'Actions', 'Events', 'Targets', 'SNS', 'Constructs',
];
