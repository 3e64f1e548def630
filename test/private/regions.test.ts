import { App, Aws, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as lib from '../../src';
import { REGIONS } from '../../src/functions/aws/regions';

const WARNING = Match.stringLikeRegexp('has no Lightsail');

function warnings(region?: string) {
  const stack = new Stack(new App(), 'Site', { env: { region } });
  for (const name of ['web-1', 'web-2']) new lib.LightsailInstanceSnapshot(stack, name, { instanceName: name });
  return Annotations.fromStack(stack).findWarning('*', WARNING);
}

test('a stack in a region without Lightsail is warned of once, and told which are near', () => {
  const [warning, ...others] = warnings('us-west-1');
  expect(others).toEqual([]);
  expect(warning.id).toBe('/Site/cdk-lightsail-snapshots');
  expect(warning.entry.data).toMatch(/^'us-west-1' has no Lightsail, as far as this version knows\. near it are us-east-1, us-east-2, us-west-2\. /);
  expect(warnings('me-south-1')[0].entry.data).toContain(`there are ${REGIONS.join(', ')}.`);
});

test.each([undefined, ...REGIONS])('a stack in %s is not', region => {
  expect(warnings(region)).toEqual([]);
});

function copyFrom(sourceRegion: string, region = 'us-east-1') {
  const stack = new Stack(new App(), 'Site', { env: { region } });
  return () => new lib.SnapshotCopy(stack, 'Copy', { source: lib.InstanceSnapshotSource.latestAutomaticSnapshot('web-1'), sourceRegion });
}

test('there is nothing to copy from a region without Lightsail', () => {
  expect(copyFrom('eu-south-1')).toThrow('Site/Copy: sourceRegion must be a region that has Lightsail: '
    + "'eu-south-1' has no Lightsail, as far as this version knows. near it are eu-central-1, eu-north-1, eu-south-2, eu-west-1, eu-west-2, eu-west-3");
  expect(copyFrom('London')).toThrow('sourceRegion must be the name of a region');
  expect(copyFrom('eu-south-2')).not.toThrow();
  expect(copyFrom(Aws.REGION)).not.toThrow();
  // such a stack is warned of already
  expect(copyFrom('us-west-1', 'us-west-1')).not.toThrow();
});

test('the region of a source is that of its stack', () => {
  const app = new App();
  const there = new Stack(app, 'There', { env: { region: 'me-south-1', account: '123456789012' } });
  const here = new Stack(app, 'Here', { env: { region: 'us-east-1', account: '123456789012' } });
  const source = lib.LightsailInstanceSnapshot.fromInstanceSnapshotName(there, 'Golden', 'golden');
  expect(() => new lib.SnapshotCopy(here, 'Copy', { source })).toThrow("the region of the source must be a region that has Lightsail: 'me-south-1' has no");
});
