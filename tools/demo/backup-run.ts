import type { BackupSources } from './backup-sources';
import type { Emulator } from './emulator';

const TIMEOUT = 120_000;

export interface BackupRun {
  readonly slot: string;
  readonly status: string;
  /** The output of the execution, or the cause of its failure. */
  readonly report: string;
  /** What the report says of sources that are not backed up, by their names. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** Waits until an execution is there and has ended. */
export async function followRun(emulator: Emulator, stateMachineArn: string, name: string): Promise<BackupRun> {
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const slot = name.split('.')[1];
  for (const deadline = Date.now() + TIMEOUT; Date.now() < deadline;) {
    const found = await emulator.call('states', 'AWSStepFunctions.DescribeExecution', { executionArn }).catch(() => undefined);
    if (found && found.status !== 'RUNNING') {
      const report: string = found.status === 'SUCCEEDED' ? JSON.parse(found.output).report : found.cause;
      return { slot, status: found.status, report, reasons: reasonsOf(report) };
    }
    await new Promise(next => setTimeout(next, 200));
  }
  return { slot, status: 'none', report: `no execution called ${name} ended within ${TIMEOUT / 1000} s`, reasons: new Map() };
}

/** Of lines like "1: the snapshot ended in an error: Instance/web-07". */
function reasonsOf(report: string): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const [, words, sources] of report.matchAll(/^\d+: (.*): (Instance\/.*)$/gm)) {
    for (const source of sources.split(', ')) reasons.set(source.replace('Instance/', ''), words);
  }
  return reasons;
}

/** The report by source, with what there is of each afterwards. */
export function tableOf({ slot, reasons }: BackupRun, servers: BackupSources): string {
  const rows = servers.names.map(source => [
    source,
    reasons.has(source) ? 'failed' : 'good',
    servers.ofSlot(servers.home, source, slot)?.name ?? '-',
    `${servers.of(servers.home, source).length}`,
    `${servers.of(servers.away, source).length}`,
    reasons.get(source) ?? '',
  ]);
  const table = [['source', 'outcome', 'snapshot', 'here', 'copies', 'reason'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map(row => row[column].length)));
  return table.map(row => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}
