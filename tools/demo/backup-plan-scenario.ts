import { BackupRun, followRun, tableOf } from './backup-run';
import { BackupSources } from './backup-sources';
import { DemoClock } from './demo-clock';
import { Stage } from './stage';

const APP = 'backup-plan';
const HOUR = 3600_000;
const DAY = 24 * HOUR;

/** Three nights of a backup plan: all is well; a snapshot fails; all is well again. Then the stack goes and the snapshots stay. */
export async function backupPlan(stage: Stage, clock: DemoClock): Promise<void> {
  const { emulator, simulator } = stage;
  const servers = new BackupSources(simulator, clock.now());
  const { names, home, away } = servers;
  const inventory = () => servers.inventory;

  const made = await stage.deploy('cdk deploy: a backup plan for 12 instances, with copies in another region', APP, {});
  const { StateMachineArn, RunEventsUrl } = made.outputs.Backups ?? {};
  stage.check('the stack is there', made.exitCode === 0, () => made.output);
  if (made.exitCode !== 0) return;
  stage.say(`The demo's part in what follows:
- a clock ${clock.speed} times as fast as the real one, which skips what is between two runs; functions, Scheduler, waits and the simulated Lightsail
  go by it
- a schedule in UTC, since the emulator knows no other zone
- the planned time in the input of a run, where the emulator leaves the placeholder
The emulator's part: to read the schedule and fire it, and to run the state machine with its Distributed Map, the functions and the rule for events.
What it cannot show (time zones, the dead-letter queue, an alarm on silence) is in test/integ/README.md.`);

  const first = await night('night 1');
  stage.check('the run succeeded', first.status === 'SUCCEEDED', () => first.report);
  stage.check('each of the 12 has a new good snapshot and a copy',
    servers.areGood(home, names, first.slot) && servers.areGood(away, names, first.slot), inventory);

  const unlucky = ['web-07'];
  const others = names.filter(name => !unlucky.includes(name));
  simulator.outcomes.push({ resourceType: 'InstanceSnapshot', name: /^web-07-/, state: 'error' });
  const second = await night('night 2, and the snapshot of web-07 fails');
  stage.check('the run failed, and names web-07 alone', second.status === 'FAILED' && second.report.includes('11 of 12 sources are backed up')
    && [...second.reasons.keys()].join() === 'web-07', () => second.report);
  stage.check('the others have their new snapshots and copies',
    servers.areGood(home, others, second.slot) && servers.areGood(away, others, second.slot), inventory);
  stage.check('of web-07 nothing was removed, here or there',
    servers.areGood(home, unlucky, first.slot) && servers.areGood(away, unlucky, first.slot), inventory);
  stage.check('of the others, the older copies are gone and the older snapshots are not',
    servers.areGone(away, others, first.slot) && servers.areGood(home, others, first.slot), inventory);

  const third = await night('night 3');
  stage.check('the run succeeded', third.status === 'SUCCEEDED', () => third.report);
  stage.check('each has two good snapshots here and one copy there',
    names.every(name => servers.of(home, name).length === 2 && servers.of(away, name).length === 1)
    && servers.areGood(home, names, third.slot) && servers.areGood(away, names, third.slot), inventory);
  stage.check('of the others, the first night is gone', servers.areGone(home, others, first.slot), inventory);
  stage.check('of web-07 the first night is still there, and what failed is gone',
    servers.areGood(home, unlucky, first.slot) && servers.areGone(home, unlucky, second.slot), inventory);

  stage.check('an instance that is not selected has no snapshot',
    [...home.instanceSnapshots.values()].every(({ fromInstanceName }) => fromInstanceName !== 'not-selected'), inventory);
  stage.check('snapshots of others are untouched, though they are called alike', servers.foreignIsUntouched, inventory);

  const events = await runEvents();
  stage.check('the rule told of each run',
    events === [first, second, third].map(({ slot, status }) => `nightly.${slot} ${status}`).join('\n'), () => events);
  const audits = await auditMetrics();
  stage.check('the audit was heard of, and no source is unprotected',
    audits.length > 0 && audits.every(({ Unprotected }) => Unprotected === 0), () => JSON.stringify(audits));

  const before = servers.inventory;
  const destroyed = await stage.destroy('cdk destroy', APP, {});
  stage.check('the stack is gone', destroyed.exitCode === 0, () => destroyed.output);
  stage.check('all snapshots and copies are still there', servers.inventory === before, inventory);

  /** Puts the clock to just before the next 04:00, and follows the run that the schedule then starts. */
  async function night(title: string): Promise<BackupRun> {
    const due = (Math.floor(clock.now() / DAY) + 1) * DAY + 4 * HOUR;
    const shortBefore = due - 60_000;
    stage.title(`${title}: the clock is put to ${new Date(shortBefore).toISOString()}`);
    clock.putForward(shortBefore);
    const run = await followRun(emulator, StateMachineArn, `nightly.${new Date(due).toISOString().slice(0, 16).replace(':', '')}`);
    // the last deletions take a while
    clock.putForward(clock.now() + 300_000);
    stage.say(`${run.report}\n${tableOf(run, servers)}`);
    return run;
  }

  /** What came into the queue behind `onRunEvent`. */
  async function runEvents(): Promise<string> {
    const { Messages = [] } = await emulator.call<{ Messages?: { Body: string }[] }>('sqs', 'AmazonSQS.ReceiveMessage',
      { QueueUrl: RunEventsUrl, MaxNumberOfMessages: 10 });
    return Messages.map(({ Body }) => JSON.parse(Body).detail).map(({ name, status }) => `${name} ${status}`).sort().join('\n');
  }

  /** The metrics that audits wrote into their log. */
  async function auditMetrics(): Promise<{ Unprotected: number }[]> {
    const { logGroups } = await emulator.call<{ logGroups: { logGroupName: string }[] }>('logs', 'Logs_20140328.DescribeLogGroups', {});
    const found = logGroups.find(({ logGroupName }) => logGroupName.includes('AuditLogs'));
    const log = await emulator.call<{ events: { message: string }[] }>('logs', 'Logs_20140328.FilterLogEvents', { logGroupName: found?.logGroupName });
    return log.events.filter(({ message }) => message.includes('"Unprotected":')).map(({ message }) => JSON.parse(message));
  }
}
