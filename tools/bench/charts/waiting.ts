import { COLOURS, round, svg, text } from './svg';
import { Chart } from '../report';

interface Point {
  readonly name: string;
  readonly calls: number;
  readonly overshoot: number;
}

const LINE = 17;
const AREA = { left: 70, right: 690, top: 60, bottom: 380 };

/** Overshoot against calls: whoever is nearer to the corner is better. */
export function waitingChart(points: readonly Point[]): Chart {
  const title = 'Waiting for 30 s to 10 min: how late, for how many calls';
  const ticks = { calls: [5, 10, 20, 40], overshoot: [0.25, 0.5, 1, 2, 4] };
  const scale = (low: number, high: number, from: number, to: number) => (value: number) =>
    from + (to - from) * Math.log(value / low) / Math.log(high / low);
  const x = scale(5, 60, AREA.left, AREA.right);
  const y = scale(0.25, 5.5, AREA.bottom, AREA.top);
  const grid = [
    ...ticks.calls.flatMap(value => [
      `<line class="grid" x1="${round(x(value))}" x2="${round(x(value))}" y1="${AREA.top}" y2="${AREA.bottom}"/>`,
      text(x(value), AREA.bottom + 20, String(value), 'class="soft" text-anchor="middle"'),
    ]),
    ...ticks.overshoot.flatMap(value => [
      `<line class="grid" x1="${AREA.left}" x2="${AREA.right}" y1="${round(y(value))}" y2="${round(y(value))}"/>`,
      text(AREA.left - 8, y(value) + 4, `${value}×`, 'class="soft" text-anchor="end"'),
    ]),
    `<path class="axis" fill="none" d="M${AREA.left} ${AREA.top}V${AREA.bottom}H${AREA.right}"/>`,
  ];
  const line = points.filter(({ name }) => name.startsWith('Provider')).sort((a, b) => a.calls - b.calls);
  const path = `<polyline fill="none" stroke="${COLOURS[2]}" stroke-dasharray="4 4" points="${line.map(point => `${round(x(point.calls))},${round(y(point.overshoot))}`).join(' ')}"/>`;
  // the line runs from upper left to lower right: labels keep to their own side of it
  const isBeyond = ({ calls, overshoot }: Point) => line.some((from, index) => {
    const to = line[index + 1];
    return to && from.calls <= calls && calls < to.calls
      && y(overshoot) < y(from.overshoot) + (y(to.overshoot) - y(from.overshoot)) * (x(calls) - x(from.calls)) / (x(to.calls) - x(from.calls));
  });
  let lowest = -Infinity;
  const marks = points.filter(({ name }) => !name.startsWith('one')).sort((a, b) => b.overshoot - a.overshoot).map(point => {
    const ours = point.name.startsWith('this');
    const label = point.name.replace(/^[^,]+, /, '');
    const circle = `<circle cx="${round(x(point.calls))}" cy="${round(y(point.overshoot))}" r="${ours ? 7 : 5}" fill="${COLOURS[ours ? 0 : 2]}"/>`;
    if (!ours) return circle + text(x(point.calls) + 9, y(point.overshoot) - 6, label);
    // points that lie close together have their labels one below the other
    lowest = Math.max(y(point.overshoot) + 5, lowest + LINE);
    return circle + (isBeyond(point) ? text(x(point.calls) + 12, lowest, label) : text(x(point.calls) - 12, lowest, label, 'text-anchor="end"'));
  });
  const legend = ['this library', 'Provider framework, by interval'].map((name, index) =>
    `<circle cx="${AREA.right - 210}" cy="${AREA.top + 14 + 22 * index}" r="5" fill="${COLOURS[index * 2]}"/>${text(AREA.right - 198, AREA.top + 18 + 22 * index, name)}`);
  return {
    file: 'waiting.svg',
    alt: title,
    svg: svg({ width: 720, height: 440 }, title, [
      ...grid, path, ...marks, ...legend,
      text((AREA.left + AREA.right) / 2, AREA.bottom + 44, 'calls to Lightsail for one operation', 'text-anchor="middle"'),
      text(AREA.left - 50, AREA.top - 12, 'overshoot, of 3 % of the operation or 3 s', 'class="soft"'),
    ]),
  };
}
