import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'fs';
import { join, resolve } from 'path';

const PROJECT = resolve(__dirname, '../..');

/** A block of TypeScript in the README. */
export interface Snippet {
  /** The section's title and the number in it, as in `Export to EC2 2`. */
  readonly name: string;
  /** The name as an id of CDK. */
  readonly id: string;
  readonly code: string;
  /** It is a whole app. Others stand in the constructor of a stack, as `rosetta/default.ts-fixture` has it. */
  readonly isApp: boolean;
}

/** What snippets take for given, and what stands for it in a snippet that uses it. */
const GIVEN = {
  vpc: "new ec2.Vpc(this, 'GivenVpc', { natGateways: 0, restrictDefaultSecurityGroup: false })",
  diskSnapshot: "new LightsailDiskSnapshot(this, 'GivenDiskSnapshot', { diskName: 'uploads' })",
};

export function readmeSnippets(): Snippet[] {
  const snippets: Snippet[] = [];
  let section = 'Top';
  let number = 0;
  for (const [, title, mark, code] of readFileSync(join(PROJECT, 'README.md'), 'utf8').matchAll(/^## (.*)|^```ts(.*)\n([^]*?)^```/gm)) {
    if (title) [section, number] = [title, 0];
    else snippets.push({ name: `${section} ${++number}`, id: `${section} ${number}`.replace(/\W+/g, '-'), code, isApp: mark.includes('nofixture') });
  }
  return snippets;
}

/** Writes an app that has each snippet in a stage of its own, and gives its path, without `.ts`. */
export function writeReadmeApp(folder: string, snippets: readonly Snippet[], region: string): string {
  mkdirSync(folder);
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'root.ts'), "import { App } from 'aws-cdk-lib';\nexport const root = new App();\n");
  for (const { id, code, isApp } of snippets) {
    const stage = `const app = new (require('aws-cdk-lib').Stage)(require('./root').root, '${id}');`;
    writeFileSync(join(folder, `${id}.ts`), isApp ? code.replace('const app = new App();', stage) : inFixture(code, stage, region));
  }
  writeFileSync(join(folder, 'app.ts'), snippets.map(({ id }) => `import './${id}';\n`).join(''));
  return join(folder, 'app');
}

function inFixture(code: string, stage: string, region: string): string {
  const given = Object.entries(GIVEN)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(code) && !code.includes(`const ${name} =`))
    .map(([name, value]) => `const ${name} = ${value};\n`).join('');
  return readFileSync(join(PROJECT, 'rosetta', 'default.ts-fixture'), 'utf8')
    .replace('declare const app: App;', stage)
    .replace('/// here', () => `${given}{\n${code}}`)
    // with an account as well, the CLI would look up its zones and write them into the project
    .concat(`new Example(app, 'Example', { env: { region: '${region}' } });\n`);
}
