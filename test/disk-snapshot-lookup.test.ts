import { App, CfnOutput, Fn, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DiskSnapshotCopy, DiskSnapshotLookup, DiskSnapshotLookupProps } from '../src';
import { CONTRACTS } from '../src/functions/deployment/contract';

const TYPE = 'Custom::LightsailDiskSnapshotLookup';

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Site'); });

const look = (props?: DiskSnapshotLookupProps) => new DiskSnapshotLookup(stack, 'Lookup', props);
const properties = (): Record<string, unknown> => Object.values(Template.fromStack(stack).findResources(TYPE))[0].Properties;

test.each<[DiskSnapshotLookupProps | undefined, object]>([
  [undefined, {}], [{ diskName: 'uploads' }, { FromDiskName: 'uploads' }], [{ instanceName: 'web-1' }, { FromInstanceName: 'web-1' }],
])('says what to look for: %j', (props, expected) => {
  look(props);
  expect(properties()).toEqual({ ServiceToken: expect.anything(), Timeout: 300, Attributes: ['Name'], ...expected });
});

test('its name is an attribute, and it is a snapshot like any other', () => {
  const lookup = look();
  new DiskSnapshotCopy(stack, 'Copy', { source: lookup });
  const [id] = Object.keys(Template.fromStack(stack).findResources(TYPE));
  Template.fromStack(stack).hasResourceProperties('Custom::LightsailSnapshotCopy', { SourceType: 'DiskSnapshot', SourceSnapshotName: { 'Fn::GetAtt': [id, 'Name'] } });
});

test('every attribute is one that the handler knows', () => {
  const lookup = look();
  const values = [
    lookup.diskSnapshotArn, lookup.supportCode, lookup.createdAt, lookup.region, lookup.state, String(lookup.sizeInGb), lookup.fromInstanceName,
    lookup.fromInstanceArn, lookup.fromDiskName, lookup.fromDiskArn, lookup.progress, Token.asString(lookup.isFromAutoSnapshot), String(lookup.count),
    Fn.join('', lookup.snapshotNames),
  ];
  values.forEach((value, index) => new CfnOutput(stack, `Value${index}`, { value }));
  expect(properties().Attributes).toEqual([...CONTRACTS[TYPE].attributes].sort());
});

test('may read lists, and nothing else', () => {
  look();
  const text = JSON.stringify(Template.fromStack(stack).toJSON());
  expect([...text.matchAll(/lightsail:\w+/g)].map(([action]) => action)).toEqual(['lightsail:GetDiskSnapshots']);
});

test.each<[string, DiskSnapshotLookupProps, RegExp]>([
  ['a disk and an instance', { diskName: 'uploads', instanceName: 'web-1' }, /^Site\/Lookup: .* give diskName or instanceName, got both/],
  ['an empty disk name', { diskName: '' }, /^Site\/Lookup: diskName must be 2 to 255 .* got ''/],
  ['an empty period', { createdAfter: '2026-11-21', createdBefore: '2026-11-21' }, /createdAfter must be earlier than createdBefore/],
])('bad input fails at synthesis: %s', (_, props, message) => {
  expect(() => look(props)).toThrow(message);
});
