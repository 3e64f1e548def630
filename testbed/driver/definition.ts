import type { Definition } from './asl';
import { Resource, resolve } from './template';

const TYPE = 'AWS::StepFunctions::StateMachine';

/** The definition of the state machine in a synthesised template. Give a logical id when there are several. */
export function definitionOf(template: { readonly Resources?: Readonly<Record<string, unknown>> }, logicalId?: string): Definition {
  const machines = Object.entries((template.Resources ?? {}) as Record<string, Resource>)
    .filter(([id, { Type }]) => Type === TYPE && (logicalId === undefined || id === logicalId));
  if (machines.length !== 1) throw new Error(`one state machine wanted, found ${machines.length}`);
  const { DefinitionString, Definition, DefinitionSubstitutions, ...others } = machines[0][1].Properties as Record<string, unknown>;
  if (others.StateMachineType === 'EXPRESS') throw new Error('the driver knows standard state machines only');
  const scope = {
    ref: (name: string) => PSEUDO[name] ?? `ref-${name}`,
    getAtt: (id: string, attribute: string) => `arn:aws:lambda:us-east-1:123456789012:function:${id}-${attribute}`,
  };
  if (Definition !== undefined) {
    if (DefinitionSubstitutions !== undefined) throw new Error('DefinitionSubstitutions are not known to the driver');
    return resolve(Definition, scope) as Definition;
  }
  return JSON.parse(resolve(DefinitionString, scope) as string) as Definition;
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com',
};
