import { App, Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, NagSuppressions } from 'cdk-nag';
import * as lib from '../src';
import { SnapshotProvider } from '../src';
import { CONSTRUCTS } from './support/everything';

/** What cdk-nag finds, and what of it is acknowledged. */
function findings(...names: string[]) {
  const app = new App();
  const stack = new Stack(app, 'Site');
  for (const name of names) CONSTRUCTS[name](stack, name);
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
  Aspects.of(app).add(new AwsSolutionsChecks({ reports: false, additionalLoggers: [logger] }));
  app.synth();
  return { found, acknowledged, stack };
}

test('every construct of the library is looked at', () => {
  const constructs = Object.entries(lib).filter(([name, value]) => typeof value === 'function' && 'isConstruct' in value && name !== 'SnapshotProvider');
  expect(constructs.map(([name]) => name).sort()).toEqual(Object.keys(CONSTRUCTS).sort());
});

test('cdk-nag finds nothing that is not acknowledged, each with a reason, in a stack with everything', () => {
  const { found, acknowledged } = findings(...Object.keys(CONSTRUCTS));
  expect(found).toEqual([]);
  // L1: the oldest CDK does not know of the runtime that cdk-nag asks for, the newest does
  const rules = new Set(acknowledged.map(({ rule }) => rule));
  expect([...rules].filter(rule => rule !== 'AwsSolutions-L1').sort()).toEqual(['AwsSolutions-DDB3', 'AwsSolutions-IAM5', 'AwsSolutions-SQS3', 'AwsSolutions-SQS4']);
  for (const { reason } of acknowledged) expect(reason.length).toBeGreaterThan(10);
});

test.each(Object.keys(CONSTRUCTS))('nor in a stack with %s alone', name => {
  expect(findings(name).found).toEqual([]);
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
