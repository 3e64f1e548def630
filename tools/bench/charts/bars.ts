import { COLOURS, round, svg, text } from './svg';

export interface Bars {
  readonly title: string;
  /** One panel for each. */
  readonly panels: readonly string[];
  readonly rows: readonly { readonly name: string; readonly values: readonly number[] }[];
  show(value: number): string;
}

const LABELS = 190;
const PANEL = 250;
const ROW = 26;
const TOP = 84;

/** Bars side by side, a panel for each question; every panel has a scale of its own. */
export function bars({ title, panels, rows, show }: Bars): string {
  const size = { width: LABELS + PANEL * panels.length + 20, height: TOP + ROW * rows.length + 20 };
  const labels = rows.map(({ name }, index) => text(LABELS - 12, TOP + ROW * index + 14, name, 'text-anchor="end"'));
  const drawn = panels.flatMap((panel, column) => {
    const left = LABELS + PANEL * column;
    const most = Math.max(...rows.map(({ values }) => values[column]));
    return [
      text(left, TOP - 16, panel, 'class="soft"'),
      ...rows.flatMap(({ name, values }, index) => {
        const width = Math.max(1, values[column] / most * (PANEL - 80));
        const colour = COLOURS[name.startsWith('this') ? 0 : 4];
        return [
          `<rect x="${left}" y="${TOP + ROW * index}" width="${round(width)}" height="${ROW - 8}" rx="2" fill="${colour}"/>`,
          text(left + width + 6, TOP + ROW * index + 14, show(values[column])),
        ];
      }),
    ];
  });
  return svg(size, title, [...labels, ...drawn]);
}
