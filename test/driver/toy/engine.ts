import { CreateInstanceSnapshotCommand, DeleteInstanceSnapshotCommand, GetInstanceSnapshotCommand } from '@aws-sdk/client-lightsail';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { createClients } from '../../../src/handler/clients';
import type { Environment } from '../../../src/handler/environment';
import type { Engine } from '../lambda';

interface Event {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: { readonly Name?: string; readonly Does?: string; readonly DoesOnDelete?: string };
}

interface Task {
  readonly handler: string;
  readonly event: Event;
  readonly crash?: object;
  readonly wait: number;
}

/** A handler that is right when left alone, and wrong in whatever way the property `Does` asks for. */
export const TOY_ENGINE: Engine = {
  createClients,
  createHandler: env => async (input, context) => {
    if ('event' in (input as object)) return step(env, input as Task);
    const event = input as Event;
    const task: Task = { handler: context.invokedFunctionArn, event, wait: 10 };
    await env.sfn().send(new StartExecutionCommand({ stateMachineArn: env.waiterArn, name: event.RequestId, input: JSON.stringify(task) }));
    env.log({ notice: 'handed over', logicalId: event.LogicalResourceId });
    return undefined;
  },
};

async function step(env: Environment, task: Task): Promise<Task | { done: string }> {
  const { event } = task;
  const does = event.RequestType === 'Delete' ? event.ResourceProperties.DoesOnDelete : event.ResourceProperties.Does;
  const name = event.ResourceProperties.Name ?? event.LogicalResourceId;
  if (task.crash) return answer(env, event, name, 'FAILED', 'gave up');
  switch (does) {
    case 'silent': return { done: 'silent' };
    case 'fail': return answer(env, event, name, 'FAILED', 'was told to');
    case 'throw': throw new TypeError('was told to');
    case 'hang': await new Promise(() => undefined); break;
    case 'oversleep': await env.clock.sleep(3600_000); break;
    case 'twice': await answer(env, event, name, 'FAILED', 'first'); break;
    case 'oversized': return answer(env, event, name, 'SUCCESS', undefined, { Blob: 'x'.repeat(4096) });
    case 'no id': return answer(env, event, '', 'SUCCESS');
  }
  if (does?.startsWith('wait ') && !('waited' in task)) return { ...task, wait: Number(does.slice(5)), waited: true } as Task;
  return event.RequestType === 'Delete' ? remove(env, event) : make(env, task, name);
}

async function make(env: Environment, task: Task, instanceSnapshotName: string): Promise<Task | { done: string }> {
  try {
    const { instanceSnapshot } = await env.lightsail().send(new GetInstanceSnapshotCommand({ instanceSnapshotName }));
    if (instanceSnapshot?.state !== 'available') return task;
  } catch (error) {
    if ((error as Error).name !== 'NotFoundException') throw error;
    await env.lightsail().send(new CreateInstanceSnapshotCommand({ instanceSnapshotName, instanceName: 'x' }));
    return task;
  }
  return answer(env, task.event, instanceSnapshotName, 'SUCCESS', undefined, { Name: instanceSnapshotName, Size: 20 });
}

async function remove(env: Environment, event: Event): Promise<{ done: string }> {
  try {
    await env.lightsail().send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName: event.PhysicalResourceId }));
  } catch (error) {
    if ((error as Error).name !== 'NotFoundException') throw error;
  }
  return answer(env, event, event.PhysicalResourceId!, 'SUCCESS');
}

async function answer(env: Environment, event: Event, id: string, status: string, reason?: string, data?: object): Promise<{ done: string }> {
  const { StackId, RequestId, LogicalResourceId, ResponseURL } = event;
  const body = { Status: status, Reason: reason, PhysicalResourceId: id, StackId, RequestId, LogicalResourceId, Data: data };
  const code = await env.put(ResponseURL, JSON.stringify(body));
  if (code >= 500) throw new Error(`the answer could not be left: ${code}`);
  return { done: status };
}
