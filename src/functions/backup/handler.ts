/** Leads each request to the step that it asks for. */
import { audit } from './audit';
import { unpack } from './batches';
import type { BackupEnvironment } from './environment';
import { toSlot } from './names';
import type { BackupRequest } from './payloads';
import { prune } from './prune';
import { report } from './report';
import { select } from './select';
import { take } from './take';
import type { InvocationContext } from '../aws/environment';

export function createBackupHandler(env: BackupEnvironment) {
  return async (request: BackupRequest, context: InvocationContext): Promise<unknown> => {
    const deadline = env.clock.now() + context.getRemainingTimeInMillis();
    switch (request.action) {
      case 'begin':
        return { plan: request.run.plan, slot: toSlot(Date.parse(request.startedAt), 'seconds'), keepFor: request.run.onDemand.keepFor };
      case 'select':
        return select(env, request.run);
      case 'take':
        return take(env, { ...request, run: { ...request.run, batch: unpack(request.run.batch) } }, deadline);
      case 'prune':
        return prune(env, request.run, deadline);
      case 'report':
        return report(env, request.run);
      case 'audit':
        return audit(env, request.plan);
      default:
        throw new Error(`unknown action: ${JSON.stringify((request as { action?: unknown }).action)}`);
    }
  };
}
