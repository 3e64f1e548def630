import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Resources } from '../../testbed/driver';

/** The custom resources of a stack, as the constructs write them. */
export function customResources(define: (scope: Stack) => void): Resources {
  const scope = new Stack(new App(), 'Site');
  define(scope);
  const resources = Template.fromStack(scope).toJSON().Resources as Resources;
  const custom = Object.entries(resources).filter(([, { Type }]) => Type.startsWith('Custom::Lightsail'));
  const ids = custom.map(([id]) => id);
  return Object.fromEntries(custom.map(([id, { DependsOn, Properties = {}, ...resource }]) => {
    const { ServiceToken, ...properties } = Properties as Record<string, unknown>;
    const needed = ([DependsOn ?? []].flat() as string[]).filter(other => ids.includes(other));
    return [id, { ...resource, Properties: properties, DependsOn: needed }];
  })) as Resources;
}
