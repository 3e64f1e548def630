import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Contender, peerClients, plainResources } from './contender';
import { running } from './retry';
import { Definition, definitionOf } from '../../../testbed/driver';
import { userHandlers } from '../peers/framework';
import { FrameworkSnapshots } from '../peers/stacks';

/** Where answers go, by request. */
const addresses = new Map<string, string>();

type Handler = (event: never) => Promise<unknown>;

/** Folder of the framework's own handlers, which the package does not export. */
export const RUNTIME = join(dirname(createRequire(__filename).resolve('aws-cdk-lib/package.json')), 'custom-resources/lib/provider-framework/runtime');

/** CDK's provider framework: its own handlers and the state machine of its template, around what a user writes. */
export function framework(seconds: number): Contender {
  const stack = new Stack(new App(), 'Framework');
  FrameworkSnapshots.of(stack, Duration.seconds(seconds));
  const handlers = frameworkHandlers();
  return {
    name: `Provider, ${seconds} s`,
    engine: {
      createClients: peerClients,
      createHandler: env => input => running.run(env, async () => {
        const step = input as { handler?: string; event: never };
        // the state machine says which of the framework's functions it means; CloudFormation knows but one
        return step.handler ? handlers[step.handler](step.event) : handlers.onEvent(input as never);
      }),
    },
    definition: asInvocations(definitionOf(Template.fromStack(stack).toJSON())),
    functionTimeout: 900,
    memoryGb: 0.128,
    functions: 2,
    resources: plainResources,
  };
}

/** The framework's handlers, with all that leaves them led into the virtual environment. */
function frameworkHandlers(): Record<string, Handler> {
  const load = createRequire(__filename);
  Object.assign(process.env, { USER_ON_EVENT_FUNCTION_ARN: 'onEvent', USER_IS_COMPLETE_FUNCTION_ARN: 'isComplete', WAITER_STATE_MACHINE_ARN: 'waiter' });
  load(join(RUNTIME, 'util.js')).log = () => undefined;
  Object.assign(load(join(RUNTIME, 'outbound.js')), {
    async startExecution({ name, input }: { name: string; input: string }) {
      const env = running.getStore()!;
      return env.sfn().send(new StartExecutionCommand({ stateMachineArn: env.clockArn, name, input }));
    },
    async invokeFunction({ FunctionName, Payload }: { FunctionName: 'onEvent' | 'isComplete'; Payload: string }) {
      const result = await userHandlers(running.getStore()!.lightsail())[FunctionName](JSON.parse(Payload)).then(
        value => ({ Payload: JSON.stringify(value) }),
        (error: Error) => ({ FunctionError: 'Unhandled', Payload: JSON.stringify({ errorType: error.name, errorMessage: error.message }) }),
      );
      return { ...result, Payload: Buffer.from(result.Payload) };
    },
    async httpRequest(_: object, body: string) {
      const { put } = running.getStore()!;
      await put(addresses.get((JSON.parse(body) as { RequestId: string }).RequestId)!, body);
    },
  });
  const { onEvent, ...others } = load(join(RUNTIME, 'framework.js')) as Record<string, Handler>;
  return {
    ...others,
    // the framework asks for an address without a port, which is what a local one lives by
    onEvent: async (event: never) => {
      const { RequestId, ResponseURL } = event as { RequestId: string; ResponseURL: string };
      addresses.set(RequestId, ResponseURL);
      return onEvent(event);
    },
  };
}

/** The same definition in the notation that the driver knows: it has one function, which is told whom it is to play. */
function asInvocations(definition: Definition): Definition {
  const States = Object.fromEntries(Object.entries(definition.States).map(([name, state]) => [name, {
    ...state,
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: 'Handler', Payload: { 'handler': name.split('-')[1], 'event.$': '$' } },
    OutputPath: '$.Payload',
  }]));
  return { ...definition, States };
}
