/** Attributes are returned because the app reads them: however it does, and whenever. */
import { App, CfnOutput, CfnResource, Lazy, Size, Stack, Tags, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LightsailInstanceSnapshot } from '../../src';

const TYPE = 'Custom::LightsailInstanceSnapshot';

let app: App;
let stack: Stack;
let snapshot: LightsailInstanceSnapshot;
beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Site');
  snapshot = new LightsailInstanceSnapshot(stack, 'Snapshot', { instanceName: 'web-1' });
});

/** Properties in the template, which refers to no attribute that is not returned. */
function properties(): Record<string, unknown> {
  const template = Template.fromStack(stack).toJSON();
  const [[id, { Properties }]] = Object.entries<any>(template.Resources).filter(([, { Type }]) => Type === TYPE);
  const readings = JSON.stringify(template).matchAll(new RegExp(`\\["${id}","(\\w+)"\\]`, 'g'));
  expect(Properties.Attributes).toEqual(expect.arrayContaining([...readings].map(([, attribute]) => attribute)));
  return Properties;
}

test('inside a Lazy', () => {
  new CfnOutput(stack, 'CreatedAt', { value: Lazy.string({ produce: () => snapshot.createdAt }) });
  expect(properties().Attributes).toEqual(['CreatedAt']);
});

test('inside a Lazy that is resolved before the snapshot', () => {
  const other = new Stack(app, 'Other');
  new CfnOutput(other, 'CreatedAt', { value: Lazy.string({ produce: () => later.createdAt }) });
  const later = new LightsailInstanceSnapshot(other, 'Snapshot', { instanceName: 'web-1' });
  stack = other;
  expect(properties().Attributes).toEqual(['CreatedAt']);
});

test('from a later stack, also inside a Lazy', () => {
  const later = new Stack(app, 'Later');
  new CfnOutput(later, 'State', { value: snapshot.state });
  new CfnOutput(later, 'CreatedAt', { value: Lazy.string({ produce: () => snapshot.createdAt }) });
  expect(properties().Attributes).toEqual(['CreatedAt', 'State']);
});

test('after an early resolve', () => {
  const resource = snapshot.node.defaultChild as CfnResource;
  expect(snapshot.createdAt).toBeDefined();
  stack.resolve(resource._toCloudFormation());
  new CfnOutput(stack, 'State', { value: snapshot.state });
  Tags.of(stack).add('team', 'web');
  expect(properties()).toMatchObject({ Attributes: ['CreatedAt', 'State'], Tags: { team: 'web' } });
});

test('inside text that is made of JSON', () => {
  new CfnResource(stack, 'Dashboard', {
    type: 'AWS::CloudWatch::Dashboard',
    properties: {
      DashboardBody: stack.toJsonString({ createdAt: Lazy.string({ produce: () => snapshot.createdAt }) }),
    },
  });
  expect(properties().Attributes).toEqual(['CreatedAt']);
});

test('a number goes where numbers go, and arithmetic loses what is added to it, as the doc comments say', () => {
  const { sizeInGb } = snapshot;
  const values = { number: sizeInGb, text: Token.asString(sizeInGb), size: Size.gibibytes(sizeInGb).toGibibytes(), sum: sizeInGb + 10 };
  const resolved = Object.values(stack.resolve(values)).map(value => JSON.stringify(value));
  expect(new Set(resolved).size).toBe(1);
  expect(resolved[0]).toMatch(/Fn::GetAtt.*SizeInGb/);
  expect([sizeInGb > 0, stack.resolve(sizeInGb * 2) < -1e200]).toEqual([false, true]);
});
