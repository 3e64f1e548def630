import { App, CfnOutput, CfnParameter, Fn, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { InstanceSnapshotLookup, InstanceSnapshotLookupProps, SnapshotChoice, SnapshotCopy } from '../src';
import { CONTRACTS } from '../src/functions/deployment/contract';

const TYPE = 'Custom::LightsailInstanceSnapshotLookup';

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Site'); });

const look = (props?: InstanceSnapshotLookupProps) => new InstanceSnapshotLookup(stack, 'Lookup', props);
const properties = (): Record<string, unknown> => Object.values(Template.fromStack(stack).findResources(TYPE))[0].Properties;
const COMMON = { ServiceToken: expect.anything(), Timeout: 300, Attributes: ['Name'] };

test('without any criterion it looks for the newest of all', () => {
  look();
  expect(properties()).toEqual(COMMON);
});

test('a default that is written out, or an empty list of tags, looks for nothing else', () => {
  look({ choose: SnapshotChoice.NEWEST, withTags: {} });
  expect(properties()).toEqual(COMMON);
});

test('says what to look for', () => {
  look({
    instanceName: 'web-1',
    snapshotName: 'golden',
    withTags: { stage: 'golden' },
    fromAutoSnapshot: false,
    createdAfter: '2026-11-01',
    createdBefore: '2026-11-21T09:30:00+01:00',
    choose: SnapshotChoice.OLDEST,
    fallbackSnapshotName: 'first',
    revision: '2',
  });
  expect(properties()).toEqual({
    ...COMMON,
    FromInstanceName: 'web-1',
    SnapshotName: 'golden',
    WithTags: { stage: 'golden' },
    FromAutoSnapshot: false,
    CreatedAfter: '2026-11-01',
    CreatedBefore: '2026-11-21T09:30:00+01:00',
    Choose: 'oldest',
    FallbackSnapshotName: 'first',
    Revision: '2',
  });
});

test('its name is an attribute, and it is a snapshot like any other', () => {
  const lookup = look({ instanceName: 'web-1' });
  new SnapshotCopy(stack, 'Copy', { source: lookup });
  const [id] = Object.keys(Template.fromStack(stack).findResources(TYPE));
  expect(stack.resolve(lookup.instanceSnapshotName)).toEqual({ 'Fn::GetAtt': [id, 'Name'] });
  Template.fromStack(stack).hasResourceProperties('Custom::LightsailSnapshotCopy', { SourceSnapshotName: { 'Fn::GetAtt': [id, 'Name'] } });
});

test('every attribute is one that the handler knows', () => {
  const lookup = look();
  const values = [
    lookup.instanceSnapshotArn, lookup.supportCode, lookup.createdAt, lookup.region, lookup.state, String(lookup.sizeInGb), lookup.fromInstanceName,
    lookup.fromInstanceArn, lookup.fromBlueprintId, lookup.fromBundleId, Token.asString(lookup.isFromAutoSnapshot), String(lookup.count), Fn.join('', lookup.snapshotNames),
    Fn.join('', lookup.attachedDiskNames), Fn.join('', lookup.attachedDiskPaths), Fn.join('', lookup.attachedDiskSizesInGb),
  ];
  values.forEach((value, index) => new CfnOutput(stack, `Value${index}`, { value }));
  expect(properties().Attributes).toEqual([...CONTRACTS[TYPE].attributes].sort());
});

test('may read lists, and nothing else', () => {
  look();
  const text = JSON.stringify(Template.fromStack(stack).toJSON());
  expect([...text.matchAll(/lightsail:\w+/g)].map(([action]) => action)).toEqual(['lightsail:GetInstanceSnapshots']);
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'Delete' });
});

describe('bad input fails at synthesis, with the path and the value', () => {
  test.each<[string, InstanceSnapshotLookupProps, RegExp]>([
    ['an empty instance name', { instanceName: '' }, /^Site\/Lookup: instanceName must be 2 to 255 .* got ''/],
    ['an empty name', { snapshotName: '' }, /^Site\/Lookup: snapshotName must be .* got ''/],
    ['an empty fallback', { fallbackSnapshotName: '' }, /^Site\/Lookup: fallbackSnapshotName must be .* got ''/],
    ['a time in words', { createdAfter: 'yesterday' }, /createdAfter must be a time of ISO 8601 with its zone, .* got 'yesterday'/],
    ['a time without a zone', { createdBefore: '2026-11-21T09:30:00' }, /createdBefore must be a time .* got '2026-11-21T09:30:00'/],
    ['a day that there is not', { createdBefore: '2026-02-30T00:00:00Z' }, /got '2026-02-30T00:00:00Z'/],
    ['an hour that there is not', { createdBefore: '2026-02-20T25:00:00Z' }, /got '2026-02-20T25:00:00Z'/],
    ['a period that ends before it begins', { createdAfter: '2026-11-21', createdBefore: '2026-11-20' },
      /createdAfter must be earlier than createdBefore, got '2026-11-21' and '2026-11-20'/],
    ['a period of no length', { createdAfter: '2026-11-21T01:00:00+01:00', createdBefore: '2026-11-21' }, /must be earlier/],
    ['a tag that nothing can have', { withTags: { 'aws:mine': 'x' } }, /^Site\/Lookup: withTags: a tag's key must not begin with 'aws:'/],
    ['a tag without a key', { withTags: { '': 'x' } }, /withTags: a tag's key must have 1 to 128 characters/],
  ])('%s', (_, props, message) => {
    expect(() => look(props)).toThrow(message);
  });

  test('but what is known at deployment only passes', () => {
    const text = (id: string) => new CfnParameter(stack, id).valueAsString;
    look({ instanceName: text('Instance'), createdAfter: text('After'), createdBefore: '2026-11-20', withTags: { stage: text('Stage') } });
    expect(properties()).toMatchObject({ CreatedAfter: { Ref: 'After' }, WithTags: { stage: { Ref: 'Stage' } } });
  });
});
