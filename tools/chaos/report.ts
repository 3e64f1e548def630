import type { Failing, Report, Tally } from './work';

/** Columns as wide as their widest cell; all but the first to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  return rows.map(row => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')).join('\n');
}

/** Cases by fault and resource type, with failures where there are any. */
export function byTypeAndFault(tallies: readonly Tally[], faults: readonly string[]): string {
  const resourceTypes = [...new Set(tallies.map(({ resourceType }) => resourceType))].sort();
  const cell = (chosen: readonly Tally[]) => {
    const [cases, failed] = chosen.reduce(([all, bad], tally) => [all + tally.cases, bad + tally.failed], [0, 0]);
    return failed > 0 ? `${cases} (${failed} failed)` : String(cases);
  };
  const row = (fault: string) => {
    const ofFault = tallies.filter(tally => tally.fault === fault);
    return [fault, ...resourceTypes.map(resourceType => cell(ofFault.filter(tally => tally.resourceType === resourceType))), cell(ofFault)];
  };
  return table([['', ...resourceTypes, 'all'], ...['none', ...faults].map(row)]);
}

/** What failed, why, and how to see it again. */
export function explain({ given, violations, seed }: Failing, only: string): string {
  return [
    `FAILED ${given.scenario}`,
    ...violations.slice(0, 5).map(({ invariant, what }) => `  ${invariant}: ${what}`),
    `  again: npm run chaos -- --replay '${JSON.stringify(given).replace(/'/g, "'\\''")}'`,
    ...seed === undefined ? [] : [`  whole: npm run chaos -- ${only && `--only '${only}' `}--seed ${seed} --cases 1`],
  ].join('\n');
}

export function sum(reports: readonly Report[]): Report {
  const tallies = new Map<string, Tally>();
  for (const tally of reports.flatMap(report => report.tallies)) {
    const key = `${tally.resourceType} ${tally.fault}`;
    const { cases, failed } = tallies.get(key) ?? { cases: 0, failed: 0 };
    tallies.set(key, { ...tally, cases: cases + tally.cases, failed: failed + tally.failed });
  }
  return {
    passed: reports.reduce((total, { passed }) => total + passed, 0),
    failing: reports.flatMap(({ failing }) => failing),
    tallies: [...tallies.values()],
    calls: reports.reduce((total, { calls }) => total + calls, 0),
  };
}
