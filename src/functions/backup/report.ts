/** Says what came of a run, in words and in metrics. One failure stops nothing before this; here it makes the run fail. */
import { hasCopyAtHome } from './copy-regions';
import type { BackupEnvironment } from './environment';
import { logMetrics } from './metrics';
import { OUTCOMES, Outcome, ReportRequest, ReportResult, Tally } from './payloads';
import { EMPTY_TALLY } from './tally';

/** The cause of an execution's failure has at most 32,768 characters. */
const MAX_LENGTH = 30_000;

/** Outcomes that are no failure. */
const FINE: readonly Outcome[] = [OUTCOMES.good, OUTCOMES.gone];

/** Outcomes with a good snapshot in the home region. */
const TAKEN: readonly Outcome[] = [OUTCOMES.good, OUTCOMES.copyFailed, OUTCOMES.copyPending];

const WORDS: Readonly<Record<Outcome, string>> = {
  [OUTCOMES.good]: 'are backed up',
  [OUTCOMES.gone]: 'went away before their snapshot was taken',
  [OUTCOMES.failed]: 'the snapshot ended in an error',
  [OUTCOMES.copyFailed]: 'a copy failed',
  [OUTCOMES.copyPending]: 'a copy was still pending when the completion window ended',
  [OUTCOMES.pending]: 'there was no good snapshot when the completion window ended',
  [OUTCOMES.busy]: 'Lightsail was busy with the source until the completion window ended',
  [OUTCOMES.refused]: 'AWS refused: the log of the function has its words',
  [OUTCOMES.nameTaken]: 'the name of the snapshot is somebody else\'s: the log of the function has it',
  [OUTCOMES.notRunning]: 'not taken, because the instance was not running and the plan stops instances',
  [OUTCOMES.noStaticIp]: 'not taken, because the instance has no static IP and would get another address when it is stopped',
  [OUTCOMES.notStarted]: 'the instance was stopped and did not run again in time',
  [OUTCOMES.missing]: 'named by the selection, and there is no such source',
  [OUTCOMES.unknown]: 'not known, because the function failed: its log says why',
};

export function report(env: BackupEnvironment, run: ReportRequest['run']): ReportResult {
  const { plan, slot, page, round, error, refused } = run;
  const tally = page?.tally ?? EMPTY_TALLY;
  const failed = Object.entries(tally.outcomes).reduce((sum, [outcome, count]) => sum + (FINE.includes(outcome as Outcome) ? 0 : count), 0);
  const nothingMatched = page !== undefined && tally.selected === 0;
  const copyAtHome = hasCopyAtHome(plan);
  const lines = [
    `${plan.name} in ${plan.homeRegion}, ${slot}: ${tally.outcomes[OUTCOMES.good] ?? 0} of ${tally.selected} sources ${WORDS[OUTCOMES.good]}`,
    ...nothingMatched ? ['No source matches the selection. Nothing was pruned'] : [],
    ...error ? [`The run stopped: ${error.Error ?? ''} ${error.Cause ?? ''}`.slice(0, 2000)] : [],
    ...refused ? [`This run is in the execution that the schedule started, of which onRunEvent does not tell: one named ${plan.name}.${slot} could not be started: ${refused.Error ?? ''} ${refused.Cause ?? ''}`.slice(0, 2000)] : [],
    ...copyAtHome ? [`copies names ${plan.homeRegion}, which is the plan's own region: no copy is made or pruned there. drop it, or deploy the plan elsewhere`] : [],
    ...sourcesByOutcome(tally),
    ...round?.problems ?? [],
    ...round ? [`Deleted ${round.pruned}${round.adopted > 0 ? `, took over ${round.adopted}` : ''}`] : [],
    ...round?.notes ?? [],
    ...tally.throttled + (round?.throttled ?? 0) > 0 ? ['Lightsail said that there were too many calls: consider a lower callsPerSecond'] : [],
    ...tally.downtime > 0 ? [`Longest downtime: ${tally.downtime} s`] : [],
  ];
  const text = lines.join('\n').slice(0, MAX_LENGTH);
  const isFailed = failed > 0 || nothingMatched || copyAtHome || error !== undefined || (round?.problems.length ?? 0) > 0;
  logMetrics(env, plan, {
    failed: failed || (isFailed ? 1 : 0),
    taken: TAKEN.reduce((sum, outcome) => sum + (tally.outcomes[outcome] ?? 0), 0),
    pruned: round?.pruned ?? 0,
    throttled: tally.throttled + (round?.throttled ?? 0),
    ...plan.stop && { downtime: tally.downtime },
  });
  env.log({ action: 'report', plan: plan.name, slot, failed: isFailed, report: text });
  return { failed: isFailed, error: errorName(isFailed, error !== undefined), report: text };
}

function errorName(isFailed: boolean, stopped: boolean): string {
  if (!isFailed) return '';
  return stopped ? 'Failed' : 'PartialFailure';
}

function sourcesByOutcome({ outcomes, names }: Tally): string[] {
  return Object.entries(outcomes).filter(([outcome]) => outcome !== OUTCOMES.good).map(([outcome, count]) => {
    const listed = names[outcome] ?? [];
    const more = count > listed.length ? ` and ${count - listed.length} more` : '';
    return `${count}: ${WORDS[outcome as Outcome]}: ${listed.join(', ')}${more}`;
  });
}
