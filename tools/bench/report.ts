/** One comparison that the project has set itself. */
export interface Figure {
  readonly what: string;
  readonly ours: number;
  /** At most this. */
  readonly target: number;
  readonly unit: string;
  /** The same for everybody and everywhere: a miss fails the run. What a clock measures is reported only. */
  readonly exact: boolean;
  /** A miss that is accepted, and why. Beyond it the run fails all the same. */
  readonly accepted?: { readonly upTo: number; readonly why: string };
}

export interface Table {
  readonly caption?: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Chart {
  readonly file: string;
  readonly alt: string;
  readonly svg: string;
}

/** One thing that was measured. */
export interface Section {
  /** Below docs. @default benchmarks.md */
  readonly page?: string;
  readonly title: string;
  /** What it means to a user. */
  readonly meaning: string;
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
  readonly charts?: readonly Chart[];
  /** How the figures come about, line by line. */
  readonly notes?: readonly string[];
}

export interface Options {
  /** Few runs, and no emulator. */
  readonly short: boolean;
}

export type Measure = (options: Options) => Promise<Section>;

export const isMet = ({ ours, target }: Figure) => ours <= target;

/** Whether the run is to fail for it. */
export const isFailure = (figure: Figure) => figure.exact && figure.ours > (figure.accepted?.upTo ?? figure.target);

/** A number with as many digits as tell something. */
export function short(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function figuresTable(figures: readonly Figure[]): Table {
  return {
    head: ['figure', 'measured', 'target', ''],
    rows: figures.map(figure => [figure.what, `${short(figure.ours)}${figure.unit}`, `≤ ${short(figure.target)}${figure.unit}`, stateClass(figure)]),
  };
}

function stateClass(figure: Figure): string {
  if (isMet(figure)) return 'met';
  const share = figure.target > 0 ? ` by ${((figure.ours / figure.target - 1) * 100).toFixed(0)} %` : '';
  return `missed${share}${figure.accepted ? `: ${figure.accepted.why}` : ''}`;
}

export function asText({ caption, head, rows }: Table): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map(row => row[column].length)));
  const line = (row: readonly string[]) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ').trimEnd();
  const wide = head.at(-1) === '';
  const last = (row: readonly string[]) => `${line(row.slice(0, -1))}  ${row.at(-1)}`;
  return [...caption ? [caption] : [], ...[head, ...rows].map(wide ? last : line)].map(text => `  ${text}`).join('\n');
}

export function asMarkdown({ caption, head, rows }: Table): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  return [...caption ? [`${caption}:`, ''] : [], line(head), line(head.map((_, column) => (column === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}
