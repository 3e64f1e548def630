import { readFileSync } from 'fs';
import { App, Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, HIPAASecurityChecks, NagPack, NagPackProps, NagSuppressions, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import * as lib from '../src';
import { SnapshotProvider } from '../src';
import { CONSTRUCTS } from './support/everything';
import { answerPacks } from '../tools/security-review/answer-packs';
import { encryptLogs } from '../tools/security-review/encrypt-logs';
import { PAGE } from '../tools/security-review/page';

type Pack = new (props: NagPackProps) => NagPack;

/** What packs of cdk-nag find in a stack with these constructs, and what of it is acknowledged. */
function findings(names: readonly string[], packs: readonly Pack[] = [AwsSolutionsChecks], prepare: (stack: Stack) => void = () => undefined) {
  const app = new App();
  const stack = new Stack(app, 'Site');
  for (const name of names) CONSTRUCTS[name](stack, name);
  prepare(stack);
  const found: string[] = [];
  const acknowledged: { readonly rule: string; readonly reason: string }[] = [];
  const note = ({ ruleId, findingId, resource }: { ruleId: string; findingId: string; resource: CfnResource }) => {
    found.push(`${ruleId}[${findingId}] ${resource.node.path}`);
  };
  const logger = {
    onCompliance: () => undefined,
    onNonCompliance: note,
    onSuppressed: ({ ruleId, suppressionReason }: { ruleId: string; suppressionReason: string }) => {
      acknowledged.push({ rule: ruleId, reason: suppressionReason });
    },
    onError: ({ ruleId, errorMessage }: { ruleId: string; errorMessage: string }) => { found.push(`${ruleId} broke down: ${errorMessage}`); },
    onSuppressedError: () => undefined,
    onNotApplicable: () => undefined,
  };
  for (const Checks of packs) Aspects.of(app).add(new Checks({ reports: false, additionalLoggers: [logger] }));
  app.synth();
  return { found, acknowledged, stack };
}

test('every construct of the library is looked at', () => {
  const constructs = Object.entries(lib).filter(([name, value]) => typeof value === 'function' && 'isConstruct' in value && name !== 'SnapshotProvider');
  expect(constructs.map(([name]) => name).sort()).toEqual(Object.keys(CONSTRUCTS).sort());
});

test('cdk-nag finds nothing that is not acknowledged, each with a reason, in a stack with everything', () => {
  const { found, acknowledged } = findings(Object.keys(CONSTRUCTS));
  expect(found).toEqual([]);
  // L1: the oldest CDK does not know of the runtime that cdk-nag asks for, the newest does
  const rules = new Set(acknowledged.map(({ rule }) => rule));
  expect([...rules].filter(rule => rule !== 'AwsSolutions-L1').sort()).toEqual(['AwsSolutions-DDB3', 'AwsSolutions-IAM5', 'AwsSolutions-SQS3', 'AwsSolutions-SQS4']);
  for (const { reason } of acknowledged) expect(reason.length).toBeGreaterThan(10);
});

test.each(Object.keys(CONSTRUCTS))('nor in a stack with %s alone', name => {
  expect(findings([name]).found).toEqual([]);
});

test('what users acknowledge themselves comes on top', () => {
  const stack = new Stack(new App(), 'Site');
  const { handler } = SnapshotProvider.getOrCreate(stack);
  NagSuppressions.addResourceSuppressions(handler, [{ id: 'AwsSolutions-L2', reason: 'an example of a rule' }]);
  const { rules_to_suppress: rules } = (handler.node.defaultChild as CfnResource).getMetadata('cdk_nag') as { rules_to_suppress: { id: string }[] };
  expect(rules.map(({ id }) => id)).toEqual(['AwsSolutions-L1', 'AwsSolutions-L2']);
});

test('an app that answers the findings itself gets none of the answers', () => {
  const answered = (context: object) => {
    const stack = new Stack(new App({ context: { ...context } }), 'Site');
    for (const [name, make] of Object.entries(CONSTRUCTS)) make(stack, name);
    return JSON.stringify(Template.fromStack(stack).toJSON()).match(/"(cdk_nag|checkov)":/g)?.length ?? 0;
  };
  expect(answered({})).toBeGreaterThan(5);
  for (const no of [false, 'false']) expect(answered({ 'cdk-lightsail-snapshots:answerFindings': no })).toBe(0);
});

describe('the packs for HIPAA, NIST and PCI', () => {
  const PACKS = { 'HIPAA.Security': HIPAASecurityChecks, 'NIST.800.53.R5': NIST80053R5Checks, 'PCI.DSS.321': PCIDSS321Checks };
  const NAMES: Readonly<Record<string, string>> = { HIPAA: 'HIPAA.Security', NIST: 'NIST.800.53.R5', PCI: 'PCI.DSS.321' };
  const found = (prepare?: (stack: Stack) => void) => findings(Object.keys(CONSTRUCTS), Object.values(PACKS), prepare).found;
  const rules = (lines: readonly string[]) => [...new Set(lines.map(line => line.split('[')[0]))].sort();
  const addAlarmAction = (stack: Stack) => {
    for (const plan of stack.node.children.filter(child => child instanceof lib.LightsailBackupPlan)) {
      plan.alarm!.addAlarmAction({ bind: () => ({ alarmActionArn: 'arn:aws:sns:us-east-1:123456789012:operators' }) });
    }
  };

  test('docs/security-review.md tells what they find, and nothing else', () => {
    const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\| `(\w+)` \| ((?:HIPAA|NIST|PCI|, )+) \|/gm)];
    const told = rows.flatMap(([, rule, packs]) => packs.split(', ').map(pack => `${NAMES[pack]}-${rule}`));
    expect(rules(found())).toEqual(told.sort());
    expect(readFileSync(PAGE, 'utf8')).toContain('They find eight rules more');
    expect(rows).toHaveLength(8);
  });

  test('the CDK knows no interface endpoint for Lightsail, as the page says', () => {
    expect(Object.keys(ec2.InterfaceVpcEndpointAwsService)).toContain('KMS');
    expect(Object.keys(ec2.InterfaceVpcEndpointAwsService).filter(name => name.includes('LIGHTSAIL'))).toEqual([]);
  });

  test('with the answers of that page, and an action of the alarm, nothing is left', () => {
    expect(rules(found(answerPacks))).toEqual(['HIPAA.Security-CloudWatchAlarmAction', 'NIST.800.53.R5-CloudWatchAlarmAction']);
    expect(found(stack => {
      answerPacks(stack);
      addAlarmAction(stack);
    })).toEqual([]);
  });

  test('the answers are for the resources of the library only', () => {
    const left = found(stack => {
      new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('0') });
      answerPacks(stack);
      addAlarmAction(stack);
    });
    expect(left.length).toBeGreaterThan(3);
    for (const line of left) expect(line).toMatch(/ Site\/Own\//);
  });

  test('with a key for the logs, they need no answer', () => {
    const encrypted = found(stack => encryptLogs(stack, new kms.Key(stack, 'Key', { enableKeyRotation: true })));
    expect(rules(found()).filter(rule => !rules(encrypted).includes(rule)).map(rule => rule.split('-')[1])).toEqual(Array(3).fill('CloudWatchLogGroupEncrypted'));
  });
});
