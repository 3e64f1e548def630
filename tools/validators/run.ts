/*
 * Has the templates of every construct checked by other programs: `npm run validators`.
 *
 * cfn-lint, checkov and asl-validator look at what the oldest and the newest CDK make of each construct, and of a stack with all of them.
 * Needs Python and, once, PyPI and the npm registry.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import aslValidator from 'asl-validator';
import { Resource, resolve as resolveTemplate } from '../../testbed/driver/template';
import { NEWEST, installNewestCdk } from '../support/newest-cdk';
import { installFromPyPi } from '../support/python';
import '../support/temp-folder';

const PROJECT = resolve(__dirname, '../..');
const CFN_LINT = '1.58.0';
const CHECKOV = '3.3.30';

/** A dependency that a reference implies already: the CDK adds it wherever there is a role. */
const IGNORED = ['W3005'];

let passed = 0;
let failed = 0;

function report(what: string, findings: readonly string[]): void {
  console.log(`${findings.length === 0 ? '✓' : '✗'} ${what}`);
  for (const finding of findings) console.log(`    ${finding}`);
  if (findings.length === 0) passed++;
  else failed++;
}

/** What a program says in JSON, whatever it thinks of the templates. */
function jsonFrom(program: string, args: string[]): any {
  const { stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`${program} broke down: ${error?.message ?? stderr}`);
  }
}

/** Synthesises in a process of its own, since a process has one CDK. */
function synthesise(folder: string, cdk?: string): string[] {
  const preload = cdk ? ['--require', join(__dirname, 'use-newest-cdk.cjs')] : [];
  const { status } = spawnSync(process.execPath, [...preload, '--import', 'tsx', join(__dirname, 'synthesise.ts'), folder], {
    cwd: PROJECT,
    stdio: 'inherit',
    env: { ...process.env, CDK_VALIDATION: 'false', ...cdk && { CDK_FOLDER: cdk } },
  });
  if (status !== 0) throw new Error('the templates could not be synthesised');
  return readdirSync(folder).sort().map(file => join(folder, file));
}

function lint(bin: string, templates: string[]): string[] {
  const found = jsonFrom(join(bin, 'cfn-lint'), ['--format', 'json', '--ignore-checks', ...IGNORED, '--', ...templates]);
  return found.map(({ Rule, Message, Filename, Location }: any) => `${Rule.Id} ${Message} (${Filename}, ${Location.Path?.join('/')})`);
}

function checkov(bin: string, folder: string): string[] {
  const { results, summary } = jsonFrom(join(bin, 'checkov'), ['--directory', folder, '--framework', 'cloudformation', '--output', 'json', '--compact']);
  if (!(summary.passed > 0) || summary.parsing_errors > 0) throw new Error(`checkov understood little: ${JSON.stringify(summary)}`);
  console.log(`  checkov: ${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} answered in the templates`);
  const answers = results.skipped_checks.filter(({ check_result: { suppress_comment: reason } }: any) => !reason || reason === 'No comment provided');
  return [
    ...results.failed_checks.map(({ check_id: id, check_name: name, resource, file_path: file }: any) => `${id} ${name} (${file}, ${resource})`),
    ...answers.map(({ check_id: id, resource }: any) => `${id} is answered without a reason (${resource})`),
  ];
}

/** Definitions of state machines, with something in place of what is known at deployment only. */
function definitions(template: string): { name: string; definition: object }[] {
  const { Resources } = JSON.parse(readFileSync(template, 'utf8')) as { Resources: Record<string, Resource> };
  const scope = {
    ref: (name: string) => ({ 'AWS::Partition': 'aws', 'AWS::Region': 'us-east-1', 'AWS::AccountId': '123456789012' }[name] ?? name),
    getAtt: (id: string, attribute: string) => (attribute === 'Arn' ? `arn:aws:lambda:us-east-1:123456789012:function:${id}` : `${id}.${attribute}`),
  };
  return Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::StepFunctions::StateMachine').map(([name, { Properties }]) => ({
    name,
    definition: JSON.parse(String(resolveTemplate(Properties!.DefinitionString, scope))),
  }));
}

function main(): void {
  const log = (line: string) => console.log(`  ${line}`);
  const bins = { lint: installFromPyPi('cfn-lint', CFN_LINT, 'cfn-lint', log), checkov: installFromPyPi('checkov', CHECKOV, 'checkov', log) };
  const oldest = JSON.parse(readFileSync(join(PROJECT, 'node_modules', 'aws-cdk-lib', 'package.json'), 'utf8')).version;
  const newest = installNewestCdk();
  const folder = mkdtempSync(join(tmpdir(), 'validators-'));
  for (const [version, cdk] of [[oldest], [newest, NEWEST]]) {
    const templates = synthesise(join(folder, version), cdk);
    console.log(`aws-cdk-lib ${version}: ${templates.length} templates`);
    report(`cfn-lint ${CFN_LINT} finds nothing`, lint(bins.lint, templates));
    report(`checkov ${CHECKOV} finds nothing`, checkov(bins.checkov, join(folder, version)));
    const machines = templates.flatMap(definitions);
    const problems = machines.map(({ name, definition }) => ({ name, ...aslValidator(definition) })).filter(({ isValid }) => !isValid);
    if (machines.length === 0) throw new Error('there is no state machine in the templates');
    report(`asl-validator finds nothing in ${machines.length} state machines`, problems.map(({ name, errorsText }) => `${name}: ${errorsText('; ')}`));
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main();
