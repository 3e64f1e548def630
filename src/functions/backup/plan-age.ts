/** Since when a plan is there. */
import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { PlanSettings, SCHEDULE_PREFIX } from './contract';
import type { BackupEnvironment } from './environment';
import { describe } from '../aws/errors';

/** Milliseconds since 1970 at which the plan's schedule was created: an update of the plan leaves that as it is. */
export async function plannedSince(env: BackupEnvironment, plan: PlanSettings): Promise<number> {
  try {
    const { CreationDate } = await env.scheduler().send(new GetScheduleCommand({ Name: SCHEDULE_PREFIX + plan.name }));
    return CreationDate!.getTime();
  } catch (error) {
    // a plan of which that cannot be learnt is taken for an old one: its alarm rings rather too early than too late
    env.log({ action: 'audit', plan: plan.name, notice: `it is not known since when the plan is there: ${describe(error)}` });
    return -Infinity;
  }
}
