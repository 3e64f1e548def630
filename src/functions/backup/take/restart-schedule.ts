/** The one-time schedule that starts a stopped instance by itself, should nothing else do it any more. */
import { CreateScheduleCommand, DeleteScheduleCommand } from '@aws-sdk/client-scheduler';
import type { Child } from './child';
import { describe } from '../../aws/errors';
import { hash } from '../../aws/ownership';
import { RESTART_SCHEDULE_PREFIX } from '../contract';

/** Seconds for which Scheduler tries again when Lightsail refuses to start the instance, such as while its snapshot is pending. */
const TRY_FOR = 24 * 3600;

/** Makes the schedule for an instance that runs. True when there is one that starts it at that time. */
export async function scheduleRestart(child: Child, instance: string, at: number, replaces = true): Promise<boolean> {
  const { env } = child;
  try {
    await env.scheduler().send(new CreateScheduleCommand({
      Name: nameOf(child, instance, child.run),
      Description: `Starts ${instance}, which is stopped for a snapshot`,
      ScheduleExpression: `at(${new Date(at).toISOString().slice(0, 19)})`,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: `arn:${partitionOf(env.restartRoleArn)}:scheduler:::aws-sdk:lightsail:startInstance`,
        RoleArn: env.restartRoleArn,
        // the names of parameters begin with a capital, unlike Lightsail's own
        Input: JSON.stringify({ InstanceName: instance }),
        RetryPolicy: { MaximumEventAgeInSeconds: TRY_FOR, MaximumRetryAttempts: 185 },
      },
    }));
  } catch (error) {
    // an attempt of this step that died made it, nobody knows when: it may be about to start the instance
    if (replaces && (error as Error).name === 'ConflictException') return await removeRestart(child, instance) && scheduleRestart(child, instance, at, false);
    child.log(instance, { error: `not stopped, because the schedule that starts it again could not be made: ${describe(error)}` });
    return false;
  }
  return true;
}

/**
 * True when there is no such schedule any more.
 * @param run value of the tag of the run that made it
 */
export async function removeRestart(child: Child, instance: string, run = child.run): Promise<boolean> {
  try {
    await child.env.scheduler().send(new DeleteScheduleCommand({ Name: nameOf(child, instance, run) }));
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return true;
    child.log(instance, { error: `the schedule that starts it could not be removed: ${describe(error)}` });
    return false;
  }
  return true;
}

const nameOf = ({ plan }: Child, instance: string, run: string) => `${RESTART_SCHEDULE_PREFIX}${hash(32, [plan.account, ...run.split('/'), instance])}`;

const partitionOf = (arn = '') => arn.split(':')[1] || 'aws';
