/** Metrics as lines of the log, which CloudWatch reads by itself (embedded metric format). */
import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS, PlanSettings } from './contract';
import type { BackupEnvironment } from './environment';

export function logMetrics(env: BackupEnvironment, plan: PlanSettings, values: Partial<Record<keyof typeof METRICS, number>>): void {
  const given = Object.entries(values) as [keyof typeof METRICS, number][];
  env.log({
    _aws: {
      Timestamp: env.clock.now(),
      CloudWatchMetrics: [{
        Namespace: METRIC_NAMESPACE,
        Dimensions: [[METRIC_DIMENSION]],
        Metrics: given.map(([name]) => ({ Name: METRICS[name], Unit: IN_SECONDS.has(name) ? 'Seconds' : 'Count' })),
      }],
    },
    [METRIC_DIMENSION]: plan.name,
    ...Object.fromEntries(given.map(([name, value]) => [METRICS[name], value])),
  });
}

const IN_SECONDS = new Set<keyof typeof METRICS>(['newestAge', 'downtime']);
