/** docs/testing.md: its snippet runs as it stands there, and its table says what the templates hold. `npm run examples` runs the one in Python. */
import { readFileSync } from 'fs';
import { join } from 'path';
import * as cdk from 'aws-cdk-lib';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as assertions from 'aws-cdk-lib/assertions';
import * as ts from 'typescript';
import * as library from '../src';
import { CONSTRUCTS } from './support/everything';

const page = readFileSync(join(__dirname, '..', 'docs', 'testing.md'), 'utf8');

describe('the snippet', () => {
  const [, snippet] = /^```ts\n(.*?)^```$/ms.exec(page)!;
  const { outputText } = ts.transpileModule(snippet, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const modules: Record<string, object> = { 'aws-cdk-lib': cdk, 'aws-cdk-lib/assertions': assertions, 'cdk-lightsail-snapshots': library };
  // its tests register themselves
  new Function('require', 'exports', outputText)((name: string) => modules[name], {});
});

describe('the table', () => {
  const rows = new Map([...page.matchAll(/^\| (.*) \| `(Custom::\w+)` \| (.*) \|$/gm)].map(([, constructs, type, properties]) =>
    [type, { constructs: words(constructs), properties: words(properties) }]));
  const stack = new Stack(new App(), 'Site');
  Object.entries(CONSTRUCTS).forEach(([name, make]) => make(stack, name));
  const made = stack.node.findAll().filter(node => CfnResource.isCfnResource(node))
    .map(resource => ({ construct: resource.node.path.split('/')[1], type: resource.cfnResourceType }))
    .filter(({ type }) => type.startsWith('Custom::'));

  test('has every resource type, with the constructs that make it', () => {
    const types = [...new Set(made.map(({ type }) => type))].sort();
    expect([...rows.keys()].sort()).toEqual(types);
    for (const type of types) {
      // whoever has a long timeout has wait resources
      const constructs = type === 'Custom::LightsailWait' ? [] : [...new Set(made.filter(one => one.type === type).map(({ construct }) => construct))];
      expect([type, rows.get(type)!.constructs]).toEqual([type, constructs]);
    }
  });

  test('has every property', () => {
    const common = propertiesOf('CommonProperties');
    expect(words(/^Each of them also has (.*?)\./ms.exec(page)![1])).toEqual(['ServiceToken', ...common]);
    for (const [type, { properties }] of rows) {
      const wanted = propertiesOf(type === 'Custom::LightsailWait' ? 'WaitProperties' : interfaceOf(type)).filter(name => !common.includes(name));
      expect([type, [...properties].sort()]).toEqual([type, wanted.sort()]);
    }
  });
});

/** What stands in code style. */
function words(cell: string): string[] {
  return [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word);
}

const contract = ts.createSourceFile('contract.ts', readFileSync(join(__dirname, '..', 'src/functions/deployment/contract.ts'), 'utf8'), ts.ScriptTarget.ES2022);

function declared(name: string): ts.InterfaceDeclaration {
  return contract.statements.filter(ts.isInterfaceDeclaration).find(one => one.name.text === name)!;
}

/** Members of an interface of the contract, those that it inherits among them. */
function propertiesOf(name: string): string[] {
  const { members, heritageClauses = [] } = declared(name);
  const inherited = heritageClauses.flatMap(clause => clause.types.flatMap(type => propertiesOf(type.expression.getText(contract))));
  return [...inherited, ...members.map(member => (member.name as ts.Identifier).text)];
}

function interfaceOf(type: string): string {
  const member = declared('Properties').members.find(one => (one.name as ts.StringLiteral).text === type) as ts.PropertySignature;
  return member.type!.getText(contract);
}
